"""The search box over bank transactions: what can be written, and what it finds. By which index: test_search_plans."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from dwaybank.admin.display import list_url
from integrations.models import BankTransaction
from integrations.search import SearchError, Term, bank_transaction_condition, terms
from tests.factories import AccountFactory, BankConnectionFactory, BankTransactionFactory, LinkedAccountFactory


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("coffee", [Term("", "coffee")]),
        ("tim hortons 12.34", [Term("amount", "12.34"), Term("", "tim hortons")]),
        ("merchant:tim hortons", [Term("merchant", "tim hortons")]),
        ("merchant:tim hortons amount:-5.00", [Term("merchant", "tim hortons"), Term("amount", "-5.00")]),
        ("coffee date:2026-10", [Term("", "coffee"), Term("date", "2026-10")]),
        ("2026-10-05 coffee", [Term("date", "2026-10-05"), Term("", "coffee")]),
        ('raw."Description 1":PAY ROLL', [Term("raw.Description 1", "PAY ROLL")]),
        ("raw.CAD$:-5.00", [Term("raw.CAD$", "-5.00")]),
        ('merchant:"NOTE: X" fitid:7', [Term("merchant", "NOTE: X"), Term("fitid", "7")]),
        ('merchant:"A" coffee', [Term("merchant", "A"), Term("", "coffee")]),
        ("12:30 train", [Term("", "12:30 train")]),
    ],
)
def test_terms(text: str, expected: list[Term]) -> None:
    assert terms(text) == expected


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("merchant:", "needs a value"),
        ('merchant:""', "needs a value"),
        ("!", "no word of two letters"),
        ('"', "Nothing to search for"),
        ("amount:twelve", "is no amount"),
        ("amount:12.345", "is no amount"),
        ("date:2026-13", "is no date"),
        ("date:yesterday", "is no date"),
        ("id:5", "is no id"),
        ("x" * 501, "longer than 500"),
        (" ".join(f"a{n}:b" for n in range(21)), "More than 20"),
    ],
)
def test_bad_input_says_what_is_wrong(text: str, message: str) -> None:
    with pytest.raises(SearchError, match=message):
        bank_transaction_condition(text)


def test_an_unknown_account_says_so(db: None) -> None:
    with pytest.raises(SearchError, match="No account is known"):
        bank_transaction_condition("account:1234567")


@pytest.fixture
def rows(db: None) -> dict[str, BankTransaction]:
    """A coffee, a salary and an OFX row of another account."""
    connection_row = BankConnectionFactory.create()
    account = AccountFactory.create(user=connection_row.user, external_account_id="01234-5678901")
    LinkedAccountFactory.create(connection=connection_row, account=account, external_account_id="01234-5678901")
    common: dict[str, Any] = {"connection": connection_row, "account": account}
    coffee = {"merchant": "CAFÉ TIM", "words": ["cafe", "tim"], "amount": "-4.75", "code": "POS", "line": 7}
    pay = {"words": ["payroll", "acme"], "amount": "2000.00", "reference": "000123", "source": "csv-rbc"}
    other = BankTransactionFactory.create(
        raw_data={"FITID": "F-9", "MEMO": "Exact Text"},
        normalized_data={"words": ["cafe", "autre"], "amount": "4.75"},
        transaction_date=date(2025, 12, 31),
    )
    return {
        "coffee": BankTransactionFactory.create(
            **common, normalized_data=coffee, raw_data={"Description 1": "CAFÉ TIM"}, transaction_date=date(2026, 10, 5)
        ),
        "pay": BankTransactionFactory.create(**common, normalized_data=pay, transaction_date=date(2026, 10, 31)),
        "other": other,
    }


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Café", {"coffee", "other"}),
        ("tim CAFE", {"coffee"}),
        ("merchant:café tim", {"coffee"}),
        ("amount:4.75", {"coffee", "other"}),
        ("4.75", {"coffee", "other"}),
        ("amount:-4.75", {"coffee"}),
        ("amount:+4.75", {"other"}),
        ("amount:$2,000", {"pay"}),
        ("code:pos", {"coffee"}),
        ("ref:000123", {"pay"}),
        ("line:7", {"coffee"}),
        ("source:csv-rbc", {"pay"}),
        ("fitid:F-9", {"other"}),
        ("raw.MEMO:Exact Text", {"other"}),
        ("raw.MEMO:exact text", set()),
        ('raw."Description 1":CAFÉ TIM', {"coffee"}),
        ("account:01234-5678901", {"coffee", "pay"}),
        ("account:012345678901", {"coffee", "pay"}),
        ("date:2026-10-05", {"coffee"}),
        ("date:2026-10", {"coffee", "pay"}),
        ("date:2025-12", {"other"}),
        ("date:2025", {"other"}),
        ("cafe date:2026", {"coffee"}),
        ("merchant:' OR 1=1 --", set()),
    ],
)
def test_finds_what_was_asked_for(rows: dict[str, BankTransaction], text: str, found: set[str]) -> None:
    matching = BankTransaction.objects.filter(bank_transaction_condition(text))

    assert set(matching) == {rows[name] for name in found}


def test_an_id_is_looked_up_by_its_key(rows: dict[str, BankTransaction]) -> None:
    row = rows["pay"]

    assert BankTransaction.objects.get(bank_transaction_condition(str(row.pk))) == row
    assert not BankTransaction.objects.filter(
        bank_transaction_condition("id:00000000-0000-0000-0000-000000000000")
    ).exists()


def test_bad_input_is_a_message_and_an_empty_list(root: Client, rows: dict[str, BankTransaction]) -> None:
    response = root.get(list_url("integrations.BankTransaction"), {"q": "amount:twelve"})

    html = response.content.decode()
    assert "is no amount" in html
    assert response.context["cl"].result_count == 0


def test_few_hits_keep_the_order_asked_for(root: Client, rows: dict[str, BankTransaction]) -> None:
    url = list_url("integrations.BankTransaction")

    newest = root.get(url, {"q": "cafe"}).context["cl"].result_list
    oldest = root.get(url, {"q": "cafe", "o": "0"}).context["cl"].result_list

    assert [row.pk for row in newest] == [rows["coffee"].pk, rows["other"].pk]
    assert [row.pk for row in oldest] == [rows["other"].pk, rows["coffee"].pk]


def test_amounts_in_the_list_carry_their_sign(root: Client, rows: dict[str, BankTransaction]) -> None:
    BankTransaction.objects.filter(pk=rows["pay"].pk).update(amount=Decimal("2000.00"), transaction_type="credit")

    html = root.get(list_url("integrations.BankTransaction")).content.decode()

    assert ">+$2,000.00<" in html
    assert ">-$12.34<" in html
