"""One connection's sync: what is stored, what is retried, and what is never lost, against a bank in memory."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError
from django.db import connection as database
from django.utils import timezone

from dwaybank.models import Account, SystemConfig
from dwaybank.secrets import Secret
from integrations.banks import configured
from integrations.banks.contract import Access, Consent, ConsentStatus, FetchPage, Listing, Removal
from integrations.banks.fdx import FdxConnector
from integrations.credentials import read_secrets
from integrations.enums import ErrorOwner, ErrorType, RequestStatus, SyncStatus
from integrations.feeds.contract import FeedProblem, Severity
from integrations.importing.following import register_follower
from integrations.models import (
    AccountSync,
    BankBalance,
    BankConnection,
    BankSyncLog,
    BankTransaction,
    BankTransactionVersion,
    ConnectionSyncState,
    IntegrationError,
    SyncRequest,
    WithdrawnTransaction,
)
from integrations.sandbox.server import SandboxServer
from integrations.syncing import register_listener, request_sync, running
from integrations.syncing.due import dispatch, request_due
from integrations.syncing.logs import open_log, reap_logs
from integrations.syncing.requests import release_due
from integrations.syncing.running import run_request
from integrations.syncing.switch import IntegrationOff
from tests.integrations.banks.clients import fdx_connector
from tests.integrations.syncing.bank import DAY, FakeBank, account, error, row
from tests.queueing import run_jobs

pytestmark = pytest.mark.django_db
COFFEES = [row("a", "-4.25"), row("b", "-4.25"), row("c", "1200.00", DAY - timedelta(days=3), "PAYROLL")]


def sync(connection: BankConnection, **options: Any) -> SyncRequest:
    """Ask for a sync and make one attempt."""
    request_id = request_sync(connection_id=connection.pk, **{"reason": "manual", **options})
    forget_jobs()
    return run_request(request_id, run="test", dice=lambda: 0.5)


def forget_jobs() -> None:
    with database.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs")


def stored() -> dict[str, Decimal]:
    return {
        r.external_transaction_id: -r.amount if r.transaction_type == "debit" else r.amount
        for r in BankTransaction.objects.all()
    }


def logs() -> list[str]:
    return list(BankSyncLog.objects.order_by("started_at").values_list("sync_status", flat=True))


class TestGood:
    def test_rows_are_stored_once_however_often_they_are_told(self, bank: FakeBank, connection: BankConnection) -> None:
        bank.booked = {"acc-1": COFFEES, "acc-2": []}
        first = sync(connection)
        assert (first.request_status, first.message) == (RequestStatus.COMPLETED, "3 new, 0 known")

        bank.booked["acc-1"] = [*COFFEES, row("d", "-9.00")]
        assert sync(connection).message == "1 new, 3 known"

        assert stored() == {
            "a": Decimal("-4.25"),
            "b": Decimal("-4.25"),
            "c": Decimal("1200.00"),
            "d": Decimal("-9.00"),
        }
        assert Account.objects.filter(user=connection.user).count() == 2
        log = BankSyncLog.objects.get(pk=first.sync_log_id)
        assert (log.sync_status, log.sync_type, log.transactions_imported, log.accounts_imported) == (
            SyncStatus.COMPLETED,
            "initial",
            3,
            2,
        )
        connection.refresh_from_db()
        assert connection.last_successful_sync is not None
        assert connection.consecutive_failures == 0
        state = ConnectionSyncState.objects.get(connection=connection)
        assert state.synced_through is not None
        assert state.next_sync_at is not None
        assert AccountSync.objects.filter(sync_log_id=first.sync_log_id).count() == 2
        assert BankBalance.objects.get(sync_log_id=first.sync_log_id, amount="1191.50").kind == "posted"

    def test_another_amount_under_the_same_id_is_a_new_version(
        self, bank: FakeBank, connection: BankConnection
    ) -> None:
        bank.booked = {"acc-1": COFFEES}
        sync(connection)
        bank.booked["acc-1"] = [row("a", "-5.00"), *COFFEES[1:]]

        sync(connection)

        assert stored()["a"] == Decimal("-5.00")
        assert len(stored()) == 3
        version = BankTransactionVersion.objects.get()
        assert version.amount == Decimal("4.25")

    def test_upper_floors_hear_of_new_rows_and_of_the_end(self, bank: FakeBank, connection: BankConnection) -> None:
        heard: list[Any] = []
        register_follower("test", lambda accounts, actor: heard.append(("rows", len(accounts), actor.run)))
        register_listener("test", lambda request: heard.append(("end", request.request_status, request.reason)))
        bank.booked = {"acc-1": COFFEES}
        day = DAY
        request_sync(connection_id=connection.pk, reason="resync", start=day, end=day)
        assert heard == []

        run_jobs()

        assert ("rows", 1, "sync:resync") in heard
        assert ("end", "completed", "resync") in heard
        assert bank.requests[0].window.first == day

    def test_equal_requests_are_one(self, connection: BankConnection) -> None:
        first = request_sync(connection_id=connection.pk, reason="webhook")
        assert request_sync(connection_id=connection.pk, reason="manual") == first
        other = request_sync(connection_id=connection.pk, reason="resync", start=date(2026, 1, 1), end=date(2026, 1, 2))
        assert other != first


class TestListing:
    def test_a_booked_row_that_is_gone_is_a_state_and_an_alert_and_may_return(
        self, bank: FakeBank, connection: BankConnection
    ) -> None:
        many = [row(str(n), "-1.00", DAY - timedelta(days=n % 5)) for n in range(10)]
        bank.booked = {"acc-1": many}
        sync(connection)
        bank.booked["acc-1"] = many[1:]

        sync(connection)

        assert len(stored()) == 10
        withdrawn = WithdrawnTransaction.objects.get()
        assert withdrawn.withdrawal_kind == "absent"
        alert = IntegrationError.objects.get(error_code="row_withdrawn")
        assert (alert.error_severity, alert.resolution_status) == ("high", "new")

        sync(connection)
        assert WithdrawnTransaction.objects.count() == 1
        bank.booked["acc-1"] = many
        sync(connection)
        withdrawn.refresh_from_db()
        assert withdrawn.returned_at is not None

    def test_changes_come_with_a_cursor_that_stands_with_its_rows(
        self, bank: FakeBank, connection: BankConnection
    ) -> None:
        bank.listing, bank.booked = Listing.CHANGES, {"acc-1": []}
        bank.pages = [
            FetchPage(accounts=(account("acc-1", *COFFEES[:2]),)),
            FetchPage(accounts=(account("acc-1", COFFEES[2]),), removed=(Removal("", "z"),), next_cursor="one"),
        ]
        sync(connection)
        bank.pages = [
            FetchPage(
                modified=(account("acc-1", row("b", "-6.00")),), removed=(Removal("acc-1", "a"),), next_cursor="two"
            )
        ]
        sync(connection)

        assert [r.cursor for r in bank.requests] == [None, "one"]
        assert ConnectionSyncState.objects.get().cursor == "two"
        assert stored() == {"a": Decimal("-4.25"), "b": Decimal("-6.00"), "c": Decimal("1200.00")}
        assert WithdrawnTransaction.objects.get().withdrawal_kind == "removed"

        # from the beginning again: nothing is doubled, and what is told again has returned
        ConnectionSyncState.objects.update(cursor=None)
        bank.pages = [
            FetchPage(accounts=(account("acc-1", COFFEES[0], row("b", "-6.00"), COFFEES[2]),), next_cursor="3")
        ]
        sync(connection)
        assert len(stored()) == 3
        assert WithdrawnTransaction.objects.get().returned_at is not None

    def test_a_row_that_could_not_be_read_is_asked_for_until_it_can(
        self, bank: FakeBank, connection: BankConnection
    ) -> None:
        broken = FeedProblem(2, "amount_unreadable", Severity.ERROR, "Row 2: the amount cannot be read.")
        bank.listing, bank.booked = Listing.CHANGES, {"acc-1": []}
        bank.pages = [FetchPage(accounts=(account("acc-1", COFFEES[0]),), problems=(broken,), next_cursor="one")]
        sync(connection)
        assert logs() == ["partial"]
        state = ConnectionSyncState.objects.get()
        assert (state.cursor, state.synced_through) == (None, None)

        bank.pages = [FetchPage(accounts=(account("acc-1", *COFFEES),), next_cursor="one")]
        sync(connection)
        assert [r.cursor for r in bank.requests] == [None, None]
        assert len(stored()) == 3
        state.refresh_from_db()
        assert state.cursor == "one"
        assert state.synced_through is not None

    def test_nothing_is_stored_when_the_database_refuses_and_the_cursor_stays(
        self, bank: FakeBank, connection: BankConnection, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        bank.listing, bank.booked = Listing.CHANGES, {"acc-1": []}
        bank.pages = [FetchPage(accounts=(account("acc-1", *COFFEES),), next_cursor="one")]

        def refuse(*args: Any, **options: Any) -> int:
            raise DatabaseError("disk full")

        monkeypatch.setattr("integrations.syncing.withdrawing.withdraw", refuse)
        with pytest.raises(DatabaseError):
            sync(connection)

        assert stored() == {}
        assert ConnectionSyncState.objects.get().cursor is None
        assert logs() == ["failed"]
        assert IntegrationError.objects.get().error_severity == "critical"
        monkeypatch.undo()
        assert sync(connection).request_status == RequestStatus.COMPLETED
        assert len(stored()) == 3


class TestFaults:
    def test_a_fault_that_may_pass_is_retried_later_and_later_and_then_given_up(
        self, bank: FakeBank, connection: BankConnection
    ) -> None:
        bank.booked = {"acc-1": COFFEES}
        bank.answers = [error() for _ in range(4)]
        request = sync(connection)
        waits = []
        for _ in range(3):
            assert request.request_status == RequestStatus.QUEUED
            assert request.next_attempt_at is not None
            waits.append(request.next_attempt_at - timezone.now())
            assert release_due(timezone.now()) == 0
            SyncRequest.objects.update(next_attempt_at=timezone.now())
            assert release_due(timezone.now()) == 1
            run_jobs("syncs")
            request.refresh_from_db()

        assert request.request_status == RequestStatus.FAILED
        assert request.attempts == 4
        assert logs() == ["failed"] * 4
        assert waits[0] < waits[1] < waits[2]
        found = IntegrationError.objects.get()
        assert (found.error_type, found.error_severity, found.retry_count, found.error_details["owner"]) == (
            "server_error",
            "medium",
            3,
            "bank",
        )
        assert sync(connection).request_status == RequestStatus.COMPLETED
        found.refresh_from_db()
        assert (found.resolution_status, found.resolution_method) == ("resolved", "automatic_retry")

    def test_the_banks_own_time_is_kept(self, bank: FakeBank, connection: BankConnection) -> None:
        bank.answers = [
            error(ErrorType.RATE_LIMIT, code="http_429", retry_after=timedelta(minutes=20), owner=ErrorOwner.LIMIT)
        ]
        request = sync(connection)
        assert request.next_attempt_at is not None
        assert request.next_attempt_at >= timezone.now() + timedelta(minutes=19)
        # asking again does not make it sooner
        again = request_sync(connection_id=connection.pk, reason="manual")
        assert again == request.pk
        calls = len(bank.calls)
        assert run_request(again, run="test").request_status == RequestStatus.QUEUED
        assert (run_jobs("syncs"), len(bank.calls)) == ([], calls)

    def test_five_failures_open_the_breaker_and_one_good_probe_closes_it(
        self, bank: FakeBank, connection: BankConnection
    ) -> None:
        bank.booked = {"acc-1": COFFEES}
        BankConnection.objects.update(consecutive_failures=4)
        bank.answers = [error()]
        assert sync(connection).request_status == RequestStatus.FAILED
        state = ConnectionSyncState.objects.get()
        assert state.next_probe_at is not None
        assert IntegrationError.objects.filter(error_code="breaker_open", error_severity="critical").exists()

        calls = len(bank.calls)
        waiting = sync(connection, reason="webhook")
        assert (waiting.request_status, len(bank.calls)) == (RequestStatus.QUEUED, calls)
        SyncRequest.objects.filter(pk=waiting.pk).delete()
        assert request_due(timezone.now()) == []
        (probe,) = request_due(state.next_probe_at)
        forget_jobs()
        ConnectionSyncState.objects.update(next_probe_at=timezone.now())
        release_due(timezone.now())
        assert SyncRequest.objects.get(pk=probe).reason == "probe"
        run_jobs("syncs")

        connection.refresh_from_db()
        assert connection.consecutive_failures == 0
        assert not IntegrationError.objects.filter(resolution_status="new").exists()

    @pytest.mark.parametrize("owner", [ErrorOwner.CUSTOMER, ErrorOwner.US])
    def test_a_refused_login_is_never_retried(
        self, bank: FakeBank, connection: BankConnection, owner: ErrorOwner
    ) -> None:
        bank.answers = [
            error(ErrorType.AUTHENTICATION, code="consent_gone", temporary=False, reconnect=True, owner=owner)
        ] * 9
        assert sync(connection).request_status == RequestStatus.FAILED
        connection.refresh_from_db()
        assert connection.connection_status == "expired"
        assert request_due(timezone.now() + timedelta(days=9)) == []
        assert IntegrationError.objects.get().error_severity == "high"

    def test_a_success_without_rows_that_were_there_is_an_error_and_changes_nothing(
        self, bank: FakeBank, connection: BankConnection
    ) -> None:
        bank.booked = {"acc-1": [row(str(n), "-1.00") for n in range(8)]}
        sync(connection)
        bank.booked = {"acc-1": []}
        request = sync(connection)
        assert request.request_status == RequestStatus.QUEUED
        assert not WithdrawnTransaction.objects.exists()
        found = IntegrationError.objects.get()
        assert (found.error_code, found.error_severity) == ("suspiciously_empty", "high")
        SyncRequest.objects.all().delete()
        bank.booked = {}
        assert "no account" in sync(connection).message

    def test_consent_that_ended_at_the_bank_ends_the_connection(
        self, bank: FakeBank, connection: BankConnection
    ) -> None:
        bank.consent_now = Consent(ConsentStatus.REVOKED, "consent-1")
        assert sync(connection).request_status == RequestStatus.FAILED
        connection.refresh_from_db()
        assert connection.connection_status == "expired"
        assert ConnectionSyncState.objects.get().consent_status == "revoked"
        assert "fetch" not in bank.calls


class TestTokens:
    def test_one_that_ends_within_the_hour_is_renewed_and_stored_before_it_is_used(
        self, bank: FakeBank, connection: BankConnection
    ) -> None:
        BankConnection.objects.update(token_expires_at=timezone.now() + timedelta(minutes=59))
        bank.booked = {"acc-1": COFFEES}
        bank.during = lambda: stored_tokens.append(read_secrets(connection.pk).access_token)
        stored_tokens: list[Any] = []
        assert sync(connection).request_status == RequestStatus.COMPLETED
        assert bank.calls.count("refresh") == 1
        assert stored_tokens[0].reveal() == bank.token

    def test_one_that_is_refused_early_is_renewed_once(self, bank: FakeBank, connection: BankConnection) -> None:
        bank.booked = {"acc-1": COFFEES}
        bank.token = "the bank forgot the old one"
        assert sync(connection).request_status == RequestStatus.COMPLETED
        assert bank.calls.count("refresh") == 1

        bank.refresh = lambda access, now: None  # type: ignore[method-assign]
        bank.token = "and again"
        request = sync(connection)
        assert request.request_status == RequestStatus.FAILED

    def test_a_refused_refresh_is_believed_only_if_nobody_else_renewed(
        self, bank: FakeBank, connection: BankConnection
    ) -> None:
        BankConnection.objects.update(token_expires_at=timezone.now() + timedelta(minutes=5))
        bank.booked = {"acc-1": COFFEES}
        gone = error(ErrorType.AUTHENTICATION, code="invalid_grant", temporary=False, reconnect=True)

        def somebody_was_faster(access: Any, now: Any) -> Any:
            from dwaybank.secrets import Secret
            from integrations.credentials import ConnectionSecrets, store_secrets

            bank.token = "theirs"
            store_secrets(
                connection.pk, ConnectionSecrets({}, Secret("theirs"), Secret("refresh-2"), now + timedelta(hours=4))
            )
            raise gone

        bank.refresh = somebody_was_faster  # type: ignore[method-assign]
        assert sync(connection).request_status == RequestStatus.COMPLETED

        BankConnection.objects.update(token_expires_at=timezone.now() + timedelta(minutes=5))

        def gone_for_good(access: Any, now: Any) -> Any:
            raise gone

        bank.refresh = gone_for_good  # type: ignore[method-assign]
        assert sync(connection).request_status == RequestStatus.FAILED
        connection.refresh_from_db()
        assert connection.connection_status == "expired"


class TestSwitch:
    def test_off_nothing_goes_out_and_on_again_nothing_is_lost(
        self, bank: FakeBank, connection: BankConnection
    ) -> None:
        bank.booked = {"acc-1": COFFEES}
        SystemConfig.objects.filter(key="bank_integration_enabled").update(value="false")
        request_sync(connection_id=connection.pk, reason="manual")
        run_jobs()
        dispatch(timezone.now())
        assert bank.calls == []
        assert not BankSyncLog.objects.exists()

        SystemConfig.objects.filter(key="bank_integration_enabled").update(value="true")
        assert dispatch(timezone.now()).released == 1
        run_jobs()
        assert len(stored()) == 3

    def test_off_in_the_middle_stops_at_the_next_page(self, bank: FakeBank, connection: BankConnection) -> None:
        bank.booked = {"acc-1": COFFEES}
        bank.during = lambda: SystemConfig.objects.filter(key="bank_integration_enabled").update(value="false")
        request = sync(connection)
        assert (request.request_status, request.attempts) == (RequestStatus.QUEUED, 0)
        assert stored() == {}
        connection.refresh_from_db()
        assert connection.consecutive_failures == 0
        assert "balances" not in bank.calls

    def test_off_between_two_attempts_of_a_call_stops_the_second(self, sandbox: SandboxServer) -> None:
        def switched_off_meanwhile(seconds: float) -> None:
            SystemConfig.objects.filter(key="bank_integration_enabled").update(value="false")

        http = replace(configured.switched_http("RBC", ErrorOwner.BANK), pause=switched_off_meanwhile)
        connector = FdxConnector(fdx_connector(sandbox)._settings, http)
        access = Access({}, Secret("any"))
        sandbox.faults.replace("500%100")
        with pytest.raises(IntegrationOff):
            connector.accounts(access, now=timezone.now())
        assert sandbox.faults.counts["fdx", "500"] == 1


class TestDead:
    def test_the_log_of_a_dead_worker_is_closed_by_the_reaper_or_the_next_run(
        self, bank: FakeBank, connection: BankConnection
    ) -> None:
        bank.booked = {"acc-1": COFFEES}
        open_log(connection.pk, running.SyncType.SCHEDULED, {"request": "gone"})
        assert reap_logs(timezone.now()) == 1
        assert logs() == ["timeout"]
        open_log(connection.pk, running.SyncType.SCHEDULED, {"request": "gone"})
        sync(connection)
        assert sorted(logs()) == ["completed", "timeout", "timeout"]

    def test_a_request_whose_job_is_lost_goes_on(self, bank: FakeBank, connection: BankConnection) -> None:
        bank.booked = {"acc-1": COFFEES}
        request_id = request_sync(connection_id=connection.pk, reason="manual")
        forget_jobs()
        SyncRequest.objects.update(request_status="running")
        assert dispatch(timezone.now()).released == 1
        run_jobs()
        assert SyncRequest.objects.get(pk=request_id).request_status == RequestStatus.COMPLETED


def test_due_connections_follow_their_frequency(bank: FakeBank, connection: BankConnection) -> None:
    bank.booked = {"acc-1": COFFEES}
    (first,) = request_due(timezone.now())
    assert SyncRequest.objects.get(pk=first).reason == "initial"
    assert request_due(timezone.now()) == []
    run_jobs()
    assert request_due(timezone.now() + timedelta(hours=3.5)) == []
    (second,) = request_due(timezone.now() + timedelta(hours=4.5))
    assert SyncRequest.objects.get(pk=second).reason == "scheduled"
