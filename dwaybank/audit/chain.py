"""What a seal is made of: its bytes, its hash, its signature. Pure but for the keys.

A seal's hash covers the seal before it, every event's id and SHA-256 in order, and the seal's own figures. The
signature is an HMAC by a key derived from the newest of the ring (``dwaybank/secret_keys.py``): whoever rewrites the
database, all hashes included, cannot sign.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from importlib import resources
from typing import Final

from dwaybank.secret_keys import KeyUnavailable, key_source

BEGINNING: Final = bytes(32)
HASH_BYTES: Final = 32
_PURPOSE: Final = b"dwaybank audit seal"


@dataclass(frozen=True, slots=True)
class SealBody:
    """All that a seal's hash covers. ``event_hashes`` are in the order of ``event_ids``, 32 bytes each."""

    id: int
    month: date
    position: int
    first_txid: int
    next_txid: int
    cluster: str
    covered_id: int
    event_ids: Sequence[int]
    event_hashes: bytes
    previous_hash: bytes
    sealed_at: datetime

    def hash(self) -> bytes:
        """SHA-256 of the seal before, the figures, the ids, and the events' own hashes."""
        head = "|".join(
            str(part)
            for part in (
                self.id,
                self.month.isoformat(),
                self.position,
                self.first_txid,
                self.next_txid,
                self.cluster,
                self.covered_id,
                self.sealed_at.astimezone(UTC).isoformat(timespec="microseconds"),
                ",".join(map(str, self.event_ids)),
            )
        )
        return hashlib.sha256(self.previous_hash + head.encode("ascii") + b"\n" + self.event_hashes).digest()


def sign(seal_hash: bytes) -> tuple[str, bytes]:
    """Key id and signature of a seal's hash, by the newest key. Raises KeyUnavailable without one."""
    key_id = key_source().key_ids()[0]
    return key_id, _signature(key_id, seal_hash)


def is_signed(seal_hash: bytes, key_id: str, signature: bytes) -> bool | None:
    """Whether the signature is right; None where its key is gone, so that nobody can tell."""
    try:
        return hmac.compare_digest(_signature(key_id, seal_hash), signature)
    except KeyUnavailable:
        return None


def _signature(key_id: str, seal_hash: bytes) -> bytes:
    own_key = hmac.digest(key_source().key(key_id), _PURPOSE, "sha256")
    return hmac.digest(own_key, seal_hash, "sha256")


def query(name: str) -> str:
    """The text of ``dwaybank/sql/audit/NAME.sql``, with the expression of an event's hash filled in."""
    folder = resources.files("dwaybank").joinpath("sql", "audit")
    text = folder.joinpath(f"{name}.sql").read_text("utf-8")
    expression = folder.joinpath("event_hash.sql").read_text("utf-8").split("\nsha256", 1)[1]
    return text.replace("{event_hash}", f"sha256{expression}")
