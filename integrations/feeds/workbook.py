"""Excel workbooks (.xlsx) with a bank's CSV layout on a sheet, turned into CSV text row by row.

A workbook is a ZIP archive: its unpacked size is checked before anything is unpacked, and its XML is searched for
document types and entities before the library opens it. Line numbers of problems are the row numbers of the sheet.
"""

from __future__ import annotations

import csv
import io
import struct
import warnings
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from integrations.feeds.contract import StatementRefused
from integrations.feeds.problems import ProblemCode, refused
from integrations.feeds.source import ReadLimits

_ZIP = b"PK\x03\x04"
_MARK = b"xl/"
_HEAD = 8_192
_MOST_PARTS = 1_000
_MOST_COLUMNS = 60
_HEAD_ROWS = 60
_PIECE = 65_536
_LONGEST_MARK = 20
_EPOCH_YEAR = 1899  # from which Excel counts days, but for old Macintosh workbooks
_EXACT_DIGITS = 15  # Excel keeps numbers as binary fractions of 15 digits
_DECLARATIONS = tuple(
    text.encode(encoding) for text in ("<!DOCTYPE", "<!ENTITY") for encoding in ("ascii", "utf-16-le", "utf-16-be")
)
# The library documents no errors for damaged files: each of these came out of one (see the fuzz targets).
_DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    SyntaxError,  # XML of both parsers that the library may use
    LookupError,
    ValueError,
    TypeError,
    AttributeError,
    ArithmeticError,
    AssertionError,
    EOFError,
    OSError,
    RuntimeError,
)


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet that holds anything: its name, and its rows as CSV text.

    ``serial_days`` says that a number may be a day, counted as Excel does; old Macintosh workbooks count otherwise.
    """

    name: str
    text: str
    serial_days: bool = True


def is_workbook(data: bytes) -> bool:
    """Whether the bytes are a ZIP archive with the parts of a workbook."""
    return data.startswith(_ZIP) and (_MARK in data or b"[Content_Types].xml" in data[:_HEAD])


def sheets(data: bytes, limits: ReadLimits) -> list[Sheet]:
    """The sheets of a workbook that are not empty.

    Raises StatementRefused: damaged, more unpacked bytes or rows than the limits, or a document type in its XML.
    """
    try:
        _check_archive(data, limits)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about styles and extensions, which are not read
            return list(_sheets(data, limits))
    except StatementRefused:
        raise
    except _DAMAGE as damage:
        raise refused(
            ProblemCode.WORKBOOK_DAMAGED,
            f"The Excel workbook cannot be opened ({type(damage).__name__}). Download the statement again, as CSV if "
            "the bank offers it.",
        ) from None


def _check_archive(data: bytes, limits: ReadLimits) -> None:
    """Refuse what would unpack to too much, and XML that declares entities."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = archive.infolist()
        if len(parts) > _MOST_PARTS or sum(part.file_size for part in parts) > limits.max_bytes:
            raise refused(
                ProblemCode.WORKBOOK_TOO_LARGE,
                f"The Excel workbook unpacks to more than {limits.max_bytes:,} bytes or {_MOST_PARTS:,} parts. "
                "Download shorter periods and import them one by one.",
            )
        for part in parts:
            if _declares(archive, part):
                raise refused(
                    ProblemCode.DOCUMENT_TYPE_DECLARED,
                    "The Excel workbook declares a document type or an entity, which no bank's download does.",
                )


def _declares(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> bool:
    """Whether a part declares a document type or an entity.

    Read piece by piece: read at once, a part whose size in the directory is a lie would be unpacked whole before the
    library notices. At its end the library compares the check sum, so that such a part is refused as damaged.
    """
    before = b""
    with archive.open(part) as content:
        while piece := content.read(_PIECE):
            if any(mark in before + piece for mark in _DECLARATIONS):
                return True
            before = piece[-_LONGEST_MARK:]
    return False


def _sheets(data: bytes, limits: ReadLimits) -> Iterator[Sheet]:
    from openpyxl import load_workbook  # slow to load, and few files are workbooks

    book = load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
    try:
        seen = 0
        for sheet in book.worksheets:
            rows = []
            for row in sheet.iter_rows(max_col=_MOST_COLUMNS, values_only=True):
                seen += 1
                limits.check_rows(seen)
                rows.append(_trimmed([_text(value) for value in row]))
            if any(rows):
                yield Sheet(sheet.title, _as_csv(rows), book.epoch.year == _EPOCH_YEAR)
    finally:
        book.close()


def _trimmed(cells: list[str]) -> list[str]:
    while cells and not cells[-1]:
        cells.pop()
    return cells


def _as_csv(rows: list[list[str]]) -> str:
    """The rows as CSV of one width: a sheet does not say how many blank cells a row ends with."""
    width = max(len(row) for row in list(filter(None, rows))[:_HEAD_ROWS])
    written = io.StringIO()
    out = csv.writer(written, lineterminator="\n")
    for row in rows:
        if row:
            out.writerow(row + [""] * (width - len(row)))
        else:
            written.write("\n")
    return written.getvalue()


def _text(value: object) -> str:
    """A cell as the bank's CSV would have it; numbers longer than Excel keeps show as such and are refused later."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float):
        return f"{value:.{_EXACT_DIGITS}g}"
    if isinstance(value, int) and len(str(abs(value))) > _EXACT_DIGITS:
        return f"{value:.6E}"
    return " ".join(str(value).splitlines())
