"""Bytes to text: byte order mark, then the header, then UTF-8, then Windows-1252."""

from __future__ import annotations

import pytest

from tests.integrations.feeds.writing import OFX_HEADER, codes, ofx, ofx_of, ofx_row, ofx_statement, read

NAME = "CAFÉ NOËL"


def ofx_with_header(header: str) -> str:
    return ofx(ofx_statement(ofx_row(name=NAME)), header=header)


@pytest.mark.parametrize("charset", ["1252", "ISO-8859-1", "8859-1", "NONE", "", "SOMETHING-ELSE"])
def test_windows_1252_is_read_whatever_western_charset_is_declared(charset: str) -> None:
    header = OFX_HEADER.replace("CHARSET:1252", f"CHARSET:{charset}")

    feed = read(ofx_with_header(header).encode("cp1252"))

    assert feed.accounts[0].transactions[0].description == NAME
    assert feed.problems == ()


@pytest.mark.parametrize(
    "header",
    [
        OFX_HEADER.replace("USASCII", "UTF-8").replace("CHARSET:1252", "CHARSET:NONE"),
        OFX_HEADER.replace("USASCII", "UNICODE").replace("CHARSET:1252", "CHARSET:NONE"),
        '<?xml version="1.0" encoding="UTF-8"?>\n<?OFX OFXHEADER="200" VERSION="211"?>\n',
        "",
    ],
)
def test_utf_8_is_read_where_declared_or_nothing_is_declared(header: str) -> None:
    feed = read(ofx_with_header(header).encode())

    assert feed.accounts[0].transactions[0].description == NAME
    assert feed.problems == ()


def test_a_declared_charset_of_old_french_files_is_honoured() -> None:
    header = OFX_HEADER.replace("CHARSET:1252", "CHARSET:850")

    feed = read(ofx_with_header(header).encode("cp850"))

    assert feed.accounts[0].transactions[0].description == NAME


def test_utf_8_under_a_copied_1252_header_is_read_right_with_a_warning() -> None:
    feed = read(ofx_with_header(OFX_HEADER).encode())

    assert feed.accounts[0].transactions[0].description == NAME
    assert codes(feed) == ["encoding_mismatch"]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_a_byte_order_mark_decides_over_the_header(encoding: str) -> None:
    feed = read(ofx_with_header(OFX_HEADER).encode(encoding))

    assert feed.accounts[0].transactions[0].description == NAME
    assert feed.problems == ()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_csv_is_read_in_every_encoding_that_banks_use(encoding: str) -> None:
    feed = read(f"2026-01-02,{NAME},4.25,\n", encoding)

    assert feed.accounts[0].transactions[0].description == NAME
    assert feed.problems == ()


def test_bytes_without_a_meaning_are_replaced_with_a_warning() -> None:
    feed = read(b"2026-01-02,A\x81B\xe9,4.25,\n")

    assert feed.accounts[0].transactions[0].description == "A\ufffdBé"
    assert codes(feed) == ["characters_replaced"]


def test_a_file_cut_inside_a_character_stays_utf_8() -> None:
    data = f"2026-01-02,{NAME},4.25,\n2026-01-03,CAFÉ,1.00,".encode() + "É".encode()[:1]

    feed = read(data)

    assert feed.accounts[0].transactions[0].description == NAME


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_every_line_end_counts_one_line(line_end: str) -> None:
    text = "2026-01-02,A,4.25,\n\n2026-01-03,B,1.00,\n".replace("\n", line_end)

    assert [row.line for row in read(text).accounts[0].transactions] == [1, 3]


def test_characters_that_look_like_line_ends_are_none() -> None:
    text = "2026-01-02,A\u2028B\x0cC\x85D,4.25,\n2026-01-03,B,1.00,\n"

    assert [row.line for row in read(text).accounts[0].transactions] == [1, 2]


def test_a_dos_end_of_file_mark_is_no_line() -> None:
    assert read("2026-01-02,A,4.25,\n\x1a").problems == ()


def test_a_file_of_one_line_without_line_end_is_read() -> None:
    one_line = ofx_of(ofx_row()).replace("\n", "")

    assert len(read(one_line).accounts[0].transactions) == 1
