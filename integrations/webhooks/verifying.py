"""The verdict on one delivery, by the scheme of its sender: before anything is parsed, in constant time.

The checks are the connectors' (``integrations.banks.*.webhooks``). Here stands what tells two deliveries apart: the
sender's signed id, or, where there is none, a hash of what was signed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from dwaybank.secrets import Secret
from integrations.banks.fdx import webhooks as fdx
from integrations.banks.flinks import webhooks as flinks
from integrations.banks.plaid import webhooks as plaid
from integrations.banks.signatures import WebhookRefused
from integrations.enums import DeliveryVerdict

# reasons that speak of the clock and not of the signature
_CLOCK: Final = frozenset({"too_old", "from_the_future"})


class Scheme(StrEnum):
    """How a sender proves a delivery."""

    FDX = "fdx"  # HMAC over id, time and body
    PLAID = "plaid"  # a JWT, ES256, that holds the body's hash
    FLINKS = "flinks"  # HMAC over the body alone


class KeyNotKnown(Exception):
    """The key that a Plaid signature names has to be asked for first."""


@dataclass(frozen=True, slots=True)
class Verified:
    """The verdict; with ACCEPTED the id of the event."""

    verdict: DeliveryVerdict
    reason: str = ""
    event_id: str = ""


def _refused(refusal: WebhookRefused) -> Verified:
    verdict = DeliveryVerdict.STALE if refusal.reason in _CLOCK else DeliveryVerdict.BAD_SIGNATURE
    return Verified(verdict, str(refusal))


def verify_shared_secret(
    scheme: Scheme, body: bytes, headers: Mapping[str, str], *, secret: Secret, header: str, now: datetime
) -> Verified:
    """A delivery signed with a secret that both sides know. ``header`` is where Flinks puts its signature."""
    try:
        if scheme == Scheme.FLINKS:
            flinks.verify(body, headers.get(header) or "", secret=secret)
            return Verified(DeliveryVerdict.ACCEPTED, event_id=f"sha256:{hashlib.sha256(body).hexdigest()}")
        fdx.verify(body, headers, secret=secret, now=now)
    except WebhookRefused as refusal:
        return _refused(refusal)
    return Verified(DeliveryVerdict.ACCEPTED, event_id=headers[fdx.ID_HEADER])


def verify_plaid(body: bytes, token: str, *, keys: Mapping[str, Mapping[str, Any]], now: datetime) -> Verified:
    """A delivery with a token of Plaid's, against the keys we have. Raises KeyNotKnown, naming the key."""

    def ask(key_id: str) -> Mapping[str, Any]:
        if key_id not in keys:
            raise KeyNotKnown(key_id)
        return keys[key_id]

    try:
        plaid.verify(body, token, keys=plaid.PlaidKeys(ask), now=now)
    except WebhookRefused as refusal:
        return _refused(refusal)
    # what was signed, not the signature: ECDSA allows several of the same text, each of which would be another event
    signed = token.rpartition(".")[0]
    return Verified(DeliveryVerdict.ACCEPTED, event_id=f"jwt:{hashlib.sha256(signed.encode()).hexdigest()}")
