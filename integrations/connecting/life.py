"""Pause, resume and disconnect: what staff do with a connection."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from dwaybank.actor import Actor, acting_as
from dwaybank.errors import DomainError
from integrations.banks.contract import BankError
from integrations.banks.registry import ConnectorUnavailable, connector_for
from integrations.credentials import forget_secrets, read_secrets
from integrations.enums import ConnectionStatus, ConnectionType, ConsentState, SyncReason, WebhookStatus
from integrations.models import BankConnection, BankWebhook, ConnectionSyncState
from integrations.syncing.access import access_of, fresh_access
from integrations.syncing.requests import cancel_waiting, request_sync
from integrations.syncing.switch import require_enabled

LIVE = (ConnectionType.OAUTH, ConnectionType.AGGREGATION)


class ConnectionRefused(DomainError):
    """The connection is not in a state for that; the text says which it is in."""


def _locked(connection_id: UUID) -> BankConnection:
    connection = (
        BankConnection.objects.select_for_update(no_key=True).filter(pk=connection_id, deleted_at__isnull=True).first()
    )
    if connection is None:
        raise ConnectionRefused(_("There is no such connection, or it was disconnected."))
    if connection.connection_type not in LIVE:
        raise ConnectionRefused(_("This connection is fed by statement files: there is nothing to sync or to pause."))
    return connection


def pause(connection_id: UUID, *, actor: Actor, now: datetime) -> None:
    """No sync until it is resumed; what waits is cancelled, a running one ends. Raises ConnectionRefused."""
    with acting_as(actor):
        connection = _locked(connection_id)
        if connection.connection_status != ConnectionStatus.ACTIVE:
            raise ConnectionRefused(
                _("It is %(lower)s, not active.") % {"lower": connection.get_connection_status_display().lower()}
            )
        BankConnection.objects.filter(pk=connection_id).update(
            connection_status=ConnectionStatus.DISABLED, updated_by=actor.user_id
        )
        ConnectionSyncState.objects.update_or_create(
            connection_id=connection_id, defaults={"paused_at": now, "paused_by": actor.user_id}
        )
        cancel_waiting(connection_id, now=now, message="The connection was paused.")


def resume(connection_id: UUID, *, actor: Actor) -> None:
    """Sync it again, from where it was left. Raises ConnectionRefused; the database refuses a second active one."""
    with acting_as(actor):
        connection = _locked(connection_id)
        if connection.connection_status not in {ConnectionStatus.DISABLED, ConnectionStatus.MAINTENANCE}:
            raise ConnectionRefused(
                _("It is %(lower)s, not paused.") % {"lower": connection.get_connection_status_display().lower()}
            )
        BankConnection.objects.filter(pk=connection_id).update(
            connection_status=ConnectionStatus.ACTIVE, updated_by=actor.user_id
        )
        ConnectionSyncState.objects.filter(connection=connection_id).update(paused_at=None, paused_by=None)
        request_sync(connection_id=connection_id, reason=SyncReason.MANUAL, requested_by=actor.user_id)


def disconnect(connection_id: UUID, *, actor: Actor, now: datetime) -> None:
    """End the consent at the bank, forget every secret and soft-delete the connection. Its data stay as long as they
    have to be kept.

    Raises ConnectionRefused, IntegrationOff; BankError where the bank could not be told: nothing is changed then, so
    that a consent is not left open at the bank without anybody knowing.
    """
    require_enabled()
    with transaction.atomic():
        connection = _locked(connection_id)
    _revoke(connection, actor, now)
    with acting_as(actor):
        _locked(connection_id)
        forget_secrets(connection_id)
        BankConnection.objects.filter(pk=connection_id).update(
            connection_status=ConnectionStatus.DISABLED,
            deleted_at=now,
            deleted_by=actor.user_id,
            updated_by=actor.user_id,
        )
        ConnectionSyncState.objects.update_or_create(
            connection_id=connection_id, defaults={"consent_status": ConsentState.REVOKED, "cursor": None}
        )
        BankWebhook.objects.filter(connection=connection_id).update(webhook_status=WebhookStatus.INACTIVE)
        cancel_waiting(connection_id, now=now, message="The connection was disconnected.")


def _revoke(connection: BankConnection, actor: Actor, now: datetime) -> None:
    """Tell the bank. A consent that has ended already needs no telling."""
    try:
        secrets = read_secrets(connection.pk)
        speaker = connector_for(connection.connection_type, connection.bank_id, secrets.credentials)
        speaker.revoke(access_of(fresh_access(connection.pk, speaker, now=now, actor=actor)))
    except BankError as error:
        if not error.reconnect:
            raise
    except ConnectorUnavailable as error:
        raise ConnectionRefused(_("The bank cannot be told: %(error)s") % {"error": error}) from error
