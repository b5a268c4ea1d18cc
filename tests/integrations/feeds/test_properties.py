"""What holds for every input: refused or read, never an accident, never a row without a trace."""

from __future__ import annotations

import csv
import io
import json
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import NamedTuple
from xml.sax.saxutils import escape

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from integrations.feeds import FeedFormat, Severity, StatementFeed, StatementRefused, read_statement
from integrations.feeds.refusals import refused_text
from tests.examples import examples
from tests.integrations.feeds.writing import (
    BMO_ACCOUNT_HEAD,
    BMO_CARD_HEAD,
    OFX_HEADER,
    RBC_HEADER,
    ofx,
    ofx_row,
    ofx_statement,
    read,
)

SAMPLES = Path(__file__).resolve().parents[3] / "integrations" / "samples" / "statements"
SAMPLE_NAMES = sorted(path.name for path in SAMPLES.iterdir() if path.suffix != ".md")


@cache
def sample_bytes(name: str) -> bytes:
    return (SAMPLES / name).read_bytes()


def read_or_refuse(data: bytes) -> StatementFeed | StatementRefused:
    """The outcome of reading, whose shape is checked; anything but these two is a failure of the test."""
    outcome: StatementFeed | StatementRefused
    try:
        outcome = read_statement(data)
        check(outcome)
    except StatementRefused as refused:
        outcome = refused
    for problem in outcome.problems:
        f"{problem.message}{problem.raw}".encode()
        assert "\x00" not in problem.raw
    return outcome


def check(feed: StatementFeed) -> None:
    """What every feed promises to the import."""
    assert feed.accounts
    rejected = sum(account.rejected for account in feed.accounts)
    errors = [problem for problem in feed.problems if problem.severity is Severity.ERROR]
    assert len(errors) == rejected
    assert all(problem.line is not None and problem.raw for problem in errors)
    rows = [row for account in feed.accounts for row in account.transactions]
    assert rows or feed.problems
    for row in rows:
        assert row.amount.as_tuple().exponent == -2
        assert abs(row.amount) < 10**13
        assert date(1900, 1, 1) <= row.transaction_date <= date(2100, 12, 31)
        assert row.line >= 1
        assert len(row.external_transaction_id or "") <= 255
        assert len(row.bank_reference or "") <= 255
        assert len(row.merchant_name or "") <= 255
        assert len(row.transaction_code or "") <= 50
        texts = [row.description, row.merchant_name or "", row.transaction_code or "", row.bank_reference or ""]
        for text in [*texts, row.external_transaction_id or "", *row.raw, *row.raw.values()]:
            assert "\x00" not in text
            text.encode("utf-8")
    for account in feed.accounts:
        assert len(account.external_account_id or "") <= 255
        assert all(row.currency == account.currency for row in account.transactions)
        json.dumps([account.external_account_id, account.currency])


@settings(max_examples=examples(100))
@given(st.binary(max_size=2_000))
def test_arbitrary_bytes_are_read_or_refused(data: bytes) -> None:
    read_or_refuse(data)


@settings(max_examples=examples(80))
@given(st.text(max_size=1_000))
def test_arbitrary_text_is_read_or_refused(text: str) -> None:
    for head in ("", "<OFX><STMTTRN>", RBC_HEADER, BMO_ACCOUNT_HEAD, BMO_CARD_HEAD, "2026-01-02,A,1.00,\n"):
        read_or_refuse((head + text).encode("utf-8", "surrogatepass"))


TAGS = """OFX STMTRS CCSTMTRS INVSTMTRS STMTTRN STMTTRNP TRNAMT DTPOSTED FITID NAME MEMO PAYEE CURRENCY CURSYM
ORIGCURRENCY CURDEF ACCTID BANKACCTFROM CCACCTFROM BANKTRANLIST LEDGERBAL BALAMT STATUS SEVERITY INTU.BID"""
VALUES = """<![CDATA[ ]]> <!-- --> &#0; &amp; < > CAD USD ERROR 00005 00002 20260102 -1.00 2.00 1.234 x"""
PIECES = st.one_of(
    st.sampled_from(TAGS.split()).map("<{}>".format),
    st.sampled_from(TAGS.split()).map("</{}>".format),
    st.sampled_from(VALUES.split()),
)


@settings(max_examples=examples(100))
@given(st.lists(PIECES, max_size=60))
def test_any_heap_of_ofx_tags_is_read_or_refused(pieces: list[str]) -> None:
    read_or_refuse("".join(["<OFX>", *pieces]).encode())


@settings(max_examples=examples(40))
@given(st.data())
@pytest.mark.parametrize("name", SAMPLE_NAMES)
def test_damaged_samples_are_read_or_refused(name: str, data: st.DataObject) -> None:
    """Bytes overwritten, cut out, doubled or cut off anywhere."""
    whole = sample_bytes(name)
    position = data.draw(st.integers(0, len(whole)))
    length = data.draw(st.integers(0, 400))
    junk = data.draw(st.binary(max_size=12) | st.sampled_from([b"", b'"', b",", b"<", b"\n", b"-", b"</OFX>"]))
    again = data.draw(st.booleans())
    behind = whole[position:] if again else whole[position + length :]
    read_or_refuse(whole[:position] + junk + behind)
    read_or_refuse(whole[:position])


@pytest.mark.parametrize("name", SAMPLE_NAMES)
def test_a_file_cut_off_anywhere_gives_the_rows_before_the_cut(name: str) -> None:
    """No row that is read from a part differs from the same row of the whole."""
    whole = sample_bytes(name)
    known = {
        (row.line, row.amount, row.transaction_date)
        for account in read_statement(whole).accounts
        for row in account.transactions
    }
    for position in range(0, len(whole), max(1, len(whole) // 60)):
        outcome = read_or_refuse(whole[:position])
        if isinstance(outcome, StatementRefused):
            continue
        for account in outcome.accounts:
            for row in account.transactions:
                assert (row.line, row.amount, row.transaction_date) in known


class Row(NamedTuple):
    day: date
    cents: int
    text: str

    @property
    def amount(self) -> Decimal:
        return Decimal(self.cents) / 100


def plain(text: str) -> str:
    return " ".join(text.split())


# Letters, marks, numbers, punctuation and symbols of all scripts; no controls, no lone surrogates.
TEXT = st.text(st.characters(codec="utf-8", categories=["L", "M", "N", "P", "S", "Zs"]), min_size=1, max_size=40)
WORDS = TEXT.map(plain).filter(lambda text: any(ch.isalpha() for ch in text))
DAYS = st.dates(min_value=date(1990, 1, 1), max_value=date(2099, 12, 31))
CENTS = st.integers(min_value=-(10**12), max_value=10**12).filter(bool)
ROWS = st.lists(st.builds(Row, DAYS, CENTS, WORDS), min_size=1, max_size=20)


def facts(feed: StatementFeed) -> list[tuple[date, Decimal, str]]:
    return [
        (row.transaction_date, row.amount, row.description) for account in feed.accounts for row in account.transactions
    ]


def expected(rows: list[Row]) -> list[tuple[date, Decimal, str]]:
    return [(row.day, row.amount, row.text) for row in rows]


def csv_text(rows: list[list[str]]) -> str:
    written = io.StringIO()
    csv.writer(written, lineterminator="\n").writerows(rows)
    return written.getvalue()


@given(ROWS, st.booleans())
def test_ofx_rows_are_read_back_identical(rows: list[Row], closed: bool) -> None:
    header = OFX_HEADER.replace("CHARSET:1252", "CHARSET:NONE")
    written = "".join(
        ofx_row(
            f"{row.amount:.2f}",
            day=f"{row.day:%Y%m%d}120000[-5:EST]",
            fitid=f"F{n}",
            name=escape(row.text),
            close="</NAME></STMTTRN>" if closed else "",
        )
        for n, row in enumerate(rows, 1)
    )

    feed = read(ofx(ofx_statement(written), header=header))

    assert facts(feed) == expected(rows)
    ids = [row.external_transaction_id for row in feed.accounts[0].transactions]
    assert ids == [f"F{n}" for n in range(1, len(rows) + 1)]
    assert feed.problems == ()


def sides(row: Row) -> tuple[str, str]:
    return (f"{-row.amount:.2f}", "") if row.cents < 0 else ("", f"{row.amount:.2f}")


def cells_of(form: FeedFormat, n: int, row: Row) -> list[str]:
    debit, credit = sides(row)
    match form:
        case FeedFormat.CSV_RBC:
            day = f"{row.day.month}/{row.day.day}/{row.day.year}"
            return ["Chequing", "1-2", day, "", row.text, "", f"{row.amount:.2f}", ""]
        case FeedFormat.CSV_TD:
            return [f"{row.day:%m/%d/%Y}", row.text, debit, credit, ""]
        case FeedFormat.CSV_BMO_ACCOUNT:
            kind = "CREDIT" if row.cents > 0 else "DEBIT"
            return ["'5191230000000000'", kind, f"{row.day:%Y%m%d}", f"{row.amount:.2f}", row.text]
        case FeedFormat.CSV_BMO_CARD:
            day = f"{row.day:%Y%m%d}"
            return [str(n), "'5191230000000000'", day, day, f"{-row.amount:.2f}", row.text]
        case FeedFormat.CSV_CIBC_ACCOUNT:
            return [row.day.isoformat(), row.text, debit, credit]
        case _:
            return [row.day.isoformat(), row.text, debit, credit, "4500********1234"]


HEADS = {
    FeedFormat.CSV_RBC: RBC_HEADER,
    FeedFormat.CSV_BMO_ACCOUNT: BMO_ACCOUNT_HEAD,
    FeedFormat.CSV_BMO_CARD: BMO_CARD_HEAD,
}
CSV_FORMATS = [
    FeedFormat.CSV_RBC,
    FeedFormat.CSV_TD,
    FeedFormat.CSV_BMO_ACCOUNT,
    FeedFormat.CSV_BMO_CARD,
    FeedFormat.CSV_CIBC_ACCOUNT,
    FeedFormat.CSV_CIBC_CARD,
]


@given(ROWS)
@example([Row(date(2026, 1, 2), -425, 'THE "BEST", COFFEE')])
@pytest.mark.parametrize("form", CSV_FORMATS)
def test_csv_rows_are_read_back_identical(form: FeedFormat, rows: list[Row]) -> None:
    text = HEADS.get(form, "") + csv_text([cells_of(form, n, row) for n, row in enumerate(rows, 1)])
    assert refused_text(text) is None

    feed = read(text)

    assert feed.format is form
    assert facts(feed) == expected(rows)
    assert feed.problems == ()


BAD_CELLS = st.sampled_from(["1.234", "abc", "1,234", "", "1e5", "NaN", "10.00.00", "99999999999999"])


@given(st.lists(st.booleans(), min_size=1, max_size=30), BAD_CELLS, st.sampled_from(CSV_FORMATS))
def test_seen_csv_lines_are_rows_plus_rejected(good: list[bool], bad: str, form: FeedFormat) -> None:
    lines = []
    for n, is_good in enumerate(good, 1):
        cells = cells_of(form, n, Row(date(2026, 1, 2), -425, f"SHOP {'X' * n}"))
        lines.append(cells if is_good else [bad if cell.strip("-") == "4.25" else cell for cell in cells])

    outcome = read_or_refuse((HEADS.get(form, "") + csv_text(lines)).encode())

    if isinstance(outcome, StatementRefused):
        # A file of bad lines only; without headings nothing may be left to know its layout by.
        assert not any(good)
        assert len(outcome.problems) == len(good) or outcome.code == "unknown_layout"
        return
    assert sum(len(account.transactions) for account in outcome.accounts) == sum(good)
    assert sum(account.rejected for account in outcome.accounts) == good.count(False)


@given(st.lists(st.booleans(), min_size=1, max_size=30), BAD_CELLS)
def test_seen_ofx_rows_are_rows_plus_rejected(good: list[bool], bad: str) -> None:
    rows = "".join(ofx_row("-4.25" if is_good else bad, fitid=f"F{n}") for n, is_good in enumerate(good))

    outcome = read_or_refuse(ofx(ofx_statement(rows)).encode())

    if isinstance(outcome, StatementRefused):
        assert not any(good)
        assert len(outcome.problems) == len(good)
        return
    (account,) = outcome.accounts
    assert len(account.transactions) == sum(good)
    assert account.rejected == good.count(False)
