"""Two files in, pairs out: CSV with columns by name, in any order.

``id``, ``date`` (ISO), ``amount`` (signed) must be there; ``description``, ``reference``, ``counterparty`` may be;
other columns are passed over. A byte order mark, semicolons or tabs for commas, UTF-16 and Windows-1252 are read too.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from integrations.feeds.amounts import parse_amount
from integrations.feeds.problems import LineError
from reconciliation.matching.result import Result
from reconciliation.matching.types import Match, Side, to_cents

if TYPE_CHECKING:
    import _csv

REQUIRED = ("id", "date", "amount")
OPTIONAL = ("description", "reference", "counterparty")
PAIR_COLUMNS = ("bank_id", "ledger_id", "outcome", "probability", "margin", "accepted", "evidence")
_SHOWN = 20
_PLAIN = re.compile(r"([+-]?)(\d{1,13})(?:\.(\d\d?))?").fullmatch


class FileRefused(Exception):
    """A file that cannot be used; ``problems`` holds what is wrong, each with its line number where it has one."""

    def __init__(self, name: str, problems: list[str]) -> None:
        self.name, self.problems = name, problems
        more = len(problems) - _SHOWN
        shown = problems[:_SHOWN] + ([f"and {more} more"] if more > 0 else [])
        super().__init__(f"{name} cannot be read:\n" + "\n".join(f"  {problem}" for problem in shown))


def read_side(data: bytes, name: str) -> Side:
    """The lines of one side. Raises FileRefused with every problem found."""
    columns: dict[str, list[str]] = {column: [] for column in (*REQUIRED, *OPTIONAL)}
    ids, days, cents = columns["id"], [], []
    others = [columns[column] for column in OPTIONAL]
    first_seen: dict[str, int] = {}
    problems: list[str] = []
    for line, (line_id, day, amount, *texts) in _rows(data, name, REQUIRED, OPTIONAL):
        try:
            ordinal, value = _day(day), _cents(amount)
        except ValueError as error:
            problems.append(f"line {line}: {error}")
            continue
        if not line_id:
            problems.append(f"line {line}: the id is empty; every line needs its own.")
        elif line_id in first_seen:
            problems.append(f"line {line}: the id {line_id!r} stands already on line {first_seen[line_id]}.")
        else:
            first_seen[line_id] = line
            ids.append(line_id)
            days.append(ordinal)
            cents.append(value)
            for column, text in zip(others, texts, strict=True):
                column.append(text)
    if problems:
        raise FileRefused(name, problems)
    return Side.from_columns(
        ids=ids,
        days=days,
        cents=cents,
        descriptions=columns["description"],
        references=columns["reference"],
        counterparties=columns["counterparty"],
    )


def read_answers(data: bytes, name: str, bank: Side, ledger: Side) -> set[tuple[str, str]]:
    """Pairs of ids that belong together; a batch is several rows. Raises FileRefused for an id of neither side."""
    known = set(bank.ids), set(ledger.ids)
    answers: set[tuple[str, str]] = set()
    problems: list[str] = []
    for line, (bank_id, ledger_id) in _rows(data, name, ("bank_id", "ledger_id"), ()):
        if bank_id not in known[0]:
            problems.append(f"line {line}: there is no bank line {bank_id!r}.")
        if ledger_id not in known[1]:
            problems.append(f"line {line}: there is no ledger line {ledger_id!r}.")
        answers.add((bank_id, ledger_id))
    if problems:
        raise FileRefused(name, problems)
    return answers


def pair_rows(result: Result) -> Iterator[tuple[str, ...]]:
    """Rows of the pairs file, PAIR_COLUMNS: the accepted and the proposed matches, a batch as several rows."""
    for match in result.proposed_matches():
        evidence = in_words(result, match)
        for bank_id in match.bank_ids:
            for ledger_id in match.ledger_ids:
                yield (
                    bank_id,
                    ledger_id,
                    str(match.outcome),
                    f"{match.probability:.4f}",
                    f"{match.margin:.4f}",
                    "yes" if match.accepted else "no",
                    evidence,
                )


def in_words(result: Result, match: Match) -> str:
    """The evidence of a match as one line of text."""
    reason = [str(match.reason).replace("_", " ")] if match.reason else []
    if len(match.bank_ids) != len(match.ledger_ids):
        count = max(len(match.bank_ids), len(match.ledger_ids))
        whole = "bank" if len(match.bank_ids) == 1 else "ledger"
        others = [f"or of {' + '.join(parts)}" for parts in match.alternatives]
        difference = f", but for {match.difference:+,.2f}" if match.difference else ""
        return "; ".join([f"one {whole} line is the sum of {count} lines{difference}", *others, *reason])
    pair = result.pair_of(match.bank_ids[0], match.ledger_ids[0])
    words = result.words(pair) if pair is not None else []
    return "; ".join([*words, *reason])


def _rows(
    data: bytes, name: str, required: tuple[str, ...], optional: tuple[str, ...]
) -> Iterator[tuple[int, list[str]]]:
    """(line number, values in the order asked for); blank lines are passed over. Raises FileRefused; for lines of
    more values than columns after the last line."""
    reader = _reader(_decoded(data))
    try:
        header = next(reader, None)
        if header is None:
            raise FileRefused(name, [f"it is empty; it needs the columns {', '.join(required)}."])
        places, width = _places(header, name, required, optional)
        torn: list[str] = []
        for row in reader:
            if any(row[len(header) :]):
                torn.append(
                    f"line {reader.line_num}: {len(row)} values for {len(header)} columns; "
                    "a text with a comma in it stands in double quotes."
                )
            if len(row) < width:
                if not any(row):
                    continue
                row = [*row, *[""] * (width - len(row))]
            yield reader.line_num, [row[place].strip() if place >= 0 else "" for place in places]
        if torn:
            raise FileRefused(name, torn)
    except csv.Error as error:
        raise FileRefused(
            name, [f"line {reader.line_num}: {error}; is a double quote left open, or inside a text?"]
        ) from error


def _reader(text: str) -> _csv.Reader:
    head = text.partition("\n")[0]
    delimiter = max(",;\t", key=head.count)
    return csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)


def _decoded(data: bytes) -> str:
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return data.decode("utf-16", errors="replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")


def _places(
    header: list[str], name: str, required: tuple[str, ...], optional: tuple[str, ...]
) -> tuple[list[int], int]:
    """Where each column stands (-1 nowhere), and how many values a row needs."""
    names = [column.strip().lower() for column in header]
    missing = [column for column in required if column not in names]
    if missing:
        found = ", ".join(column for column in names if column) or "nothing"
        raise FileRefused(name, [f"line 1: no column {', '.join(missing)}; the first line names {found}."])
    twice = [column for column in (*required, *optional) if names.count(column) > 1]
    if twice:
        raise FileRefused(name, [f"line 1: the column {', '.join(twice)} stands twice."])
    places = [names.index(column) if column in names else -1 for column in (*required, *optional)]
    return places, max(places) + 1


def _day(text: str) -> int:
    if len(text) > 10 and text[10] in "T ":
        text = text[:10]
    try:
        return date.fromisoformat(text).toordinal()
    except ValueError:
        raise ValueError(f"the date {text!r} is not a date; write it as 2026-03-31.") from None


def _cents(text: str) -> int:
    plain = _PLAIN(text)
    if plain:
        sign, whole, fraction = plain.groups()
        cents = int(whole) * 100 + (int(fraction.ljust(2, "0")) if fraction else 0)
        return -cents if sign == "-" else cents
    try:
        value: Decimal = parse_amount(text)
    except LineError as error:
        raise ValueError(str(error)) from error
    return to_cents(value)
