"""Files made to hurt, which the limits refuse: they unpack without end, are too large, or have too many rows."""

from __future__ import annotations

import io
import struct
import time
import tracemalloc
import zipfile
from datetime import date

import pytest

from integrations.feeds import DEFAULT_LIMITS, ReadLimits, StatementRefused, read_statement, suggest_profile
from tests.integrations.feeds.test_damage import WRITERS, Movement

LAUGHS = '<!DOCTYPE x [<!ENTITY a "ha">' + "".join(f'<!ENTITY b{n} "{"&a;" * 10}">' for n in range(9)) + "]>"
ROWS = [Movement(date(2026, 1, 1 + n % 28), -100 - n, f"SHOP {n}") for n in range(30)]
SHEET = "xl/worksheets/sheet1.xml"


def refused(data: bytes, limits: ReadLimits | None = None) -> str:
    with pytest.raises(StatementRefused) as refusal:
        read_statement(data, limits=limits) if limits else read_statement(data)
    return refusal.value.code


def zipped(**parts: bytes) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        for name, content in parts.items():
            archive.writestr(name.replace("__", "/").replace("_xml", ".xml"), content)
    return made.getvalue()


@pytest.mark.parametrize(
    "text",
    [
        f"<?xml version='1.0'?>{LAUGHS}<Document><BkToCstmrStmt>&b8;</BkToCstmrStmt></Document>",
        f"<?xml version='1.0'?>{LAUGHS}<OFX><STMTTRN><MEMO>&b8;</OFX>",
        "<!DOCTYPE x SYSTEM 'file:///etc/passwd'><Document><BkToCstmrStmt/></Document>",
    ],
)
def test_xml_that_declares_entities_is_not_read(text: str) -> None:
    assert refused(text.encode()) == "document_type_declared"


@pytest.mark.parametrize("text", ["<Document><BkToCstmrStmt>" + "<Stmt>" * 200_000, "<OFX>" + "<STMTTRN>" * 200_000])
def test_nesting_without_end_ends(text: str) -> None:
    begun = time.process_time()

    assert refused(text.encode()) in {"xml_malformed", "nothing_readable", "no_statement"}
    assert time.process_time() - begun < 20


def test_a_sheet_of_ten_million_rows_is_refused_before_it_is_unpacked() -> None:
    bomb = zipped(xl__workbook_xml=b"<workbook/>", xl__worksheets__sheet1_xml=b"<row/>" * 10_000_000)

    assert len(bomb) < 200_000
    assert peak_of(bomb, "workbook_too_large") < 5_000_000


def test_an_archive_that_lies_about_its_size_unpacks_no_more_than_it_says() -> None:
    bomb = zipped(xl__workbook_xml=b"<workbook/>", xl__worksheets__sheet1_xml=b"<row/>" * 10_000_000)
    size = struct.pack("<L", 60_000_000)
    assert bomb.count(size) == 2  # before the content, and in the directory at the end
    assert peak_of(bomb.replace(size, struct.pack("<L", 100)), "workbook_damaged") < 5_000_000


def test_a_hundred_megabytes_are_refused_unread() -> None:
    data = b"<OFX>" + b" " * 100_000_000

    assert peak_of(data, "file_too_large") < 1_000_000
    with pytest.raises(StatementRefused, match="bytes"):
        suggest_profile(data)


@pytest.mark.parametrize("form", sorted(WRITERS))
def test_every_format_stops_at_the_row_that_is_too_many(form: str) -> None:
    assert refused(WRITERS[form](ROWS), ReadLimits(max_rows=29)) == "too_many_rows"


MILLIONS = {
    b"2026-01-05,SHOP,1.00,\n": b"",
    b"^\n": b"!Type:Bank\n",
    b"!Type:Bank\n": b"!Type:Bank\n",
    b"NA\n^\n": b"!Type:Cat\n",
    b":61:260105D1,00NTRFX\n": b":20:A\n:25:1\n",
    b"16,475,100,Z,,,X/\n": b"01,X,Y,260101,0,1,,,2/\n02,X,Y,1,260101,,CAD,2/\n03,1/\n",
    b"<STMTTRN>": b"<OFX>",
}


@pytest.mark.long
@pytest.mark.parametrize("row", MILLIONS)
def test_ten_million_rows_are_refused_with_the_size_or_the_rows(row: bytes) -> None:
    """By size, unread; where ten million rows fit into the size, or no size is set, by their number."""
    data = MILLIONS[row] + row * 10_000_000

    if len(data) > DEFAULT_LIMITS.max_bytes:
        assert peak_of(data, "file_too_large") < 1_000_000
    else:
        assert peak_of(data, "too_many_rows") < 6 * len(data)
    begun = time.process_time()
    assert refused(data, ReadLimits(max_bytes=2**31, max_rows=1_000)) in {"too_many_rows", "no_statement"}
    assert time.process_time() - begun < 60


def test_a_file_of_tiny_records_takes_little_more_than_itself() -> None:
    assert peak_of(b"!Type:Bank\n" + b"^\n" * 300_000, "too_many_rows") < 5_000_000


def peak_of(data: bytes, code: str) -> int:
    """Most memory that refusing the file took, beside the file."""
    tracemalloc.start()
    try:
        assert refused(data) == code
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
