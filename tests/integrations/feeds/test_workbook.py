"""Excel workbooks with a bank's CSV layout; bombs and damage."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, date, datetime
from decimal import Decimal

import openpyxl
import pytest
from openpyxl.utils.datetime import MAC_EPOCH

from integrations.feeds import FeedFormat, ReadLimits, StatementRefused, read_statement
from tests.integrations.feeds.test_properties import read_or_refuse
from tests.integrations.feeds.writing import RBC_HEADER, codes, read, refusal
from tests.integrations.feeds.writing_business import workbook

RBC = RBC_HEADER.strip().split(",")
DAY = datetime(2026, 9, 18, tzinfo=UTC).replace(tzinfo=None)  # a cell with a time has no zone
ROW = ["Chequing", "01234-5678901", DAY, None, "CAFÉ NOËL", "GATINEAU", -4.25, None]


def test_a_sheet_in_a_known_layout() -> None:
    feed = read(workbook([RBC, ROW, [], [*ROW[:6], 0.1 + 0.2, None]]))

    (account,) = feed.accounts
    assert (feed.format, feed.bank_id, feed.problems) == (FeedFormat.CSV_RBC, "rbc", ())
    assert [row.amount for row in account.transactions] == [Decimal("-4.25"), Decimal("0.30")]
    assert account.transactions[0].transaction_date == date(2026, 9, 18)
    assert account.transactions[0].description == "CAFÉ NOËL - GATINEAU"
    assert [row.line for row in account.transactions] == [2, 4]


def test_days_in_cells_are_read_where_the_csv_has_another_form() -> None:
    table = [
        ["Item #", "Card #", "Transaction Date", "Posting Date", "Transaction Amount", "Description"],
        [1, "'5191230000000000'", date(2026, 1, 2), 20260103, 4.25, "CAFE"],
    ]

    assert read(workbook(table)).accounts[0].signed_sum == Decimal("-4.25")


def test_a_number_longer_than_excel_keeps_is_no_account() -> None:
    refused = refusal(workbook([RBC, ["Visa", 4516070011223344, *ROW[2:]]]))

    assert refused.problems[0].code == "account_unreadable"


def test_text_with_commas_quotes_and_line_breaks_stays_one_cell() -> None:
    row = [*ROW[:4], 'THE "BEST",\nCOFFEE', *ROW[5:]]

    assert read(workbook([RBC, row])).accounts[0].transactions[0].description == 'THE "BEST", COFFEE - GATINEAU'


def test_several_sheets_of_one_layout_are_read_and_others_named() -> None:
    feed = read(workbook([RBC, ROW], [["Notes"], ["mine"]], [RBC, ["Savings", "777777", *ROW[2:]]]))

    assert [account.external_account_id for account in feed.accounts] == ["01234-5678901", "777777"]
    assert codes(feed) == ["sheet_skipped"]


def test_sheets_of_different_layouts_are_refused() -> None:
    tangerine = [["Date", "Transaction", "Name", "Memo", "Amount"], ["3/24/2026", "DEBIT", "A", "B", -1]]

    assert refusal(workbook([RBC, ROW], tangerine)).code == "several_sheets"


def test_a_workbook_in_no_known_layout_is_refused() -> None:
    assert refusal(workbook([["a", "b"], [1, 2]])).code == "unknown_layout"
    assert refusal(workbook([])).code == "unknown_layout"


def packed(**parts: bytes) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name.replace("__", "/").replace("_dot_", "."), content)
    return written.getvalue()


def replaced(data: bytes, name: str, change: bytes) -> bytes:
    """The workbook with one part changed."""
    written = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.infolist():
            new.writestr(part.filename, change if part.filename == name else old.read(part))
    return written.getvalue()


def test_a_zip_bomb_is_refused_before_it_is_unpacked() -> None:
    bomb = packed(xl__workbook_dot_xml=b"\0" * 60_000_000)

    assert len(bomb) < 100_000
    assert refusal(bomb).code == "workbook_too_large"


def test_days_that_have_lost_their_format_are_read_as_excel_counts_them() -> None:
    days = [46_283, 46_283.75, 36_999, 60_000]
    feed = read(workbook([RBC, *([*ROW[:2], day, *ROW[3:]] for day in days)]))

    assert [row.transaction_date for row in feed.accounts[0].transactions] == [date(2026, 9, 18)] * 2
    assert [(p.line, p.code) for p in feed.problems] == [(4, "date_unreadable"), (5, "date_unreadable")]
    assert refusal(RBC_HEADER.encode() + b"Chequing,1-2,46283,,A,,1.00,\n").code == "nothing_readable"


def test_days_of_old_macintosh_workbooks_are_not_counted() -> None:
    book = openpyxl.Workbook()
    book.epoch = MAC_EPOCH
    for row in (RBC, [*ROW[:2], 44_821, *ROW[3:]]):
        book.active.append(row)
    written = io.BytesIO()
    book.save(written)

    assert refusal(written.getvalue()).code == "nothing_readable"


def test_a_workbook_of_a_million_parts_is_refused() -> None:
    assert refusal(packed(**{f"xl__p{number}": b"" for number in range(1_100)})).code == "workbook_too_large"


def test_entities_in_a_workbook_are_refused() -> None:
    bomb = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha">]><x>&a;</x>'

    assert refusal(replaced(workbook([RBC, ROW]), "xl/workbook.xml", bomb)).code == "document_type_declared"


def test_a_row_number_without_end_does_not_end_in_a_loop() -> None:
    sheet = (
        b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
        b'<row r="999999999999"><c r="A999999999999"><v>1</v></c></row></sheetData></worksheet>'
    )
    data = replaced(workbook([RBC, ROW]), "xl/worksheets/sheet1.xml", sheet)

    with pytest.raises(StatementRefused) as caught:
        read_statement(data, limits=ReadLimits(max_rows=1_000))
    assert caught.value.code == "too_many_rows"


@pytest.mark.parametrize(
    "change", [b"", b"<worksheet", b"<a/>", b"\xff\xfe\x00", b'<worksheet><row r="x"/></worksheet>']
)
@pytest.mark.parametrize("part", ["xl/workbook.xml", "xl/worksheets/sheet1.xml", "xl/styles.xml"])
def test_a_damaged_workbook_is_refused_or_read_right(part: str, change: bytes) -> None:
    outcome = read_or_refuse(replaced(workbook([RBC, ROW]), part, change))
    if isinstance(outcome, StatementRefused):
        assert outcome.code in {"workbook_damaged", "unknown_layout", "nothing_readable", "no_statement"}
    else:  # without formats the days are numbers
        assert part == "xl/styles.xml"
        assert [row.transaction_date for row in outcome.accounts[0].transactions] == [date(2026, 9, 18)]


@pytest.mark.parametrize("length", [40, 400, 2_000])
def test_a_cut_workbook_is_refused(length: int) -> None:
    assert refusal(workbook([RBC, ROW])[:length]).code in {"workbook_damaged", "archive_file"}


def test_old_workbooks_and_archives_are_refused_with_advice() -> None:
    assert "old Excel" in refusal(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 50).message
    assert refusal(packed(statement_dot_ofx=b"<OFX>")).code == "archive_file"
