"""The first page and every queue cost the same queries at ten rows and at a hundred thousand."""

from __future__ import annotations

import json

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from dwaybank.admin.display import list_url
from dwaybank.figures import gather_figures
from integrations.admin.error_triage import triage_url
from reconciliation.admin.conflict_queue import queue_url as conflicts_url
from reconciliation.admin.queue import queue_url
from tests.admin.test_queries import BASELINE, counted
from tests.admin.world import Corner

pytestmark = pytest.mark.long

# table → what differs from its first row; n is the number of the new row
_ROWS = {
    "accounts": {"id": "md5('a' || n)::uuid", "external_account_id": "'large-' || n"},
    "bank_transaction_keys": {"id": "md5('t' || n)::uuid", "external_transaction_id": "'large-' || n"},
    "bank_transactions": {
        "id": "md5('t' || n)::uuid",
        "external_transaction_id": "'large-' || n",
        "processing_status": "'imported'",
    },
    "mapping_proposals": {
        "id": "md5('p' || n)::uuid",
        "bank_transaction_id": "md5('t' || n)::uuid",
        "group_id": "md5('g' || n)::uuid",
        "claimed_by": "NULL",
        "claimed_at": "NULL",
        "proposal_status": "'open'",
    },
    "balance_conflicts": {
        "id": "md5('c' || n)::uuid",
        "account_id": "md5('a' || n)::uuid",
        "conflict_status": "'open'",
        "claimed_by": "NULL",
        "claimed_at": "NULL",
    },
    "integration_errors": {"id": "md5('e' || n)::uuid"},
    "compliance_reports": {"id": "md5('r' || n)::uuid", "report_reference": "NULL"},
    "statement_files": {"id": "md5('f' || n)::uuid", "sha256": "md5('x' || n) || md5('y' || n)"},
    "bank_sync_logs": {"id": "md5('s' || n)::uuid", "started_at": "now() - n * interval '10 seconds'"},
}


def grow(first: int, last: int) -> None:
    """More rows like the first of each table. Rules are looked away from: this is about what pages ask."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        for table, changed in _ROWS.items():
            cursor.execute(
                "SELECT column_name FROM information_schema.columns WHERE table_schema = 'public' AND table_name = %s "
                "AND is_generated = 'NEVER' AND is_identity = 'NO' ORDER BY ordinal_position",
                [table],
            )
            columns = [name for (name,) in cursor.fetchall()]
            changes = {name: value for name, value in changed.items() if name in columns}
            values = ", ".join(changes.get(name, f'one."{name}"') for name in columns)
            names = ", ".join(f'"{name}"' for name in columns)
            cursor.execute(
                f"INSERT INTO {table} ({names}) SELECT {values} FROM (SELECT * FROM {table} LIMIT 1) one, "
                f"generate_series({first}, {last}) n"
            )
        cursor.execute("SET LOCAL session_replication_role = origin")
        cursor.execute("ANALYZE " + ", ".join(_ROWS))


def test_ten_rows_and_a_hundred_thousand(root: Client, one_corner: Corner, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dwaybank.sign_in.guard._WRITE_EVERY_S", 1_000_000)
    pages = {
        "index": reverse("admin:index"),
        "queue": queue_url("whose=all"),
        "balances": conflicts_url("whose=open"),
        "triage": triage_url(),
        "list: integrations.IntegrationError": list_url("integrations.IntegrationError"),
        "list: compliance.ComplianceReport": list_url("compliance.ComplianceReport"),
        "list: integrations.StatementFile": list_url("integrations.StatementFile"),
        "list: integrations.BankTransaction": list_url("integrations.BankTransaction"),
        "list: integrations.BankSyncLog": list_url("integrations.BankSyncLog"),
    }
    grow(1, 10)
    gather_figures(now=timezone.now())
    counted(root, pages)
    few, _ = counted(root, pages)
    grow(11, 100_000)
    gather_figures(now=timezone.now())

    many, _ = counted(root, pages)

    assert many == few
    baseline = json.loads(BASELINE.read_text())
    known = {name: count for name, count in many.items() if name in baseline}
    assert known == {name: baseline[name] for name in known}
    assert "index" in known
