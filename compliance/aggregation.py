"""The 24-hour rule: which cash receipts must be reported together, and which alone.

Source: PCMLTF Regulations (SOR/2002-184) s. 7(1)(a) and 126; FINTRAC guidance "24-hour rule". In short: cash receipts
that total 10,000 Canadian dollars or more within one static window of at most 24 hours are one transaction where the
same party conducted them, had them conducted on its behalf, or benefits from them; each role is looked at by itself.

Pure: receipts in, reportable sets out. "The bank knows" is what the caller puts into the party keys: a party that it
cannot name is left out, and so never joins two receipts.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache
from itertools import groupby, pairwise
from typing import Final

THRESHOLD: Final = Decimal(10_000)  # Canadian dollars, SOR/2002-184 s. 7(1)(a): "or more", so >=
LONGEST_WINDOW: Final = timedelta(hours=24)


class Role(StrEnum):
    """In which role a party joins receipts (SOR/2002-184 s. 126(a) to (c))."""

    CONDUCTOR = "conductor"
    ON_BEHALF_OF = "on_behalf_of"
    BENEFICIARY = "beneficiary"


class Exemption(StrEnum):
    """Why a receipt is not reported at all (SOR/2002-184 s. 7(2) and 8)."""

    FINANCIAL_ENTITY = "financial_entity"
    PUBLIC_BODY = "public_body"
    ACTS_FOR_EXEMPT_CLIENT = "acts_for_exempt_client"
    ALTERNATIVE_TO_LCTR = "alternative_to_lctr"


@dataclass(frozen=True, slots=True)
class CashReceipt:
    """One receipt of cash, as far as the 24-hour rule looks at it.

    ``received_at`` is aware. ``amount_cad`` is in Canadian dollars at the Bank of Canada rate of that time (s. 125).
    The three tuples hold keys of parties: equal keys mean the same person or entity, wherever in the bank.
    """

    id: str
    received_at: datetime
    amount_cad: Decimal
    conductors: tuple[str, ...] = ()
    on_behalf_of: tuple[str, ...] = ()
    beneficiaries: tuple[str, ...] = ()
    exemption: Exemption | None = None

    def __post_init__(self) -> None:
        if self.received_at.tzinfo is None:
            raise ValueError(f"Receipt {self.id}: the time it was received has no offset; add one.")
        if not self.amount_cad.is_finite() or self.amount_cad <= 0:
            raise ValueError(f"Receipt {self.id}: the amount {self.amount_cad} must be more than zero.")

    def parties(self, role: Role) -> tuple[str, ...]:
        """Keys of the parties in one role."""
        if role is Role.CONDUCTOR:
            return self.conductors
        return self.on_behalf_of if role is Role.ON_BEHALF_OF else self.beneficiaries


@dataclass(frozen=True, slots=True)
class Window:
    """A stretch of at most 24 hours: ``start`` is in it, ``end`` is not. Both carry the offset of their moment."""

    start: datetime
    end: datetime

    @property
    def last_second(self) -> datetime:
        """The window's end as the report states it: 23:59:59, not midnight."""
        return (self.end.astimezone(UTC) - timedelta(seconds=1)).astimezone(self.end.tzinfo)


@dataclass(frozen=True, slots=True)
class WindowRule:
    """The bank's written choice: one zone, one time of day at which each window starts.

    Windows never overlap and never exceed 24 hours. Where the zone's clock goes back, its day has 25 hours: the last
    one is a short window of its own. A zone of fixed offset has no such day.
    """

    zone: tzinfo
    starts_at: time = time(0, 0)

    def __post_init__(self) -> None:
        if self.starts_at.tzinfo is not None:
            raise ValueError("starts_at is a time on the clock of the zone; give it without an offset.")

    def window_of(self, moment: datetime) -> Window:
        """The one window that an aware ``moment`` belongs to."""
        moment = moment.astimezone(UTC)  # two moments of one zone would be compared by its wall clock
        day = moment.astimezone(self.zone).date()
        windows = _windows_of_day(self, day)
        if moment < windows[0].start:
            windows = _windows_of_day(self, day - timedelta(days=1))
        return windows[-1] if moment >= windows[-1].start else windows[0]


@lru_cache(maxsize=64)
def _windows_of_day(rule: WindowRule, day: date) -> tuple[Window, ...]:
    """The window that starts on ``day``, and the short second one where the day has more than 24 hours."""
    # whole instants in UTC: arithmetic within a zone is on the wall clock and would hide the 25th hour
    start = datetime.combine(day, rule.starts_at, rule.zone).astimezone(UTC)
    following = datetime.combine(day + timedelta(days=1), rule.starts_at, rule.zone).astimezone(UTC)
    cuts = [start, min(start + LONGEST_WINDOW, following)]
    if cuts[-1] < following:
        cuts.append(following)
    here = [cut.astimezone(rule.zone) for cut in cuts]
    return tuple(Window(a, b) for a, b in pairwise(here))


@dataclass(frozen=True, slots=True)
class Leg:
    """One reason why receipts belong together: the same party in the same role."""

    role: Role
    party: str


@dataclass(frozen=True, slots=True)
class ReportableSet:
    """What one report must hold. ``receipts`` are in order of time, at least one.

    ``legs`` is empty for a single receipt at or over the threshold (aggregation "not applicable"); else the first leg
    is the one to file under and the others joined exactly the same receipts.
    """

    window: Window
    legs: tuple[Leg, ...]
    receipts: tuple[CashReceipt, ...]

    @property
    def total_cad(self) -> Decimal:
        return sum((receipt.amount_cad for receipt in self.receipts), Decimal(0))

    @property
    def first_received_at(self) -> datetime:
        """The earliest receipt, from which the deadline runs (the strictest reading: no text speaks of the set)."""
        return self.receipts[0].received_at

    @property
    def key(self) -> str:
        """Same window and same receipts, same key: 64 hexadecimal digits, for "once per window and set"."""
        text = "\n".join([self.window.start.astimezone(UTC).isoformat(), *sorted(r.id for r in self.receipts)])
        return hashlib.sha256(text.encode()).hexdigest()


class ReceiptsOutOfOrder(ValueError):
    """The receipts were not sorted by time, or one came twice; the message names it."""


@dataclass(frozen=True, slots=True)
class AggregationRule:
    """The bank's policy: its windows, and under which role identical sets are filed (the guidance leaves that open)."""

    windows: WindowRule
    preference: tuple[Role, ...] = field(default=tuple(Role))
    threshold: Decimal = THRESHOLD

    def __post_init__(self) -> None:
        if len(self.preference) != len(Role) or set(self.preference) != set(Role):
            raise ValueError("preference must name each role once.")


def reportable_sets(receipts: Iterable[CashReceipt], rule: AggregationRule) -> Iterator[ReportableSet]:
    """Every set that needs a report of its own, window by window.

    ``receipts`` come in order of ``received_at``; only one window of them is held in memory. Exempt receipts count for
    nothing. Raises ReceiptsOutOfOrder for one that is earlier than the one before, or whose id came twice in a window.
    """
    for window, held in groupby(_in_order(receipts), key=lambda receipt: rule.windows.window_of(receipt.received_at)):
        yield from _sets_of_window(window, list(held), rule)


def _in_order(receipts: Iterable[CashReceipt]) -> Iterator[CashReceipt]:
    before: CashReceipt | None = None
    for receipt in receipts:
        # in UTC: two moments of one zone would be compared by its wall clock
        if before is not None and receipt.received_at.astimezone(UTC) < before.received_at.astimezone(UTC):
            raise ReceiptsOutOfOrder(
                f"Receipt {receipt.id} was received before {before.id}, which came first; sort by the time of receipt."
            )
        before = receipt
        if receipt.exemption is None:
            yield receipt


def _sets_of_window(window: Window, receipts: Sequence[CashReceipt], rule: AggregationRule) -> Iterator[ReportableSet]:
    ids = {receipt.id for receipt in receipts}
    if len(ids) != len(receipts):
        seen: set[str] = set()
        twice = next(r.id for r in receipts if r.id in seen or seen.add(r.id))  # type: ignore[func-returns-value]
        raise ReceiptsOutOfOrder(f"Receipt {twice} came twice in one window; give each receipt once.")

    joined: dict[tuple[int, ...], list[Leg]] = {}
    for role in rule.preference:
        for party, group in _by_party(receipts, role).items():
            if len(group) >= 2 and sum(receipts[place].amount_cad for place in group) >= rule.threshold:
                joined.setdefault(tuple(group), []).append(Leg(role, party))
    covered = {place for places in joined for place in places}
    for places, legs in joined.items():
        yield ReportableSet(window, tuple(legs), tuple(receipts[place] for place in places))
    for place, receipt in enumerate(receipts):
        if receipt.amount_cad >= rule.threshold and place not in covered:
            yield ReportableSet(window, (), (receipt,))


def _by_party(receipts: Sequence[CashReceipt], role: Role) -> dict[str, list[int]]:
    """Positions of each party's receipts in one role; a party named twice on a receipt counts once."""
    places: dict[str, list[int]] = {}
    for place, receipt in enumerate(receipts):
        for party in dict.fromkeys(receipt.parties(role)):
            places.setdefault(party, []).append(place)
    return places
