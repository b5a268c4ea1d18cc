"""A bank's webhook signature: HMAC-SHA256 over time and body. FDX leaves signing to the parties; we ask for this:

``X-Webhook-Id`` (once), ``X-Webhook-Timestamp`` (Unix seconds), ``X-Webhook-Signature: sha256=<hex of time.body>``.
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
    require_equal(given, hmac_sha256(secret, made.encode(), b".", body))
    require_recent(made_at, now)
