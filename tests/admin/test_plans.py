"""No page reads a month of a partitioned table from end to end, and the slow ones use the index that
docs/performance.md names.

A few thousand rows would be read whole by right: so reading a page of a table in order costs here what it would in
tables a thousand times as large. What indexes cost stays as it is, and so does every other choice of the planner.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from dwaybank.admin.display import admin_url, list_url
from integrations.admin.error_triage import triage_url
from integrations.models import BankTransaction
from reconciliation.admin import conflict_queue
from reconciliation.admin.account_coverage import coverage_url
from reconciliation.admin.month_progress import month_url
from reconciliation.admin.queue import queue_url, work_url
from reconciliation.models import BalanceConflict, MappingProposal, TransactionMapping
from tests.admin.test_large import grow
from tests.admin.world import Corner, first_row

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "performance.md"
TIMES_AS_LARGE = 1_000


def pages() -> dict[str, str]:
    """Every page whose rows grow with the bank's data, under the name that the document gives it."""
    of_many = BankTransaction.objects.filter(external_transaction_id__startswith="large-")
    line = (
        BankTransaction.objects.filter(processing_status="mapped").exclude(pk__in=of_many.values("pk")).earliest("pk")
    )
    mapping = first_row(TransactionMapping)
    proposal = MappingProposal.objects.exclude(bank_transaction__in=of_many.values("pk")).earliest("pk")
    bank, account = "integrations.BankTransaction", line.account_id
    status = "reconciliation.TransactionReconciliationStatus"
    return {
        "first page": reverse("admin:index"),
        "bank transactions": list_url(bank),
        "bank transactions of one account": list_url(bank, f"account={account}"),
        "bank transactions to map": list_url(bank, "processing_status__exact=imported"),
        "bank transactions of a month": list_url(bank, "transaction_date__year=2026&transaction_date__month=10"),
        "search: words": list_url(bank, "q=tim hortons"),
        "search: amount": list_url(bank, "q=amount:-12.34"),
        "search: merchant": list_url(bank, "q=merchant:tim hortons"),
        "search: the bank's id": list_url(bank, "q=fitid:large-7"),
        "search: id": list_url(bank, f"q={line.pk}"),
        "bank transaction": admin_url(bank, line.pk),
        "history of a bank transaction": admin_url(bank, line.pk, "history"),
        "ledger": list_url("dwaybank.Transaction"),
        "account": admin_url("dwaybank.Account", account),
        "mappings": list_url("reconciliation.TransactionMapping"),
        "mapping": admin_url("reconciliation.TransactionMapping", mapping.pk),
        "mappings to decide": queue_url("whose=all"),
        "mappings to decide, largest first": queue_url("whose=all&order=largest"),
        "mappings to decide, of one account": queue_url(f"whose=all&account={proposal.account_id}"),
        "workbench": work_url(proposal.pk, "whose=all"),
        "balances to decide": conflict_queue.queue_url("whose=all"),
        "balance conflict": conflict_queue.conflict_url(first_row(BalanceConflict).pk),
        "balance coverage": coverage_url(account),
        "month of an account": month_url(account, date(2026, 10, 1)),
        "reconciliation of one account": admin_url(status, account),
        "errors to triage": triage_url(),
        "sync logs": list_url("integrations.BankSyncLog"),
        "audit events": list_url("dwaybank.AuditEvent"),
    }


@pytest.fixture
def statements(root: Client, one_corner: Corner) -> dict[str, list[str]]:
    """What each page asks the database, by page."""
    grow(1, 4_000)
    _spread()
    asked = {}
    for name, url in pages().items():
        with CaptureQueriesContext(connection) as queries:
            assert root.get(url).status_code == 200, name
        asked[name] = [query["sql"] for query in queries if query["sql"].lstrip().startswith(("SELECT", "WITH"))]
    return asked


def _spread() -> None:
    """Rows differ as in life: many accounts and days, few that wait. What the planner does follows from that."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SET LOCAL session_replication_role = replica; "
            "UPDATE bank_transactions SET account_id = md5('a' || substr(external_transaction_id, 7))::uuid, "
            "processing_status = CASE WHEN hashtext(id::text) & 15 = 0 THEN 'imported' ELSE 'mapped' END "
            "WHERE external_transaction_id LIKE 'large-%'; "
            "UPDATE mapping_proposals SET account_id = md5('a' || (hashtext(id::text) & 1023) + 1)::uuid, "
            "transaction_date = transaction_date - (hashtext(id::text) & 255), amount = hashtext(id::text) & 65535, "
            "proposal_status = CASE WHEN hashtext(id::text) & 3 = 0 THEN 'open' ELSE 'decided' END "
            "WHERE bank_transaction_id IN "
            "(SELECT id FROM bank_transactions WHERE external_transaction_id LIKE 'large-%'); "
            "SET LOCAL session_replication_role = origin; "
            "ANALYZE bank_transactions, mapping_proposals"
        )


def test_no_page_reads_a_partition_whole_and_slow_ones_use_the_index_that_is_named(
    statements: dict[str, list[str]],
) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('seq_page_cost', (current_setting('seq_page_cost')::real * %s)::text, true)",
            [TIMES_AS_LARGE],
        )
    parents, months = parents_of_indexes(), months_with_rows()
    assert {name.rsplit("_y", 1)[0] for name in months} >= {"bank_transactions", "bank_sync_logs"}
    whole: dict[str, set[str]] = {}
    used: dict[str, set[str]] = {}
    for page, asked in statements.items():
        for node in (node for statement in asked for node in nodes_of(statement)):
            if node["Node Type"] == "Seq Scan" and node["Relation Name"] in months:
                whole.setdefault(page, set()).add(node["Relation Name"])
            if name := node.get("Index Name"):
                used.setdefault(page, set()).add(parents.get(name, name))

    unserved = "SELECT 1 FROM bank_transactions WHERE merchant_name = 'x'"
    assert any(node["Node Type"] == "Seq Scan" and node["Relation Name"] in months for node in nodes_of(unserved))
    assert whole == {}
    named = documented()
    missing = {page: indexes - used[page] for page, indexes in named.items()}
    missing = {page: indexes for page, indexes in missing.items() if indexes}
    assert named.keys() <= statements.keys()
    assert missing == {}


def nodes_of(statement: str) -> Iterator[dict[str, Any]]:
    """The nodes of the plan of one statement."""
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (FORMAT JSON, COSTS OFF) {statement.replace('%', '%%')}", [])
        ((plan,),) = cursor.fetchall()
    waiting = [(json.loads(plan) if isinstance(plan, str) else plan)[0]["Plan"]]
    while waiting:
        node = waiting.pop()
        yield node
        waiting.extend(node.get("Plans", ()))


def parents_of_indexes() -> dict[str, str]:
    """A month's index → the index of the whole table that it is part of."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname, p.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid AND c.relkind = 'i' "
            "JOIN pg_class p ON p.oid = i.inhparent"
        )
        return dict(cursor.fetchall())


def months_with_rows() -> set[str]:
    """Partitions that hold anything; to look into an empty one costs nothing."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relispartition AND relkind = 'r' AND pg_relation_size(oid) > 0"
        )
        return {name for (name,) in cursor.fetchall()}


def documented() -> dict[str, set[str]]:
    """Page → indexes, as the document's table says."""
    text = DOCUMENT.read_text("utf-8").split("## Indexes that slow queries use")[1].split("\n## ")[0]
    rows = re.findall(r"^\| (?P<page>[^|`]+?) \| (?P<indexes>`[^|]+`) \|", text, re.MULTILINE)
    assert rows
    return {page: set(re.findall(r"`(\w+)`", indexes)) for page, indexes in rows}
