"""The search box over bank transactions, among many: by which index each kind of word is found, and in which months."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoDbBlocker

from dwaybank.admin.display import list_url
from integrations.models import BankTransaction
from tests.factories import BankTransactionFactory


@pytest.fixture(scope="module", autouse=True)
def _many_rows(module_database: None, django_db_blocker: DjangoDbBlocker) -> None:
    """Rows enough for the planner to care, made once: 3,000 in each of two months."""
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        row = BankTransactionFactory.create()
        for month in ("2026-09-01", "2026-10-01"):
            cursor.execute("SELECT create_bank_transactions_partition(%s)", [month])
            cursor.execute(
                """
                INSERT INTO bank_transactions (connection_id, account_id, bank_id, external_transaction_id,
                    external_account_id, raw_data, normalized_data, amount, transaction_type, transaction_date)
                SELECT %s, %s, 'rbc', %s || n, 'x', jsonb_build_object('FITID', n::text),
                    jsonb_build_object('words', jsonb_build_array('word' || n), 'merchant', 'SHOP ' || n,
                        'amount', n::text || '.00', 'code', 'C' || n),
                    n, 'debit', %s::date + n %% 28
                FROM generate_series(1, 3000) n
                """,
                [row.connection_id, row.account_id, month, month],
            )
            # a long pending list, as after rolled-back tests, makes the planner shun the index
            for column in ("raw_data", "normalized_data"):
                partition = f"bank_transactions_y{month[:4]}m{month[5:7]}"
                cursor.execute("SELECT gin_clean_pending_list(%s::regclass)", [f"{partition}_{column}_idx"])
        cursor.execute("ANALYZE bank_transactions")


def plan_of(response: Any) -> str:
    """The plan of the page's own query."""
    return str(response.context["cl"].result_list.explain())


@pytest.mark.parametrize(
    "text",
    [
        "word77",
        "merchant:shop 77",
        "amount:77.00",
        "amount:-77.00",
        "code:c77",
        "fitid:77",
        "raw.FITID:77",
        "statement:5c2d",
        "word77 date:2026-10",
    ],
)
def test_search_in_records_uses_their_indexes(root: Client, text: str) -> None:
    with CaptureQueriesContext(connection) as queries:
        root.get(list_url("integrations.BankTransaction"), {"q": text})

    asked = [query["sql"] for query in queries if " @> " in query["sql"]]
    assert 1 <= len(asked) <= 2  # counted, and shown where there is anything
    for sql in asked:
        with connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN {sql}")
            plan = "\n".join(line for (line,) in cursor.fetchall())
        assert "Bitmap Index Scan" in plan
        assert not re.findall(r"Seq Scan on bank_transactions_y2026m(?:09|10)\b", plan)


def test_what_was_found_is_read_in_its_own_month(root: Client) -> None:
    BankTransaction.objects.filter(transaction_date__lt=date(2026, 10, 1), normalized_data__code="C78").update(
        normalized_data={"words": ["onlyhere"]}
    )

    response = root.get(list_url("integrations.BankTransaction"), {"q": "onlyhere"})

    assert response.context["cl"].result_count == len(response.context["cl"].result_list) == 1
    assert "bank_transactions_y2026m09" in (plan := plan_of(response))
    assert "bank_transactions_y2026m10" not in plan


def test_search_by_date_reads_one_month(root: Client) -> None:
    plan = plan_of(root.get(list_url("integrations.BankTransaction"), {"q": "date:2026-10"}))

    assert "bank_transactions_y2026m10" in plan
    assert "bank_transactions_y2026m09" not in plan


def test_search_by_id_reads_one_month_by_key(root: Client) -> None:
    pk = BankTransaction.objects.filter(transaction_date=date(2026, 9, 3)).values_list("pk", flat=True)[0]

    plan = plan_of(root.get(list_url("integrations.BankTransaction"), {"q": str(pk)}))

    assert "bank_transactions_y2026m09_pkey" in plan
    assert "bank_transactions_y2026m10" not in plan


def test_a_search_with_many_hits_walks_the_dates(root: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("integrations.admin.bank_transactions.MAX_LISTED", 1)

    response = root.get(list_url("integrations.BankTransaction"), {"q": "word77"})

    assert "transaction_date" in str(response.context["cl"].result_list.query.order_by[0])
    assert response.context["cl"].result_count == 2
