"""A connection's webhook: its address and secret, shown once to whoever enters them at the bank."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from uuid import UUID, uuid4

from dwaybank.actor import Actor, acting_as
from dwaybank.secrets import Secret
from integrations.credentials import WebhookSecrets, sealed_webhook_columns
from integrations.enums import WebhookStatus
from integrations.models import BankConnection, BankWebhook
from integrations.webhooks.verifying import Scheme


@dataclass(frozen=True, slots=True)
class NewWebhook:
    """A webhook and the two secrets that the bank has to know; stored sealed, they cannot be shown again."""

    webhook_id: UUID
    url: str
    signing: Secret
    verification: Secret


def make_webhook(connection: BankConnection, *, base_url: str, scheme: Scheme = Scheme.FDX, actor: Actor) -> NewWebhook:
    """Make the connection's webhook, or give it new secrets. ``base_url`` is where banks reach us, without a path."""
    signing, verification = Secret(secrets.token_urlsafe(32)), Secret(secrets.token_urlsafe(32))
    with acting_as(actor):
        existing = BankWebhook.objects.select_for_update(no_key=True).filter(connection=connection).first()
        webhook_id = existing.pk if existing else uuid4()
        url = f"{base_url.rstrip('/')}/webhooks/{connection.bank_id}/{webhook_id}/"
        metadata = {**((existing.webhook_metadata if existing else None) or {}), "scheme": scheme.value}
        BankWebhook.objects.update_or_create(
            pk=webhook_id,
            defaults={
                **sealed_webhook_columns(webhook_id, WebhookSecrets(signing, verification)),
                "connection": connection,
                "bank_id": connection.bank_id,
                "webhook_url": url,
                "webhook_events": ["transactions", "consent"],
                "webhook_status": WebhookStatus.ACTIVE,
                "webhook_metadata": metadata,
            },
        )
    return NewWebhook(webhook_id, url, signing, verification)


def scheme_for(connector_id: str) -> Scheme:
    """How this connector's sender signs."""
    return Scheme(connector_id) if connector_id in list(Scheme) else Scheme.FDX
