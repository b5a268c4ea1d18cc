"""Which CSV layout a text is in, found by its headings or, where it has none, by the shape of its rows."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from itertools import islice

from integrations.feeds.csv_lines import CsvRecord, records
from integrations.feeds.csv_profiles import Column, CsvProfile, Role

_HEAD = 65_536
_MOST_RECORDS = 60
_SHARE = 3  # one row in three must have the layout's shape: a damaged file is still that bank's file
_LEAST_HEADING_CELLS = 3

_NUMBER = re.compile(r"[-+$(\s\u2010-\u2013\u2212]*[0-9][0-9\s.,$+)\-\u2212]*")
_MASKED = re.compile(r"(?=[^\n]{0,30}[*xX•])[0-9*xX• -]{8,30}")
_CARD_NUMBER = re.compile(r"[0-9]{4} ?[0-9]{4,6} ?[0-9]{4,5} ?[0-9]{0,4}")
_DAY = re.compile(r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}|[0-9]{1,2}/[0-9]{1,2}/[0-9]{4}")
_ISO_DAY = re.compile(r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}")


def is_header(profile: CsvProfile, record: CsvRecord) -> bool:
    """Whether the record holds the column headings of the profile, whatever happened to their accents."""
    cells = record.cells
    if record.defect or not len(profile.columns) <= len(cells) <= len(profile.columns) + profile.spare_cells:
        return False
    spare = cells[len(profile.columns) :]
    return not any(cell.strip() for cell in spare) and all(
        _is_heading(column, cell) for column, cell in zip(profile.columns, cells, strict=False)
    )


def recognises(profile: CsvProfile, text: str) -> bool:
    """Whether ``text`` is in the layout of ``profile``; looks only at its beginning."""
    filled = (record for record in records(_head_of(text), profile.record_start) if not record.is_blank)
    head = list(islice(filled, _MOST_RECORDS))
    if not head:
        return False
    if profile.header:
        return any(is_header(profile, record) for record in head)
    if is_header(profile, head[0]):
        return _has_shape(profile, head[1:])
    if _looks_like_headings(head[0]):
        # Headings that are not this layout's: its columns may mean something else, even money in for out.
        return False
    return _has_shape(profile, head)


def is_card_identifier(text: str) -> bool:
    """Whether the text is a masked or a full card number."""
    return bool(_MASKED.fullmatch(text) or _CARD_NUMBER.fullmatch(text))


def _head_of(text: str) -> str:
    """The first lines of the text, whole ones if there are line ends."""
    if len(text) <= _HEAD:
        return text
    cut = text.rfind("\n", 0, _HEAD)
    return text[: cut if cut > 0 else _HEAD]


def _has_shape(profile: CsvProfile, head: Sequence[CsvRecord]) -> bool:
    fitting = sum(_fits(profile, record) for record in head)
    return fitting > 0 and fitting * _SHARE >= len(head)


def _fits(profile: CsvProfile, record: CsvRecord) -> bool:
    """Whether a row could be of this layout: right number of cells, each roughly what it should be.

    One of the two amount cells may be damaged, so that a bad row is reported as this bank's bad row.
    """
    if record.defect or len(record.cells) != len(profile.columns):
        return False
    cells = {c.role: cell.strip() for c, cell in zip(profile.columns, record.cells, strict=True)}
    day = _DAY if len(profile.date_forms) > 1 else _ISO_DAY
    if not day.fullmatch(cells[Role.DATE]) or _is_number(cells[Role.DESCRIPTION]):
        return False
    if not (_blank_or_number(cells[Role.DEBIT]) or _blank_or_number(cells[Role.CREDIT])):
        return False
    if Role.ACCOUNT in cells:
        return is_card_identifier(cells[Role.ACCOUNT])
    balance = cells.get(Role.BALANCE, "")
    return _blank_or_number(balance) and not is_card_identifier(balance)


def _is_number(cell: str) -> bool:
    return _NUMBER.fullmatch(cell) is not None


def _blank_or_number(cell: str) -> bool:
    return not cell or _is_number(cell)


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
    return re.escape(character) if character.isascii() and character != "'" else ".{1,3}"
