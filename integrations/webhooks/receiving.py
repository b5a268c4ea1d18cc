"""One delivery: refused or kept, counted, queued and answered, in one short transaction."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID, uuid4

from django.conf import settings
from django.db import connection as database
from django.db import transaction

from dwaybank.jobs import defer_once
from dwaybank.secrets import Secret
from integrations.banks.flinks import webhooks as flinks
from integrations.banks.plaid import webhooks as plaid
from integrations.credentials import read_webhook_secrets
from integrations.enums import DeliveryVerdict, WebhookStatus
from integrations.models import BankWebhook, WebhookDelivery
from integrations.syncing.switch import is_enabled
from integrations.webhooks.keys import known_keys
from integrations.webhooks.verifying import KeyNotKnown, Scheme, Verified, verify_plaid, verify_shared_secret

MAX_BODY: Final = 256 * 1024
PROCESS_TASK: Final = "integrations.process_delivery"
# Deliveries whose key has to be asked for first; more of them than this would be somebody playing.
_MAX_UNVERIFIED: Final = 20
_MAX_TOKEN: Final = 4096

_ANSWERS: Final = {
    DeliveryVerdict.ACCEPTED: 200,
    DeliveryVerdict.DUPLICATE: 200,
    DeliveryVerdict.UNVERIFIED: 202,
    DeliveryVerdict.BAD_SIGNATURE: 401,
    DeliveryVerdict.STALE: 401,
    DeliveryVerdict.INACTIVE: 403,
    DeliveryVerdict.OVERSIZED: 413,
    DeliveryVerdict.TOO_MANY: 429,
}

# a row of its own only for an event that was not accepted before
_KEEP = """
    INSERT INTO webhook_deliveries (
        id, webhook_id, verdict, event_id, body, body_sha256, size_bytes, received_at
    ) VALUES (%s, %s, 'accepted', %s, %s, %s, %s, %s)
    ON CONFLICT (webhook_id, event_id) WHERE verdict = 'accepted' DO NOTHING
    RETURNING id
"""
# one statement each, so that deliveries at the same time lose no count
_COUNT_ACCEPTED = """
    UPDATE bank_webhooks SET events_received = COALESCE(events_received, 0) + 1,
        last_event_at = GREATEST(last_event_at, %s), last_successful_event_at = GREATEST(last_successful_event_at, %s),
        consecutive_failures = 0
    WHERE id = %s
"""
_COUNT_REFUSED = """
    UPDATE bank_webhooks SET events_received = COALESCE(events_received, 0) + 1,
        last_event_at = GREATEST(last_event_at, %s), consecutive_failures = COALESCE(consecutive_failures, 0) + 1
    WHERE id = %s
"""


@dataclass(frozen=True, slots=True)
class Reply:
    """What the sender is told: an HTTP status and a word. Why exactly something was refused is for staff only."""

    status: int
    text: str


UNKNOWN: Final = Reply(404, "unknown")


def receive(
    *, bank: str, webhook_id: UUID, body: bytes | None, size: int, headers: Mapping[str, str], now: datetime
) -> Reply:
    """Decide about one delivery and keep it.

    ``headers`` finds names in any case; ``body`` is None where it was too large to be read, ``size`` its length then.
    Nothing of the body is parsed here. While integration is off an accepted delivery is kept and waits.
    """
    webhook = find_webhook(bank, webhook_id)
    if webhook is None:
        return UNKNOWN
    verified = _verdict(webhook, body, headers, now)
    with transaction.atomic():
        verdict = _keep(webhook, verified, body or b"", size, headers, now)
        count_delivery(webhook.pk, verdict, now)
    return Reply(_ANSWERS[verdict], "received" if _ANSWERS[verdict] < 300 else "refused")


def find_webhook(bank: str, webhook_id: UUID) -> BankWebhook | None:
    """The hook of that address; None for another bank's, and for one whose connection was disconnected."""
    return BankWebhook.objects.filter(pk=webhook_id, bank_id=bank, connection__deleted_at__isnull=True).first()


def _verdict(webhook: BankWebhook, body: bytes | None, headers: Mapping[str, str], now: datetime) -> Verified:
    if body is None or len(body) > MAX_BODY:
        return Verified(DeliveryVerdict.OVERSIZED, f"Larger than {MAX_BODY // 1024} KiB.")
    if webhook.webhook_status != WebhookStatus.ACTIVE:
        return Verified(DeliveryVerdict.INACTIVE, f"The webhook is {webhook.webhook_status}.")
    if webhook.expires_at is not None and webhook.expires_at <= now:
        return Verified(DeliveryVerdict.INACTIVE, f"The webhook ended on {webhook.expires_at:%Y-%m-%d}.")
    scheme = scheme_of(webhook)
    if scheme == Scheme.PLAID:
        return _plaid_verdict(webhook, body, headers, now)
    secret = read_webhook_secrets(webhook).signing
    if secret is None:
        return Verified(DeliveryVerdict.INACTIVE, "The webhook has no signing secret.")
    return verify_shared_secret(scheme, body, headers, secret=secret, header=_flinks_header(webhook), now=now)


def _flinks_header(webhook: BankWebhook) -> str:
    """Where Flinks signs: as this hook says, else this deployment, else its reference."""
    own = (webhook.webhook_metadata or {}).get("signature_header")
    return str(own or settings.BANK_CONNECTORS.get("flinks", {}).get("signature_header") or flinks.DEFAULT_HEADER)


def scheme_of(webhook: BankWebhook) -> Scheme:
    """How this hook's sender signs; as banks do unless its metadata says otherwise."""
    named = str((webhook.webhook_metadata or {}).get("scheme", Scheme.FDX))
    return Scheme(named) if named in list(Scheme) else Scheme.FDX


def _plaid_verdict(webhook: BankWebhook, body: bytes, headers: Mapping[str, str], now: datetime) -> Verified:
    token = headers.get(plaid.HEADER) or ""
    if len(token) > _MAX_TOKEN:
        return Verified(DeliveryVerdict.BAD_SIGNATURE, "The signature is too long.")
    try:
        return verify_plaid(body, token, keys=known_keys(webhook, now), now=now)
    except KeyNotKnown:
        pass
    waiting = WebhookDelivery.objects.filter(webhook=webhook, verdict=DeliveryVerdict.UNVERIFIED)
    if waiting[:_MAX_UNVERIFIED].count() >= _MAX_UNVERIFIED:
        return Verified(DeliveryVerdict.TOO_MANY, "Too many deliveries wait for a key that is not known yet.")
    return Verified(DeliveryVerdict.UNVERIFIED, "Its key is asked for, then it is verified.")


def _keep(
    webhook: BankWebhook, verified: Verified, body: bytes, size: int, headers: Mapping[str, str], now: datetime
) -> DeliveryVerdict:
    """One row; the bytes of what is accepted or has yet to be verified. Returns the verdict as it was kept."""
    digest = hashlib.sha256(body).hexdigest()
    delivery_id = uuid4()
    if verified.verdict == DeliveryVerdict.ACCEPTED:
        with database.cursor() as cursor:
            cursor.execute(
                _KEEP,
                [delivery_id, webhook.pk, verified.event_id, body, digest, len(body), now],
            )
            is_new = cursor.fetchone() is not None
        if is_new:
            if is_enabled():
                queue_delivery(delivery_id)
            return DeliveryVerdict.ACCEPTED
        verified = Verified(DeliveryVerdict.DUPLICATE, "This event was received before.", verified.event_id)
    unverified = verified.verdict == DeliveryVerdict.UNVERIFIED
    WebhookDelivery.objects.create(
        id=delivery_id,
        webhook=webhook,
        verdict=verified.verdict,
        verdict_reason=verified.reason,
        event_id=verified.event_id or None,
        body=body if unverified else None,
        proof=(headers.get(plaid.HEADER) or "") if unverified else "",
        body_sha256=digest if body else "",
        size_bytes=size,
        received_at=now,
    )
    if unverified and is_enabled():
        queue_delivery(delivery_id)
    return verified.verdict


def queue_delivery(delivery_id: UUID) -> None:
    """Work on a kept delivery in the queue; in the caller's transaction."""
    defer_once(PROCESS_TASK, queue_name="webhooks", once=f"delivery:{delivery_id}", delivery_id=str(delivery_id))


def count_delivery(webhook_id: UUID, verdict: DeliveryVerdict, now: datetime) -> None:
    """Count it on its hook."""
    with database.cursor() as cursor:
        if verdict in {DeliveryVerdict.ACCEPTED, DeliveryVerdict.DUPLICATE}:
            cursor.execute(_COUNT_ACCEPTED, [now, now, webhook_id])
        else:
            cursor.execute(_COUNT_REFUSED, [now, webhook_id])


def answer_challenge(*, bank: str, webhook_id: UUID, token: str, challenge: str, now: datetime) -> str | None:
    """The text to echo when the bank asks whether this address is ours; None where it may not know.

    The token must be the one agreed with the bank. A hook that was pending is active from here on.
    """
    webhook = find_webhook(bank, webhook_id)
    if webhook is None or not challenge or len(challenge) > MAX_CHALLENGE or not challenge.isascii():
        return None
    agreed = read_webhook_secrets(webhook).verification or Secret("")
    if not agreed or not hmac.compare_digest(agreed.reveal().encode(), token.encode()):
        return None
    BankWebhook.objects.filter(pk=webhook.pk).update(last_verification_at=now)
    BankWebhook.objects.filter(pk=webhook.pk, webhook_status=WebhookStatus.PENDING).update(
        webhook_status=WebhookStatus.ACTIVE
    )
    return challenge


MAX_CHALLENGE: Final = 256
