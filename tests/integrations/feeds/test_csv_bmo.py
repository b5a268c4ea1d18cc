"""BMO: preambles, blank lines, blocks per account, codes in brackets; and its card files."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from integrations.feeds import AccountKind, IdentifierKind, Severity
from tests.integrations.feeds.writing import (
    BMO_ACCOUNT_HEAD,
    BMO_CARD_HEAD,
    codes,
    read,
    read_account,
    refusal,
)

DEPOSIT = "'5191230000000000',CREDIT,20260102,2289.58,[DN]E-TRANSFER JANE SMITH   \n"
FEE = "'5191230000000000',DEBIT,20260115,-4.9,[SC]PLAN FEE\n"
UNSIGNED_FEE = FEE.replace("-4.9", "4.9")
CARD_ROW = "1,'5191230000000000',20260102,20260104,24.5,TWO RIVERS BISTRO WINNIPEG MB\n"


def test_an_account_row() -> None:
    feed = read(BMO_ACCOUNT_HEAD + DEPOSIT + FEE)

    (account,) = feed.accounts
    first, second = account.transactions
    assert (account.external_account_id, account.identifier_kind) == (
        "5191230000000000",
        IdentifierKind.CARD_NUMBER,
    )
    assert account.kind is AccountKind.DEPOSIT
    assert (first.line, second.line) == (7, 8)
    assert (first.amount, second.amount) == (Decimal("2289.58"), Decimal("-4.90"))
    assert first.description == "[DN]E-TRANSFER JANE SMITH"
    assert first.transaction_code == "DN"
    assert first.transaction_date == first.posted_date == date(2026, 1, 2)
    assert first.raw["First Bank Card"] == "'5191230000000000'"
    assert first.raw["Description"] == "[DN]E-TRANSFER JANE SMITH   "
    assert feed.problems == ()


@pytest.mark.parametrize(
    "head",
    [
        BMO_ACCOUNT_HEAD,
        BMO_ACCOUNT_HEAD.replace("\n\n\n", "\n"),
        BMO_ACCOUNT_HEAD.replace(", Transaction Amount", ",Transaction Amount"),
        "First Bank Card,Transaction Type,Date Posted, Transaction Amount,Description\n",
        "Some other words\n" + BMO_ACCOUNT_HEAD,
    ],
)
def test_the_preamble_may_vary(head: str) -> None:
    assert read(head + DEPOSIT).accounts[0].signed_sum == Decimal("2289.58")
    assert read(head + DEPOSIT).problems == ()


@pytest.mark.parametrize("written", ["5191230000000000", "'5191230000000000", " '5191230000000000' "])
def test_the_card_number_is_kept_without_quotes(written: str) -> None:
    text = BMO_ACCOUNT_HEAD + DEPOSIT.replace("'5191230000000000'", written)

    assert read_account(text).external_account_id == "5191230000000000"


def test_a_masked_card_is_called_so() -> None:
    text = BMO_ACCOUNT_HEAD + DEPOSIT.replace("5191230000000000", "500766**********")

    assert read_account(text).identifier_kind is IdentifierKind.MASKED_CARD


def test_blocks_of_several_accounts_stay_apart_even_under_one_debit_card() -> None:
    feed = read(BMO_ACCOUNT_HEAD + DEPOSIT + "\n" + BMO_ACCOUNT_HEAD + FEE)

    assert [account.external_account_id for account in feed.accounts] == ["5191230000000000"] * 2
    assert [account.signed_sum for account in feed.accounts] == [Decimal("2289.58"), Decimal("-4.90")]
    assert feed.accounts[1].transactions[0].line == 15


def test_an_empty_block_is_said() -> None:
    feed = read(BMO_ACCOUNT_HEAD + BMO_ACCOUNT_HEAD + FEE)

    assert len(feed.accounts) == 1
    assert [(p.code, p.line) for p in feed.problems] == [("no_transactions", 4)]


def test_a_file_of_headings_only_is_refused() -> None:
    assert refusal(BMO_ACCOUNT_HEAD).code == "no_statement"


def test_amounts_without_sign_take_their_direction_from_the_type() -> None:
    account = read_account(BMO_ACCOUNT_HEAD + DEPOSIT + UNSIGNED_FEE)

    assert [row.amount for row in account.transactions] == [Decimal("2289.58"), Decimal("-4.90")]


def test_one_signed_amount_makes_the_whole_block_signed() -> None:
    reversal = UNSIGNED_FEE.replace("PLAN FEE", "PLAN FEE REVERSED")

    account = read_account(BMO_ACCOUNT_HEAD + DEPOSIT + FEE + reversal)

    assert [row.amount for row in account.transactions] == [
        Decimal("2289.58"),
        Decimal("-4.90"),
        Decimal("4.90"),
    ]


def test_the_direction_is_decided_block_by_block() -> None:
    feed = read(BMO_ACCOUNT_HEAD + UNSIGNED_FEE + BMO_ACCOUNT_HEAD + FEE + UNSIGNED_FEE)

    assert [account.signed_sum for account in feed.accounts] == [Decimal("-4.90"), Decimal("0.00")]


def test_an_amount_without_sign_and_direction_is_rejected() -> None:
    feed = read(BMO_ACCOUNT_HEAD + DEPOSIT + UNSIGNED_FEE + UNSIGNED_FEE.replace("DEBIT", "OTHER"))

    (problem,) = feed.problems
    assert (problem.line, problem.code, problem.severity) == (9, "direction_unreadable", Severity.ERROR)
    assert feed.accounts[0].rejected == 1
    assert feed.accounts[0].signed_sum == Decimal("2284.68")


@pytest.mark.parametrize(
    ("row", "code"),
    [
        (FEE.replace("20260115", "2026-01-15"), "date_unreadable"),
        (FEE.replace("-4.9", ""), "amount_missing"),
        (FEE.replace("'5191230000000000'", "5.19123E+15"), "account_unreadable"),
        (FEE.replace("'5191230000000000'", "''"), "account_missing"),
        (FEE.replace("PLAN FEE", "PLAN, FEE"), "field_count"),
        ("closing words of some kind\n", "field_count"),
    ],
)
def test_a_bad_line_is_rejected_with_its_line_and_text(row: str, code: str) -> None:
    feed = read(BMO_ACCOUNT_HEAD + DEPOSIT + row)

    (problem,) = feed.problems
    assert (problem.line, problem.code, problem.raw) == (8, code, row.rstrip("\n"))
    assert feed.accounts[0].rejected == 1


def test_a_row_above_the_headings_is_not_passed_over() -> None:
    feed = read(FEE + BMO_ACCOUNT_HEAD + DEPOSIT)

    assert [(p.line, p.code) for p in feed.problems] == [(1, "unexpected_line")]
    assert sum(account.rejected for account in feed.accounts) == 1


def test_a_card_row_has_two_dates_and_a_purchase_goes_out() -> None:
    payment = "2,'5191230000000000',20260105,20260105,-100.0,PAYMENT RECEIVED - THANK YOU"

    feed = read(BMO_CARD_HEAD + CARD_ROW + payment)

    (account,) = feed.accounts
    purchase, paid = account.transactions
    assert account.kind is AccountKind.CREDIT_CARD
    assert (account.external_account_id, account.identifier_kind) == (
        "5191230000000000",
        IdentifierKind.CARD_NUMBER,
    )
    assert (purchase.amount, paid.amount) == (Decimal("-24.50"), Decimal("100.00"))
    assert (purchase.transaction_date, purchase.posted_date) == (date(2026, 1, 2), date(2026, 1, 4))
    assert (purchase.merchant_name, paid.merchant_name) == ("TWO RIVERS BISTRO WINNIPEG MB", None)
    assert purchase.raw["Transaction Amount"] == "24.5"
    assert (account.period_start, account.period_end) == (date(2026, 1, 2), date(2026, 1, 5))
    assert feed.problems == ()


def test_two_cards_in_one_file_are_two_accounts() -> None:
    feed = read(BMO_CARD_HEAD + CARD_ROW + CARD_ROW.replace("519123", "519124"))

    assert [account.external_account_id for account in feed.accounts] == [
        "5191230000000000",
        "5191240000000000",
    ]


def test_an_unreadable_posting_date_rejects_the_row() -> None:
    feed = read(BMO_CARD_HEAD + CARD_ROW + CARD_ROW.replace("20260104", "20260132"))

    assert codes(feed) == ["date_unreadable"]


def test_no_zero_is_negative() -> None:
    feed = read(BMO_CARD_HEAD + CARD_ROW.replace("24.5", "0.0"))

    assert str(feed.accounts[0].transactions[0].amount) == "0.00"
    assert codes(feed) == ["amount_zero"]
