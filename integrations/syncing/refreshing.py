"""Renew the tokens that end within the hour, of all connections; a sync does the same for its own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from dwaybank.actor import Actor, acting_as
from dwaybank.errors import DomainError
from integrations.banks.contract import BankError
from integrations.banks.registry import connector_for
from integrations.credentials import read_secrets
from integrations.models import BankConnection
from integrations.syncing import errors
from integrations.syncing.access import connections_to_refresh, fresh_access, mark_expired
from integrations.syncing.switch import require_enabled


@dataclass(frozen=True, slots=True)
class Refreshed:
    """What became of one connection's token. ``problem`` is empty where it was renewed."""

    connection_id: UUID
    bank_name: str
    problem: str


def refresh_tokens(now: datetime, *, actor: Actor, connection_id: UUID | None = None) -> list[Refreshed]:
    """Renew what is due, or the tokens of one connection. A failure is noted and the others go on.

    Raises IntegrationOff; DomainError where the named connection does not exist.
    """
    require_enabled()
    due = connections_to_refresh(now) if connection_id is None else [connection_id]
    return [_refresh(one, now, actor) for one in due]


def _refresh(connection_id: UUID, now: datetime, actor: Actor) -> Refreshed:
    connection = BankConnection.objects.filter(pk=connection_id, deleted_at__isnull=True).first()
    if connection is None:
        raise DomainError(f"There is no bank connection {connection_id}.")
    try:
        secrets = read_secrets(connection_id)
        connector = connector_for(connection.connection_type, connection.bank_id, secrets.credentials)
        fresh_access(connection_id, connector, now=now, actor=actor)
    except BankError as error:
        with acting_as(actor):
            errors.record_fault(connection, errors.classified(error, retried=error.temporary), now=now)
        if error.reconnect:
            mark_expired(connection_id, actor=actor, reason=error.message)
        return Refreshed(connection_id, connection.bank_name, error.message)
    except DomainError as error:
        return Refreshed(connection_id, connection.bank_name, str(error))
    return Refreshed(connection_id, connection.bank_name, "")
