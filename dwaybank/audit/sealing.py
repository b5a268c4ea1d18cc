"""Seal what the audit recorded since the last time: run every minute, beside the writers and never in their way."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Any, Final

from django.db import connection, transaction

from dwaybank.audit.chain import BEGINNING, SealBody, query, sign
from dwaybank.models import AuditSeal

EVENTS_PER_SEAL: Final = 10_000


@dataclass(frozen=True, slots=True)
class Sealed:
    """What one run sealed. ``busy``: another session was sealing, so that this one did nothing."""

    events: int = 0
    seals: int = 0
    busy: bool = False


@dataclass(frozen=True, slots=True)
class _Bounds:
    """The row of audit_seal_bounds()."""

    may_seal: bool
    last_id: int
    last_hash: bytes | None
    first_txid: int
    next_txid: int
    cluster: str
    covered_id: int
    restored_after_id: int | None


@transaction.atomic
def seal_events(*, now: datetime) -> Sealed:
    """Add seals for every complete event that has none. Raises KeyUnavailable without a key to sign with."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM audit_seal_bounds()")
        bounds = _Bounds(*cursor.fetchone())
    if not bounds.may_seal:
        return Sealed(busy=True)
    events = seals = 0
    last_hash = bytes(bounds.last_hash) if bounds.last_hash is not None else BEGINNING
    for month, ids, hashes in _batches(bounds):
        newest = AuditSeal.objects.filter(month=month).order_by("-position").values_list("position", "hash").first()
        position, previous = (newest[0], bytes(newest[1])) if newest else (0, last_hash)
        body = SealBody(
            id=bounds.last_id + seals + 1,
            month=month,
            position=position + 1,
            first_txid=bounds.first_txid,
            next_txid=bounds.next_txid,
            cluster=bounds.cluster,
            covered_id=bounds.covered_id,
            event_ids=ids,
            event_hashes=hashes,
            previous_hash=previous,
            sealed_at=now,
        )
        last_hash = _add(body)
        events, seals = events + len(ids), seals + 1
    return Sealed(events, seals)


def _batches(bounds: _Bounds) -> Iterator[tuple[date, list[int], bytes]]:
    """Events to seal: (month, ids, their hashes), EVENTS_PER_SEAL at most."""
    with connection.chunked_cursor() as cursor:
        cursor.execute(
            query("events_to_seal"),
            {
                "first_txid": bounds.first_txid,
                "next_txid": bounds.next_txid,
                "covered_id": bounds.covered_id,
                "restored_after_id": bounds.restored_after_id,
            },
        )
        for month, rows in groupby(_rows(cursor), key=lambda row: row[0]):
            ids: list[int] = []
            hashes = bytearray()
            for _, event_id, event_hash in rows:
                ids.append(event_id)
                hashes += event_hash
                if len(ids) == EVENTS_PER_SEAL:
                    yield month, ids, bytes(hashes)
                    ids, hashes = [], bytearray()
            if ids:
                yield month, ids, bytes(hashes)


def _rows(cursor: Any) -> Iterator[Any]:
    while rows := cursor.fetchmany(EVENTS_PER_SEAL):
        yield from rows


def _add(body: SealBody) -> bytes:
    """Store the seal, signed; returns its hash."""
    seal_hash = body.hash()
    key_id, signature = sign(seal_hash)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT add_audit_seal(%s, %s, %s, %s, %s, %s, %s, %s::bigint[], %s, %s, %s, %s, %s, %s)",
            [
                body.id,
                body.month,
                body.position,
                body.first_txid,
                body.next_txid,
                body.cluster,
                body.covered_id,
                list(body.event_ids),
                body.event_hashes,
                body.previous_hash,
                seal_hash,
                key_id,
                signature,
                body.sealed_at,
            ],
        )
    return seal_hash
