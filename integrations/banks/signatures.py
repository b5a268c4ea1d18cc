"""Proof of a webhook's origin: what all schemes share. Pure; the secret and "now" come from the caller."""

from __future__ import annotations

import hashlib
import hmac
from datetime import UTC, datetime, timedelta
from typing import Final

from dwaybank.secrets import Secret

# How old a delivery may be, and how far ahead of our clock the sender's may run.
REPLAY_WINDOW: Final = timedelta(minutes=5)
_AHEAD: Final = timedelta(minutes=1)


class WebhookRefused(Exception):
    """A delivery is not what it claims to be. ``reason`` is stable for counting; the text holds nothing of the body."""

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(message)
        self.reason = reason


def hmac_sha256(secret: Secret, *parts: bytes) -> bytes:
    """The HMAC-SHA256 of the parts one after the other."""
    return hmac.new(secret.reveal().encode(), b"".join(parts), hashlib.sha256).digest()


def require_equal(given: bytes, right: bytes) -> None:
    """Compare in constant time. Raises WebhookRefused (``signature_wrong``)."""
    if not hmac.compare_digest(given, right):
        raise WebhookRefused("signature_wrong", "The signature is not that of this body under this webhook's secret.")


def require_recent(made: datetime, now: datetime, window: timedelta = REPLAY_WINDOW) -> None:
    """Raises WebhookRefused (``too_old``, ``from_the_future``)."""
    if now - made > window:
        raise WebhookRefused("too_old", f"The delivery is older than {window}.")
    if made - now > _AHEAD:
        raise WebhookRefused("from_the_future", "The delivery is dated ahead of our clock.")


def moment(text: str) -> datetime:
    """A Unix time in seconds. Raises WebhookRefused (``timestamp_unreadable``)."""
    if not (text.isascii() and text.isdigit() and len(text) <= 12):
        raise WebhookRefused("timestamp_unreadable", "The timestamp is not a Unix time in seconds.")
    return datetime.fromtimestamp(int(text), UTC)
