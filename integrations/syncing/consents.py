"""Consents that end: said ahead of time, and taken as ended when they are.

Reminders are open integration errors for whoever speaks to customers: 30 days ahead, then again 7 days and a day ahead.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction

from dwaybank.actor import Actor, acting_as
from integrations.enums import ConnectionStatus, ConsentState, ErrorOwner, ErrorSeverity, ErrorType
from integrations.models import BankConnection, ConnectionSyncState
from integrations.syncing import errors
from integrations.syncing.telling import tell_consent_ending

AHEAD: Final = (timedelta(days=30), timedelta(days=7), timedelta(days=1))


@dataclass(frozen=True, slots=True)
class ConsentsLooked:
    """How many consents end soon (said now), and how many connections were closed because theirs has ended."""

    reminded: int
    expired: int


def check_consents(now: datetime, *, actor: Actor) -> ConsentsLooked:
    """Look at every live connection's consent; each reminder is given once per step."""
    live = BankConnection.objects.filter(
        deleted_at__isnull=True,
        connection_status=ConnectionStatus.ACTIVE,
        connection_type__in=["oauth", "aggregation"],
        consent_expires_at__lt=now + AHEAD[0],
    )
    reminded = expired = 0
    for connection in live.order_by("consent_expires_at", "pk").defer(
        "encrypted_credentials", "encrypted_access_token", "encrypted_refresh_token"
    ):
        with acting_as(actor):
            state, _ = ConnectionSyncState.objects.select_for_update(no_key=True).get_or_create(connection=connection)
            if connection.consent_expires_at is not None and connection.consent_expires_at <= now:
                _expire(connection, state, now)
                expired += 1
            elif _is_news(connection, state, now):
                _remind(connection, state, now)
                reminded += 1
    return ConsentsLooked(reminded, expired)


def _step(connection: BankConnection, moment: datetime) -> int:
    """How many of the steps ahead have been reached at that moment."""
    end = connection.consent_expires_at
    return 0 if end is None else sum(moment >= end - ahead for ahead in AHEAD)


def _is_news(connection: BankConnection, state: ConnectionSyncState, now: datetime) -> bool:
    told = state.consent_reminded_at
    return told is None or _step(connection, told) < _step(connection, now)


def _remind(connection: BankConnection, state: ConnectionSyncState, now: datetime) -> None:
    state.consent_status, state.consent_reminded_at = ConsentState.EXPIRING, now
    state.save(update_fields=["consent_status", "consent_reminded_at"])
    urgent = _step(connection, now) > 1
    errors.record_fault(
        connection,
        errors.Fault(
            ErrorType.AUTHENTICATION,
            ErrorOwner.CUSTOMER,
            errors.CONSENT_ENDING,
            f"The customer's consent at {connection.bank_name} ends on {connection.consent_expires_at:%Y-%m-%d}. "
            "Ask them to renew it, or data stops coming in.",
            ErrorSeverity.HIGH if urgent else ErrorSeverity.MEDIUM,
        ),
        now=now,
    )
    tell_consent_ending(connection, step=_step(connection, now))


@transaction.atomic
def _expire(connection: BankConnection, state: ConnectionSyncState, now: datetime) -> None:
    state.consent_status = ConsentState.EXPIRED
    state.save(update_fields=["consent_status"])
    BankConnection.objects.filter(pk=connection.pk).update(connection_status=ConnectionStatus.EXPIRED)
    errors.record_fault(
        connection,
        errors.Fault(
            ErrorType.AUTHENTICATION,
            ErrorOwner.CUSTOMER,
            "consent_expired",
            f"The customer's consent at {connection.bank_name} has ended. It is read again once they connect anew; "
            "until then statement files can be handed in.",
            ErrorSeverity.HIGH,
        ),
        now=now,
    )
