"""Which CSV layout a text is in, found by its headings or, where it has none, by the shape of its rows."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from itertools import islice

from integrations.feeds.csv_layout import Column, CsvLayout, Role
from integrations.feeds.csv_lines import CsvRecord, records
from integrations.feeds.dates import DateForm
from integrations.feeds.problems import ProblemCode

_HEAD = 65_536
_MOST_RECORDS = 60
_SHARE = 3  # one row in three must have the layout's shape: a damaged file is still that bank's file
_LEAST_HEADING_CELLS = 3

_NUMBER = re.compile(r"[-+$(\s\u2010-\u2013\u2212]*[0-9][0-9\s.,$+)\-\u2212]*")
_MASKED = re.compile(r"(?=[^\n]{0,30}[*xX•])[0-9*xX• -]{8,30}")
_CARD_NUMBER = re.compile(r"[0-9]{4} ?[0-9]{4,6} ?[0-9]{4,5} ?[0-9]{0,4}")
# A damaged day is still a day of its layout; only the order of the fields tells layouts from each other. The forms of
# profiles are not here: there the day must fit.
_DAY_SHAPES = {
    DateForm.ISO: re.compile(r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}"),
    DateForm.MONTH_DAY_YEAR: re.compile(r"[0-9]{1,2}/[0-9]{1,2}/[0-9]{4}"),
    DateForm.YEAR_SLASHES: re.compile(r"[0-9]{4}/[0-9]{1,2}/[0-9]{1,2}"),
}
_NO_LETTERS = ".{1,3}"


@dataclass(frozen=True, slots=True)
class Arrangement:
    """Where the columns of a layout stand in a file whose headings have an order of their own.

    ``places`` has the cell of each column, None for an optional one that is missing; ``others`` are the headings
    of cells that no column takes, by place; ``width`` is the number of cells of the line of headings.
    """

    places: tuple[int | None, ...]
    others: Mapping[int, str] = field(default_factory=dict)
    width: int = 0

    def arrange(self, record: CsvRecord, spare_cells: int) -> CsvRecord:
        """The record with its cells in the order of the layout; a defect where their number is wrong."""
        if record.defect is not None:
            return record
        spare = record.cells[self.width :]
        if len(record.cells) < self.width or len(spare) > spare_cells or any(cell.strip() for cell in spare):
            return replace(record, defect=ProblemCode.FIELD_COUNT)
        ending = self.width - 1
        return replace(
            record,
            cells=tuple("" if place is None else record.cells[place] for place in self.places),
            more={heading: record.cells[place] for place, heading in self.others.items()},
            last=self.places.index(ending) if ending in self.places else len(self.places),
        )


def is_header(layout: CsvLayout, record: CsvRecord) -> bool:
    """Whether the record holds the column headings of the layout in its own order, however their accents fare."""
    cells = record.cells
    if record.defect or not len(layout.columns) <= len(cells) <= len(layout.columns) + layout.spare_cells:
        return False
    spare = cells[len(layout.columns) :]
    return not any(cell.strip() for cell in spare) and all(
        _is_heading(column, cell) for column, cell in zip(layout.columns, cells, strict=False)
    )


def arrangement(layout: CsvLayout, record: CsvRecord) -> Arrangement | None:
    """How the layout's columns stand in a line of headings of another order, or None where it is no such line."""
    if record.defect or not layout.header:
        return None
    cells = [cell.strip() for cell in record.cells]
    while cells and not cells[-1]:
        cells.pop()
    if not cells:
        return None
    free = dict(enumerate(cells))
    places: list[int | None] = []
    for column in layout.columns:
        found = [place for place, cell in free.items() if cell and _is_heading(column, cell)]
        if len(found) > 1 or not (found or column.optional):
            return None
        places.append(found[0] if found else None)
        if found:
            del free[found[0]]
    if any(free.values()) and not layout.extra_columns:
        return None
    others = {place: cell or f"column {place + 1}" for place, cell in free.items()}
    return Arrangement(tuple(places), others, len(cells))


def recognises(layout: CsvLayout, text: str, delimiter: str = ",") -> bool:
    """Whether ``text`` is in this layout; looks only at its beginning."""
    found = records(_head_of(text), layout.record_start, delimiter)
    head = list(islice((record for record in found if not record.is_blank), _MOST_RECORDS))
    if not head:
        return False
    if layout.header:
        return any(is_header(layout, record) or arrangement(layout, record) is not None for record in head)
    if is_header(layout, head[0]):
        return _has_shape(layout, head[1:])
    if _looks_like_headings(head[0]):
        # Headings that are not this layout's: its columns may mean something else, even money in for out.
        return False
    return _has_shape(layout, head)


def is_card_identifier(text: str) -> bool:
    """Whether the text is a masked or a full card number."""
    return bool(_MASKED.fullmatch(text) or _CARD_NUMBER.fullmatch(text))


def is_number(cell: str) -> bool:
    """Whether the cell looks like an amount, readable or not."""
    return _NUMBER.fullmatch(cell) is not None


def _head_of(text: str) -> str:
    """The first lines of the text, whole ones if there are line ends."""
    if len(text) <= _HEAD:
        return text
    cut = text.rfind("\n", 0, _HEAD)
    return text[: cut if cut > 0 else _HEAD]


def _has_shape(layout: CsvLayout, head: Sequence[CsvRecord]) -> bool:
    fitting = sum(_fits(layout, record) for record in head)
    return fitting > 0 and fitting * _SHARE >= len(head)


def _fits(layout: CsvLayout, record: CsvRecord) -> bool:
    """Whether a row could be of this layout: right number of cells, each roughly what it should be.

    One of two amount cells may be damaged, so that a bad row is reported as this bank's bad row.
    """
    width = len(layout.columns)
    if record.defect or not width <= len(record.cells) <= width + layout.spare_cells:
        return False
    stripped = [cell.strip() for cell in record.cells]
    for column, cell in zip(layout.columns, stripped, strict=False):
        if column.shape is not None and not column.shape.fullmatch(cell):
            return False
    cells = {column.role: cell for column, cell in zip(layout.columns, stripped, strict=False)}
    if not any(_DAY_SHAPES.get(form, form.pattern).fullmatch(cells[Role.DATE]) for form in layout.date_forms):
        return False
    if is_number(cells[Role.DESCRIPTION]) or any(stripped[width:]):
        return False
    sides = [cells[role] for role in (Role.DEBIT, Role.CREDIT, Role.AMOUNT) if role in cells]
    if not any(_blank_or_number(cell) for cell in sides):
        return False
    if layout.names_card:
        return is_card_identifier(cells[Role.ACCOUNT])
    balance = cells.get(Role.BALANCE, "")
    return _blank_or_number(balance) and not is_card_identifier(balance)


def _blank_or_number(cell: str) -> bool:
    return not cell or is_number(cell)


def _looks_like_headings(record: CsvRecord) -> bool:
    """Several words and not one digit."""
    words = [cell for cell in record.cells if cell.strip()]
    return len(words) >= _LEAST_HEADING_CELLS and not any(ch.isdigit() for cell in words for ch in cell)


def _is_heading(column: Column, cell: str) -> bool:
    flat = " ".join(cell.split()).casefold()
    return any(pattern.fullmatch(flat) for pattern in _patterns(column))


@cache
def _patterns(column: Column) -> tuple[re.Pattern[str], ...]:
    """Patterns of the headings in which accents and apostrophes may have been damaged.

    "Numéro du chèque" arrives as "Num?ro du ch?que", without accents, or as UTF-8 read in another encoding.
    """
    return tuple(re.compile("".join(_letter(ch) for ch in heading.casefold())) for heading in column.headings)


def _letter(character: str) -> str:
    return re.escape(character) if character.isascii() and character != "'" else _NO_LETTERS
