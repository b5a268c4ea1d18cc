"""Work on a kept delivery: verify it if that had to wait, read what it is about, ask for a sync."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db import IntegrityError, transaction

from dwaybank.actor import Actor, acting_as
from integrations.banks.contract import BankError
from integrations.banks.plaid.errors import NO_SUCH_KEY
from integrations.enums import DeliveryVerdict, SyncReason
from integrations.models import ConnectionSyncState, WebhookDelivery
from integrations.syncing.requests import request_sync
from integrations.syncing.switch import is_enabled
from integrations.webhooks.keys import ask_for_key, known_keys
from integrations.webhooks.receiving import queue_delivery
from integrations.webhooks.verifying import KeyNotKnown, Verified, verify_plaid

ACTOR: Final = Actor(None, run="job:webhook")
_BATCH: Final = 500
# What is about the consent, not about rows: FDX notifications, Plaid's items
_CONSENT_WORDS: Final = ("CONSENT", "REVOKED", "DISCONNECT", "EXPIRATION", "LOGIN_REPAIRED", "ITEM/ERROR")


def process_delivery(delivery_id: UUID, now: datetime) -> UUID | None:
    """Ask for the sync that an accepted delivery calls for; returns the request, None where there is none.

    Nothing happens while integration is off, nor for one that was processed or refused. A body that cannot be read
    still means that there is news. Raises BankError where a key had to be asked for and could not be had.
    """
    if not is_enabled():
        return None
    delivery = WebhookDelivery.objects.filter(pk=delivery_id).select_related("webhook").first()
    if delivery is None or delivery.processed_at is not None:
        return None
    if delivery.verdict == DeliveryVerdict.UNVERIFIED and not _verify(delivery, now):
        return None
    with acting_as(ACTOR):
        delivery = (
            WebhookDelivery.objects.select_for_update(no_key=True, of=("self",))
            .select_related("webhook")
            .get(pk=delivery_id)
        )
        if delivery.verdict != DeliveryVerdict.ACCEPTED or delivery.processed_at is not None:
            return None
        delivery.event_type = event_type(bytes(delivery.body or b""))
        if any(word in delivery.event_type.upper() for word in _CONSENT_WORDS):
            # the sync looks at the consent again, however lately it did
            ConnectionSyncState.objects.filter(connection=delivery.webhook.connection_id).update(
                consent_checked_at=None
            )
        request_id = request_sync(connection_id=delivery.webhook.connection_id, reason=SyncReason.WEBHOOK)
        delivery.sync_request_id, delivery.processed_at = request_id, now
        delivery.save(update_fields=["event_type", "sync_request", "processed_at"])
    return request_id


def _verify(delivery: WebhookDelivery, now: datetime) -> bool:
    """Verify what came before its key was known, as of when it came. Only then is it accepted."""
    webhook, body = delivery.webhook, bytes(delivery.body or b"")
    keys = known_keys(webhook, now)
    try:
        verified = verify_plaid(body, delivery.proof, keys=keys, now=delivery.received_at)
    except KeyNotKnown as unknown:
        key_id = str(unknown)
        verified = _verified_by_asking(delivery, body, keys, key_id, now)
    accepted = verified.verdict == DeliveryVerdict.ACCEPTED
    waiting = WebhookDelivery.objects.filter(pk=delivery.pk, verdict=DeliveryVerdict.UNVERIFIED)
    values: dict[str, Any] = {"verdict": verified.verdict, "verdict_reason": verified.reason, "proof": ""}
    if accepted:
        values["event_id"] = verified.event_id
    else:
        values["body"] = None
    try:
        with transaction.atomic():
            return bool(waiting.update(**values)) and accepted
    except IntegrityError:
        # the same event was accepted meanwhile
        again: dict[str, Any] = {
            "verdict": DeliveryVerdict.DUPLICATE,
            "verdict_reason": "This event was received before.",
        }
        waiting.update(**again, body=None, proof="")
        return False


def _verified_by_asking(
    delivery: WebhookDelivery, body: bytes, keys: Mapping[str, Mapping[str, Any]], key_id: str, now: datetime
) -> Verified:
    """The verdict by a key that Plaid is asked for. Raises BankError where it cannot be had just now."""
    try:
        with acting_as(ACTOR):
            key = ask_for_key(delivery.webhook, key_id, now)
    except BankError as error:
        if error.code != NO_SUCH_KEY:
            raise
        return Verified(DeliveryVerdict.BAD_SIGNATURE, "Plaid has no key of the id that signed it.")
    return verify_plaid(body, delivery.proof, keys={**keys, key_id: key}, now=delivery.received_at)


def event_type(body: bytes) -> str:
    """What a verified body says it is about, in the words of its sender; "" where it does not say."""
    try:
        document = json.loads(body)
    except ValueError:
        return ""
    if not isinstance(document, dict):
        return ""
    words = [document.get(name) for name in ("webhook_type", "webhook_code", "type", "ResponseType")]
    return "/".join(word for word in words if isinstance(word, str))[:100]


def process_waiting(now: datetime) -> int:
    """Queue accepted deliveries that wait, as after integration was off; returns how many."""
    waiting = WebhookDelivery.objects.filter(
        verdict__in=[DeliveryVerdict.ACCEPTED, DeliveryVerdict.UNVERIFIED], processed_at__isnull=True
    ).exclude(received_at__gt=now)
    ids = list(waiting.order_by("received_at", "pk").values_list("pk", flat=True)[:_BATCH])
    for delivery_id in ids:
        queue_delivery(delivery_id)
    return len(ids)
