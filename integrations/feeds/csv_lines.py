"""CSV text to records with their line numbers, so that one stray quote can never swallow a file.

The standard library's csv module reads an unclosed quote to the end of the file and calls everything behind
it one field. Here a quoted field may span lines, but only a few, and only while no line inside it looks like
the beginning of a new record; otherwise the one line with the quote is reported and reading goes on below it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from integrations.feeds.problems import ProblemCode

_QUOTE = '"'
_EMPTY_LINES = re.compile(r"\n+")
# How far a quoted field may reach over line ends: an address in a description takes a handful of lines.
_MOST_LINES = 20
_MOST_CHARACTERS = 10_000


@dataclass(frozen=True, slots=True)
class CsvRecord:
    """One record: the line it begins on (1-based), its cells without quotes, and its text as written.

    ``defect`` names what is wrong with its quotes or the number of its cells. ``unended`` says that the file
    stops on this line without a line end: it may be cut, but some banks never end their last line.
    ``more`` holds cells that the layout has no column for, by their headings, and ``last`` the column in which
    the line ends; both where the headings stand in an order of their own.
    """

    line: int
    cells: tuple[str, ...]
    raw: str
    defect: ProblemCode | None = None
    unended: bool = False
    more: Mapping[str, str] = field(default_factory=dict)
    last: int | None = None

    @property
    def is_blank(self) -> bool:
        return self.defect is None and not any(cell.strip() for cell in self.cells)


def records(text: str, record_start: re.Pattern[str], delimiter: str = ",") -> Iterator[CsvRecord]:
    """The records of ``text`` (line feeds only); empty lines are counted and passed over.

    A line that is quoted as a whole, delimiters included, is one more time taken apart (National Bank).

    ``record_start`` matches the beginning of a line that can only be a new record.
    """
    position, line = 0, 1
    while position < len(text):
        empty = _EMPTY_LINES.match(text, position)
        if empty:
            line += empty.end() - position
            position = empty.end()
            continue
        end = _line_end(text, position)
        raw = text[position:end]
        if _QUOTE not in raw:
            yield CsvRecord(line, tuple(raw.split(delimiter)), raw, unended=end == len(text))
        else:
            cells, defect = _split_quoted(raw, delimiter)
            if defect is ProblemCode.QUOTE_UNCLOSED:
                whole = _joined_record(text, position, end, record_start, delimiter)
                if whole is not None:
                    raw, cells, defect = whole, _split_quoted(whole, delimiter)[0], None
                    end = position + len(whole)
            if len(cells) == 1 and delimiter in cells[0]:
                cells, defect = _split_quoted(cells[0], delimiter)
            yield CsvRecord(line, tuple(cells), raw, defect, unended=end == len(text))
        line += raw.count("\n") + 1
        position = end + 1


def _line_end(text: str, position: int) -> int:
    end = text.find("\n", position)
    return len(text) if end < 0 else end


def _joined_record(text: str, position: int, end: int, record_start: re.Pattern[str], delimiter: str) -> str | None:
    """The record that begins at ``position`` and needs the lines below it, or None where there is no such."""
    for _ in range(_MOST_LINES):
        if end >= len(text) or end - position > _MOST_CHARACTERS or record_start.match(text, end + 1):
            return None
        below = end + 1
        end = _line_end(text, below)
        if _QUOTE not in text[below:end]:
            continue
        candidate = text[position:end]
        defect = _split_quoted(candidate, delimiter)[1]
        if defect is None:
            return candidate
        if defect is ProblemCode.QUOTE_MALFORMED:
            return None
    return None


def _split_quoted(raw: str, delimiter: str) -> tuple[list[str], ProblemCode | None]:
    """The cells of a record with quotes in it, or the defect."""
    cells: list[str] = []
    position = 0
    while True:
        quoted = _quoted_from(raw, position, delimiter)
        if quoted is None:
            comma = raw.find(delimiter, position)
            if comma < 0:
                cells.append(raw[position:])
                return cells, None
            cells.append(raw[position:comma])
            position = comma + 1
            continue
        cell, behind, defect = _quoted_cell(raw, quoted, delimiter)
        if defect is not None:
            return [], defect
        cells.append(cell)
        if behind >= len(raw):
            return cells, None
        position = behind + 1


def _quoted_from(raw: str, position: int, delimiter: str) -> int | None:
    """Offset behind the quote that opens a cell (blanks may stand before it), or None for a plain cell."""
    while position < len(raw) and raw[position] in " \t" and raw[position] != delimiter:
        position += 1
    return position + 1 if raw.startswith(_QUOTE, position) else None


def _quoted_cell(raw: str, position: int, delimiter: str) -> tuple[str, int, ProblemCode | None]:
    """(cell, offset of the comma or end behind it, defect); a doubled quote stands for one."""
    pieces: list[str] = []
    while True:
        quote = raw.find(_QUOTE, position)
        if quote < 0:
            return "", 0, ProblemCode.QUOTE_UNCLOSED
        pieces.append(raw[position:quote])
        if not raw.startswith(_QUOTE, quote + 1):
            break
        pieces.append(_QUOTE)
        position = quote + 2
    behind = quote + 1
    while behind < len(raw) and raw[behind] in " \t" and raw[behind] != delimiter:
        behind += 1
    if behind < len(raw) and raw[behind] != delimiter:
        return "", 0, ProblemCode.QUOTE_MALFORMED
    return "".join(pieces), behind, None
