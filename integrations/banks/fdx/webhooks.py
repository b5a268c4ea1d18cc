"""A bank's webhook signature: HMAC-SHA256 over id, time and body. FDX leaves signing to the parties; we ask for this:

``X-Webhook-Id`` (once), ``X-Webhook-Timestamp`` (Unix seconds), ``X-Webhook-Signature: sha256=<hex of id.time.body>``.
The id is signed, so that a delivery does not become another event under another id.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from dwaybank.secrets import Secret
from integrations.banks.signatures import WebhookRefused, hmac_sha256, moment, require_equal, require_recent

ID_HEADER: Final = "X-Webhook-Id"
TIME_HEADER: Final = "X-Webhook-Timestamp"
SIGNATURE_HEADER: Final = "X-Webhook-Signature"
MAX_ID: Final = 200
_SCHEME: Final = "sha256="


def verify(body: bytes, headers: Mapping[str, str], *, secret: Secret, now: datetime) -> None:
    """Take the delivery, or raise WebhookRefused. ``headers`` finds names in any case."""
    signature, made = headers.get(SIGNATURE_HEADER) or "", headers.get(TIME_HEADER) or ""
    if not signature.startswith(_SCHEME):
        raise WebhookRefused("signature_unreadable", f"The header {SIGNATURE_HEADER} does not begin with {_SCHEME}.")
    try:
        given = bytes.fromhex(signature.removeprefix(_SCHEME))
    except ValueError:
        raise WebhookRefused("signature_unreadable", "The signature is not hexadecimal.") from None
    made_at = moment(made)
    identity = headers.get(ID_HEADER) or ""
    if not 0 < len(identity) <= MAX_ID or not identity.isascii():
        raise WebhookRefused("signature_unreadable", f"The header {ID_HEADER} is missing, too long or not ASCII.")
    require_equal(given, hmac_sha256(secret, f"{identity}.{made}.".encode(), body))
    require_recent(made_at, now)
