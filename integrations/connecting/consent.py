"""The way to the bank and back (OAuth code flow, or an aggregator's): begun for a customer, completed by the callback.

The ``state`` that comes back is unguessable, stored as a hash, used once and for a short time. What the connector needs
when it comes back is sealed.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID, uuid4

from django.db import transaction
from django.utils.translation import gettext as _

from dwaybank.actor import Actor, acting_as
from dwaybank.errors import DomainError
from dwaybank.models import User
from dwaybank.secrets import Place, Secret, open_sealed, seal
from integrations.banks.contract import Connector, Grant
from integrations.banks.registry import CONNECTOR_KEY, connector
from integrations.credentials import ConnectionSecrets, sealed_columns
from integrations.enums import ConnectionStatus, ConnectionType, SyncReason
from integrations.models import BankConnection, ConnectAttempt, ConnectionSyncState, LinkedAccount
from integrations.syncing.requests import request_sync
from integrations.syncing.storing import note_consent
from integrations.syncing.switch import require_enabled

LASTS: Final = timedelta(minutes=30)
# As connections that statement files feed (ADR 0008).
_RETENTION: Final = timedelta(days=7 * 365 + 2)


class ConnectRefused(DomainError):
    """The bank could not be connected; the text says why and what to do."""


def begin(
    *,
    user: User,
    connector_id: str,
    redirect_uri: str,
    now: datetime,
    actor: Actor,
    connection: BankConnection | None = None,
) -> str:
    """The address at which the customer consents. With ``connection`` that one is connected anew.

    Raises ConnectorUnavailable, IntegrationOff, BankError, ConnectRefused.
    """
    require_enabled()
    if not user.is_active:
        raise ConnectRefused(_("%(email)s is deactivated: nothing is connected for them.") % {"email": user.email})
    speaker = connector(connector_id)
    state = secrets.token_urlsafe(32)
    authorisation = speaker.authorise(redirect_uri=redirect_uri, state=state, now=now)
    attempt_id = uuid4()
    kept = json.dumps({name: secret.reveal() for name, secret in authorisation.kept.items()})
    with acting_as(actor):
        ConnectAttempt.objects.create(
            id=attempt_id,
            user=user,
            connection=connection,
            connector_id=connector_id,
            state_sha256=_hash(authorisation.state),
            sealed=seal(kept, _place(attempt_id)),
            redirect_uri=redirect_uri,
            requested_by=actor.user_id,
            expires_at=min(authorisation.expires_at, now + LASTS),
        )
    return authorisation.url


def complete(*, callback: Mapping[str, str], now: datetime, run: str) -> BankConnection:
    """What the bank sent the customer back with, turned into a connection that is synced at once.

    Raises ConnectRefused (unknown, used or old state; the customer said no; another connection stands in the way),
    BankError, IntegrationOff.
    """
    require_enabled()
    attempt = _claim(callback.get("state", ""), now)
    actor = Actor(attempt.requested_by, run, "bank connected")
    if refusal := callback.get("error"):
        raise ConnectRefused(
            _("The bank sent the customer back without consent (%(refusal)s). Nothing was connected; begin again.")
            % {"refusal": refusal[:100]}
        )
    speaker = connector(attempt.connector_id)
    kept = json.loads(open_sealed(attempt.sealed, _place(attempt.pk)).reveal())
    grant = speaker.exchange(
        callback=callback,
        kept={name: Secret(text) for name, text in kept.items()},
        redirect_uri=attempt.redirect_uri,
        now=now,
    )
    with acting_as(actor):
        return _connect(attempt, speaker, grant, actor=actor, now=now)


def _claim(state: str, now: datetime) -> ConnectAttempt:
    """The attempt of that state, from now on used."""
    attempts = ConnectAttempt.objects.filter(state_sha256=_hash(state), used_at__isnull=True, expires_at__gt=now)
    if not state or not attempts.update(used_at=now):
        raise ConnectRefused(
            _(
                "This answer of the bank belongs to no connection that was begun here, or it was used before, or it "
                "came too late. Begin again."
            )
        )
    return ConnectAttempt.objects.select_related("user", "connection").get(state_sha256=_hash(state))


def _connect(
    attempt: ConnectAttempt, speaker: Connector, grant: Grant, *, actor: Actor, now: datetime
) -> BankConnection:
    credentials = dict(grant.credentials)
    if speaker.connection_type == ConnectionType.AGGREGATION:
        credentials[CONNECTOR_KEY] = Secret(attempt.connector_id)
    held = ConnectionSecrets(credentials, grant.access_token, grant.refresh_token, grant.token_expires_at)
    connection = _existing(attempt, speaker) or BankConnection(
        id=uuid4(), user=attempt.user, bank_id=speaker.bank_id, created_by=actor.user_id, consent_given_at=now
    )
    is_new = connection._state.adding
    values: dict[str, Any] = {
        **sealed_columns(connection.pk, held),
        "bank_name": connection.bank_name or speaker.bank_name,
        "connection_type": speaker.connection_type,
        "connection_status": ConnectionStatus.ACTIVE,
        "token_last_refreshed": now,
        "scopes": list(grant.scopes),
        "consecutive_failures": 0,
        "last_error_message": None,
        "last_error_at": None,
        "consent_given_at": (grant.consent.given_at if grant.consent else None) or now,
        "consent_expires_at": grant.consent.expires_at if grant.consent else None,
        "data_retention_until": now + _RETENTION,
        "updated_by": actor.user_id,
    }
    for name, value in values.items():
        setattr(connection, name, value)
    connection.save(force_insert=is_new, update_fields=None if is_new else list(values))
    if is_new:
        _take_over_accounts(connection)
    _remember(connection, grant, now, keep_cursor=not is_new)
    request_sync(connection_id=connection.pk, reason=SyncReason.INITIAL, requested_by=actor.user_id)
    return connection


def _existing(attempt: ConnectAttempt, speaker: Connector) -> BankConnection | None:
    """The connection to connect anew: the one that was meant, or the customer's active one to this bank, be it fed by
    files (it goes on as a live one, with its accounts) or live."""
    ours = BankConnection.objects.select_for_update(no_key=True).filter(
        user=attempt.user, bank_id=speaker.bank_id, deleted_at__isnull=True
    )
    if attempt.connection_id is not None:
        found = ours.filter(pk=attempt.connection_id).first()
        if found is None:
            raise ConnectRefused(_("The connection was disconnected meanwhile, or it is to another bank. Begin anew."))
        return found
    found = ours.filter(connection_status=ConnectionStatus.ACTIVE).first()
    if found is not None and found.connection_type not in {ConnectionType.API, speaker.connection_type}:
        raise ConnectRefused(
            _("%(email)s has an active connection to %(bank_name)s of another kind. Disconnect it first.")
            % {"email": attempt.user.email, "bank_name": found.bank_name}
        )
    return found


def _take_over_accounts(connection: BankConnection) -> None:
    """Accounts that an earlier, disconnected connection of this customer to this bank had linked."""
    LinkedAccount.objects.filter(
        connection__user=connection.user, bank_id=connection.bank_id, connection__deleted_at__isnull=False
    ).update(connection=connection)


def _remember(connection: BankConnection, grant: Grant, now: datetime, *, keep_cursor: bool) -> None:
    """A fresh state: a cursor belongs to the consent it came with, so it begins anew, which stores nothing twice."""
    state, _ = ConnectionSyncState.objects.get_or_create(connection=connection)
    state.cursor, state.next_sync_at, state.next_probe_at = None, None, None
    state.consent_reminded_at, state.paused_at, state.paused_by = None, None, None
    state.synced_through = state.synced_through if keep_cursor else None
    if grant.consent is not None:
        note_consent(state, grant.consent, now)
    state.save()


@transaction.atomic
def forget_old_attempts(now: datetime) -> int:
    """Remove attempts that nobody can complete any more, with their sealed texts; returns how many."""
    removed, _ = ConnectAttempt.objects.filter(expires_at__lt=now - timedelta(days=1)).delete()
    return removed


def _hash(state: str) -> str:
    return hashlib.sha256(state.encode()).hexdigest()


def _place(attempt_id: UUID) -> Place:
    return Place("connect_attempts", "sealed", attempt_id)


__all__ = ["ConnectRefused", "begin", "complete", "forget_old_attempts"]
