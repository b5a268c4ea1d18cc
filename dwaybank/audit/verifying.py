"""Verify the audit: every event is as it was sealed, none is missing, none was put in, no seal was changed or moved."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any, Final

from django.db import connection

from dwaybank.audit.chain import BEGINNING, HASH_BYTES, SealBody, is_signed, query
from dwaybank.models import AuditSeal

MAX_STRANGERS: Final = 1_000
_SEALS_AT_ONCE: Final = 20


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that was tampered with: ``kind`` (a word for scripts), which seal, which event, what to read."""

    kind: str
    message: str
    seal_id: int | None = None
    event_id: int | None = None


@dataclass(slots=True)
class Verification:
    """What was found. ``unsealed`` events are not proven yet; ``unsigned_keys`` are keys whose seals only the chain
    after them proves, since the key is gone."""

    seals: int = 0
    events: int = 0
    unsealed: int = 0
    oldest_unsealed: datetime | None = None
    unsigned_keys: set[str] = field(default_factory=set)
    problems: list[Problem] = field(default_factory=list)

    @property
    def holds(self) -> bool:
        """Whether nothing was tampered with."""
        return not self.problems


@dataclass(frozen=True, slots=True)
class Anchor:
    """One seal as it was exported: kept outside, it shows that the chain up to it was not made anew."""

    seal_id: int
    hash: str


def verify(*, anchors: Sequence[Anchor] = (), progress: Callable[[int], object] = lambda events: None) -> Verification:
    """Go through the whole chain once. ``progress`` is told how many events each step took.

    Sealing and writing may go on meanwhile: what is compared was complete when it was sealed.
    """
    found = Verification()
    last = _verify_chain(found, progress)
    if last is not None:
        _find_strangers(found, last)
    _compare_anchors(found, anchors)
    found.unsealed, found.oldest_unsealed = not_sealed()
    return found


def not_sealed() -> tuple[int, datetime | None]:
    """How many events no seal holds yet, and when the oldest of them was written."""
    with connection.cursor() as cursor:
        cursor.execute(query("not_sealed"))
        count, oldest = cursor.fetchone()
    return count, oldest


def _verify_chain(found: Verification, progress: Callable[[int], object]) -> AuditSeal | None:
    """Each seal in turn: its place, its hash, its signature, its events; returns the last one."""
    last: AuditSeal | None = None
    newest_of_month: dict[date, AuditSeal] = {}
    for seal in AuditSeal.objects.order_by("pk").iterator(chunk_size=_SEALS_AT_ONCE):
        found.problems += _wrong_place(seal, last, newest_of_month.get(seal.month))
        found.problems += _wrong_content(seal, found.unsigned_keys)
        found.problems += _wrong_events(seal)
        found.seals += 1
        found.events += len(seal.event_ids)
        progress(len(seal.event_ids))
        last = newest_of_month[seal.month] = seal
    return last


def _wrong_place(seal: AuditSeal, last: AuditSeal | None, of_month: AuditSeal | None) -> Iterator[Problem]:
    expected_id = last.pk + 1 if last else 1
    if seal.pk != expected_id:
        missing = f"{expected_id}" if seal.pk == expected_id + 1 else f"{expected_id} to {seal.pk - 1}"
        yield Problem("seal_missing", f"Seal {missing} is missing before seal {seal.pk}.", seal.pk)
    if seal.position != (of_month.position + 1 if of_month else 1):
        yield Problem(
            "seal_moved", f"Seal {seal.pk} is number {seal.position} of {seal.month:%Y-%m}, which it is not.", seal.pk
        )
    before = of_month or last
    if bytes(seal.previous_hash) != (bytes(before.hash) if before else BEGINNING):
        named = f"seal {before.pk}" if before else "the beginning"
        yield Problem("chain_broken", f"Seal {seal.pk} does not follow {named}: one of them was changed.", seal.pk)
    if last and seal.cluster == last.cluster and seal.first_txid not in {last.next_txid, last.first_txid}:
        yield Problem("chain_broken", f"Seal {seal.pk} leaves out transactions after seal {last.pk}.", seal.pk)


def _wrong_content(seal: AuditSeal, unsigned_keys: set[str]) -> Iterator[Problem]:
    body = SealBody(
        id=seal.pk,
        month=seal.month,
        position=seal.position,
        first_txid=seal.first_txid,
        next_txid=seal.next_txid,
        cluster=seal.cluster,
        covered_id=seal.covered_id,
        event_ids=seal.event_ids,
        event_hashes=bytes(seal.event_hashes),
        previous_hash=bytes(seal.previous_hash),
        sealed_at=seal.sealed_at,
    )
    if body.hash() != bytes(seal.hash):
        yield Problem("seal_changed", f"Seal {seal.pk} was changed: it no longer has its own hash.", seal.pk)
    signed = is_signed(bytes(seal.hash), seal.key_id, bytes(seal.signature))
    if signed is None:
        unsigned_keys.add(seal.key_id)
    elif not signed:
        yield Problem(
            "seal_forged", f"Seal {seal.pk} is not signed by the key {seal.key_id}: it was made anew.", seal.pk
        )


def _wrong_events(seal: AuditSeal) -> Iterator[Problem]:
    """Events of the seal that are gone or say something else than when they were sealed."""
    first = datetime(seal.month.year, seal.month.month, 1, tzinfo=UTC)
    following = datetime(first.year + first.month // 12, first.month % 12 + 1, 1, tzinfo=UTC)
    with connection.cursor() as cursor:
        cursor.execute(query("sealed_events"), {"ids": seal.event_ids, "month": first, "next_month": following})
        stored: dict[int, tuple[Any, ...]] = {row[0]: row for row in cursor.fetchall()}
    sealed = bytes(seal.event_hashes)
    for place, event_id in enumerate(seal.event_ids):
        row = stored.get(event_id)
        if row is None:
            yield Problem(
                "event_missing",
                f"Event {event_id} of {seal.month:%Y-%m}, sealed by seal {seal.pk}, is missing.",
                seal.pk,
                event_id,
            )
        elif bytes(row[1]) != sealed[place * HASH_BYTES : (place + 1) * HASH_BYTES]:
            yield Problem(
                "event_changed",
                f"Event {event_id} ({_named(row[2:])}) was changed after seal {seal.pk}.",
                seal.pk,
                event_id,
            )


def _find_strangers(found: Verification, last: AuditSeal) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            query("strangers"),
            {"next_txid": last.next_txid, "covered_id": last.covered_id, "row_limit": MAX_STRANGERS},
        )
        for event_id, *row in cursor.fetchall():
            message = f"Event {event_id} ({_named(row)}) was put in after its time was sealed, or moved from its month."
            found.problems.append(Problem("event_added", message, None, event_id))


def _named(row: Sequence[Any]) -> str:
    table, row_id, action = row
    return f"{action} of {table} {row_id}"


def _compare_anchors(found: Verification, anchors: Sequence[Anchor]) -> None:
    hashes = dict(AuditSeal.objects.filter(pk__in=[a.seal_id for a in anchors]).values_list("pk", "hash"))
    for anchor in anchors:
        stored = hashes.get(anchor.seal_id)
        if stored is None:
            message = f"Seal {anchor.seal_id}, which an anchor holds, is missing: the end of the audit was cut off."
            found.problems.append(Problem("anchor_missing", message, anchor.seal_id))
        elif bytes(stored).hex() != anchor.hash:
            message = f"Seal {anchor.seal_id} is another one than the anchor holds: the chain was made anew."
            found.problems.append(Problem("anchor_differs", message, anchor.seal_id))
