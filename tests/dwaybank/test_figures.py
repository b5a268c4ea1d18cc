"""The pictures on the first page: counted by a command, read with one query, each for who may see it."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from io import StringIO
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from dwaybank.figures import figures, gather_figures, kept_figures
from dwaybank.roles import sync_roles
from integrations.models import BankTransaction
from tests.admin.world import Corner, corner
from tests.factories import BankSyncLogFactory, ComplianceReportFactory, UserFactory

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 10, 15, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _nothing_kept() -> None:
    cache.clear()


@pytest.fixture
def one() -> Corner:
    """A row in every table."""
    sync_roles()
    return corner(1)


def gathered() -> dict[str, dict[str, Any]]:
    """Figures as label → numbers."""
    gather_figures(now=NOW)
    return {
        name: {label: list(values) for label, values in kept.rows} for name, kept in kept_figures(figures()).items()
    }


def test_each_figure_counts_what_it_says(one: Corner) -> None:
    linked = one.statement.connection
    # 23:30 of the 9th in Toronto is the 10th in UTC
    for status, hour in (("completed", 4), ("failed", 4), ("timeout", 15), ("in_progress", 15)):
        at = datetime(2026, 11, 10, hour, 30, tzinfo=UTC)
        BankSyncLogFactory.create(
            connection=linked, sync_status=status, started_at=at, transactions_imported=7, transactions_duplicates=2
        )
    for due, filed in (
        (date(2026, 11, 3), NOW - timedelta(days=8)),
        (date(2026, 11, 3), NOW),
        (date(2026, 11, 4), None),
    ):
        ComplianceReportFactory.create(
            due_date=due, submitted_at=filed, report_status="submitted" if filed else "draft"
        )
    lines = BankTransaction.objects.filter(account=one.bank_transaction.account)
    lines.update(transaction_date=date(2026, 11, 9))

    found = gathered()

    assert found["syncs_per_day"]["2026-11-09"] == [1, 0, 1]
    assert found["syncs_per_day"]["2026-11-10"][2] == 1
    assert found["ingest_volume"]["2026-11-09"] == [14, 4]
    assert len(found["syncs_per_day"]) == len(found["match_rate"]) == 14
    assert found["health_by_bank"][linked.bank_id][2] == 1
    settled = lines.exclude(processing_status="duplicate")
    share = 100 * settled.filter(processing_status="mapped").count() / settled.count()
    assert found["match_rate"]["2026-11-09"] == [round(Decimal(share), 1)]
    assert found["match_rate"]["2026-11-08"] == [None]
    assert sum(values[0] for values in found["conflict_age"].values()) == 1
    assert found["reports_on_time"]["2026-11-01"] == [1, 1, 1]


def test_hours_to_a_decision_are_the_median_of_its_day(one: Corner) -> None:
    from reconciliation.models import MappingDecision, MappingProposal

    decision = MappingDecision.objects.get()
    proposal = MappingProposal.objects.get(bank_transaction=decision.bank_transaction_id)
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE mapping_decisions DISABLE TRIGGER USER")
        cursor.execute("UPDATE mapping_decisions SET decided_at = %s", [NOW])
        cursor.execute("ALTER TABLE mapping_decisions ENABLE TRIGGER USER")
    MappingProposal.objects.filter(pk=proposal.pk).update(created_at=NOW - timedelta(hours=5))

    assert gathered()["time_to_decision"]["2026-11-10"] == [Decimal("5.0"), None]


def test_the_first_page_shows_them_with_one_query_more(one: Corner) -> None:
    robin = UserFactory.create(staff=True)
    robin.groups.add(Group.objects.get(name="Integration operator"))
    client = Client()
    client.force_login(robin)
    address = reverse("admin:index")
    client.get(address)
    assert "not counted yet" in client.get(address).content.decode()
    out = StringIO()
    call_command("gather_figures", json=True, stdout=out)
    assert set(json.loads(out.getvalue())["figures"]) == {figure.name for figure in figures()}

    with CaptureQueriesContext(connection) as queries:
        html = client.get(address).content.decode()

    assert "Syncs per day" in html
    assert "Connection health by bank" in html
    assert "not counted yet" not in html
    assert "Reports by the month" not in html, "for compliance alone"
    assert "Open balance conflicts" not in html
    assert len([query for query in queries if "django_cache_entries" in query["sql"]]) == 1
    assert not [query for query in queries if "bank_sync_logs" in query["sql"]]
