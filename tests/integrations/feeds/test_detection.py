"""What is a statement and what is not, found by content; and how much of it is read."""

from __future__ import annotations

import pytest

from integrations.feeds import FeedFormat, ReadLimits, StatementRefused, read_statement
from tests.integrations.feeds.writing import (
    BMO_ACCOUNT_HEAD,
    BMO_CARD_HEAD,
    RBC_HEADER,
    ofx_of,
    ofx_row,
    read,
    refusal,
)
from tests.integrations.feeds.writing_business import bai2, bai2_account, camt, camt_entry, camt_statement, mt940, qif


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (ofx_of(ofx_row()), FeedFormat.OFX),
        (RBC_HEADER + "Chequing,0123-45,1/2/2026,,A,B,-1.00,\n", FeedFormat.CSV_RBC),
        ("01/02/2026,COFFEE,4.25,,95.75\n", FeedFormat.CSV_TD),
        ("2026-01-02,COFFEE,4.25,,95.75\n", FeedFormat.CSV_TD),
        (BMO_ACCOUNT_HEAD + "'5191230000000000',DEBIT,20260102,-1.0,[PR]A\n", FeedFormat.CSV_BMO_ACCOUNT),
        (BMO_CARD_HEAD + "1,'5191230000000000',20260102,20260103,1.0,A\n", FeedFormat.CSV_BMO_CARD),
        ("2026-01-02,COFFEE,4.25,\n", FeedFormat.CSV_CIBC_ACCOUNT),
        ("2026-01-02,COFFEE,4.25,,4500********1234\n", FeedFormat.CSV_CIBC_CARD),
        (camt(camt_statement(camt_entry())), FeedFormat.CAMT_053),
        (mt940(":61:260918D4,25NTRFX"), FeedFormat.MT_940),
        (bai2(bai2_account("16,475,425,,,,X/")), FeedFormat.BAI2),
        (qif("D01/31/2026|T-4.25|PX"), FeedFormat.QIF),
    ],
)
def test_each_layout_is_known_by_its_content(text: str, expected: FeedFormat) -> None:
    assert read(text).format == expected


def test_a_tag_in_a_table_does_not_make_it_ofx() -> None:
    assert read("2026-01-02,<OFX> <STMTTRN>,4.25,\n").format is FeedFormat.CSV_CIBC_ACCOUNT


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty_file"),
        (b" \r\n\t\n", "empty_file"),
        (b"\xef\xbb\xbf\r\n", "empty_file"),
        ("\ufeff \u00a0\n".encode("utf-16"), "empty_file"),
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", "pdf_file"),
        (b"\n\n%PDF-1.4\n", "pdf_file"),
        (b"PK\x03\x04\x14\x00\x06\x00[Content_Types].xml...xl/workbook.xml", "workbook_damaged"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 50, "spreadsheet_file"),
        (b"PK\x03\x04\x14\x00\x00\x00\x08\x00statement.ofx", "archive_file"),
        (b"\x1f\x8b\x08\x00\x00\x00\x00\x00", "archive_file"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "image_file"),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF", "image_file"),
        (b"GIF89a\x01\x00", "image_file"),
        (b"RIFF\x00\x00\x00\x00WEBPVP8 ", "image_file"),
        (b"\x00\x00\x00\x18ftypheic\x00\x00", "image_file"),
        (b"<!DOCTYPE html><html><body>Sign in</body></html>", "html_page"),
        (b"<!-- bank --><HTML lang='en'><body></body></HTML>", "html_page"),
        (b"2026-01-02,COFFEE,4.25,\n2026-01-03,A\x00B,1.00,\n", "binary_file"),
        (bytes(range(1, 9)) * 40, "binary_file"),
        (b"\x81\x8d\x8f\x90\x9d" * 100, "binary_file"),
        (b"Dear customer, your statement is ready.\n", "unknown_layout"),
        (b"Date;Description;Amount\n2026-01-02;COFFEE;-4,25\n", "unknown_layout"),
        (b'{"transactions": []}', "unknown_layout"),
    ],
)
def test_what_is_no_statement_is_refused_by_name(data: bytes, code: str) -> None:
    assert refusal(data).code == code


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ('<?xml version="1.0"?><Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.001.001.03">', "pain.001"),
        ("A" + "0" * 1463 + "\n", "CPA-005"),
    ],
)
def test_payment_files_are_named(text: str, name: str) -> None:
    refused = refusal(text)

    assert refused.code == "format_not_read_yet"
    assert name in refused.message


def test_an_unknown_layout_is_refused_with_the_list_of_known_ones() -> None:
    message = refusal("just some words\n").message

    for known in (
        "OFX",
        "RBC CSV",
        "TD CSV",
        "BMO account CSV",
        "BMO card CSV",
        "CIBC account CSV",
        "CIBC card",
        "BAI2",
    ):
        assert known in message


@pytest.mark.parametrize(
    "heading",
    [
        "Date,Description,Credit,Debit",
        "Date,Transaction Details,Money,More",
        "Transaction date,Shop,Category,Memo,Amount",
    ],
)
def test_foreign_headings_are_not_read_as_a_layout_without_headings(heading: str) -> None:
    cells = heading.count(",") + 1
    row = ",".join(["2026-01-02", "COFFEE", "4.25", "", ""][:cells])

    assert refusal(f"{heading}\n{row}\n").code == "unknown_layout"


def test_the_advice_says_what_to_do_instead() -> None:
    assert "OFX, QFX or CSV" in refusal(b"%PDF-1.7").message


def test_a_file_over_the_size_limit_is_refused_unread() -> None:
    limits = ReadLimits(max_bytes=10)

    with pytest.raises(StatementRefused) as caught:
        read_statement(b"01/02/2026,COFFEE,4.25,,95.75\n", limits=limits)

    assert caught.value.code == "file_too_large"


@pytest.mark.parametrize(
    "text",
    [
        ofx_of(ofx_row(fitid="1") + ofx_row(fitid="2") + ofx_row(fitid="3")),
        "01/02/2026,COFFEE,4.25,,95.75\n" * 3,
        "2026-01-02,COFFEE,4.25,\n2026-01-02,COFFEE,x,\n2026-01-02,COFFEE,4.25,\n",
    ],
)
def test_a_file_over_the_row_limit_is_refused(text: str) -> None:
    assert read_statement(text.encode(), limits=ReadLimits(max_rows=3)).accounts

    with pytest.raises(StatementRefused) as caught:
        read_statement(text.encode(), limits=ReadLimits(max_rows=2))

    assert caught.value.code == "too_many_rows"


def test_the_default_limits_are_25_mib_and_250_000_rows() -> None:
    assert ReadLimits() == ReadLimits(max_bytes=26_214_400, max_rows=250_000)
