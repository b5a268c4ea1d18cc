"""BAI2: TD's dialect, the standard's, and what real files do to both."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from integrations.feeds import BalanceKind, FeedFormat, ReadLimits, StatementRefused, read_statement
from tests.integrations.feeds.writing import codes, read, read_account, refusal
from tests.integrations.feeds.writing_business import bai2, bai2_account

ROW = "16,475,425,,BANKREF,CUSTREF,CHEQUE 12/"

# TD Web Business Banking as its guide describes it: 040/045, value dates, no references, padded texts.
TD_FILE = """01,0004,12345,260921,0829,001,80,1,2/
02,12345,0004,1,260921,,CAD,/
03,10200123456,CAD,040,+000000010000,,,045,+000000009575,,/
88,100,000000000000000,00000,V,260918,,400,000000000000425,00001,V,260918,/
16,409,000000000000425,V,260918,,,,CAFE DE LA GARE     /
49,+00000000000020425,4/
03,10200123456,CAD,040,+000000009575,,,045,+000000019575,,/
88,100,000000000010000,00001,V,260921,,400,000000000000000,00000,V,260921,/
16,108,000000000010000,V,260921,,,,DEPOSIT             /
49,+00000000000049150,4/
98,+00000000000069355,2,10/
99,+00000000000069355,1,12/
"""


def test_the_dialect_of_td() -> None:
    feed = read(TD_FILE)

    (account,) = feed.accounts
    assert (feed.format, feed.bank_id) == (FeedFormat.BAI2, "td")
    assert (account.external_account_id, account.currency) == ("10200123456", "CAD")
    assert account.balance(BalanceKind.OPENING) == Decimal("100.00")
    assert account.balance(BalanceKind.CLOSING) == Decimal("195.75")
    first, second = account.transactions
    assert (first.amount, first.transaction_date, first.posted_date) == (
        Decimal("-4.25"),
        date(2026, 9, 18),
        date(2026, 9, 21),
    )
    assert (first.description, first.bank_reference, first.transaction_code) == ("CAFE DE LA GARE", None, "409")
    assert second.amount == Decimal("100.00")
    assert [p.code for p in feed.problems if p.code != "control_total"] == []


def test_control_totals_that_disagree_are_warnings() -> None:
    good = TD_FILE.replace("020425", "020425")

    found = [p for p in read(good).problems if p.code == "control_total"]
    changed = [p for p in read(good.replace("1,12/", "1,13/")).problems if p.code == "control_total"]

    assert len(changed) == len(found) + 1
    assert "counts" in changed[-1].message


@pytest.mark.parametrize("total", ["++00000000000020425", "-+1", "+", "2O425", "9" * 30])
def test_a_control_total_that_is_no_number_is_a_warning(total: str) -> None:
    feed = read(TD_FILE.replace("49,+00000000000020425", f"49,{total}"))

    assert len(feed.accounts[0].transactions) == 2
    assert any(total[:10] in p.message for p in feed.problems if p.code == "control_total")


def test_a_row_of_the_standard() -> None:
    (row,) = read_account(bai2(bai2_account(ROW))).transactions

    assert (row.amount, row.transaction_date) == (Decimal("-4.25"), date(2026, 9, 18))
    assert (row.bank_reference, row.description, row.transaction_code) == ("BANKREF", "CHEQUE 12", "475")
    assert row.raw["customer reference"] == "CUSTREF"


@pytest.mark.parametrize(
    "row",
    [
        "16,475,425,0,B,C,TEXT/",
        "16,475,425,Z,B,C,TEXT/",
        "16,475,425,S,100,200,125,B,C,TEXT/",
        "16,475,425,V,260919,1200,B,C,TEXT/",
        "16,475,425,D,2,0,100,1,325,B,C,TEXT/",
        "16,475,425,V,260919,,B,C,TEXT",
        "16,475,425,,B,C,TEXT   /   ",
        "16,475,425,S,100/\n88,200,125,B,C,TEXT/",
        "16,475,425,D,2,0/\n88,100,1,325,B/\n88,C,TEXT/",
        "16,475/\n88,425,,B,C,TEXT/",
        "16,475,425,,B,C/\n88,TEXT",
    ],
)
def test_funds_types_and_continuations(row: str) -> None:
    feed = read(bai2(bai2_account(row, ROW)))

    first, second = feed.accounts[0].transactions
    assert (first.amount, first.bank_reference, first.description) == (Decimal("-4.25"), "B", "TEXT")
    assert second.description == "CHEQUE 12"
    assert feed.problems == ()


@pytest.mark.parametrize(
    ("row", "text"),
    [
        ("16,475,425,,B,C,PAID 12/16,500, TO A, B", "PAID 12/16,500, TO A, B"),
        ("16,475,425,,B,C,ONE/\n88,TWO, THREE/", "ONE TWO, THREE"),
        ("16,475,425,,B,C,A/B/C/", "A/B/C"),
        ("16,475,425,,B,C,/", ""),
        ("16,475,425/", ""),
        ("16,475,425,,B,C/\n88,CAFÉ NOËL/", "CAFÉ NOËL"),
    ],
)
def test_texts_keep_their_commas_and_slashes(row: str, text: str) -> None:
    assert read_account(bai2(bai2_account(row))).transactions[0].description == text


def test_a_group_split_in_its_middle_by_a_continuation() -> None:
    head = "03,10200123456,CAD,010,+10000,,,015/\n88,+9575,,,100,0/\n88,0,,400,425,1,/"

    account = read_account(bai2(bai2_account(ROW, head=head)))

    assert account.balance(BalanceKind.OPENING) == Decimal("100.00")
    assert account.balance(BalanceKind.CLOSING) == Decimal("95.75")


def test_several_records_on_one_line() -> None:
    text = bai2(bai2_account(ROW, "16,175,1000,,,,DEPOSIT/"))
    lines = text.rstrip("\n").split("\n")

    for joined in ("".join(lines), "  ".join(lines), "".join(lines[:4]) + "\n" + "".join(lines[4:])):
        feed = read(joined)
        assert feed.accounts[0].signed_sum == Decimal("5.75")
        assert feed.problems == ()


def test_records_of_a_fixed_length_without_line_ends() -> None:
    lines = bai2(bai2_account("16,475,425,,,,NO SLASH BEHIND THIS", ROW)).replace("0829,1,,,2", "0829,1,80,,2")

    feed = read("".join(line.ljust(80) for line in lines.rstrip("\n").split("\n")))

    assert [row.description for row in feed.accounts[0].transactions] == ["NO SLASH BEHIND THIS", "CHEQUE 12"]


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ("16,475,4.25,,,,X/", "amount_unreadable"),
        ("16,475,,,,,X/", "amount_missing"),
        ("16,475,-425,,,,X/", "amount_signed"),
        ("16,475,99999999999999999,,,,X/", "amount_too_large"),
        ("16,475,1234567890123456789,,,,X/", "amount_unreadable"),
        ("16,720,425,,,,X/", "direction_unreadable"),
        ("16,400,425,,,,X/", "direction_unreadable"),
        ("16,ABC,425,,,,X/", "direction_unreadable"),
        ("16,475,425,Q,,,X/", "funds_type_unreadable"),
        ("16,475,425,D,99,,,X/", "funds_type_unreadable"),
        ("16,475,425,V,260230,,,X/", "date_unreadable"),
        ("17,475,425,,,,X/", "unexpected_line"),
    ],
)
def test_a_row_that_cannot_be_taken_is_named_and_the_others_are_taken(row: str, code: str) -> None:
    feed = read(bai2(bai2_account(ROW, row, ROW)))

    assert [p.code for p in feed.problems] == [code]
    assert feed.problems[0].raw == row
    assert feed.accounts[0].signed_sum == Decimal("-8.50")
    assert feed.accounts[0].rejected == 1


@pytest.mark.parametrize(("status", "name"), [("2", "a deletion"), ("4", "a test")])
def test_groups_that_are_no_update_are_refused_by_name(status: str, name: str) -> None:
    refused = refusal(bai2(bai2_account(ROW), group=f"02,C1,0004,{status},260918,,CAD,2/"))

    assert refused.problems[0].code == "unsupported_statement"
    assert name in refused.problems[0].message


def test_an_interim_report_says_so() -> None:
    assert codes(read(bai2(bai2_account(ROW), group="02,C1,0004,1,260918,,CAD,3/"))) == ["interim_report"]


@pytest.mark.parametrize(
    ("currency", "amount"), [("CAD", "-4.25"), ("JPY", "-425.00"), ("KWD", None)], ids=["two", "none", "three"]
)
def test_the_currency_says_how_many_decimals_an_amount_has(currency: str, amount: str | None) -> None:
    text = bai2(bai2_account(ROW, "16,475,1000,,,,X/", head=f"03,1020,{currency},/"))

    feed = read(text)

    first = feed.accounts[0].transactions[0]
    assert feed.accounts[0].currency == currency
    if amount is None:
        assert codes(feed) == ["amount_too_precise"]
    else:
        assert first.amount == Decimal(amount)


@pytest.mark.parametrize(("sender", "currency"), [("0003", "CAD"), ("122099999", "USD")])
def test_a_currency_that_is_not_named_is_assumed_with_a_warning(sender: str, currency: str) -> None:
    text = bai2(bai2_account(ROW, head="03,1020,,010,100,,/"), sender=sender, group="02,C1,X,1,260918,,,2/")

    feed = read(text)

    assert feed.accounts[0].currency == currency
    assert codes(feed) == ["currency_assumed"]


def test_accounts_and_currencies_stay_apart() -> None:
    usd = bai2_account("16,175,700,,,,IN/", head="03,10200123456,USD,/")
    other = bai2_account("16,175,800,,,,IN/", head="03,999,CAD,/")

    feed = read(bai2(bai2_account(ROW), usd, other))

    assert [(a.external_account_id, a.currency, a.signed_sum) for a in feed.accounts] == [
        ("10200123456", "CAD", Decimal("-4.25")),
        ("10200123456", "USD", Decimal("7.00")),
        ("999", "CAD", Decimal("8.00")),
    ]


def test_a_cut_amount_is_not_taken() -> None:
    whole = bai2(bai2_account(ROW, "16,475,100000/"))

    feed = read(whole[: whole.index("0000/") + 2])

    assert sorted(codes(feed)) == ["file_truncated", "file_truncated"]
    assert feed.accounts[0].signed_sum == Decimal("-4.25")
    assert feed.accounts[0].rejected == 1


@pytest.mark.parametrize(
    "cut", ["16,475,100000", "16,475,100000,V,", "16,475,100000,V,2609", "16,475,100000,V,260918,,REF"]
)
def test_a_record_cut_before_its_text_is_not_taken(cut: str) -> None:
    """Found by damaging files: behind a cut value date the day of the group would be taken instead."""
    whole = bai2(bai2_account(ROW, "16,475,100000,V,260917,,REF,REF,TEXT/"))

    feed = read(whole[: whole.index("16,475,100000")] + cut)

    assert feed.accounts[0].signed_sum == Decimal("-4.25")
    assert feed.accounts[0].rejected == 1


def test_a_cut_account_number_makes_no_account() -> None:
    whole = bai2(bai2_account(ROW), bai2_account(ROW, head="03,777000,CAD,/"))

    feed = read(whole[: whole.index("000,CAD,/")])

    assert [a.external_account_id for a in feed.accounts] == ["10200123456"]


def test_the_row_limit_holds() -> None:
    text = bai2(bai2_account(*[ROW] * 3)).encode()

    assert read_statement(text, limits=ReadLimits(max_rows=3)).accounts
    with pytest.raises(StatementRefused) as caught:
        read_statement(text, limits=ReadLimits(max_rows=2))
    assert caught.value.code == "too_many_rows"
