"""The first page, every queue and the list of every table that grows cost the same at ten rows and at a hundred
thousand: the same queries as the baseline holds, and none that goes through a table.

``tests/admin/test_queries.py`` holds the same counts at one row and at thirty, for all pages, at each ``make test``.
"""

from __future__ import annotations

import json
from typing import Any, Final

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from dwaybank.admin.display import list_url
from dwaybank.admin.paginator import MAX_LISTED
from dwaybank.figures import gather_figures
from dwaybank.models import AuditEvent, ReadEvent
from integrations.admin.error_triage import triage_url
from reconciliation.admin.conflict_queue import queue_url as conflicts_url
from reconciliation.admin.queue import queue_url
from tests.admin.test_queries import BASELINE, counted
from tests.admin.test_screens import MODELS
from tests.admin.world import Corner

pytestmark = [pytest.mark.long, pytest.mark.timeout(900)]

MANY: Final = 100_000
# a list counts so many rows and one more, and may look at each of them thrice (to count, to sort, to show)
_MOST_ROWS: Final = 3 * MAX_LISTED
_UUID: Final = "md5('large' || n)::uuid"
# column → what a new row has instead of the first one's; n is the number of the new row. What is unique and not named
# here gets a value of its own by its type.
_ROWS: Final[dict[str, dict[str, str]]] = {
    "users": {"id": _UUID, "email": "'large-' || n || '@example.ca'"},
    "accounts": {},
    "transactions": {},
    "bank_transaction_keys": {"id": _UUID},
    "bank_transactions": {
        "id": _UUID,
        "account_id": _UUID,
        # as its key has it
        "external_transaction_id": "'large-' || n",
        "processing_status": "'imported'",
    },
    "pending_transactions": {},
    "bank_statements": {"file_id": _UUID},
    "bank_balances": {"as_of": "now() - n * interval '1 second'"},
    "statement_files": {"sha256": "md5('x' || n) || md5('y' || n)"},
    "bank_connections": {"user_id": _UUID},
    "bank_sync_logs": {"connection_id": _UUID},
    "integration_errors": {},
    "webhook_deliveries": {},
    "mapping_proposals": {
        "bank_transaction_id": _UUID,
        "group_id": "md5('g' || n)::uuid",
        "claimed_by": "NULL",
        "claimed_at": "NULL",
        "proposal_status": "'open'",
    },
    "mapping_decisions": {},
    "transaction_mappings": {"bank_transaction_id": _UUID, "transaction_id": _UUID},
    "balance_conflicts": {
        "account_id": _UUID,
        "conflict_status": "'open'",
        "claimed_by": "NULL",
        "claimed_at": "NULL",
    },
    "balance_sync_history": {},
    "compliance_reports": {"report_reference": "NULL"},
    "large_cash_records": {"bank_transaction_id": "NULL"},
    "suspicion_alerts": {"alert_key": "md5('x' || n) || md5('y' || n)"},
    "suspicion_cases": {},
    "privacy_breaches": {"integration_error_id": _UUID},
    "notifications": {},
    "audit_events": {},
    "read_events": {},
}
_BY_TYPE: Final = {
    "uuid": _UUID,
    "character varying": "'large-' || n",
    "text": "'large-' || n",
    "bigint": "1000000000 + n",
    "integer": "1000000000 + n",
}
# times and days of a row stay as far from each other, and differ from those of other rows
_SPREAD: Final = {
    "timestamp with time zone": "one.{0} - n * interval '10 seconds'",
    "date": "one.{0} - n % 300",
}


# more than a page of accounts: which have work, and which of the others follow
_WHEN_PAGED: Final = {"list: reconciliation.TransactionReconciliationStatus": 2}


def _columns(table: str) -> dict[str, str]:
    """The columns that are written, with their types."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT column_name, data_type FROM information_schema.columns WHERE table_schema = 'public' "
            "AND table_name = %s AND is_generated = 'NEVER' AND is_identity = 'NO' ORDER BY ordinal_position",
            [table],
        )
        return dict(cursor.fetchall())


def _unique(table: str) -> set[str]:
    """Columns of the table's unique indexes, but for those of a few lawful values."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT a.attname FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid "
            "AND a.attnum = ANY (i.indkey) WHERE i.indisunique AND i.indrelid = %s::regclass "
            "AND NOT EXISTS (SELECT FROM pg_constraint c WHERE c.conrelid = i.indrelid AND c.contype = 'c' "
            "AND a.attnum = ANY (c.conkey) AND strpos(pg_get_constraintdef(c.oid), '= ANY') > 0)",
            [table],
        )
        return {name for (name,) in cursor.fetchall()}


def grow(first: int, last: int) -> None:
    """More rows like the first of each table. Rules are looked away from: this is about what pages ask."""
    for table, changed in _ROWS.items():
        columns, unique = _columns(table), _unique(table)
        # ids of other rows stay, but for those named above
        own = {name: kind for name, kind in columns.items() if kind != "uuid" or name == "id"}
        made = {name: _BY_TYPE[kind] for name, kind in own.items() if name in unique and kind in _BY_TYPE}
        changes = made | {name: value for name, value in changed.items() if name in columns}
        values = ", ".join(
            changes.get(name) or _SPREAD.get(kind, "one.{0}").format(name) for name, kind in columns.items()
        )
        names = ", ".join(f'"{name}"' for name in columns)
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL session_replication_role = replica")
            cursor.execute(
                f"INSERT INTO {table} ({names}) SELECT {values} FROM (SELECT * FROM {table} LIMIT 1) one, "
                f"generate_series({first}, {last}) n"
            )
            cursor.execute("SET LOCAL session_replication_role = origin")
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def pages() -> dict[str, str]:
    """The first page, every queue, and the list of every table."""
    return {
        "index": reverse("admin:index"),
        "inbox": reverse("admin:inbox"),
        "queue": queue_url("whose=all"),
        "balances": conflicts_url("whose=open"),
        "balances closed": conflicts_url("whose=closed"),
        "balance statistics": reverse("admin:reconciliation_balanceconflict_statistics"),
        "triage": triage_url(),
        "triage: one owner": triage_url("severity=high&owner=none"),
        "board": reverse("admin:compliance_compliancereport_board"),
        "filing": reverse("admin:compliance_compliancereport_filing"),
        **{f"list: {model._meta.label}": list_url(model._meta.label) for model in MODELS},
    }


def _most_rows(plan: dict[str, Any]) -> int:
    """The most rows that a node of a plan went through, those that it threw away too."""
    seen = plan["Actual Rows"] + plan.get("Rows Removed by Filter", 0) + plan.get("Rows Removed by Join Filter", 0)
    return max([int(seen * plan["Actual Loops"]), *(_most_rows(one) for one in plan.get("Plans", []))])


def unbounded(client: Client, wanted: dict[str, str]) -> list[str]:
    """Questions of these pages that went through more rows than a list may look at."""
    found = []
    for name, url in wanted.items():
        with CaptureQueriesContext(connection) as queries:
            assert client.get(url).status_code == 200, name
        asked = {query["sql"] for query in queries if query["sql"].startswith(("SELECT", "WITH"))}
        for sql in sorted(asked):
            with connection.cursor() as cursor:
                cursor.execute(f"EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) {sql.replace('%', '%%')}")
                (answer,) = cursor.fetchone()
            plan = answer if isinstance(answer, list) else json.loads(answer)
            if (rows := _most_rows(plan[0]["Plan"])) > _MOST_ROWS:
                found.append(f"{name}: {rows} rows: {sql[:300]}")
    return found


def test_ten_rows_and_a_hundred_thousand(root: Client, one_corner: Corner, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dwaybank.sign_in.guard._WRITE_EVERY_S", 1_000_000)
    wanted = pages()
    grow(1, 10)
    gather_figures(now=timezone.now())
    counted(root, wanted)
    few, _ = counted(root, wanted)
    grow(11, MANY)
    gather_figures(now=timezone.now())

    many, _ = counted(root, wanted)

    # a list that is sorted only while it is small first asks whether it is: once there are many, it sorts no more
    assert {name: (few[name], count) for name, count in many.items() if count > few[name]} == {}
    baseline = json.loads(BASELINE.read_text())
    allowed = {name: count + _WHEN_PAGED.get(name, 0) for name, count in baseline.items()}
    assert {name: count for name, count in many.items() if count > allowed.get(name, count)} == {}
    assert {
        "index",
        "inbox",
        "queue",
        "balance statistics",
        "triage",
        "board",
        "filing",
    } <= baseline.keys() & many.keys()
    assert unbounded(root, wanted) == []
    assert AuditEvent.objects.count() > MANY < ReadEvent.objects.count()
