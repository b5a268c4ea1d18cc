"""A CSV profile proposed from the content of a file, with the questions that the content cannot answer.

Nothing is guessed: where the dates fit both orders, or nothing shows which sign or column is money out, the profile
is left open there and a question says so.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import combinations, islice

from integrations.feeds.contract import StatementRefused
from integrations.feeds.csv_evidence import Follows, balance_follows, money_cells
from integrations.feeds.csv_lines import CsvRecord, records
from integrations.feeds.csv_profile import ColumnUse, CsvProfile, DateOrder, ProfileColumn, SignRule
from integrations.feeds.csv_recognition import is_card_identifier, is_number
from integrations.feeds.csv_rows import is_direction_word, is_status_word
from integrations.feeds.dates import DateForm, parse_date
from integrations.feeds.encoding import decode, decode_as
from integrations.feeds.problems import LineError, ProblemCode, refused
from integrations.feeds.refusals import refused_bytes
from integrations.feeds.source import DEFAULT_LIMITS, ReadLimits
from integrations.feeds.workbook import is_workbook, sheets

_MOST_RECORDS = 2_000
_SHOWN = 10
_LEAST_COLUMNS = 2
_ANY_START = re.compile(r"(?!)")  # matches nothing: no line is known to begin a record
_MOSTLY = 0.8
_ZERO = Decimal(0)
_TEXT_LENGTH = 4
_DELIMITERS = (",", ";", "\t", "|")
_ORDERS = {
    DateOrder.YEAR_MONTH_DAY: (DateForm.ANY_YMD, DateForm.NAMED_YMD),
    DateOrder.MONTH_DAY_YEAR: (DateForm.ANY_MDY, DateForm.NAMED_MDY),
    DateOrder.DAY_MONTH_YEAR: (DateForm.ANY_DMY, DateForm.NAMED_DMY),
    DateOrder.COMPACT: (DateForm.COMPACT,),
}
_WORDS: tuple[tuple[ColumnUse, str], ...] = (
    (ColumnUse.POSTED_DATE, r"post(?:ed|ing) date|date post(?:ed|ing)|date d'inscription|settlement date"),
    (ColumnUse.BALANCE, r"(?:running |account |ledger )?balance|solde|left"),
    (
        ColumnUse.MONEY_OUT,
        r"debits?|d.bits?|withdrawals?(?: \(-\))?|retraits?|funds out|money out|paid out|charges?|out|sorties?",
    ),
    (
        ColumnUse.MONEY_IN,
        r"credits?|cr.dits?|deposits?(?: \(\+\))?|d.p.ts?|funds in|money in|paid in|payments?|in|entr.es?",
    ),
    (ColumnUse.AMOUNT, r"(?:transaction )?amount.*|montant.*|cad ?\$?"),
    (ColumnUse.CURRENCY, r"currency|devise|ccy"),
    (ColumnUse.REFERENCE, r"(?:ref(?:erence)?|che(?:que|ck))(?: (?:number|no\.?|#))?|num.ro de (?:r.f.rence|ch.que)"),
    (ColumnUse.ACCOUNT, r"account(?: (?:number|no\.?|#))?|card(?: (?:number|no\.?|#))?|num.ro de (?:compte|carte)"),
)


@dataclass(frozen=True, slots=True)
class CsvSuggestion:
    """A proposed profile, the first records as they would be split, what a person must still decide, and what was
    concluded from the running balance and should be looked at."""

    profile: CsvProfile
    sample: tuple[tuple[str, ...], ...]
    questions: tuple[str, ...]
    notes: tuple[str, ...] = ()


@dataclass(slots=True)
class _Columns:
    """The cells of the file by column, below the headings."""

    headings: list[str]
    cells: list[list[str]]

    def filled(self, place: int) -> list[str]:
        return [cell for cell in self.cells[place] if cell]

    def mostly(self, place: int, test: Callable[[str], object]) -> bool:
        filled = self.filled(place)
        return bool(filled) and sum(bool(test(cell)) for cell in filled) >= _MOSTLY * len(filled)


def suggest_profile(
    data: bytes, *, name: str = "", delimiter: str = "", encoding: str = "", limits: ReadLimits = DEFAULT_LIMITS
) -> CsvSuggestion:
    """Propose a profile for a CSV file, or the first sheet of a workbook, in a layout that no reader knows.

    ``delimiter`` and ``encoding`` are found where a person does not name them.

    Raises StatementRefused where the file is no table of at least two columns with a date in one of them.
    """
    text = _text_of(data, encoding, limits)
    delimiter, width, found = _split(text, delimiter)
    place = next((n for n, record in enumerate(found) if _is_headings(record, found[n + 1 :], width)), None)
    rows = [record for record in found[place + 1 if place is not None else 0 :] if len(record.cells) >= width]
    if not rows:
        raise _no_table()
    headings = [cell.strip() for cell in found[place].cells[:width]] if place is not None else [""] * width
    table = _Columns(headings, [[record.cells[n].strip() for record in rows] for n in range(width)])
    uses = _uses(table)
    if ColumnUse.DATE not in uses:
        raise _no_table()
    questions: list[str] = []
    notes: list[str] = []
    order = _order(table.filled(uses.index(ColumnUse.DATE)), questions)
    rule = _sign_rule(table, uses, questions, notes)
    profile = CsvProfile(
        name=name,
        columns=tuple(ProfileColumn(heading, use) for heading, use in zip(headings, uses, strict=True)),
        date_order=order,
        sign_rule=rule,
        header=place is not None,
        delimiter=delimiter,
        encoding=encoding,
    )
    questions += [fault for fault in profile.faults() if fault.startswith("No column")]
    return CsvSuggestion(profile, tuple(record.cells for record in found[:_SHOWN]), tuple(questions), tuple(notes))


def _text_of(data: bytes, encoding: str, limits: ReadLimits) -> str:
    if len(data) > limits.max_bytes:
        raise refused(ProblemCode.FILE_TOO_LARGE, f"The file has more than {limits.max_bytes:,} bytes.")
    if is_workbook(data):
        return next((sheet.text for sheet in sheets(data, limits)), "")
    refusal = refused_bytes(data)
    if refusal is not None:
        raise refusal
    return (decode_as(data, encoding) if encoding else decode(data)).text


def _split(text: str, stated: str) -> tuple[str, int, list[CsvRecord]]:
    """(delimiter, number of columns, first records) of the delimiter that splits most records alike."""
    best: tuple[int, int, str, list[CsvRecord]] = (0, 0, "", [])
    for delimiter in (stated,) if stated in _DELIMITERS else _DELIMITERS:
        filled = (r for r in records(text, _ANY_START, delimiter) if r.defect is None and not r.is_blank)
        found = list(islice(filled, _MOST_RECORDS))
        widths = Counter(len(record.cells) for record in found if len(record.cells) >= _LEAST_COLUMNS)
        if widths:
            width, count = max(widths.items(), key=lambda pair: (pair[1], pair[0]))
            best = max(best, (count, width, delimiter, found), key=lambda option: option[:2])
    if not best[3]:
        raise _no_table()
    return best[2], best[1], best[3]


def _is_headings(record: CsvRecord, below: Sequence[CsvRecord], width: int) -> bool:
    """Whether the record is a line of words above rows with dates."""
    cells = [cell.strip() for cell in record.cells]
    if len(cells) < width or any(_orders_of(cell) for cell in cells) or not any(cells):
        return False
    return any(_orders_of(cell.strip()) for row in below[:3] for cell in row.cells)


def _orders_of(cell: str) -> set[DateOrder]:
    """The orders in which the cell is a real day."""
    found = set()
    for order, forms in _ORDERS.items():
        try:
            parse_date(cell, forms)
        except LineError:
            continue
        found.add(order)
    return found


def _uses(table: _Columns) -> list[ColumnUse]:
    uses = [ColumnUse.IGNORE] * len(table.cells)
    dates = [n for n in range(len(uses)) if table.mostly(n, _orders_of)]
    for place, heading in enumerate(table.headings):
        flat = " ".join(heading.split()).casefold()
        use = next((use for use, words in _WORDS if re.fullmatch(words, flat)), ColumnUse.IGNORE)
        if use not in uses and _plausible(table, place, use, dates):
            uses[place] = use
    free_dates = [n for n in dates if uses[n] is ColumnUse.IGNORE]
    if free_dates:
        uses[free_dates[0]] = ColumnUse.DATE
    if len(free_dates) > 1 and ColumnUse.POSTED_DATE not in uses:
        uses[free_dates[1]] = ColumnUse.POSTED_DATE
    _use_by_content(table, uses)
    return uses


def _plausible(table: _Columns, place: int, use: ColumnUse, dates: list[int]) -> bool:
    if use is ColumnUse.POSTED_DATE:
        return place in dates
    if use in (ColumnUse.BALANCE, ColumnUse.MONEY_OUT, ColumnUse.MONEY_IN, ColumnUse.AMOUNT):
        return place not in dates and (not table.filled(place) or table.mostly(place, is_number))
    return use is not ColumnUse.IGNORE


def _use_by_content(table: _Columns, uses: list[ColumnUse]) -> None:
    """Give a meaning to columns whose headings, if any, did not say it."""
    money = {ColumnUse.AMOUNT, ColumnUse.MONEY_OUT, ColumnUse.MONEY_IN}
    if ColumnUse.MONEY_OUT in uses and ColumnUse.MONEY_IN in uses and ColumnUse.AMOUNT in uses:
        uses[uses.index(ColumnUse.AMOUNT)] = ColumnUse.IGNORE
    texts = []
    for place in range(len(uses)):
        if uses[place] is not ColumnUse.IGNORE or not table.filled(place):
            continue
        if table.mostly(place, is_card_identifier) and ColumnUse.ACCOUNT not in uses:
            uses[place] = ColumnUse.ACCOUNT
        elif table.mostly(place, _is_money) and not money & set(uses):
            uses[place] = ColumnUse.AMOUNT
        elif table.mostly(place, is_direction_word) and ColumnUse.DIRECTION not in uses:
            uses[place] = ColumnUse.DIRECTION
        elif table.mostly(place, is_status_word) and ColumnUse.STATUS not in uses:
            uses[place] = ColumnUse.STATUS
        elif not table.mostly(place, is_number):
            texts.append(place)
    texts.sort(key=lambda n: -sum(map(len, table.filled(n))) / max(1, len(table.filled(n))))
    for place, use in zip(texts, (ColumnUse.DESCRIPTION, ColumnUse.MORE_DESCRIPTION), strict=False):
        uses[place] = use


def _is_money(cell: str) -> bool:
    return is_number(cell) and re.search(r"[.,][0-9]{2}\D*$", cell) is not None


def _order(cells: Sequence[str], questions: list[str]) -> DateOrder | None:
    """The one order in which every date is a real day, or None with a question."""
    counts = Counter(order for cell in cells for order in _orders_of(cell))
    most = max(counts.values())
    fitting = [order for order, count in counts.items() if count == most]
    if len(fitting) == 1:
        return fitting[0]
    questions.append("The dates fit more than one order: do days or months come first?")
    return None


def _sign_rule(table: _Columns, uses: list[ColumnUse], questions: list[str], notes: list[str]) -> SignRule | None:
    _sides_by_balance(table, uses, notes)
    if ColumnUse.MONEY_OUT in uses and ColumnUse.MONEY_IN in uses:
        _drop(uses, ColumnUse.DIRECTION)
        return SignRule.TWO_COLUMNS
    if ColumnUse.AMOUNT in uses:
        amounts = table.cells[uses.index(ColumnUse.AMOUNT)]
        if any(_is_negative(cell) for cell in amounts):
            _drop(uses, ColumnUse.DIRECTION)
            return _sign_by_balance(table, uses, questions, notes)
        if ColumnUse.DIRECTION in uses:
            return SignRule.WORD_BESIDE
    questions.append("Nothing shows which amounts are money out.")
    return None


def _sign_by_balance(table: _Columns, uses: list[ColumnUse], questions: list[str], notes: list[str]) -> SignRule | None:
    """The sign of money out that the running balance shows, with a note; None with a question where it shows none."""
    follows = None
    if ColumnUse.BALANCE in uses:
        amounts, balances = (money_cells(table.cells[uses.index(u)]) for u in (ColumnUse.AMOUNT, ColumnUse.BALANCE))
        follows = balance_follows(amounts, balances)
    if follows is None:
        questions.append("Amounts have signs: is money out negative (usual), or positive as on some cards?")
        return None
    if follows is Follows.WITH:
        notes.append(
            "The balance falls with negative amounts, so money out is taken as negative. On a card whose balance is "
            "the amount owed it is the other way round."
        )
        return SignRule.OUT_IS_NEGATIVE
    notes.append(
        "The balance falls with positive amounts, so money out is taken as positive. On a card whose balance is the "
        "amount owed it is the other way round."
    )
    return SignRule.OUT_IS_POSITIVE


def _sides_by_balance(table: _Columns, uses: list[ColumnUse], notes: list[str]) -> None:
    """Without headings: two columns of which each row fills one, and a third that follows from them, say all."""
    if ColumnUse.BALANCE in uses or ColumnUse.MONEY_OUT in uses or ColumnUse.MONEY_IN in uses or any(table.headings):
        return
    money = [n for n, use in enumerate(uses) if use in (ColumnUse.IGNORE, ColumnUse.AMOUNT) and _holds_money(table, n)]
    values = {n: money_cells(table.cells[n]) for n in money}
    for left, right in combinations(money, 2):
        if any(bool(a) and bool(b) for a, b in zip(values[left], values[right], strict=True)):
            continue
        moved = [(a or _ZERO) - (b or _ZERO) or None for a, b in zip(values[left], values[right], strict=True)]
        for balance in (n for n in money if n not in (left, right)):
            follows = balance_follows(moved, values[balance])
            if follows is not None:
                out, into = (right, left) if follows is Follows.WITH else (left, right)
                uses[out], uses[into], uses[balance] = ColumnUse.MONEY_OUT, ColumnUse.MONEY_IN, ColumnUse.BALANCE
                notes.append(
                    f"The balance in column {balance + 1} falls with the amounts of column {out + 1}, so these are "
                    "taken as money out. On a card whose balance is the amount owed it is the other way round."
                )
                return


def _holds_money(table: _Columns, place: int) -> bool:
    return table.mostly(place, is_number)


def _is_negative(cell: str) -> bool:
    return any(mark in cell for mark in "-\u2212(")


def _drop(uses: list[ColumnUse], use: ColumnUse) -> None:
    if use in uses:
        uses[uses.index(use)] = ColumnUse.IGNORE


def _no_table() -> StatementRefused:
    return refused(
        ProblemCode.UNKNOWN_LAYOUT, "The file is no table of rows with a date: a CSV profile cannot be made for it."
    )
