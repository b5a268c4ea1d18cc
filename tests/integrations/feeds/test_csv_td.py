"""TD: no headings, debit and credit columns, and a running balance that proves the rows."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from itertools import accumulate

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integrations.feeds import AccountKind, BalanceKind, FeedAccount, Severity
from tests.integrations.feeds.writing import codes, read, read_account, refusal

OLDEST_FIRST = [
    "01/02/2026,PAY,,1000.00,1100.00",
    "01/03/2026,COFFEE,4.25,,1095.75",
    "01/03/2026,COFFEE,4.25,,1091.50",
    "01/09/2026,RENT,900.00,,191.50",
]


def text_of(rows: list[str]) -> str:
    return "\n".join(rows) + "\n"


def ends(account: FeedAccount) -> tuple[Decimal | None, Decimal | None]:
    return account.balance(BalanceKind.OPENING), account.balance(BalanceKind.CLOSING)


def test_a_row() -> None:
    account = read_account(text_of(OLDEST_FIRST))

    row = account.transactions[1]
    assert (row.line, row.amount, row.currency) == (2, Decimal("-4.25"), "CAD")
    assert (row.transaction_date, row.description) == (date(2026, 1, 3), "COFFEE")
    assert row.running_balance == Decimal("1095.75")
    assert row.raw == {
        "Date": "01/03/2026",
        "Description": "COFFEE",
        "Debit": "4.25",
        "Credit": "",
        "Balance": "1095.75",
    }
    assert (account.external_account_id, account.identifier_kind) == (None, None)
    assert account.kind is AccountKind.UNKNOWN


@pytest.mark.parametrize("rows", [OLDEST_FIRST, OLDEST_FIRST[::-1]], ids=["oldest first", "newest first"])
def test_the_balances_tell_the_order_of_the_rows(rows: list[str]) -> None:
    feed = read(text_of(rows))

    (account,) = feed.accounts
    assert ends(account) == (Decimal("100.00"), Decimal("191.50"))
    assert [row.line for row in account.transactions] == [1, 2, 3, 4]
    assert [b.as_of for b in account.balances] == [date(2026, 1, 2), date(2026, 1, 9)]
    assert feed.problems == ()


def test_the_order_is_known_also_within_one_day() -> None:
    rows = ["01/03/2026,B,10.00,,85.00", "01/03/2026,A,5.00,,95.00", "01/03/2026,C,1.00,,100.00"]

    assert ends(read_account(text_of(rows))) == (Decimal("101.00"), Decimal("85.00"))


def test_one_row_gives_both_balances() -> None:
    assert ends(read_account("01/03/2026,COFFEE,4.25,,95.75\n")) == (Decimal("100.00"), Decimal("95.75"))


def test_iso_dates_are_read_too() -> None:
    account = read_account("2026-01-03,COFFEE,4.25,,95.75\n")

    assert account.transactions[0].transaction_date == date(2026, 1, 3)


def test_headings_are_accepted_where_they_mean_the_same() -> None:
    feed = read("Date,Transaction Description,Withdrawals,Deposits,Balance\n" + text_of(OLDEST_FIRST))

    assert len(feed.accounts[0].transactions) == 4
    assert feed.problems == ()


@pytest.mark.parametrize("newest_first", [False, True])
def test_a_break_in_the_chain_is_a_warning_with_line_expected_and_found(newest_first: bool) -> None:
    rows = [*OLDEST_FIRST[:3], "01/09/2026,RENT,900.00,,291.50", "01/10/2026,COFFEE,4.25,,287.25"]
    feed = read(text_of(rows[::-1] if newest_first else rows))

    (problem,) = feed.problems
    assert (problem.code, problem.severity) == ("balance_chain_break", Severity.WARNING)
    assert problem.line == (2 if newest_first else 4)
    assert "191.50" in problem.message
    assert "291.50" in problem.message
    assert feed.accounts[0].rejected == 0
    assert len(feed.accounts[0].transactions) == 5


def test_a_missing_row_breaks_the_chain() -> None:
    feed = read(text_of([*OLDEST_FIRST[:1], *OLDEST_FIRST[2:]]))

    assert codes(feed) == ["balance_chain_break"]


def test_a_rejected_line_is_not_reported_twice_as_a_break() -> None:
    rows = [*OLDEST_FIRST]
    rows[1] = "01/03/2026,COFFEE,4.255,,1095.75"

    feed = read(text_of(rows))

    assert codes(feed) == ["amount_too_precise"]
    assert ends(feed.accounts[0]) == (Decimal("100.00"), Decimal("191.50"))


@pytest.mark.parametrize(("index", "kept"), [(0, BalanceKind.CLOSING), (3, BalanceKind.OPENING)])
def test_a_rejected_first_or_last_row_hides_that_balance(index: int, kept: BalanceKind) -> None:
    rows = [*OLDEST_FIRST]
    rows[index] = rows[index].replace("/2026", "/206")

    account = read_account(text_of(rows))

    assert [balance.kind for balance in account.balances] == [kept]


def test_an_unreadable_balance_does_not_cost_the_row() -> None:
    rows = [*OLDEST_FIRST]
    rows[1] = "01/03/2026,COFFEE,4.25,,n/a"

    feed = read(text_of(rows))

    assert codes(feed) == ["balance_unreadable"]
    assert feed.problems[0].line == 2
    assert feed.accounts[0].transactions[1].amount == Decimal("-4.25")
    assert feed.accounts[0].transactions[1].running_balance is None


def test_a_blank_balance_is_none() -> None:
    feed = read("01/03/2026,COFFEE,4.25,,\n01/04/2026,COFFEE,4.25,,\n")

    assert feed.accounts[0].balances == ()
    assert feed.problems == ()


@pytest.mark.parametrize("newest_first", [False, True])
def test_what_is_owed_on_a_card_is_a_negative_balance(newest_first: bool) -> None:
    rows = [
        "01/02/2026,SHOP,50.00,,150.00",
        "01/03/2026,PAYMENT,,120.00,30.00",
        "01/05/2026,SHOP,7.50,,37.50",
    ]

    feed = read(text_of(rows[::-1] if newest_first else rows))

    (account,) = feed.accounts
    assert account.kind is AccountKind.CREDIT_CARD
    assert ends(account) == (Decimal("-100.00"), Decimal("-37.50"))
    opening, closing = ends(account)
    assert opening is not None
    assert opening + account.signed_sum == closing
    assert {row.running_balance for row in account.transactions} == {
        Decimal("-150.00"),
        Decimal("-30.00"),
        Decimal("-37.50"),
    }
    assert feed.problems == ()


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ("01/03/2026,X,1.00,2.00,3.00", "amount_both_sides"),
        ("01/03/2026,X,,,3.00", "amount_missing"),
        ("01/03/2026,X,0.00,,3.00", "amount_zero"),
        ("01/03/2026,X,0.00,0.00,3.00", "amount_zero"),
        ("01/03/2026,X,-1.00,,3.00", "amount_signed"),
        ("01/03/2026,X,abc,,3.00", "amount_unreadable"),
        ("13/03/2026,X,1.00,,3.00", "date_unreadable"),
        ("01/03/2026,X,1.00,3.00", "field_count"),
        ("01/03/2026,X,1.00,,3.00,", "field_count"),
        ("01/03/2026,X, Y,1.00,,3.00", "field_count"),
    ],
)
def test_a_bad_line_is_rejected_with_its_line_and_text(row: str, code: str) -> None:
    feed = read(text_of([OLDEST_FIRST[0], row, OLDEST_FIRST[1]]))

    (problem,) = feed.problems
    assert (problem.line, problem.code, problem.raw) == (2, code, row)
    assert feed.accounts[0].rejected == 1


@pytest.mark.parametrize("row", ["01/03/2026,X,1.00,0.00,", "01/03/2026,X,1.00, ,"])
def test_a_zero_beside_an_amount_counts_as_blank(row: str) -> None:
    assert read_account(row + "\n").transactions[0].amount == Decimal("-1.00")


@pytest.mark.parametrize("text", ["OPENING BALANCE", "Closing balance:", "Balance forward", "Solde d'ouverture"])
def test_a_balance_line_is_no_movement_and_shown_as_skipped(text: str) -> None:
    feed = read(text_of([f"01/01/2026,{text},,,100.00", *OLDEST_FIRST]))

    (problem,) = feed.problems
    assert (problem.line, problem.code, problem.severity) == (1, "summary_line_skipped", Severity.WARNING)
    assert text in problem.raw
    assert len(feed.accounts[0].transactions) == 4
    assert feed.accounts[0].rejected == 0


@pytest.mark.parametrize("line", ["Total,,908.50,1000.00,", ",TOTAL:,908.50,1000.00,", "Totaux,,908.50,1000.00,"])
def test_a_total_without_a_date_is_no_movement_and_shown_as_skipped(line: str) -> None:
    feed = read(text_of([*OLDEST_FIRST, line]))

    assert [(p.line, p.code, p.raw) for p in feed.problems] == [(5, "summary_line_skipped", line)]
    assert feed.accounts[0].rejected == 0


@pytest.mark.parametrize("text", ["BALANCE TRANSFER", "TOTAL WINE", "OPENING BALANCE CAFE", "TOTAL"])
def test_a_shop_that_sounds_like_a_balance_is_a_movement(text: str) -> None:
    assert read_account(f"01/01/2026,{text},1.00,,9.00\n").transactions[0].description == text


def test_a_file_without_one_readable_row_is_refused() -> None:
    refused = refusal("01/03/2026,X,1.00,2.00,3.00\n01/04/2026,X,,,3.00\n")

    assert refused.code == "nothing_readable"
    assert [problem.code for problem in refused.problems] == ["amount_both_sides", "amount_missing"]


CENTS = st.integers(min_value=-500_000, max_value=500_000).filter(bool)


@given(
    st.lists(CENTS, min_size=2, max_size=30),
    st.integers(min_value=-100_000, max_value=100_000),
    st.booleans(),
)
def test_a_true_chain_ties_out_in_either_order(cents: list[int], opening: int, newest_first: bool) -> None:
    balances = list(accumulate(cents, initial=opening))[1:]
    rows = []
    for n, (moved, balance) in enumerate(zip(cents, balances, strict=True), 1):
        amount = f"{abs(moved) / 100:.2f}"
        sides = f",{amount}" if moved > 0 else f"{amount},"
        rows.append(f"01/{min(n, 28):02d}/2026,R{n},{sides},{balance / 100:.2f}")

    feed = read(text_of(rows[::-1] if newest_first else rows))

    assert feed.problems == ()
    first, last = ends(feed.accounts[0])
    assert first is not None
    assert first + feed.accounts[0].signed_sum == last
