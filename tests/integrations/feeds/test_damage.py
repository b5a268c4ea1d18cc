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
from datetime import date, timedelta
from decimal import Decimal
from random import Random

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from integrations.feeds import StatementFeed, StatementRefused, read_statement
from tests.examples import examples
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


LETTERS = "ABCDEFGHIJ KLMNOP,/:-+&'éç0123456789"
# Chance that hypothesis steers and shrinks; the long test draws from a seed instead, which is many times faster.
CHANCE = st.randoms(use_true_random=False)


def movements(chance: Random) -> list[Movement]:
    """One to eight movements, each of another amount."""
    amounts = {chance.randint(1, 99_999) * chance.choice((1, -1)) for _ in range(chance.randint(1, 8))}
    return [
        Movement(
            date(2024, 1, 13) + timedelta(chance.randint(0, 1_083)),
            cents,
            "SHOP " + " ".join("".join(chance.choices(LETTERS, k=chance.randint(1, 30))).split()),
        )
        for cents in sorted(amounts)
    ]


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
JUNK = b'\n|\r|\x00|,|"|;|<|/|88,|\n88,|:61:|\n:86:|-|^\n|&x;|]]>'.split(b"|")


def junk(chance: Random) -> bytes:
    """A few bytes of any kind, or a mark that means something in one of the formats."""
    return chance.choice(JUNK) if chance.randint(0, 1) else bytes(chance.choices(range(256), k=chance.randint(0, 8)))


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


def damaged_anywhere(name: str, chance: Random) -> None:
    """Bytes overwritten, cut out, put in or doubled at any place: read, or refused by name."""
    whole = WRITERS[name](movements(chance))
    for _ in range(chance.randint(1, 3)):
        position = chance.randint(0, len(whole))
        behind = whole[position:] if chance.randint(0, 1) else whole[position + chance.randint(0, 60) :]
        whole = whole[:position] + junk(chance) + behind
    outcome_of(whole)


def cut_anywhere(name: str, chance: Random) -> None:
    """A file that stops anywhere has only rows of the whole file, and says that something is missing."""
    rows = movements(chance)
    whole = WRITERS[name](rows)
    written = {(row.day, row.amount) for row in rows}
    outcome = outcome_of(whole[: chance.randint(0, len(whole) - 1)])
    if isinstance(outcome, StatementFeed):
        assert set(facts(outcome)) <= written


def one_bad_line(name: str, chance: Random) -> None:
    """A row whose amount is spoiled is named, and all others are read as they were written."""
    rows = movements(chance)
    bad = chance.choice(rows)
    spoiled = chance.choice([b"x", b"\xff", b"1.2.3", b"12,34,5", b"--1", b"NaN", b"1e3", b"0x10"])
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
@settings(max_examples=examples(20), suppress_health_check=[HealthCheck.too_slow])
@given(chance=CHANCE)
def test_every_format_gives_back_what_was_written(name: str, chance: Random) -> None:
    rows = movements(chance)
    feed = outcome_of(WRITERS[name](rows))

    assert isinstance(feed, StatementFeed)
    assert facts(feed) == [(row.day, row.amount) for row in rows]


@pytest.mark.parametrize("name", WRITERS)
@settings(max_examples=examples(40), suppress_health_check=[HealthCheck.too_slow])
@given(chance=CHANCE)
def test_damaged_files(name: str, chance: Random) -> None:
    damaged_anywhere(name, chance)


@pytest.mark.parametrize("name", TEXT_FORMATS)
@settings(max_examples=examples(30))
@given(chance=CHANCE)
def test_cut_files(name: str, chance: Random) -> None:
    cut_anywhere(name, chance)


@pytest.mark.parametrize("name", TEXT_FORMATS)
@settings(max_examples=examples(30))
@given(chance=CHANCE)
def test_spoiled_amounts(name: str, chance: Random) -> None:
    one_bad_line(name, chance)


@pytest.mark.long
@pytest.mark.timeout(1_800)
@pytest.mark.parametrize("name", WRITERS)
def test_ten_thousand_damaged_files(name: str) -> None:
    damages = [damaged_anywhere] if name == "xlsx" else [damaged_anywhere, cut_anywhere, one_bad_line]
    for number in range(LONG):
        try:
            damages[number % len(damages)](name, Random(f"{name} {number}"))
        except Exception as failure:
            raise AssertionError(f"{damages[number % len(damages)].__name__}({name!r}, {number})") from failure


BOMBS = {
    "one line": b"A" * 3_000_000,
    "quotes": b'2026-01-02,"' * 200_000,
    "blank lines": b"01/02/2026,A,1.00,,1.00\n" + b"\n" * 3_000_000,
    "commas": b"," * 3_000_000,
    "bai2 continuations": b"01,0004,1,260101,0000,1,,,2/\n02,1,0004,1,260101,,CAD,2/\n03,1,CAD,/\n16,475,1,,,,A\n"
    + b"88,B\n" * 100_000,
    "bai2 slashes": b"01,0004,1,260101,0000,1,,,2/02,1,0004,1,260101,,CAD,2/03,1,CAD,/" + b"/" * 500_000,
    "mt940 continuations": b":20:A\n:25:1\n:60F:C260101CAD1,00\n:61:260101C1,00NTRFX\n:86:" + b"A\n" * 250_000,
    "mt940 numbers": b":20:A\n:25:1\n:60F:C260101CAD1,00\n:61:" + b"1" * 500_000,
    "qif fields": b"!Type:Bank\n" + b"PX\n" * 175_000,
    "camt text": b"<Document><BkToCstmrStmt><Stmt><Ntry><AddtlNtryInf>" + b"A" * 500_000,
    "camt leaves": b"<Document><BkToCstmrStmt><Stmt><Ntry>"
    + b"<a>1</a>" * 75_000
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
