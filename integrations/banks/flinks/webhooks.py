"""Flinks' webhook signature: HMAC-SHA256 over the raw body, Base64, without a time: a replay is told by its body only.

Source: docs.flinks.com. The reference names the header ``flinks-authenticity-key``, the newer guide
``X-Flinks-Signature``: the name is a setting.
"""

from __future__ import annotations

import base64
import binascii
from typing import Final

from dwaybank.secrets import Secret
from integrations.banks.signatures import WebhookRefused, hmac_sha256, require_equal

DEFAULT_HEADER: Final = "flinks-authenticity-key"


def verify(body: bytes, signature: str, *, secret: Secret) -> None:
    """Take the delivery, or raise WebhookRefused."""
    try:
        given = base64.b64decode(signature, validate=True)
    except (binascii.Error, ValueError):
        raise WebhookRefused("signature_unreadable", "The signature is not base64.") from None
    require_equal(given, hmac_sha256(secret, body))
