"""Plaid's public keys: asked for by the queue, never by a webhook that waits, and kept with the hook for a day."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from integrations.banks.plaid import PlaidConnector
from integrations.banks.registry import connector
from integrations.models import BankWebhook

_MAX_KEYS: Final = 20
_KEPT_FOR: Final = timedelta(hours=24)


def known_keys(webhook: BankWebhook, now: datetime) -> dict[str, Mapping[str, Any]]:
    """The keys that were asked for within a day: one that Plaid has ended since is noticed by then."""
    kept = (webhook.webhook_metadata or {}).get("keys", {})
    return {
        key_id: one["key"] for key_id, one in kept.items() if datetime.fromisoformat(one["asked_at"]) > now - _KEPT_FOR
    }


def ask_for_key(webhook: BankWebhook, key_id: str, now: datetime) -> Mapping[str, Any]:
    """Ask Plaid for a key and keep it; in the caller's transaction. Raises BankError, ConnectorUnavailable."""
    plaid = connector("plaid")
    if not isinstance(plaid, PlaidConnector):
        raise TypeError(f"The connector plaid is {plaid!r}.")
    key = dict(plaid.webhook_key(key_id))
    locked = BankWebhook.objects.select_for_update(no_key=True).get(pk=webhook.pk)
    metadata = dict(locked.webhook_metadata or {})
    keys = {**metadata.get("keys", {}), key_id: {"key": key, "asked_at": now.isoformat()}}
    metadata["keys"] = dict(list(keys.items())[-_MAX_KEYS:])
    BankWebhook.objects.filter(pk=webhook.pk).update(webhook_metadata=metadata)
    return key
