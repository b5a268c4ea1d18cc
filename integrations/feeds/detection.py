"""The one door: bytes of a statement file in, a StatementFeed out, whatever the file is called."""

from __future__ import annotations

from dataclasses import replace

from integrations.feeds.bai2 import Bai2Reader
from integrations.feeds.camt import CamtReader
from integrations.feeds.contract import FeedProblem, StatementFeed
from integrations.feeds.csv_layout import CsvLayout
from integrations.feeds.csv_layouts import BANK_LAYOUTS
from integrations.feeds.csv_layouts_others import OTHER_LAYOUTS
from integrations.feeds.csv_profile import CsvProfile
from integrations.feeds.csv_reader import CsvReader
from integrations.feeds.dates import DateForm
from integrations.feeds.encoding import decode, decode_as
from integrations.feeds.mt940 import Mt940Reader
from integrations.feeds.ofx import OfxReader
from integrations.feeds.problems import ProblemCode, refused, shown, warning
from integrations.feeds.qif import QifReader
from integrations.feeds.refusals import refused_bytes, refused_text, unknown_layout
from integrations.feeds.source import DEFAULT_LIMITS, ReadLimits, Source, StatementReader
from integrations.feeds.workbook import Sheet, is_workbook, sheets


def _of_sheet(layout: CsvLayout, *, serial: bool) -> CsvLayout:
    forms = (*layout.date_forms, DateForm.ISO, *((DateForm.SERIAL,) if serial else ()))
    return replace(layout, date_forms=tuple(dict.fromkeys(forms)))


_LAYOUTS = (*BANK_LAYOUTS, *OTHER_LAYOUTS)
CSV_READERS: tuple[StatementReader, ...] = tuple(
    CsvReader(layout, delimiter) for delimiter in (",", ";", "\t") for layout in _LAYOUTS
)
# In a workbook a day is a cell of its own kind, which becomes an ISO date whatever the bank's CSV writes; or a number,
# where the cell has lost its format.
SHEET_READERS: tuple[StatementReader, ...] = tuple(CsvReader(_of_sheet(layout, serial=True)) for layout in _LAYOUTS)
_OLD_SHEET_READERS = tuple(CsvReader(_of_sheet(layout, serial=False)) for layout in _LAYOUTS)
# The first that recognises the content reads it; a new format is a new entry here.
READERS: tuple[StatementReader, ...] = (
    OfxReader(),
    CamtReader(),
    Mt940Reader(),
    Bai2Reader(),
    QifReader(),
    *CSV_READERS,
)


def read_statement(data: bytes, *, limits: ReadLimits = DEFAULT_LIMITS) -> StatementFeed:
    """Read a statement file, recognised by its content alone.

    ``data`` is the whole file. The feed has at least one account, and rows or problems that say why there
    are none. Raises StatementRefused, and nothing else, where the file as a whole cannot be taken.
    """
    _check_size(data, limits)
    if is_workbook(data):
        return _read_workbook(sheets(data, limits), limits)
    source = _source(data)
    refusal = refused_text(source.text)
    if refusal is not None:
        raise refusal
    reader = _reader_of(source, READERS)
    if reader is None:
        raise unknown_layout(source.text, _titles(READERS))
    return reader.read(source, limits)


def read_with_profile(data: bytes, profile: CsvProfile, *, limits: ReadLimits = DEFAULT_LIMITS) -> StatementFeed:
    """Read a CSV file, or the first sheet of a workbook, in the layout that a person described.

    Raises StatementRefused where the file as a whole cannot be taken, or the profile is incomplete or does not fit.
    """
    reader, source = _reader_of_profile(data, profile, limits)
    if profile.header and not reader.recognises(source):
        headings = ", ".join(column.heading for column in profile.columns)
        raise refused(
            ProblemCode.PROFILE_UNFIT,
            f"The column headings of the CSV profile {shown(profile.name)} are not in the file: {headings}. "
            "Choose another profile, or make a new one for this layout.",
        )
    return reader.read(source, limits)


def profile_fits(data: bytes, profile: CsvProfile, *, limits: ReadLimits = DEFAULT_LIMITS) -> bool:
    """Whether a file is in a described layout: its headings, or the number and shape of its columns.

    Raises StatementRefused where the file cannot be a table at all, or the profile is incomplete.
    """
    reader, source = _reader_of_profile(data, profile, limits)
    return reader.recognises(source)


def _reader_of_profile(data: bytes, profile: CsvProfile, limits: ReadLimits) -> tuple[CsvReader, Source]:
    _check_size(data, limits)
    faults = profile.faults()
    if faults:
        raise refused(ProblemCode.PROFILE_UNFIT, f"The CSV profile {shown(profile.name)} is incomplete: {faults[0]}")
    if is_workbook(data):
        first = next(iter(sheets(data, limits)), Sheet("", ""))
        layout = _of_sheet(profile.layout(), serial=first.serial_days)
        return CsvReader(layout, ","), Source(data, first.text)
    return CsvReader(profile.layout(), profile.delimiter), _source(data, profile.encoding)


def _check_size(data: bytes, limits: ReadLimits) -> None:
    if len(data) > limits.max_bytes:
        raise refused(
            ProblemCode.FILE_TOO_LARGE,
            f"The file has {len(data):,} bytes; at most {limits.max_bytes:,} are read. "
            "Download shorter periods and import them one by one.",
        )


def _source(data: bytes, encoding: str = "") -> Source:
    """The decoded file; StatementRefused where its bytes cannot be text."""
    refusal = refused_bytes(data)
    if refusal is not None:
        raise refusal
    decoded = decode_as(data, encoding) if encoding else decode(data)
    return Source(data, decoded.text, decoded.warnings)


def _reader_of(source: Source, readers: tuple[StatementReader, ...]) -> StatementReader | None:
    return next((reader for reader in readers if reader.recognises(source)), None)


def _titles(readers: tuple[StatementReader, ...]) -> list[str]:
    return list(dict.fromkeys(reader.title for reader in readers))


def _read_workbook(found: list[Sheet], limits: ReadLimits) -> StatementFeed:
    """All sheets in one CSV layout; a sheet in none is left out and named."""
    whole: StatementFeed | None = None
    skipped: list[FeedProblem] = []
    for sheet in found:
        source = Source(b"", sheet.text)
        reader = _reader_of(source, SHEET_READERS if sheet.serial_days else _OLD_SHEET_READERS)
        if reader is None:
            message = f"The sheet {shown(sheet.name)} is in no known layout and was left out."
            skipped.append(warning(ProblemCode.SHEET_SKIPPED, message))
            continue
        feed = reader.read(source, limits)
        if whole is None:
            whole = feed
            continue
        if feed.format != whole.format:
            raise refused(
                ProblemCode.SEVERAL_SHEETS,
                f"The Excel workbook holds sheets of different layouts ({whole.format}, {feed.format}). "
                "Save each as a workbook of its own.",
            )
        named = tuple(replace(p, message=f"Sheet {shown(sheet.name)}: {p.message}") for p in feed.problems)
        whole = replace(whole, accounts=whole.accounts + feed.accounts, problems=whole.problems + named)
    if whole is None:
        raise unknown_layout("\n".join(sheet.text for sheet in found), _titles(SHEET_READERS))
    return replace(whole, problems=(*skipped, *whole.problems))
