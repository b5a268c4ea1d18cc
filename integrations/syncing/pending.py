"""What became of pending movements: pure. Each ends as posted, changed, vanished or expired.

Order of belief: the bank says so (settlement); the booked row has the same id; the amount is the same and the day fits;
the text is alike and the amount near (a tip, a hold for fuel). The last two are assumptions and are marked as such.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Final
from uuid import UUID

from integrations.enums import PendingLink, PendingStatus

# Banks book a hold within two weeks (reference: bank-feeds.md, section 4).
SETTLES_WITHIN: Final = timedelta(days=14)
# Nothing heard of a hold for so long: it is over, whatever it became.
EXPIRES_AFTER: Final = timedelta(days=30)
_TIP: Final = Decimal("0.30")


@dataclass(frozen=True, slots=True)
class Hold:
    """A stored pending movement that has not ended, or vanished lately. ``amount`` is signed."""

    id: UUID
    account_id: UUID
    external_id: str
    amount: Decimal
    day: date
    words: frozenset[str]
    last_seen_at: datetime
    vanished: bool


@dataclass(frozen=True, slots=True)
class Booked:
    """A booked row of this sync: ``is_new`` when it was stored by it. ``amount`` is signed."""

    id: UUID
    account_id: UUID
    external_id: str
    amount: Decimal
    day: date
    words: frozenset[str]
    is_new: bool


@dataclass(frozen=True, slots=True)
class News:
    """What a sync says of pending movements, per account id and the bank's own ids.

    ``complete`` are the accounts of which every pending row was listed, so that absence means something.
    """

    listed: Collection[tuple[UUID, str]]
    settled: Mapping[tuple[UUID, str], str]
    removed: Collection[tuple[UUID, str]]
    complete: Collection[UUID]


@dataclass(frozen=True, slots=True)
class Ending:
    """How one pending movement ended."""

    hold_id: UUID
    status: PendingStatus
    posted_as: UUID | None = None
    linked_by: PendingLink | None = None


def endings(holds: Sequence[Hold], booked: Sequence[Booked], news: News, now: datetime) -> list[Ending]:
    """Endings of those holds that ended; one that is listed still is in none, nor one that stays vanished."""
    by_id = {(row.account_id, row.external_id): row for row in booked}
    ended: dict[UUID, Ending] = {}
    taken: set[UUID] = set()
    for hold in holds:
        key = (hold.account_id, hold.external_id)
        told = by_id.get((hold.account_id, news.settled[key])) if key in news.settled else None
        same = None if told or key in news.listed else by_id.get(key)
        if row := told or same:
            ended[hold.id] = _booked_as(hold, row, PendingLink.BANK if told else PendingLink.SAME_ID)
            taken.add(row.id)
    open_holds = [
        hold for hold in holds if hold.id not in ended and (hold.account_id, hold.external_id) not in news.listed
    ]
    for hold, row, how in _assumed(open_holds, [row for row in booked if row.is_new and row.id not in taken], news):
        ended[hold.id] = _booked_as(hold, row, how)
    for hold in open_holds:
        if hold.id in ended or hold.vanished:
            continue
        if _is_gone(hold, news):
            ended[hold.id] = Ending(hold.id, PendingStatus.VANISHED)
        elif hold.last_seen_at < now - EXPIRES_AFTER:
            ended[hold.id] = Ending(hold.id, PendingStatus.EXPIRED)
    return list(ended.values())


def _is_gone(hold: Hold, news: News) -> bool:
    return (hold.account_id, hold.external_id) in news.removed or hold.account_id in news.complete


def _booked_as(hold: Hold, row: Booked, how: PendingLink) -> Ending:
    status = PendingStatus.POSTED if hold.amount == row.amount else PendingStatus.CHANGED
    return Ending(hold.id, status, row.id, how)


def _assumed(holds: Sequence[Hold], booked: Sequence[Booked], news: News) -> list[tuple[Hold, Booked, PendingLink]]:
    """Pairs by amount, then by text, only where hold and row have no other choice."""
    found: list[tuple[Hold, Booked, PendingLink]] = []
    used_holds: set[UUID] = set()
    used_rows: set[UUID] = set()
    gone = [hold for hold in holds if hold.vanished or _is_gone(hold, news)]
    for how, fits in ((PendingLink.AMOUNT, _same_amount), (PendingLink.TEXT, _alike)):
        pairs = [
            (hold, row)
            for hold in gone
            for row in booked
            if hold.id not in used_holds and row.id not in used_rows and _in_time(hold, row) and fits(hold, row)
        ]
        for hold, row in pairs:
            if sum(one.id == hold.id for one, _ in pairs) == 1 and sum(other.id == row.id for _, other in pairs) == 1:
                found.append((hold, row, how))
                used_holds.add(hold.id)
                used_rows.add(row.id)
    return found


def _in_time(hold: Hold, row: Booked) -> bool:
    same_account = hold.account_id == row.account_id
    return same_account and hold.day - timedelta(days=1) <= row.day <= hold.day + SETTLES_WITHIN


def _same_amount(hold: Hold, row: Booked) -> bool:
    return hold.amount == row.amount


def _alike(hold: Hold, row: Booked) -> bool:
    """Same direction, a word in common, and an amount within what a tip adds."""
    same_direction = (hold.amount < 0) == (row.amount < 0)
    near = abs(row.amount - hold.amount) <= abs(hold.amount) * _TIP
    return same_direction and near and bool(hold.words & row.words)
