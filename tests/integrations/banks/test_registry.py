"""Which connectors there are, what this deployment offers, and which ones a stored connection uses."""

from __future__ import annotations

from typing import Any

import pytest

from dwaybank.connectors import SETTINGS, connectors_from, connectors_of_sandbox
from dwaybank.secrets import Secret
from integrations.banks import registry
from integrations.banks.registry import ConnectorUnavailable, connector, connector_for, offered, registrations
from integrations.sandbox import fdx, flinks, plaid

ALL = ["fdx-rbc", "fdx-td", "fdx-bmo", "fdx-cibc", "plaid", "flinks"]


def test_only_what_is_configured_is_offered(settings: Any) -> None:
    assert [one.connector_id for one in registrations()] == ALL
    settings.BANK_CONNECTORS = connectors_from(
        {"PLAID_BASE_URL": "https://x", "PLAID_CLIENT_ID": "y", "PLAID_SECRET": "z", "FDX_RBC_CLIENT_ID": "half"}
    )
    assert [one.connector_id for one in offered()] == ["plaid"]
    with pytest.raises(ConnectorUnavailable, match="RBC Royal Bank is not configured here: base_url, authorize_url"):
        connector("fdx-rbc")
    with pytest.raises(ConnectorUnavailable, match="There is no connector 'x'"):
        connector("x")


def test_the_sandbox_configures_all_with_its_own_keys(settings: Any) -> None:
    settings.BANK_CONNECTORS = found = connectors_of_sandbox("http://127.0.0.1:9100/")
    assert [one.connector_id for one in offered()] == ALL
    assert {found[f"fdx-{bank}"]["client_secret"] for bank in ("rbc", "td", "bmo", "cibc")} == {fdx.CLIENT_SECRET}
    assert found["plaid"]["secret"] == plaid.SECRET
    assert found["flinks"]["auth_key"] == flinks.AUTH_KEY
    for name, values in found.items():
        made = connector(name)
        assert made.connector_id == name
        assert set(values) <= set(SETTINGS[name])


def test_a_connection_finds_its_connector(settings: Any) -> None:
    settings.BANK_CONNECTORS = connectors_of_sandbox("http://127.0.0.1:9100")
    assert connector_for("oauth", "td", {}).connector_id == "fdx-td"
    assert connector_for("aggregation", "aggregation", {registry.CONNECTOR_KEY: Secret("flinks")}).bank_name == "Flinks"


@pytest.mark.parametrize(
    ("connection_type", "said"),
    [
        ("scraping", "needs the customer's own bank password"),
        ("api", "fed by statement files"),
        ("aggregation", "which aggregator"),
    ],
)
def test_other_ways_are_refused_with_the_reason(connection_type: str, said: str) -> None:
    with pytest.raises(ConnectorUnavailable, match=said):
        connector_for(connection_type, "rbc", {})
