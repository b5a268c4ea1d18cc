"""What pages cost: query counts held by a baseline, no growth with rows, no count of whole tables.

After a change that is meant to change the counts, write the baseline anew and look at its difference:
``UPDATE_QUERY_COUNTS=1 pytest tests/admin/test_queries.py``.
"""

from __future__ import annotations

import json
import os
import re
from datetime import date
from pathlib import Path

import pytest
from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from dwaybank.admin.display import admin_url, list_url
from dwaybank.roles import sync_roles
from integrations.importing import receive_file
from reconciliation.admin import conflict_queue
from reconciliation.admin.account_coverage import coverage_url
from reconciliation.admin.month_progress import month_url
from reconciliation.admin.queue import queue_url, work_url
from reconciliation.models import BalanceConflict, MappingProposal, TransactionMapping
from tests.admin.test_screens import MODELS
from tests.admin.world import Corner, archive, corner, first_row
from tests.factories import UserFactory

BASELINE = Path(__file__).with_name("query_counts.json")
SAMPLES = Path(__file__).resolve().parents[2] / "integrations" / "samples" / "statements"
FEW, MANY = 1, 9


@pytest.fixture(autouse=True)
def _no_write_of_the_session(monkeypatch: pytest.MonkeyPatch) -> None:
    """The time of the last request is written once a minute; here not even on a slow machine."""
    monkeypatch.setattr("dwaybank.sign_in.guard._WRITE_EVERY_S", 100_000)


def addresses(review: str) -> dict[str, str]:
    """Every page whose cost is held."""
    found = {
        "index": reverse("admin:index"),
        "import": reverse("admin:integrations_statementfile_import"),
        "review": review,
        "triage": reverse("admin:integrations_integrationerror_triage"),
        "inbox": reverse("admin:inbox"),
        "board": reverse("admin:compliance_compliancereport_board"),
        "filing": reverse("admin:compliance_compliancereport_filing"),
        "search: bank transactions": list_url("integrations.BankTransaction", "q=merchant:tim hortons"),
        "month: bank transactions": list_url(
            "integrations.BankTransaction", "transaction_date__year=2026&transaction_date__month=10"
        ),
    }
    proposal, mapping = first_row(MappingProposal), first_row(TransactionMapping)
    found["queue"] = queue_url("whose=all")
    found["workbench"] = work_url(proposal.pk, "whose=all")
    found["decide a mapping"] = admin_url("reconciliation.TransactionMapping", mapping.pk, "decide")
    found["month of an account"] = month_url(proposal.account_id, date(2026, 10, 1))
    found["balance queue"] = conflict_queue.queue_url("whose=all")
    found["balance conflict"] = conflict_queue.conflict_url(first_row(BalanceConflict).pk)
    found["balance coverage"] = coverage_url(first_row(BalanceConflict).account_id)
    found["balance statistics"] = reverse("admin:reconciliation_balanceconflict_statistics")
    for model in MODELS:
        label, row = model._meta.label, first_row(model)
        found[f"list: {label}"] = list_url(label)
        found[f"page: {label}"] = admin_url(label, row.pk)
        found[f"history: {label}"] = admin_url(label, row.pk, "history")
    return found


def counted(client: Client, pages: dict[str, str]) -> tuple[dict[str, int], list[str]]:
    """Queries of each page, and the text of all."""
    counts, statements = {}, []
    for name, url in pages.items():
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert client.get(url).status_code == 200, name
        counts[name] = len(queries)
        statements += [query["sql"] for query in queries]
    return counts, statements


@pytest.fixture
def review() -> str:
    """Address of a review page."""
    data = (SAMPLES / "rbc_chequing.ofx").read_bytes()
    from dwaybank.actor import Actor

    owner = UserFactory.create(email="reviewed@example.ca")
    file = receive_file(data=data, file_name="rbc.ofx", owner=owner, actor=Actor(None, "test"))
    return reverse("admin:integrations_statementfile_review") + f"?file={file.pk}&create=1"


def test_pages_cost_the_same_for_one_row_and_for_nine(
    root: Client, review: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # the session notes now and then that somebody is there, on whichever page that is
    monkeypatch.setattr("dwaybank.sign_in.guard._WRITE_EVERY_S", 3600)
    sync_roles()
    corners: list[Corner] = [corner(number) for number in range(1, FEW + 1)]
    archive(corners)
    pages = addresses(review)
    ContentType.objects.get_for_models(*apps.get_models())  # what a process remembers after its first pages
    few, _ = counted(root, pages)

    more = [corner(number) for number in range(FEW + 1, MANY + 1)]
    archive(more)
    many, _ = counted(root, pages)

    assert many == few
    if os.environ.get("UPDATE_QUERY_COUNTS"):
        BASELINE.write_text(json.dumps(few, indent=2, sort_keys=True) + "\n")
    assert few == json.loads(BASELINE.read_text()), "see the docstring of this file"


def test_no_list_counts_a_whole_table(root: Client, corners: list[Corner], review: str) -> None:
    pages = {name: url for name, url in addresses(review).items() if not name.startswith(("page", "history"))}

    _, statements = counted(root, pages)

    counts = [sql for sql in statements if re.search(r"\bCOUNT\(", sql, re.IGNORECASE)]
    assert counts
    # the staging table holds one file's rows and no more, a month's page one account's in one partition
    bounded = (
        "LIMIT",
        "FROM staged_transactions",
        '"transaction_date" >= ',
        # open conflicts, one of an account at most, by their partial index; what is pending on one account
        '"balance_conflicts"."conflict_status" IN (',
        '"pending_transactions"."account_id" = ',
        # what is due in the six weeks of the board's calendar, by the index of open reports
        '"compliance_reports"."due_date" >= ',
    )
    assert [sql for sql in counts if not any(bound in sql for bound in bounded)] == []


def test_a_list_says_when_there_are_more_rows_than_it_reaches(
    root: Client, corners: list[Corner], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dwaybank.admin.paginator.MAX_LISTED", 1)

    html = root.get(list_url("integrations.BankTransaction")).content.decode()

    assert "more than 1 bank transactions" in " ".join(html.split())


def test_a_list_without_an_index_for_its_order_is_sorted_only_while_small(
    root: Client, corners: list[Corner], monkeypatch: pytest.MonkeyPatch
) -> None:
    url = list_url("dwaybank.Account")
    assert "too many rows to sort" not in root.get(url).content.decode()

    monkeypatch.setattr("dwaybank.admin.changelist.MAX_LISTED", 1)
    with CaptureQueriesContext(connection) as queries:
        html = root.get(url).content.decode()

    assert "too many rows to sort" in html
    listed = [query["sql"] for query in queries if 'FROM "accounts"' in query["sql"] and "ORDER BY" in query["sql"]]
    assert all('ORDER BY "accounts"."id" DESC' in sql for sql in listed)
    assert listed


def test_a_bank_transaction_is_read_from_one_partition(root: Client, one_corner: Corner) -> None:
    with CaptureQueriesContext(connection) as queries:
        root.get(admin_url("integrations.BankTransaction", one_corner.bank_transaction.pk))

    read = [query["sql"] for query in queries if 'FROM "bank_transactions" ' in query["sql"]]
    assert len(read) == 1
    assert "\"transaction_date\" = '2026-10-05'" in read[0]
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN {read[0]}")
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert set(re.findall(r"bank_transactions_\w*?y\d{4}m\d{2}|bank_transactions_default", plan)) == {
        "bank_transactions_y2026m10"
    }


def test_file_content_and_credentials_are_not_even_loaded(root: Client, one_corner: Corner) -> None:
    for url in (
        list_url("integrations.StatementFile"),
        admin_url("integrations.StatementFile", one_corner.file.pk),
        list_url("integrations.BankStatement"),
        admin_url("integrations.BankStatement", one_corner.statement.pk),
        admin_url("integrations.BankTransaction", one_corner.bank_transaction.pk),
        list_url("integrations.BankConnection"),
        list_url("integrations.BankWebhook"),
    ):
        with CaptureQueriesContext(connection) as queries:
            root.get(url)
        text = "\n".join(query["sql"] for query in queries)
        for column in ('"content"', "encrypted_", "webhook_secret", "verification_token"):
            assert column not in text, f"{url} reads {column}"


@pytest.mark.parametrize(
    ("query", "months"), [("", 0), ("transaction_date__year=2026", 12), ("transaction_date__year=x", 0)]
)
def test_dates_are_offered_without_looking_for_rows(root: Client, one_corner: Corner, query: str, months: int) -> None:
    with CaptureQueriesContext(connection) as queries:
        response = root.get(list_url("integrations.BankTransaction", query), follow=True)

    text = "\n".join(entry["sql"] for entry in queries)
    assert "DISTINCT" not in text
    assert response.content.decode().count("transaction_date__month=") == months


def test_days_of_a_month_are_offered_and_one_is_marked(root: Client, one_corner: Corner) -> None:
    query = "transaction_date__year=2026&transaction_date__month=2&transaction_date__day=3"

    html = root.get(list_url("integrations.BankTransaction", query)).content.decode()

    assert '<strong aria-current="true">Feb 3</strong>' in html
    assert len(set(re.findall(r"transaction_date__day=(\d+)", html))) == 28
