"""QIF: records, accounts, and dates whose order only the file can show."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from integrations.feeds import AccountKind, BalanceKind, FeedFormat, IdentifierKind
from tests.integrations.feeds.writing import codes, read, read_account, refusal
from tests.integrations.feeds.writing_business import qif

SURE = "D01/31/2026|T-1.00|PRENT"


def test_a_record() -> None:
    feed = read(qif("D01/31/2026|T-1,204.25|N1042|PCAFÉ NOËL|MMontréal|LFood|CX"))

    (account,) = feed.accounts
    (row,) = account.transactions
    assert (feed.format, feed.bank_id, account.currency) == (FeedFormat.QIF, None, "CAD")
    assert (account.external_account_id, account.kind) == (None, AccountKind.DEPOSIT)
    assert (row.transaction_date, row.amount) == (date(2026, 1, 31), Decimal("-1204.25"))
    assert (row.description, row.bank_reference, row.line) == ("CAFÉ NOËL - Montréal", "1042", 2)
    assert row.raw["L"] == "Food"
    assert codes(feed) == ["currency_assumed"]


@pytest.mark.parametrize(
    ("dates", "expected"),
    [
        (("01/31/2026", "02/03/2026"), [date(2026, 1, 31), date(2026, 2, 3)]),
        (("31/01/2026", "02/03/2026"), [date(2026, 1, 31), date(2026, 3, 2)]),
        (("1/31'26", "2/ 3'26"), [date(2026, 1, 31), date(2026, 2, 3)]),
        (("01-31-99", "02-03-99"), [date(1999, 1, 31), date(1999, 2, 3)]),
        (("2026-01-31", "2026-02-03"), [date(2026, 1, 31), date(2026, 2, 3)]),
        (("05/05/2026", "06/06/2026"), [date(2026, 5, 5), date(2026, 6, 6)]),
    ],
)
def test_one_date_shows_the_order_of_all(dates: tuple[str, ...], expected: list[date]) -> None:
    rows = read_account(qif(*(f"D{day}|T-1.00|PX" for day in dates))).transactions

    assert [row.transaction_date for row in rows] == expected


@pytest.mark.parametrize("dates", [("01/02/2026", "03/04/2026"), ("01/31/2026", "31/01/2026")])
def test_dates_of_an_uncertain_order_refuse_the_file(dates: tuple[str, ...]) -> None:
    assert refusal(qif(*(f"D{day}|T-1.00|PX" for day in dates))).code == "date_order_ambiguous"


@pytest.mark.parametrize(
    ("record", "code"),
    [
        ("D01/30/2026|Tabc|PX", "amount_unreadable"),
        ("D01/30/2026|T-1.005|PX", "amount_too_precise"),
        ("D01/30/2026|T1,234|PX", "amount_ambiguous"),
        ("D01/30/2026|PX", "amount_missing"),
        ("T-1.00|PX", "date_missing"),
        ("D02/30/2026|T-1.00|PX", "date_unreadable"),
        ("D01/30/2026|T-1.00|PX|D01/31/2026|T-2.00|PY", "field_repeated"),
        ("D01/30/2026|T-1.00|U-2.00|PX", "field_repeated"),
    ],
)
def test_a_record_that_cannot_be_taken_is_named_and_the_others_are_taken(record: str, code: str) -> None:
    feed = read(qif(SURE, record, SURE))

    assert [(p.line, p.code) for p in feed.problems if p.line] == [(6, code)]
    assert feed.accounts[0].signed_sum == Decimal("-2.00")
    assert feed.accounts[0].rejected == 1


def test_the_last_record_of_a_cut_file_is_not_taken() -> None:
    whole = qif(SURE, "D01/30/2026|PX|T-100.00")

    assert sorted(codes(read(whole[: whole.index(".00\n^\n", 40)]))) == ["currency_assumed", "file_truncated"]
    assert len(read_account(whole.rstrip("\n")).transactions) == 2


def test_accounts_stay_apart_and_lists_are_passed_over() -> None:
    text = (
        "!Option:AutoSwitch\n!Account\nNVisa\nTCCard\n^\nN00123-4567890\nTBank\n^\n!Clear:AutoSwitch\n"
        "!Type:Cat\nNFood\nE\n^\n"
        f"!Account\nNVisa\nTCCard\n^\n{qif(SURE, kind='CCard')}"
        f"!Account\nN00123-4567890\nTBank\n^\n{qif('D01/30/2026|T5.00|PPAY')}"
    )

    visa, chequing = read(text).accounts

    assert (visa.external_account_id, visa.identifier_kind, visa.signed_sum) == ("Visa", None, Decimal("-1.00"))
    assert (chequing.external_account_id, chequing.identifier_kind) == ("00123-4567890", IdentifierKind.ACCOUNT_NUMBER)


def test_an_opening_balance_is_a_balance_and_no_row() -> None:
    feed = read(qif("D01/01/2026|T100.00|POpening Balance|L[Chequing]", SURE))

    assert feed.accounts[0].balance(BalanceKind.OPENING) == Decimal("100.00")
    assert feed.accounts[0].signed_sum == Decimal("-1.00")
    assert "summary_line_skipped" in codes(feed)


def test_investments_are_refused_by_name() -> None:
    refused = refusal(qif(SURE, kind="Invst"))

    assert "unsupported_statement" in [problem.code for problem in refused.problems]
