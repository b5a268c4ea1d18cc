"""One sync of one connection, from the request to its end: the engine.

Flow: is integration on · the connection's lock · close logs of dead runs · may it be used (status, breaker) · open the
log · renew the token if due · fetch (no transaction) · is it believable · store all of it, close log and request (one
transaction) · or: close the log as failed, note the error, wait for the next attempt or end the request.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.conf import settings
from django.db import connection as database
from django.db import transaction
from django.utils import timezone

from dwaybank import config
from dwaybank.actor import Actor, acting_as
from dwaybank.errors import DomainError
from integrations.banks.contract import BankError, Consent, ConsentStatus
from integrations.banks.registry import connector_for
from integrations.credentials import read_secrets
from integrations.enums import (
    ConnectionStatus,
    ErrorOwner,
    ErrorType,
    RequestStatus,
    SyncReason,
    SyncStatus,
    SyncType,
)
from integrations.models import BankConnection, ConnectionSyncState, LinkedAccount, SyncRequest
from integrations.models.sync_requests import ENDED
from integrations.syncing import errors
from integrations.syncing.access import fresh_access
from integrations.syncing.fetching import CONSENT_EVERY, BankCalls, Plan, fetch_all, window_of
from integrations.syncing.judging import unbelievable
from integrations.syncing.locks import LockKind, connection_lock
from integrations.syncing.logs import close_log, close_stale_logs, note_progress, open_log
from integrations.syncing.requests import end_request, postpone
from integrations.syncing.retrying import BREAKER_FAILURES, Policy, next_sync_at, probe_at, retry_at
from integrations.syncing.storing import note_consent, store
from integrations.syncing.switch import IntegrationOff, is_enabled, require_enabled

_SYNC_TYPES: Final = {
    SyncReason.INITIAL: SyncType.INITIAL,
    SyncReason.SCHEDULED: SyncType.SCHEDULED,
    SyncReason.WEBHOOK: SyncType.WEBHOOK,
    SyncReason.MANUAL: SyncType.MANUAL,
    SyncReason.RESYNC: SyncType.MANUAL,
    SyncReason.RETRY: SyncType.FALLBACK,
    SyncReason.PROBE: SyncType.FALLBACK,
}
# a person who asks, and the probe, may try a connection whose breaker is open
_MAY_PROBE: Final = frozenset({SyncReason.MANUAL, SyncReason.PROBE, SyncReason.RETRY})


def policy() -> Policy:
    """How often and when to try again, from settings and configuration."""
    return Policy(
        retries=int(config.read(config.MAX_SYNC_RETRIES)),
        base=timedelta(seconds=settings.SYNC_RETRY_SECONDS),
        probe=timedelta(seconds=settings.SYNC_PROBE_SECONDS),
    )


def run_request(
    request_id: UUID,
    *,
    run: str,
    clock: Callable[[], datetime] = timezone.now,
    dice: Callable[[], float] = random.random,
) -> SyncRequest:
    """Make one attempt at a request and return it as it stands then. What has ended, or is not due, is left alone.

    While integration is off, or another process syncs the connection, nothing happens: the request goes on waiting and
    ``release_due()`` comes back to it. Errors of this program are recorded and raised.
    """
    request = SyncRequest.objects.get(pk=request_id)
    if not _is_due(request, clock()) or not is_enabled():
        return request
    with connection_lock(LockKind.SYNC, request.connection_id, wait=False) as held:
        if held:
            # who held the lock before may have ended it
            request.refresh_from_db()
            if _is_due(request, clock()):
                close_stale_logs(request.connection_id)
                _Attempt(request, run, clock, dice).make()
    return request


def _is_due(request: SyncRequest, now: datetime) -> bool:
    """Whether it has not ended, and does not wait for a later time."""
    waits = request.next_attempt_at is not None and request.next_attempt_at > now
    return request.request_status not in ENDED and not waits


@dataclass(slots=True)
class _Attempt:
    """One attempt at a request, under the connection's lock."""

    request: SyncRequest
    run: str
    clock: Callable[[], datetime]
    dice: Callable[[], float]
    log_id: UUID | None = None
    connection: BankConnection = field(init=False)
    state: ConnectionSyncState = field(init=False)

    @property
    def actor(self) -> Actor:
        """Whoever asked, through this run."""
        return Actor(self.request.requested_by, self.run, f"sync: {self.request.reason}")

    def make(self) -> None:
        """Run it, and leave log, request and errors as they have to be whatever happens."""
        self.connection = BankConnection.objects.get(pk=self.request.connection_id)
        self.state, _ = ConnectionSyncState.objects.get_or_create(connection_id=self.connection.pk)
        if not self._may_run():
            return
        try:
            self._sync()
        except IntegrationOff as off:
            self._stopped(str(off))
        except BankError as error:
            self._failed(error)
        except DomainError as error:
            # a secret that does not open, a connector that is not configured: ours, and no retry mends it
            self._failed(_ours(str(error)))
        except BaseException as error:
            # whatever broke it off: the log must not stay open, and the error goes on
            self._broken(error)
            raise

    # --- Before

    def _may_run(self) -> bool:
        now = self.clock()
        if self.connection.deleted_at is not None:
            end_request(self.request, RequestStatus.CANCELLED, now=now, message="The connection was disconnected.")
            return False
        if self.connection.connection_status != ConnectionStatus.ACTIVE:
            message = f"The connection is {self.connection.get_connection_status_display().lower()}: not synced."
            end_request(self.request, RequestStatus.FAILED, now=now, message=message)
            return False
        probe = self.state.next_probe_at
        if self._breaker_is_open() and self.request.reason not in _MAY_PROBE and probe is not None and probe > now:
            postpone(self.request, now=now, until=probe, message="The breaker is open; it is probed then.")
            return False
        return True

    def _breaker_is_open(self) -> bool:
        return (self.connection.consecutive_failures or 0) >= BREAKER_FAILURES

    def _begin(self) -> None:
        now = self.clock()
        with acting_as(self.actor):
            self.request.request_status = RequestStatus.RUNNING
            self.request.attempts += 1
            self.request.started_at = self.request.started_at or now
            self.request.next_attempt_at = None
            first = self.state.synced_through is None and not self.state.cursor
            kind = SyncType.INITIAL if first else _SYNC_TYPES[SyncReason(self.request.reason)]
            self.log_id = open_log(
                self.connection.pk,
                kind,
                {"request": str(self.request.pk), "attempt": self.request.attempts, "step": "started"},
            )
            self.request.sync_log_id = self.log_id
            self.request.save(
                update_fields=["request_status", "attempts", "started_at", "next_attempt_at", "sync_log_id"]
            )

    # --- The sync itself

    def _sync(self) -> None:
        self._begin()
        now = self.clock()
        secrets = read_secrets(self.connection.pk)
        connector = connector_for(self.connection.connection_type, self.connection.bank_id, secrets.credentials)
        secrets = fresh_access(self.connection.pk, connector, now=now, actor=self.actor)
        self._require_valid()
        calls = BankCalls(self.connection.pk, connector, secrets, self.actor, now)
        fetched = fetch_all(calls, self._plan(now), self._consent(calls, now), self._progress)
        if (
            fault := unbelievable(fetched, connection_id=self.connection.pk, source=connector.connector_id)
        ) is not None:
            raise _doubted(fault)
        self._progress("storing", sum(len(part.transactions) for part in fetched.rows), len(fetched.rows))
        require_enabled()
        assert self.log_id is not None  # noqa: S101 - _begin() has opened it
        store(
            fetched,
            request=self.request,
            sync_log_id=self.log_id,
            source=connector.connector_id[:30],
            actor=self.actor,
            now=self.clock(),
            hours=int(config.read(config.SYNC_FREQUENCY_HOURS)),
            dice=self.dice,
        )

    def _require_valid(self) -> None:
        """As ``validate_bank_connection()`` has it; an open breaker is let pass, this is its probe."""
        with database.cursor() as cursor:
            cursor.execute(
                "SELECT status = 'active' AND (expires_at IS NULL OR expires_at > CURRENT_TIMESTAMP) "
                "FROM validate_bank_connection(%s)",
                [self.connection.pk],
            )
            row = cursor.fetchone()
        if row is None or not row[0]:
            raise BankError(
                "The bank's token has ended and could not be renewed: the customer has to connect the bank again.",
                error_type=ErrorType.AUTHENTICATION,
                owner=ErrorOwner.CUSTOMER,
                code="token_expired",
                temporary=False,
                reconnect=True,
            )

    def _consent(self, calls: BankCalls, now: datetime) -> Consent | None:
        """The consent, asked for once a day and whenever a webhook says that it changed. Raises BankError if it is
        over."""
        checked = self.state.consent_checked_at
        if checked is not None and checked >= now - CONSENT_EVERY:
            return None
        consent = calls.call(lambda access: calls.connector.consent(access, now=now))
        if consent.status in {ConsentStatus.EXPIRED, ConsentStatus.REVOKED}:
            with acting_as(self.actor):
                note_consent(self.state, consent, now)
                self.state.save()
            raise _consent_over(consent.status)
        return consent

    def _plan(self, now: datetime) -> Plan:
        """What to ask. A request for days, or for one account, does not move the cursor on."""
        request = self.request
        accounts: tuple[str, ...] = ()
        if request.account_id is not None:
            linked = LinkedAccount.objects.filter(connection=self.connection, account=request.account_id)
            accounts = tuple(linked.order_by("pk").values_list("external_account_id", flat=True))
        return Plan(
            window=window_of(
                now=now,
                synced_through=self.state.synced_through,
                start=request.window_start,
                end=request.window_end,
            ),
            # days asked for again: from the beginning, which is idempotent
            cursor=None if request.window_start is not None else self.state.cursor,
            accounts=accounts,
        )

    def _progress(self, step: str, transactions: int, accounts: int) -> None:
        if self.log_id is not None:
            note_progress(self.log_id, step=step, transactions=transactions, accounts=accounts)

    # --- When it does not go well

    def _stopped(self, why: str) -> None:
        """Switched off in the middle: no failure of anybody, and the attempt does not count."""
        with acting_as(self.actor):
            if self.log_id is not None:
                close_log(self.log_id, SyncStatus.PARTIAL, {"error_message": why, "step": "stopped"})
            self.request.attempts = max(self.request.attempts - 1, 0)
            postpone(self.request, now=self.clock(), until=self.clock(), message=why)

    def _failed(self, error: BankError) -> None:
        """Close the log as failed, then decide: again later, left alone, or over."""
        now = self.clock()
        rules = policy()
        status = SyncStatus.TIMEOUT if error.error_type == ErrorType.TIMEOUT else SyncStatus.FAILED
        with acting_as(self.actor):
            self._close_failed(status, error.message, error.code)
            self.connection.refresh_from_db(fields=["consecutive_failures"])
            again = None
            if error.temporary and not error.reconnect and error.error_type != ErrorType.AUTHENTICATION:
                again = retry_at(
                    rules, attempts=self.request.attempts, now=now, asked=error.retry_after, dice=self.dice
                )
            if self._breaker_is_open():
                again = None
            errors.record_fault(
                self.connection,
                errors.classified(error, retried=again is not None),
                now=now,
                attempts=self.request.attempts,
                max_retries=rules.retries,
                next_retry_at=again,
                request=str(self.request.pk),
                sync_log_id=str(self.log_id),
            )
            if error.reconnect:
                self._needs_consent(error)
            if self._breaker_is_open():
                self._leave_alone(rules, now)
            if again is not None:
                postpone(self.request, now=now, until=again, message=error.message)
            else:
                self._plan_next(now, error.retry_after)
                end_request(self.request, RequestStatus.FAILED, now=now, message=error.message)

    def _close_failed(self, status: SyncStatus, message: str, code: str) -> None:
        if self.log_id is not None:
            details = {"error_message": message, "errors_count": 1, "error_details": [{"code": code}], "step": "failed"}
            close_log(self.log_id, status, details)

    def _needs_consent(self, error: BankError) -> None:
        BankConnection.objects.filter(pk=self.connection.pk, connection_status=ConnectionStatus.ACTIVE).update(
            connection_status=ConnectionStatus.EXPIRED
        )

    def _leave_alone(self, rules: Policy, now: datetime) -> None:
        failures = self.connection.consecutive_failures or 0
        probe = probe_at(rules, failures=failures, now=now, dice=self.dice)
        ConnectionSyncState.objects.filter(pk=self.state.pk).update(next_probe_at=probe)
        errors.record_fault(self.connection, errors.breaker_fault(failures, probe), now=now)

    def _plan_next(self, now: datetime, asked: timedelta | None) -> None:
        """The next scheduled sync; not sooner than the bank asked."""
        hours = int(config.read(config.SYNC_FREQUENCY_HOURS))
        at = next_sync_at(now=now, hours=hours, dice=self.dice)
        ConnectionSyncState.objects.filter(pk=self.state.pk).update(next_sync_at=max(at, now + (asked or timedelta())))

    def _broken(self, error: BaseException) -> None:
        """An error of this program, or the program's end: log and request are left in order before it goes on."""
        if database.closed_in_transaction or not database.is_usable():
            # nothing can be written: the reaper closes the log, and the job runs again
            return
        now = self.clock()
        fault = errors.crash_fault(error)
        with transaction.atomic(), acting_as(self.actor):
            self._close_failed(SyncStatus.FAILED, fault.message, fault.code)
            errors.record_fault(
                self.connection, fault, now=now, attempts=self.request.attempts, sync_log_id=str(self.log_id)
            )
            self._plan_next(now, None)
            if isinstance(error, Exception):
                end_request(self.request, RequestStatus.FAILED, now=now, message=fault.message)
            else:
                postpone(self.request, now=now, until=now, message="Interrupted; tried again.")


def _ours(message: str) -> BankError:
    return BankError(
        message, error_type=ErrorType.VALIDATION, owner=ErrorOwner.US, code="not_usable_here", temporary=False
    )


def _doubted(fault: errors.Fault) -> BankError:
    return BankError(fault.message, error_type=fault.error_type, owner=fault.owner, code=fault.code, temporary=True)


def _consent_over(status: ConsentStatus) -> BankError:
    return BankError(
        f"The customer's consent was {status.value} at the bank: the customer has to connect it again.",
        error_type=ErrorType.AUTHENTICATION,
        owner=ErrorOwner.CUSTOMER,
        code=f"consent_{status.value}",
        temporary=False,
        reconnect=True,
    )
