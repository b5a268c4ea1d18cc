"""What goes into a matching run and what comes out of it: lines, parameters, outcomes, evidence, matches."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

CENTS = 100


class Line(NamedTuple):
    """One movement of one side. ``amount`` is signed, in the account's currency, at most two decimals."""

    id: str
    date: date
    amount: Decimal
    description: str = ""
    reference: str = ""
    counterparty: str = ""
    account: str = ""
    """Lines of different accounts never meet; one run may hold many accounts."""


class Outcome(StrEnum):
    """What became of a line, or of the pair it stands in."""

    MATCHED = "matched"
    DISCREPANCY = "discrepancy"
    BATCH = "batch"
    AMBIGUOUS = "ambiguous"
    UNMATCHED = "unmatched"
    OFFSET = "offset"


class Reason(StrEnum):
    """Why a match is not a plain one, why a candidate lost, or why a line has no partner."""

    FEE = "fee"
    FOREIGN_EXCHANGE = "foreign_exchange"
    TIP = "tip"
    ROUNDING = "rounding"
    UNKNOWN = "unknown"
    INTERCHANGEABLE = "interchangeable"
    TIE = "tie"
    SEVERAL_BATCHES = "several_batches"
    BELOW_PROBABILITY = "below_probability"
    BELOW_MARGIN = "below_margin"
    BETTER_ELSEWHERE = "better_elsewhere"
    LESS_LIKELY = "less_likely"
    LIKELY_ABSENT = "likely_absent"
    NO_CANDIDATE = "no_candidate"
    REVERSED = "reversed"


class Field(StrEnum):
    """A field that can speak for or against a pair."""

    AMOUNT = "amount"
    DATE = "date"
    REFERENCE = "reference"
    DESCRIPTION = "description"
    COUNTERPARTY = "counterparty"


class Evidence(NamedTuple):
    """What one field says about a pair.

    ``weight`` is a log-odds in nats: above zero it speaks for the pair, below against, zero is no evidence.
    """

    field: Field
    words: str
    weight: float


@dataclass(frozen=True, kw_only=True)
class Parameters:
    """Every number a run depends on; all of them enter the run hash. Money is in cents, times in days."""

    accept_probability: float = 0.985
    """A match is accepted without a person from this probability on ..."""
    accept_margin: float = 0.95
    """... and only if its probability exceeds the best competing candidate's by this much."""
    accept_error: float = 0.00014
    """... and only as long as the expected share of errors among all that is accepted stays below this: where a run
    has many doubtful pairs, the threshold rises. A quarter of an error in the whole run is always allowed. On badly
    spoilt data about ten times as many errors were found as expected (docs/matching.md), hence so small a share."""
    propose_probability: float = 0.5
    """A pair is a match (accepted or proposed) from this probability on; below, the line is unmatched."""
    tie_margin: float = 0.2
    """A match that leads its runner-up by less is ambiguous."""
    max_lag: int = 45
    """No pair is further apart than this, in either direction; the run learns a narrower window."""
    min_window: int = 5
    """The learned window is never narrower than this on either side of the usual lag."""
    tolerance_cents: int = 500
    """Difference that a fee may make, whatever the amount."""
    tolerance_share: float = 0.10
    """Difference as a share of the amount that a fee or an exchange rate may make."""
    tip_share: float = 0.30
    """Difference as a share of the amount that a tip may make; needs agreeing text or reference."""
    max_candidates: int = 24
    """Candidates of one line in one block; a fuller block is narrowed by text, then by order of dates."""
    batch_parts: int = 20
    """Most parts of a batch."""
    batch_window: int = 10
    """Days a part may lie before the whole; after it, three days."""
    batch_pool: int = 28
    """Most lines searched exhaustively for one batch."""
    batch_searches: int = 10_000
    """Most searches of one direction, or one for twenty lines if that is more. A count, not a time, so that every
    machine gives the same answer."""
    offset_days: int = 30
    """A reversal follows its charge within this many days."""
    offsets: bool = True
    batches: bool = True
    holidays: tuple[date, ...] = ()
    """Days on which banks do not post, beside Saturdays and Sundays."""

    def as_json(self) -> dict[str, Any]:
        """Plain values, the same for the same parameters."""
        values = asdict(self)
        values["holidays"] = sorted(day.isoformat() for day in self.holidays)
        return values


@dataclass(frozen=True)
class Decision:
    """A reviewer's word on one pair; it teaches the weights."""

    bank_id: str
    ledger_id: str
    same: bool


@dataclass(frozen=True)
class Memory:
    """What earlier reviews left behind."""

    aliases: dict[str, str] = field(default_factory=dict)
    """Text at the bank -> counterparty, both as a person writes them."""
    rejected: dict[tuple[str, str], float] = field(default_factory=dict)
    """(bank id, ledger id) -> log-odds taken off, at least 0; the caller lets it fade with time."""
    decisions: tuple[Decision, ...] = ()


@dataclass(frozen=True)
class Side:
    """All lines of one side as columns of equal length, in canonical order (date, then id)."""

    ids: list[str]
    days: Ints
    """Days since 0001-01-01 (``date.toordinal``)."""
    cents: Ints
    descriptions: list[str]
    references: list[str]
    counterparties: list[str]
    accounts: list[str]

    def __len__(self) -> int:
        return len(self.ids)

    @classmethod
    def of(cls, lines: Iterable[Line]) -> Side:
        """Lines in any order. Raises ValueError for an id given twice or an amount finer than a cent."""
        rows = list(lines)
        return cls.from_columns(
            ids=[row.id for row in rows],
            days=[row.date.toordinal() for row in rows],
            cents=[to_cents(row.amount) for row in rows],
            descriptions=[row.description for row in rows],
            references=[row.reference for row in rows],
            counterparties=[row.counterparty for row in rows],
            accounts=[row.account for row in rows],
        )

    @classmethod
    def from_columns(
        cls,
        *,
        ids: Sequence[str],
        days: Sequence[int],
        cents: Sequence[int],
        descriptions: Sequence[str],
        references: Sequence[str],
        counterparties: Sequence[str],
        accounts: Sequence[str] | None = None,
    ) -> Side:
        """Columns in any common order. Raises ValueError for an id given twice."""
        if len(set(ids)) != len(ids):
            seen: set[str] = set()
            twice = next(value for value in ids if value in seen or seen.add(value))  # type: ignore[func-returns-value]
            raise ValueError(f"The id {twice!r} stands twice on one side; ids must be unique.")
        # Ids given out in sequence sort by length first: 9 before 10, B9 before B10.
        order = [row for *_, row in sorted(zip(days, map(len, ids), ids, range(len(ids)), strict=True))]

        def sort(column: Sequence[str]) -> list[str]:
            return [column[row] for row in order]

        index = np.array(order, dtype=np.int64)
        return cls(
            ids=sort(ids),
            days=np.asarray(days, dtype=np.int64)[index],
            cents=np.asarray(cents, dtype=np.int64)[index],
            descriptions=sort(descriptions),
            references=sort(references),
            counterparties=sort(counterparties),
            accounts=sort(accounts) if accounts is not None else [""] * len(ids),
        )

    def line(self, row: int) -> Line:
        """One line by its row in canonical order."""
        return Line(
            self.ids[row],
            date.fromordinal(int(self.days[row])),
            from_cents(int(self.cents[row])),
            self.descriptions[row],
            self.references[row],
            self.counterparties[row],
            self.accounts[row],
        )


class Candidate(NamedTuple):
    """A ledger line that one bank line could be, or the reverse; ``reason`` says why it was not chosen."""

    bank_id: str
    ledger_id: str
    probability: float
    difference: Decimal
    evidence: tuple[Evidence, ...]
    reason: Reason | None


class Match(NamedTuple):
    """Lines of both sides that are the same movement: one and one, or one and several (a batch)."""

    bank_ids: tuple[str, ...]
    ledger_ids: tuple[str, ...]
    outcome: Outcome
    probability: float
    margin: float
    accepted: bool
    difference: Decimal
    """Bank amount less ledger amount, signed."""
    reason: Reason | None
    alternatives: tuple[tuple[str, ...], ...] = ()
    """Of an ambiguous batch: the other sets of parts with the same sum, best first; each in place of the ids of the
    parts here. They may name lines that another match holds."""


class Offset(NamedTuple):
    """A charge and its reversal on one side, taken out before matching."""

    side: str
    charge_id: str
    reversal_id: str


def to_cents(amount: Decimal) -> int:
    """An amount in cents. Raises ValueError for fractions of a cent."""
    cents = amount * CENTS
    if cents != cents.to_integral_value():
        raise ValueError(f"The amount {amount} has fractions of a cent.")
    return int(cents)


def from_cents(cents: int) -> Decimal:
    """Cents as an amount with two decimals."""
    return Decimal(cents).scaleb(-2)
