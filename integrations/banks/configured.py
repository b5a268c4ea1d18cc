"""Every connector of this project, registered; one line per bank."""

from __future__ import annotations

from integrations.banks.fdx import FdxConnector, FdxSettings
from integrations.banks.fdx.settings import REQUIRED as FDX_REQUIRED
from integrations.banks.flinks import FlinksConnector, FlinksSettings
from integrations.banks.flinks.settings import REQUIRED as FLINKS_REQUIRED
from integrations.banks.http import BankHttp
from integrations.banks.plaid import PlaidConnector, PlaidSettings
from integrations.banks.plaid.settings import REQUIRED as PLAID_REQUIRED
from integrations.banks.registry import Configuration, Registration, register_connector
from integrations.enums import Bank, ConnectionType, ErrorOwner
from integrations.syncing.switch import require_enabled


def register_connectors() -> None:
    """Called once, when the application starts."""
    for bank in (Bank.RBC, Bank.TD, Bank.BMO, Bank.CIBC):
        register_connector(_fdx(bank))
    register_connector(
        Registration(
            "plaid",
            "Plaid",
            ConnectionType.AGGREGATION,
            Bank.AGGREGATION,
            PLAID_REQUIRED,
            lambda values: PlaidConnector(PlaidSettings.read(values), switched_http("Plaid", ErrorOwner.AGGREGATOR)),
        )
    )
    register_connector(
        Registration(
            "flinks",
            "Flinks",
            ConnectionType.AGGREGATION,
            Bank.AGGREGATION,
            FLINKS_REQUIRED,
            lambda values: FlinksConnector(FlinksSettings.read(values), switched_http("Flinks", ErrorOwner.AGGREGATOR)),
        )
    )


def _fdx(bank: Bank) -> Registration:
    def make(values: Configuration) -> FdxConnector:
        return FdxConnector(FdxSettings.read(bank, values), switched_http(str(bank.label), ErrorOwner.BANK))

    return Registration(f"fdx-{bank.value}", str(bank.label), ConnectionType.OAUTH, bank, FDX_REQUIRED, make)


def switched_http(who: str, owner: ErrorOwner) -> BankHttp:
    """Calls that stop at once when bank integration is switched off: between pages, polls and attempts too."""
    return BankHttp(who, owner=owner, permitted=require_enabled)
