"""Tokens of a connection: opened for a call, renewed by one process at a time, stored before they are used."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import transaction

from dwaybank.actor import Actor, acting_as
from integrations.banks.contract import Access, BankError, Connector, Grant
from integrations.credentials import ConnectionSecrets, read_secrets, store_secrets
from integrations.models import BankConnection
from integrations.syncing.locks import LockKind, connection_lock
from integrations.syncing.switch import require_enabled

REFRESH_AHEAD: Final = timedelta(hours=1)  # as validate_bank_connection() has it


def access_of(secrets: ConnectionSecrets) -> Access:
    """The secrets in the form that connectors take."""
    return Access(secrets.credentials, secrets.access_token, secrets.refresh_token)


def is_due(secrets: ConnectionSecrets, now: datetime) -> bool:
    """Whether the token ends within the hour, or has ended."""
    return secrets.token_expires_at is not None and secrets.token_expires_at < now + REFRESH_AHEAD


def fresh_access(
    connection_id: UUID, connector: Connector, *, now: datetime, actor: Actor, refused: ConnectionSecrets | None = None
) -> ConnectionSecrets:
    """The connection's secrets, with a token that was not due when we looked.

    ``refused`` are secrets whose token the bank just refused: then it is renewed whatever its expiry says, unless
    somebody else has done so. One process renews a connection at a time; the others wait and use what it got. A
    refusal (``invalid_grant``) is believed only if nobody stored another refresh token meanwhile.
    Raises BankError, IntegrationOff, SecretUnreadable.
    """
    secrets = read_secrets(connection_id)
    if not _must_renew(secrets, refused, now):
        return secrets
    with connection_lock(LockKind.REFRESH, connection_id, wait=True):
        secrets = read_secrets(connection_id)
        if not _must_renew(secrets, refused, now):
            return secrets
        require_enabled()
        try:
            grant = connector.refresh(access_of(secrets), now=now)
        except BankError as error:
            if error.code != "invalid_grant":
                raise
            again = read_secrets(connection_id)
            if again.refresh_token == secrets.refresh_token:
                raise
            # another program renewed it without our lock: the stored token is the newer one
            return again
        if grant is None:
            return secrets
        renewed = granted(secrets, grant)
        with acting_as(replace(actor, reason="token renewed")):
            store_secrets(connection_id, renewed, refreshed_at=now)
        return renewed


def _must_renew(secrets: ConnectionSecrets, refused: ConnectionSecrets | None, now: datetime) -> bool:
    if refused is not None:
        return secrets.access_token == refused.access_token
    return is_due(secrets, now)


def granted(secrets: ConnectionSecrets, grant: Grant) -> ConnectionSecrets:
    """What is stored after a grant; credentials that it leaves out stay."""
    return ConnectionSecrets(
        credentials={**secrets.credentials, **grant.credentials},
        access_token=grant.access_token,
        refresh_token=grant.refresh_token or secrets.refresh_token,
        token_expires_at=grant.token_expires_at,
    )


def connections_to_refresh(now: datetime) -> list[UUID]:
    """Connections in use whose token ends within the hour."""
    due = BankConnection.objects.filter(
        deleted_at__isnull=True,
        connection_status="active",
        token_expires_at__lt=now + REFRESH_AHEAD,
        connection_type__in=["oauth", "aggregation"],
    )
    return list(due.order_by("token_expires_at", "pk").values_list("pk", flat=True))


def mark_expired(connection_id: UUID, *, actor: Actor, reason: str) -> None:
    """The customer has to consent anew: the connection is not used until then."""
    with acting_as(replace(actor, reason=reason[:200])), transaction.atomic():
        BankConnection.objects.filter(pk=connection_id, connection_status="active").update(connection_status="expired")
