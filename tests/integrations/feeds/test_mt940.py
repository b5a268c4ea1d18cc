"""SWIFT MT940 and MT942: what is read, and what the library for its fields lets pass."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from integrations.feeds import BalanceKind, FeedFormat, ReadLimits, StatementRefused, read_statement
from tests.integrations.feeds.writing import codes, read, read_account, refusal
from tests.integrations.feeds.writing_business import mt940

ROW = ":61:2609180918D4,25NTRFNONREF//B77"
CLOSING = ":62F:C260930CAD95,75"


def test_a_row() -> None:
    feed = read(mt940(":61:2609190918DD4,25NTRFINV-12//B77\nEXTRA", ":86:CAFÉ NOËL\nGATINEAU QC", CLOSING))

    (account,) = feed.accounts
    (row,) = account.transactions
    assert (feed.format, feed.problems) == (FeedFormat.MT_940, ())
    assert (account.external_account_id, account.currency) == ("00031234567", "CAD")
    assert account.balance(BalanceKind.OPENING) == Decimal("100.00")
    assert account.balance(BalanceKind.CLOSING) == Decimal("95.75")
    assert (row.amount, row.transaction_date, row.value_date) == (
        Decimal("-4.25"),
        date(2026, 9, 18),
        date(2026, 9, 19),
    )
    assert (row.description, row.transaction_code) == ("CAFÉ NOËL GATINEAU QC - EXTRA", "NTRF")
    assert (row.bank_reference, row.line) == ("B77", 5)
    assert row.raw == {"61": "2609190918DD4,25NTRFINV-12//B77\nEXTRA", "86": "CAFÉ NOËL\nGATINEAU QC"}


@pytest.mark.parametrize(
    ("mark", "amount"),
    [("C", "4.25"), ("D", "-4.25"), ("RC", "-4.25"), ("RD", "4.25"), ("CD", "4.25"), ("RDD", "4.25")],
)
def test_directions_and_their_reversals(mark: str, amount: str) -> None:
    (row,) = read_account(mt940(f":61:2609180918{mark}4,25NTRFNONREF")).transactions

    assert row.amount == Decimal(amount)


@pytest.mark.parametrize(
    ("line", "day"),
    [
        (":61:260918D4,25NTRFX", date(2026, 9, 18)),
        (":61:2612310102D4,25NTRFX", date(2027, 1, 2)),
        (":61:2701021231D4,25NTRFX", date(2026, 12, 31)),
        (":61:2803010229D4,25NTRFX", date(2028, 2, 29)),
        (":61:990918D4,25NTRFX", date(1999, 9, 18)),
    ],
)
def test_the_entry_date_is_the_day_in_the_year_nearest_to_the_value_date(line: str, day: date) -> None:
    assert read_account(mt940(line)).transactions[0].transaction_date == day


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (":61:260230D4,25NTRFNONREF", "date_unreadable"),
        (":61:2609180230D4,25NTRFNONREF", "date_unreadable"),
        (":61:2609180918D4,255NTRFNONREF", "amount_too_precise"),
        (":61:2609180918D4,2,5NTRFNONREF", "amount_unreadable"),
        (":61:2609180918D\u0664,\u0662\u0665NTRFNONREF", "amount_unreadable"),
        (":61:2609180918X4,25NTRFNONREF", "unexpected_line"),
        (":61:", "unexpected_line"),
        (":6l:2609180918D4,25NTRFNONREF", "unexpected_line"),
        ("61:2609180918D4,25NTRFNONREF", "unexpected_line"),
        ("2609180918D4,25NTRFNONREF", "unexpected_line"),
        ("TEXT BEFORE:61:2609180918D4,25NTRFNONREF", "unexpected_line"),
        (":61:26\x000918D4,25NTRFNONREF", None),
    ],
)
def test_a_line_that_cannot_be_taken_is_named_and_the_others_are_taken(line: str, code: str | None) -> None:
    text = mt940(":61:2609180918D1,00NTRFX", ":86:ONE", line, ":61:2609180918D2,00NTRFX", ":86:TWO", CLOSING)
    if code is None:
        assert refusal(text).code == "binary_file"
        return

    feed = read(text)

    (problem,) = feed.problems
    assert (problem.code, problem.line) == (code, 7)
    assert feed.accounts[0].signed_sum == Decimal("-3.00")
    assert feed.accounts[0].rejected == 1


def test_control_characters_are_replaced_and_reported() -> None:
    feed = read(mt940(ROW, ":86:CA\x02FE", CLOSING))

    assert feed.accounts[0].transactions[0].description == "CA\ufffdFE"
    assert codes(feed) == ["characters_replaced"]


ENVELOPE = "{1:F01TDOMCATTXXXX0000000000}{2:O9401200260930ROYCCAT2AXXX00000000002609301200N}{4:\n"


def test_an_envelope_names_the_sending_bank() -> None:
    feed = read(ENVELOPE + mt940(ROW, CLOSING).replace("\n-\n", "\n-}\n"))

    assert feed.bank_id == "rbc"
    assert len(feed.accounts[0].transactions) == 1


@pytest.mark.parametrize(
    ("written", "number", "bank"),
    [
        ("00031234567", "00031234567", None),
        ("ROYCCAT2/00031234567", "00031234567", "rbc"),
        ("00031234567CAD", "00031234567", None),
        ("BOFMCAM2/0002-1234-567 CAD", "0002-1234-567", "bmo"),
        ("NL08INGB0000001234", "NL08INGB0000001234", None),
    ],
)
def test_the_account_number_without_bank_and_currency(written: str, number: str, bank: str | None) -> None:
    feed = read(mt940(ROW, CLOSING, account=written))

    assert (feed.accounts[0].external_account_id, feed.bank_id) == (number, bank)


def test_pages_and_days_of_one_account_become_one() -> None:
    first = mt940(ROW, ":62M:C260918CAD95,75")
    second = mt940(":61:2609190919C4,25NTRFX", ":62F:C260930CAD100,00", opening=":60M:C260918CAD95,75").replace(
        "9/1", "9/2"
    )

    feed = read(first + second)

    (account,) = feed.accounts
    assert (account.signed_sum, feed.problems) == (Decimal("0.00"), ())
    assert account.balance(BalanceKind.OPENING) == account.balance(BalanceKind.CLOSING) == Decimal("100.00")


def test_statements_of_two_accounts_and_currencies_stay_apart() -> None:
    usd = mt940(":61:2609180918C7,00NTRFX", ":62F:C260930USD7,00", account="777", opening=":60F:C260901USD0,00")

    feed = read(mt940(ROW, CLOSING) + usd)

    assert [(a.external_account_id, a.currency, a.signed_sum) for a in feed.accounts] == [
        ("00031234567", "CAD", Decimal("-4.25")),
        ("777", "USD", Decimal("7.00")),
    ]


def test_a_missing_end_mark_does_not_join_two_statements() -> None:
    text = (mt940(ROW, CLOSING) + mt940(ROW, CLOSING, account="777")).replace("\n-\n", "\n")

    assert [a.external_account_id for a in read(text).accounts] == ["00031234567", "777"]


def test_two_currencies_in_one_statement_leave_no_amount_certain() -> None:
    refused = refusal(mt940(ROW, ":62F:C260930USD95,75"))

    assert refused.code == "nothing_readable"
    assert refused.problems[0].code == "currency_unreadable"


def test_a_file_that_stops_says_so() -> None:
    whole = mt940(ROW, ":86:CAFE", ":61:2609180918D100,00NTRFX", ":86:RENT", CLOSING)

    stopped = read(whole[: whole.index(":86:RENT")])
    inside = read(whole[: whole.index("00NTRFX")])

    assert codes(stopped) == ["file_truncated"]
    assert len(stopped.accounts[0].transactions) == 2
    assert codes(inside) == ["file_truncated", "file_truncated"]
    assert inside.accounts[0].rejected == 1


REPORT = (
    ":20:R1\n:25:00031234567\n:28C:1/1\n:34F:CADD0,00\n:13D:2609181200-0400\n"
    ":61:2609180918D4,25NTRFNONREF\n:86:CAFE\n:61:2609180918EC9,00NTRFNONREF\n:90D:1CAD4,25\n:90C:0CAD0,00\n-\n"
)


def test_an_interim_report_is_read_as_of_another_source_without_what_is_expected() -> None:
    feed = read(REPORT)

    assert feed.format is FeedFormat.MT_942
    assert (feed.accounts[0].signed_sum, feed.accounts[0].currency) == (Decimal("-4.25"), "CAD")
    assert sorted(codes(feed)) == ["interim_report", "pending_not_taken"]


def test_sums_of_a_report_that_disagree_are_reported() -> None:
    text = REPORT.replace(":61:2609180918EC9,00NTRFNONREF\n", "").replace(":90D:1CAD4,25", ":90D:2CAD9,25")

    assert sorted(codes(read(text))) == ["control_total", "interim_report"]


def test_german_subfields_become_one_text() -> None:
    text = mt940(ROW, ":86:166?00GUTSCHRIFT?20SVWZ+INVOICE?2112 OF MAY?32ACME", CLOSING)

    assert read_account(text).transactions[0].description == "166 GUTSCHRIFT SVWZ+INVOICE 12 OF MAY ACME"


def test_the_row_limit_holds() -> None:
    text = mt940(*[ROW] * 3, CLOSING).encode()

    assert read_statement(text, limits=ReadLimits(max_rows=3)).accounts
    with pytest.raises(StatementRefused) as caught:
        read_statement(text, limits=ReadLimits(max_rows=2))
    assert caught.value.code == "too_many_rows"
