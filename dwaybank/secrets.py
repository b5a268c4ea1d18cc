"""Secrets at rest: AES-256-GCM, each ciphertext bound to its table, column and row (ADR 0017).

What is stored is ``v1:<key id>:<base64url of nonce, ciphertext and tag>``. The place is authenticated with it, so a
text copied to another row, column or table does not open. Errors name place and key id, never a value.
"""

from __future__ import annotations

import base64
import binascii
import json
import secrets
from dataclasses import dataclass
from typing import Final, NoReturn
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from dwaybank.errors import DomainError
from dwaybank.secret_keys import KeySource, key_source

VERSION: Final = "v1"
_NONCE_BYTES: Final = 12
_TAG_BYTES: Final = 16


class SecretUnreadable(DomainError):
    """A stored secret does not open: the text names its place and the key id."""

    def __init__(self, place: Place, key_id: str, why: str) -> None:
        super().__init__(f"The secret in {place} (key {key_id or 'unknown'}) cannot be read: {why}")
        self.place = place
        self.key_id = key_id


@dataclass(frozen=True, slots=True)
class Place:
    """Where a secret stands: a column of one row."""

    table: str
    column: str
    row: UUID

    def __str__(self) -> str:
        return f"{self.table}.{self.column} of {self.row}"


class Secret:
    """A text that shows itself to nobody by accident: not in a repr, a log line, a traceback or JSON."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        """The text itself, for the one call that needs it."""
        return self._text

    def __repr__(self) -> str:
        return "Secret(…)"

    def __bool__(self) -> bool:
        return bool(self._text)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and secrets.compare_digest(self._text.encode(), other._text.encode())

    def __hash__(self) -> int:
        return hash((Secret, self._text))

    def __reduce__(self) -> NoReturn:
        raise TypeError("A Secret is not pickled, copied or sent: seal it where it has to be stored.")


def seal(text: str | Secret, place: Place, *, keys: KeySource | None = None) -> str:
    """The ciphertext to store in ``place``, under the newest key. Raises KeyUnavailable."""
    keys = keys or key_source()
    key_id = keys.key_ids()[0]
    nonce = secrets.token_bytes(_NONCE_BYTES)
    plain = (text.reveal() if isinstance(text, Secret) else text).encode()
    sealed = nonce + AESGCM(keys.key(key_id)).encrypt(nonce, plain, _bound_to(place, key_id))
    return f"{VERSION}:{key_id}:{base64.urlsafe_b64encode(sealed).decode().rstrip('=')}"


def open_sealed(sealed: str, place: Place, *, keys: KeySource | None = None) -> Secret:
    """The secret that was sealed in ``place``, under whichever key of the ring.

    Raises SecretUnreadable (not sealed, damaged, moved from another place, sealed by another key of that id) and
    KeyUnavailable.
    """
    key_id, body = _parts(sealed, place)
    key = (keys or key_source()).key(key_id)
    try:
        plain = AESGCM(key).decrypt(body[:_NONCE_BYTES], body[_NONCE_BYTES:], _bound_to(place, key_id))
    except InvalidTag:
        raise SecretUnreadable(
            place,
            key_id,
            "it was changed, copied from another place, or sealed by a different key of the same id. "
            "Restore the row from a backup, or connect again.",
        ) from None
    return Secret(plain.decode())


def key_id_of(sealed: str, place: Place) -> str:
    """The id of the key under which a text is sealed. Raises SecretUnreadable where it is not sealed."""
    return _parts(sealed, place)[0]


def _parts(sealed: str, place: Place) -> tuple[str, bytes]:
    """Key id and body of a sealed text."""
    version, _, rest = sealed.partition(":")
    key_id, colon, body = rest.partition(":")
    if version != VERSION or not colon:
        raise SecretUnreadable(place, "", f"it is not a sealed text ({VERSION}:key:…).")
    try:
        data = base64.b64decode(body + "=" * (-len(body) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raise SecretUnreadable(place, key_id, "it is damaged (no base64).") from None
    if len(data) < _NONCE_BYTES + _TAG_BYTES:
        raise SecretUnreadable(place, key_id, "it is damaged (too short).")
    return key_id, data


def _bound_to(place: Place, key_id: str) -> bytes:
    """The associated data: one unambiguous text of version, key and place."""
    return json.dumps([VERSION, key_id, place.table, place.column, str(place.row)]).encode()
