"""Statements of every format are written, damaged and read back: the right rows, or named problems.

Short in every run; ``make test-long`` damages 10,000 files per format.
"""

from __future__ import annotations

import io
import re
import tracemalloc
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from integrations.feeds import StatementFeed, StatementRefused, read_statement
from tests.integrations.feeds.test_properties import check
from tests.integrations.feeds.writing import RBC_HEADER, ofx, ofx_row, ofx_statement
from tests.integrations.feeds.writing_business import bai2, bai2_account, camt, camt_entry, camt_statement, mt940, qif

LONG = 10_000


@dataclass(frozen=True)
class Movement:
    """What is written: the amount in cents is the row's mark, for each is another."""

    day: date
    cents: int
    text: str

    @property
    def amount(self) -> Decimal:
        return Decimal(self.cents) / 100


TEXTS = st.text("ABCDEFGHIJ KLMNOP,/:-+&'éç0123456789", min_size=1, max_size=30).map(
    lambda text: "SHOP " + " ".join(text.split())
)
MOVEMENTS = st.lists(
    st.builds(
        Movement, st.dates(date(2024, 1, 13), date(2026, 12, 31)), st.integers(-99_999, 99_999).filter(bool), TEXTS
    ),
    min_size=1,
    max_size=8,
    unique_by=lambda movement: movement.cents,
)


def as_ofx(rows: list[Movement]) -> bytes:
    lines = [
        ofx_row(f"{row.amount:.2f}", day=f"{row.day:%Y%m%d}", fitid=f"F{n}", name=row.text.replace("&", "+"))
        for n, row in enumerate(rows)
    ]
    return ofx(ofx_statement("".join(lines))).encode("cp1252")


def as_camt(rows: list[Movement]) -> bytes:
    entries = [
        camt_entry(
            f"{abs(row.amount):.2f}", "CRDT" if row.cents > 0 else "DBIT", day=row.day.isoformat(), text=row.text
        )
        for row in rows
    ]
    return camt(camt_statement(*entries)).encode()


def as_mt940(rows: list[Movement]) -> bytes:
    fields = []
    for row in rows:
        mark, amount = "C" if row.cents > 0 else "D", f"{abs(row.amount):.2f}".replace(".", ",")
        fields += [f":61:{row.day:%y%m%d%m%d}{mark}{amount}NTRFNONREF", f":86:{row.text}"]
    return mt940(*fields, ":62F:C261231CAD100,00").encode("cp1252")


def as_bai2(rows: list[Movement]) -> bytes:
    details = [
        f"16,{'195' if row.cents > 0 else '495'},{abs(row.cents)},V,{row.day:%y%m%d},,B,C,{row.text}/" for row in rows
    ]
    return bai2(bai2_account(*details)).encode()


def as_qif(rows: list[Movement]) -> bytes:
    return qif(*(f"D{row.day:%Y-%m-%d}|T{row.amount:.2f}|P{row.text}" for row in rows)).encode()


def as_csv(rows: list[Movement]) -> bytes:
    lines = [
        f'Chequing,1-2,{row.day.month}/{row.day.day}/{row.day.year},,"{row.text}",,{row.amount:.2f},\n' for row in rows
    ]
    return (RBC_HEADER + "".join(lines)).encode("cp1252")


def as_semicolons(rows: list[Movement]) -> bytes:
    lines = []
    for row in rows:
        out, into = (f"{-row.amount:.2f}", "0") if row.cents < 0 else ("0", f"{row.amount:.2f}")
        lines.append(f'"{row.day.isoformat()}";"{row.text}";"Any";"{out}";"{into}";""\n')
    return ("Date;Description;Category;Debit;Credit;Balance\n" + "".join(lines)).encode()


def as_scotiabank(rows: list[Movement]) -> bytes:
    lines = [
        f',{row.day.isoformat()},"{row.text}",,posted,{"Credit" if row.cents > 0 else "Debit"},{row.amount:.2f}\n'
        for row in rows
    ]
    return ("Filter,Date,Description,Sub-description,Status,Type of Transaction,Amount\n" + "".join(lines)).encode()


def as_workbook(rows: list[Movement]) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(RBC_HEADER.strip().split(","))
    for row in rows:
        sheet.append(["Chequing", "1-2", row.day, None, row.text, None, float(row.amount), None])
    written = io.BytesIO()
    book.save(written)
    return without_time(written.getvalue())


def without_time(data: bytes) -> bytes:
    """The workbook without the time of its making: the same rows give the same bytes, so that a failure comes again."""
    written = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.infolist():
            content = re.sub(rb"[0-9-]{10}T[0-9:]{8}Z", b"2026-01-01T00:00:00Z", old.read(part))
            new.writestr(zipfile.ZipInfo(part.filename, (2026, 1, 1, 0, 0, 0)), content, zipfile.ZIP_DEFLATED)
    return written.getvalue()


WRITERS: dict[str, Callable[[list[Movement]], bytes]] = {
    "ofx": as_ofx,
    "camt": as_camt,
    "mt940": as_mt940,
    "bai2": as_bai2,
    "qif": as_qif,
    "csv-rbc": as_csv,
    "csv-national-bank": as_semicolons,
    "csv-scotiabank": as_scotiabank,
    "xlsx": as_workbook,
}
TEXT_FORMATS = [name for name in WRITERS if name != "xlsx"]
JUNK = st.binary(max_size=8) | st.sampled_from(
    [
        b"\n",
        b"\r",
        b"\x00",
        b",",
        b'"',
        b";",
        b"<",
        b"/",
        b"88,",
        b"\n88,",
        b":61:",
        b"\n:86:",
        b"-",
        b"^\n",
        b"&x;",
        b"]]>",
    ]
)


def outcome_of(data: bytes) -> StatementFeed | StatementRefused:
    """A feed that keeps its promises, or a refusal with a reason; anything else fails the test."""
    outcome: StatementFeed | StatementRefused
    try:
        outcome = read_statement(data)
    except StatementRefused as refused:
        outcome = refused
    if isinstance(outcome, StatementRefused):
        assert outcome.code
        assert outcome.message
    else:
        check(outcome)
    return outcome


def facts(feed: StatementFeed) -> list[tuple[date, Decimal]]:
    return [(row.transaction_date, row.amount) for account in feed.accounts for row in account.transactions]


def damaged_anywhere(name: str, rows: list[Movement], data: st.DataObject) -> None:
    """Bytes overwritten, cut out, put in or doubled at any place: read, or refused by name."""
    whole = WRITERS[name](rows)
    for _ in range(data.draw(st.integers(1, 3))):
        position = data.draw(st.integers(0, len(whole)))
        length = data.draw(st.integers(0, 60))
        again = data.draw(st.booleans())
        behind = whole[position:] if again else whole[position + length :]
        whole = whole[:position] + data.draw(JUNK) + behind
    outcome_of(whole)


def cut_anywhere(name: str, rows: list[Movement], data: st.DataObject) -> None:
    """A file that stops anywhere has only rows of the whole file, and says that something is missing."""
    whole = WRITERS[name](rows)
    written = {(row.day, row.amount) for row in rows}
    outcome = outcome_of(whole[: data.draw(st.integers(0, len(whole) - 1))])
    if isinstance(outcome, StatementFeed):
        assert set(facts(outcome)) <= written


def one_bad_line(name: str, rows: list[Movement], data: st.DataObject) -> None:
    """A row whose amount is spoiled is named, and all others are read as they were written."""
    bad = data.draw(st.sampled_from(rows))
    spoiled = data.draw(st.sampled_from([b"x", b"\xff", b"1.2.3", b"12,34,5", b"--1", b"NaN", b"1e3", b"0x10"]))
    amount = f"{abs(bad.amount):.2f}"
    forms = {"mt940": amount.replace(".", ","), "bai2": f",{abs(bad.cents)},"}
    wanted = forms.get(name, amount).encode()
    before, found, behind = WRITERS[name](rows).partition(wanted)
    if not found or wanted in behind:
        return  # another row's amount or text holds the same digits
    spoiled = b"," + spoiled.replace(b",", b".") + b"," if name == "bai2" else spoiled
    outcome = outcome_of(before + spoiled + behind)
    good = sorted((row.day, row.amount) for row in rows if row is not bad)
    if isinstance(outcome, StatementRefused):
        assert outcome.code in {"nothing_readable", "xml_malformed", "unknown_layout", "no_statement"}
        assert not good or outcome.code == "xml_malformed"
        return
    assert sorted(facts(outcome)) == good
    assert sum(account.rejected for account in outcome.accounts) == 1


@pytest.mark.parametrize("name", WRITERS)
@settings(max_examples=20, suppress_health_check=[HealthCheck.too_slow])
@given(rows=MOVEMENTS)
def test_every_format_gives_back_what_was_written(name: str, rows: list[Movement]) -> None:
    feed = outcome_of(WRITERS[name](rows))

    assert isinstance(feed, StatementFeed)
    assert facts(feed) == [(row.day, row.amount) for row in rows]


@pytest.mark.parametrize("name", WRITERS)
@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow])
@given(rows=MOVEMENTS, data=st.data())
def test_damaged_files(name: str, rows: list[Movement], data: st.DataObject) -> None:
    damaged_anywhere(name, rows, data)


@pytest.mark.parametrize("name", TEXT_FORMATS)
@settings(max_examples=30)
@given(rows=MOVEMENTS, data=st.data())
def test_cut_files(name: str, rows: list[Movement], data: st.DataObject) -> None:
    cut_anywhere(name, rows, data)


@pytest.mark.parametrize("name", TEXT_FORMATS)
@settings(max_examples=30)
@given(rows=MOVEMENTS, data=st.data())
def test_spoiled_amounts(name: str, rows: list[Movement], data: st.DataObject) -> None:
    one_bad_line(name, rows, data)


@pytest.mark.long
@pytest.mark.timeout(1_800)
@pytest.mark.parametrize("name", WRITERS)
@settings(max_examples=LONG, deadline=None, suppress_health_check=list(HealthCheck))
@given(rows=MOVEMENTS, data=st.data())
def test_ten_thousand_damaged_files(name: str, rows: list[Movement], data: st.DataObject) -> None:
    damage = [damaged_anywhere] if name == "xlsx" else [damaged_anywhere, cut_anywhere, one_bad_line]
    data.draw(st.sampled_from(damage))(name, rows, data)


BOMBS = {
    "one line": b"A" * 3_000_000,
    "quotes": b'2026-01-02,"' * 200_000,
    "blank lines": b"01/02/2026,A,1.00,,1.00\n" + b"\n" * 3_000_000,
    "commas": b"," * 3_000_000,
    "bai2 continuations": b"01,0004,1,260101,0000,1,,,2/\n02,1,0004,1,260101,,CAD,2/\n03,1,CAD,/\n16,475,1,,,,A\n"
    + b"88,B\n" * 400_000,
    "bai2 slashes": b"01,0004,1,260101,0000,1,,,2/02,1,0004,1,260101,,CAD,2/03,1,CAD,/" + b"/" * 2_000_000,
    "mt940 continuations": b":20:A\n:25:1\n:60F:C260101CAD1,00\n:61:260101C1,00NTRFX\n:86:" + b"A\n" * 1_000_000,
    "mt940 numbers": b":20:A\n:25:1\n:60F:C260101CAD1,00\n:61:" + b"1" * 2_000_000,
    "qif fields": b"!Type:Bank\n" + b"PX\n" * 700_000,
    "camt text": b"<Document><BkToCstmrStmt><Stmt><Ntry><AddtlNtryInf>" + b"A" * 2_000_000,
    "camt leaves": b"<Document><BkToCstmrStmt><Stmt><Ntry>"
    + b"<a>1</a>" * 300_000
    + b"</Ntry></Stmt></BkToCstmrStmt></Document>",
}


@pytest.mark.parametrize("name", BOMBS)
@pytest.mark.timeout(60)
def test_large_nonsense_takes_neither_minutes_nor_much_memory(name: str) -> None:
    data = BOMBS[name]
    tracemalloc.start()
    outcome_of(data)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert peak < 60 * len(data)


@pytest.mark.parametrize("size", [26_214_401, 100_000_000])
def test_files_over_the_size_limit_are_refused_unread(size: int) -> None:
    outcome = outcome_of(b"a" * size)

    assert isinstance(outcome, StatementRefused)
    assert outcome.code == "file_too_large"
