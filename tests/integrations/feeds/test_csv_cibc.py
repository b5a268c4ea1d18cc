"""CIBC: four columns for an account, a fifth with the masked card for a card."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from integrations.feeds import AccountKind, FeedFormat, IdentifierKind, Severity
from tests.integrations.feeds.writing import codes, read, read_account

ROW = "2026-04-02,INVENTED COFFEE CO,10.00,\n"
CARD_ROW = '2026-04-02,"INVENTED COFFEE, OTTAWA ON",10.00,,4500********1234\n'


def test_an_account_row() -> None:
    feed = read(ROW + "2026-04-15,INVENTED EMPLOYER,,1000.00\n")

    (account,) = feed.accounts
    assert [row.amount for row in account.transactions] == [Decimal("-10.00"), Decimal("1000.00")]
    assert account.transactions[0].raw == {
        "Date": "2026-04-02",
        "Description": "INVENTED COFFEE CO",
        "Debit": "10.00",
        "Credit": "",
    }
    assert (account.external_account_id, account.identifier_kind) == (None, None)
    assert (account.period_start, account.period_end) == (date(2026, 4, 2), date(2026, 4, 15))
    assert feed.problems == ()


@pytest.mark.parametrize("header", ["Date,Description,Debit,Credit\n", "Date,Transaction details,Debit,Credit\n"])
def test_headings_are_accepted(header: str) -> None:
    feed = read(header + ROW)

    assert feed.format is FeedFormat.CSV_CIBC_ACCOUNT
    assert feed.accounts[0].transactions[0].line == 2
    assert feed.problems == ()


def test_a_card_row() -> None:
    feed = read(CARD_ROW + "2026-04-10,PAYMENT THANK YOU/PAIEMENT MERCI,,600.00,4500********1234")

    (account,) = feed.accounts
    purchase, payment = account.transactions
    assert account.external_account_id == "4500********1234"
    assert account.identifier_kind is IdentifierKind.MASKED_CARD
    assert account.kind is AccountKind.CREDIT_CARD
    assert (purchase.amount, payment.amount) == (Decimal("-10.00"), Decimal("600.00"))
    assert purchase.description == "INVENTED COFFEE, OTTAWA ON"
    assert (purchase.merchant_name, payment.merchant_name) == ("INVENTED COFFEE, OTTAWA ON", None)
    assert feed.problems == ()


def test_card_headings_are_accepted() -> None:
    feed = read("Date,Description,Debit,Credit,Card Number\n" + CARD_ROW)

    assert feed.format is FeedFormat.CSV_CIBC_CARD
    assert len(feed.accounts[0].transactions) == 1


def test_several_cards_are_several_accounts() -> None:
    feed = read(CARD_ROW + CARD_ROW.replace("1234", "9876"))

    assert [a.external_account_id for a in feed.accounts] == ["4500********1234", "4500********9876"]


@pytest.mark.parametrize("fifth", ["4500********1234", "4500XXXXXXXX1234", "4500 •••• •••• 1234", "4500123412341234"])
def test_a_card_in_column_five_is_never_taken_for_a_balance(fifth: str) -> None:
    assert read(CARD_ROW.replace("4500********1234", fifth)).format is FeedFormat.CSV_CIBC_CARD


@pytest.mark.parametrize("fifth", ["1234.56", "-1234.56", "1,234.56", "$95.75", ""])
def test_a_number_in_column_five_is_tds_balance(fifth: str) -> None:
    cell = f'"{fifth}"' if "," in fifth else fifth

    assert read(CARD_ROW.replace("4500********1234", cell)).format is FeedFormat.CSV_TD


@pytest.mark.parametrize(
    ("row", "code"),
    [
        (CARD_ROW.replace("4500********1234", ""), "account_missing"),
        (CARD_ROW.replace("4500********1234", "n/a"), "account_unreadable"),
        (CARD_ROW.replace("10.00,,", "10.00,1.00,"), "amount_both_sides"),
        (CARD_ROW.replace("10.00,,", ",,"), "amount_missing"),
        (CARD_ROW.replace("2026-04-02", "04/02/2026"), "date_unreadable"),
        (CARD_ROW.replace('"', ""), "field_count"),
    ],
)
def test_a_bad_card_line_is_rejected_with_its_line_and_text(row: str, code: str) -> None:
    feed = read(CARD_ROW + row + CARD_ROW)

    (problem,) = feed.problems
    assert (problem.line, problem.code, problem.severity, problem.raw) == (
        2,
        code,
        Severity.ERROR,
        row.rstrip("\n"),
    )
    assert [(len(a.transactions), a.rejected) for a in feed.accounts] == [(2, 1)]


def test_an_unclosed_quote_costs_one_row_and_not_the_file() -> None:
    feed = read(ROW + '2026-04-03,"INVENTED GROCER,20.00,\n' + '2026-04-04,"FUEL, AND MORE",30.00,\n' + ROW)

    assert [(p.line, p.code) for p in feed.problems] == [(2, "quote_unclosed")]
    assert [row.amount for row in feed.accounts[0].transactions] == [
        Decimal("-10.00"),
        Decimal("-30.00"),
        Decimal("-10.00"),
    ]


def test_an_unclosed_quote_never_merges_two_rows() -> None:
    """Without care the first row would take the second one's amount."""
    feed = read(ROW + '2026-04-03,"INVENTED COFFEE,10.00,\n' + '2026-04-04,INVENTED GROCER",20.00,\n')

    assert codes(feed) == ["quote_unclosed"]
    assert [row.line for row in feed.accounts[0].transactions] == [1, 3]


def test_a_quoted_line_break_counts_its_lines() -> None:
    account = read_account('2026-04-02,"INVENTED\nCOFFEE",10.00,\n2026-04-03,FUEL,30.00,\n')

    assert [(row.line, row.description) for row in account.transactions] == [
        (1, "INVENTED COFFEE"),
        (3, "FUEL"),
    ]
    assert account.transactions[0].raw["Description"] == "INVENTED\nCOFFEE"


def test_control_characters_are_replaced_with_a_warning() -> None:
    feed = read(ROW + "2026-04-03,A\x07B\tC,1.00,\n")

    row = feed.accounts[0].transactions[1]
    assert (row.description, row.raw["Description"]) == ("A\ufffdB C", "A\ufffdB\tC")
    assert [(p.line, p.code, p.severity) for p in feed.problems] == [(2, "characters_replaced", Severity.WARNING)]


def test_any_unicode_may_stand_in_a_description() -> None:
    text = "CAFÉ 東京 🍁 \u202eABC\u202c"

    assert read_account(f"2026-04-02,{text},10.00,\n").transactions[0].description == text


def test_two_equal_coffees_stay_two() -> None:
    assert len(read_account(ROW + ROW).transactions) == 2
