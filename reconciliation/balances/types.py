"""What goes into an explanation of two balances, and what comes out. Days are ordinals, amounts signed whole cents."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]


class SideName(StrEnum):
    """Whose rows."""

    BANK = "bank"
    LEDGER = "ledger"


class Cause(StrEnum):
    """Why rows make the two sides part."""

    MISSING = "missing"  # the bank has it, the ledger lacks it
    ONLY_LEDGER = "only_ledger"  # the ledger has it, the bank never booked it
    DOUBLED = "doubled"  # the ledger has it twice, the bank once
    MERGED = "merged"  # the bank has it twice, the ledger once: two true twins became one
    FLIPPED = "flipped"  # money in on one side, out on the other: half the gap
    FEE = "fee"  # a fee that the ledger does not know, alone or inside another row
    DIFFERENCE = "difference"  # one movement, two amounts
    BATCH = "batch"  # several rows of one side that nobody mapped
    NOT_FETCHED = "not_fetched"  # the bank's balance moved, and no row of it ever arrived
    SEVERAL = "several"  # more than one of these


@dataclass(frozen=True)
class Rows:
    """Booked rows of one side, as columns; ``texts`` may be empty strings."""

    ids: Sequence[str]
    days: Ints
    cents: Ints
    texts: Sequence[str]

    @classmethod
    def of(cls, ids: Sequence[str], days: Sequence[int], cents: Sequence[int], texts: Sequence[str]) -> Rows:
        """From sequences of equal length. Raises ValueError where they are not."""
        if not len(ids) == len(days) == len(cents) == len(texts):
            raise ValueError("The columns of rows have different lengths.")
        return cls(ids, np.asarray(days, dtype=np.int64), np.asarray(cents, dtype=np.int64), texts)

    def __len__(self) -> int:
        return len(self.ids)


@dataclass(frozen=True, slots=True)
class Anchor:
    """A balance that the bank states: of the end of a day in its zone. ``is_final``: from a statement, not of the
    middle of a day."""

    day: int
    cents: int
    is_final: bool = True


@dataclass(frozen=True, slots=True)
class Parameters:
    """``window``: days between the two dates of one movement; ``outstanding``: for so many days before the compared
    one a ledger row that the bank has not booked yet is timing. ``newest_may_lack_rows``: the last anchor is fresh, so
    that rows which its balance holds and nobody fetched yet are timing too. ``tolerance`` in cents."""

    window: int = 10
    outstanding: int = 3
    newest_may_lack_rows: bool = False
    tolerance: int = 1
    fee_cents: int = 500
    fee_share: float = 0.05


@dataclass(frozen=True, slots=True)
class Ref:
    """One row."""

    side: SideName
    id: str


@dataclass(frozen=True, slots=True)
class Atom:
    """The smallest thing that makes the sides part: ``cents`` is what it adds to bank minus ledger, from ``day`` on
    (``first_day`` where it is only known to lie in between). ``rivals``: other rows that it may as well be."""

    cause: Cause
    cents: int
    day: int
    first_day: int
    rows: tuple[Ref, ...]
    rivals: tuple[Ref, ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """One smallest set of atoms that accounts for the gap."""

    cause: Cause
    atoms: tuple[Atom, ...]

    @property
    def rows(self) -> tuple[Ref, ...]:
        """Every row of it."""
        return tuple(ref for atom in self.atoms for ref in atom.rows)


@dataclass(frozen=True, slots=True)
class Timing:
    """What one side has already and the other will have: ``cents`` as in the side's own balance."""

    kind: str  # ledger_first, bank_first, not_at_bank_yet, not_fetched_yet
    cents: int
    day: int
    rows: tuple[Ref, ...]


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why bank and ledger differ by ``gap`` cents at the end of ``day``.

    ``ledger`` is the ledger's own balance, ``comparable`` that balance without timing. ``parted_on`` is the first day
    on which the sides part (``parted_from`` the first it may be, where only a range is known), None where they agree
    or did so on no known day. ``agreed_on`` is the last day before. ``answers``: the smallest sets that account for the
    gap, best first; one of them ``is_certain`` only where there is no other and no other row it may be.
    """

    day: int
    bank: int
    ledger: int
    comparable: int
    parted_on: int | None = None
    parted_from: int | None = None
    agreed_on: int | None = None
    ever_agreed: bool = True
    answers: tuple[Answer, ...] = ()
    is_certain: bool = False
    timing: tuple[Timing, ...] = ()
    neutral: tuple[Answer, ...] = ()
    curve_days: tuple[int, ...] = ()
    curve_gaps: tuple[int, ...] = field(default=(), repr=False)

    @property
    def gap(self) -> int:
        """Bank minus ledger, without timing."""
        return self.bank - self.comparable
