"""The secrets of connections and webhooks: sealed in the database, opened for the one call that needs them.

All secrets of a row stand under one key, whose id the row names. Nothing here logs, and nothing here commits: writers
need the caller's transaction, so that a new token is stored with whatever else changed.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.utils.translation import gettext as _

from dwaybank.errors import DomainError
from dwaybank.key_rotation import SealedTable
from dwaybank.secret_keys import NO_KEY, key_source
from dwaybank.secrets import Place, Secret, SecretUnreadable, open_sealed, seal
from integrations.models import BankConnection, BankWebhook

CONNECTION_SECRETS: Final = SealedTable(
    "bank_connections",
    ("encrypted_credentials", "encrypted_access_token", "encrypted_refresh_token"),
    key_id_column="encryption_key_id",
)
WEBHOOK_SECRETS: Final = SealedTable("bank_webhooks", ("webhook_secret", "verification_token"))


@dataclass(frozen=True, slots=True)
class ConnectionSecrets:
    """What a connection needs to speak to its bank. ``credentials`` are the connector's own texts by name."""

    credentials: Mapping[str, Secret]
    access_token: Secret | None = None
    refresh_token: Secret | None = None
    token_expires_at: datetime | None = None


def read_secrets(connection_id: UUID) -> ConnectionSecrets:
    """The secrets of a connection as they stand now.

    Raises DomainError (no such connection), SecretUnreadable, KeyUnavailable.
    """
    row = (
        BankConnection.objects.filter(pk=connection_id).values(*CONNECTION_SECRETS.columns, "token_expires_at").first()
    )
    if row is None:
        raise DomainError(_("There is no bank connection %(connection_id)s.") % {"connection_id": connection_id})
    opened = {
        column: open_sealed(row[column], _place(CONNECTION_SECRETS, column, connection_id)) if row[column] else None
        for column in CONNECTION_SECRETS.columns
    }
    credentials = opened["encrypted_credentials"]
    return ConnectionSecrets(
        credentials=_named(credentials, connection_id) if credentials else {},
        access_token=opened["encrypted_access_token"],
        refresh_token=opened["encrypted_refresh_token"],
        token_expires_at=row["token_expires_at"],
    )


def sealed_columns(connection_id: UUID, secrets: ConnectionSecrets) -> dict[str, Any]:
    """The column values that hold these secrets in that row, key id and expiry included: for a new connection.

    Raises KeyUnavailable.
    """
    texts = {
        "encrypted_credentials": json.dumps({name: one.reveal() for name, one in secrets.credentials.items()})
        if secrets.credentials
        else None,
        "encrypted_access_token": secrets.access_token.reveal() if secrets.access_token else None,
        "encrypted_refresh_token": secrets.refresh_token.reveal() if secrets.refresh_token else None,
    }
    sealed: dict[str, Any] = {
        column: seal(text, _place(CONNECTION_SECRETS, column, connection_id)) if text else None
        for column, text in texts.items()
    }
    holds_any = any(sealed.values())
    sealed["encrypted_credentials"] = sealed["encrypted_credentials"] or ""
    return {
        **sealed,
        "encryption_key_id": key_source().key_ids()[0] if holds_any else NO_KEY,
        "token_expires_at": secrets.token_expires_at,
    }


def store_secrets(connection_id: UUID, secrets: ConnectionSecrets, *, refreshed_at: datetime | None = None) -> None:
    """Replace all secrets of a connection, sealed under the newest key, in one statement.

    ``refreshed_at`` notes when the tokens were had from the bank. Raises DomainError where there is no such
    connection, KeyUnavailable.
    """
    values = sealed_columns(connection_id, secrets)
    if refreshed_at is not None:
        values["token_last_refreshed"] = refreshed_at
    if not BankConnection.objects.filter(pk=connection_id).update(**values):
        raise DomainError(
            _("There is no bank connection %(connection_id)s: its new secrets were not stored.")
            % {"connection_id": connection_id}
        )


def forget_secrets(connection_id: UUID) -> None:
    """Remove every secret of a connection: after it was revoked at the bank."""
    store_secrets(connection_id, ConnectionSecrets({}))


@dataclass(frozen=True, slots=True)
class WebhookSecrets:
    """What proves a delivery (``signing``), and what answers the bank's verification challenge."""

    signing: Secret | None = None
    verification: Secret | None = None


def read_webhook_secrets(webhook: BankWebhook) -> WebhookSecrets:
    """The secrets of a webhook. Raises SecretUnreadable, KeyUnavailable."""
    signing, verification = (
        open_sealed(sealed, _place(WEBHOOK_SECRETS, column, webhook.pk)) if sealed else None
        for column, sealed in zip(
            WEBHOOK_SECRETS.columns, (webhook.webhook_secret, webhook.verification_token), strict=True
        )
    )
    return WebhookSecrets(signing, verification)


def sealed_webhook_columns(webhook_id: UUID, secrets: WebhookSecrets) -> dict[str, str | None]:
    """The column values that hold these secrets in that row. Raises KeyUnavailable."""
    signing, verification = (
        seal(secret, _place(WEBHOOK_SECRETS, column, webhook_id)) if secret else None
        for column, secret in zip(WEBHOOK_SECRETS.columns, (secrets.signing, secrets.verification), strict=True)
    )
    return {"webhook_secret": signing or "", "verification_token": verification}


def _place(table: SealedTable, column: str, row: UUID) -> Place:
    return Place(table.table, column, row)


def _named(credentials: Secret, connection_id: UUID) -> dict[str, Secret]:
    """The connector's texts by name."""
    place = _place(CONNECTION_SECRETS, "encrypted_credentials", connection_id)
    try:
        named = json.loads(credentials.reveal())
    except ValueError:
        named = None
    if not isinstance(named, dict) or not all(isinstance(value, str) for value in named.values()):
        raise SecretUnreadable(place, "", _("it opens, but holds no texts by name. Connect again."))
    return {str(name): Secret(value) for name, value in named.items()}
