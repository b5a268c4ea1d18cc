"""Plaid's webhook signature: an ES256 JWT over the body's hash, in the header ``Plaid-Verification``.

Source: plaid.com docs, "Webhook verification". Only ES256 is taken, whatever the token says; the key is Plaid's by id.
"""

from __future__ import annotations

import hashlib
import hmac
import threading
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from joserfc import jws, jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey

from integrations.banks.signatures import WebhookRefused, require_recent

HEADER: Final = "Plaid-Verification"
_ALGORITHM: Final = "ES256"
_KEY_ID_LIMIT: Final = 100
_KEYS_KEPT: Final = 32
_KEPT_FOR: Final = timedelta(hours=24)


class PlaidKeys:
    """Plaid's public keys by id, asked for once a day each. Thread-safe. ``ask`` is ``PlaidConnector.webhook_key``."""

    def __init__(self, ask: Callable[[str], Mapping[str, Any]]) -> None:
        self._ask = ask
        self._lock = threading.Lock()
        self._kept: dict[str, tuple[datetime, Mapping[str, Any]]] = {}

    def key(self, key_id: str, now: datetime) -> ECKey:
        """The key. Raises WebhookRefused (``key_ended``, ``key_unusable``) and, while Plaid is asked, BankError."""
        with self._lock:
            kept = self._kept.get(key_id)
        if kept is None or now - kept[0] > _KEPT_FOR:
            kept = now, self._ask(key_id)
            with self._lock:
                if len(self._kept) >= _KEYS_KEPT:
                    self._kept.clear()
                self._kept[key_id] = kept
        ended = kept[1].get("expired_at")
        if isinstance(ended, int) and datetime.fromtimestamp(ended, UTC) <= now:
            raise WebhookRefused("key_ended", "The delivery is signed by a key that Plaid has ended.")
        try:
            return ECKey.import_key({name: kept[1][name] for name in ("kty", "crv", "x", "y")})
        except (JoseError, KeyError, ValueError, TypeError):
            raise WebhookRefused("key_unusable", "Plaid's key is not an EC key.") from None


def verify(body: bytes, token: str, *, keys: PlaidKeys, now: datetime) -> None:
    """Take the delivery, or raise WebhookRefused (and BankError where Plaid's key cannot be had now: try later)."""
    try:
        header = jws.extract_compact(token.encode()).headers()
    except (JoseError, ValueError):
        raise WebhookRefused("token_unreadable", f"The header {HEADER} holds no signed token.") from None
    key_id = header.get("kid")
    if header.get("alg") != _ALGORITHM:
        raise WebhookRefused("algorithm_refused", f"Only {_ALGORITHM} is taken.")
    if not isinstance(key_id, str) or not 0 < len(key_id) <= _KEY_ID_LIMIT:
        raise WebhookRefused("token_unreadable", "The token names no key.")
    try:
        claims = jwt.decode(token, keys.key(key_id, now), algorithms=[_ALGORITHM]).claims
    except (JoseError, ValueError):
        raise WebhookRefused("signature_wrong", "The token is not signed by Plaid's key.") from None
    made, hashed = claims.get("iat"), claims.get("request_body_sha256")
    if isinstance(made, bool) or not isinstance(made, int) or not isinstance(hashed, str):
        raise WebhookRefused("token_unreadable", "The token does not say when and over what it was made.")
    try:
        made_at = datetime.fromtimestamp(made, UTC)
    except (OverflowError, OSError, ValueError):
        raise WebhookRefused("token_unreadable", "The token's time is no time.") from None
    require_recent(made_at, now)
    if not hmac.compare_digest(hashed.encode(), hashlib.sha256(body).hexdigest().encode()):
        raise WebhookRefused("body_changed", "The body is not the one that was signed.")
