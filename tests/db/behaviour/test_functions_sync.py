"""Functions that other services call about connections and syncs, called from SQL."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.utils import timezone

from integrations.models import BankConnection, BankSyncLog
from tests.factories import BankConnectionFactory, UserFactory

pytestmark = pytest.mark.django_db


def call(sql: str, *parameters: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return cursor.fetchall() if cursor.description else []


def ago(**time: float) -> Any:
    return timezone.now() - timedelta(**time)


@pytest.mark.parametrize(
    ("status", "failures", "last_sync", "created", "score"),
    [
        ("active", 0, {"hours": 1}, {"days": 90}, 100),
        ("active", 2, {"hours": 1}, {"days": 90}, 100),
        ("active", 0, {"days": 1.1}, {"days": 90}, 70),
        ("active", 0, {"days": 7.1}, {"days": 90}, 50),
        ("active", 3, {"hours": 1}, {"days": 90}, 30),
        ("active", 5, {"hours": 1}, {"days": 90}, 10),
        ("error", 0, {"hours": 1}, {"days": 90}, 0),
        ("active", 0, None, {"hours": 1}, 100),
        ("active", 0, None, {"days": 2}, 70),  # never synced: counts from when it was made
        ("active", 0, None, {"days": 30}, 50),
        ("active", None, None, {"days": 30}, 50),
    ],
)
def test_the_health_score(status: str, failures: int | None, last_sync: Any, created: Any, score: int) -> None:
    synced = ago(**last_sync) if last_sync else None

    assert call("SELECT bank_connection_health_score(%s, %s, %s, %s)", status, failures, synced, ago(**created)) == [
        (score,)
    ]


class TestValidate:
    def validate(self, made: BankConnection) -> list[tuple[Any, ...]]:
        return call("SELECT is_valid, status, needs_refresh, last_error FROM validate_bank_connection(%s)", made.pk)

    def test_an_active_connection_without_a_token_is_valid(self) -> None:
        assert self.validate(BankConnectionFactory.create()) == [(True, "active", False, None)]

    def test_a_token_that_ended(self) -> None:
        made = BankConnectionFactory.create(token_expires_at=ago(minutes=1), last_error_message="expired")

        assert self.validate(made) == [(False, "active", True, "expired")]

    def test_a_token_that_ends_within_the_hour_needs_a_refresh(self) -> None:
        assert self.validate(BankConnectionFactory.create(token_expires_at=ago(minutes=-59)))[0][2] is True
        made = BankConnectionFactory.create(token_expires_at=ago(minutes=-61))
        assert self.validate(made)[0][:3] == (True, "active", False)

    def test_five_failures_in_a_row_make_it_invalid(self) -> None:
        assert self.validate(BankConnectionFactory.create(consecutive_failures=4))[0][0] is True
        assert self.validate(BankConnectionFactory.create(consecutive_failures=5))[0][0] is False
        assert self.validate(BankConnectionFactory.create(consecutive_failures=None))[0][0] is True

    def test_a_disabled_one_is_invalid_and_a_deleted_or_unknown_one_gives_nothing(self) -> None:
        assert self.validate(BankConnectionFactory.create(connection_status="disabled"))[0][0] is False
        assert self.validate(BankConnectionFactory.create(deleted_at=ago(days=1))) == []
        assert call("SELECT * FROM validate_bank_connection(%s)", uuid4()) == []


class TestUserConnections:
    def attention(self, **fields: Any) -> bool:
        made = BankConnectionFactory.create(**fields)
        ((needs,),) = call("SELECT needs_attention FROM get_user_bank_connections(%s)", made.user_id)
        return bool(needs)

    def test_newest_first_without_deleted_ones_and_other_peoples(self) -> None:
        user = UserFactory.create()
        old = BankConnectionFactory.create(user=user, bank_id="td", bank_name="TD", created_at=ago(days=9))
        new = BankConnectionFactory.create(user=user, bank_id="bmo", bank_name="BMO", created_at=ago(days=1.1))
        BankConnectionFactory.create(user=user, bank_id="cibc", deleted_at=ago(days=1))
        BankConnectionFactory.create()

        rows = call("SELECT connection_id, bank_name, health_score FROM get_user_bank_connections(%s)", user.pk)

        assert rows == [(new.pk, "BMO", 70), (old.pk, "TD", 50)]

    def test_what_needs_attention(self) -> None:
        assert not self.attention(last_successful_sync=ago(hours=1))
        assert self.attention(last_successful_sync=ago(hours=1), connection_status="expired")
        assert self.attention(last_successful_sync=ago(hours=1), consecutive_failures=3)
        assert self.attention(last_successful_sync=ago(hours=1), token_expires_at=ago(days=-6))
        assert not self.attention(last_successful_sync=ago(hours=1), token_expires_at=ago(days=-8))
        assert self.attention(last_successful_sync=ago(days=2.1))
        assert self.attention(created_at=ago(days=3))  # never synced
        assert not self.attention(created_at=ago(days=1))


def open_log(made: BankConnection) -> Any:
    ((log_id,),) = call("SELECT record_sync_attempt(%s, 'manual', 'transactions')", made.pk)
    return log_id


def complete(log_id: Any, status: str, results: dict[str, Any] | None = None) -> None:
    call("SELECT complete_sync_attempt(%s, %s, %s)", log_id, status, json.dumps(results) if results else None)


class TestRecordSyncAttempt:
    def test_it_opens_a_log_and_notes_the_attempt(self) -> None:
        made = BankConnectionFactory.create()

        log = BankSyncLog.objects.get(pk=open_log(made))

        assert (log.sync_status, log.user_id, log.completed_at, log.duration_ms) == (
            "started",
            made.user_id,
            None,
            None,
        )
        made.refresh_from_db()
        assert made.last_sync_attempt is not None

    def test_counts_errors_and_metadata_are_kept(self) -> None:
        made = BankConnectionFactory.create()
        ((log_id,),) = call(
            "SELECT record_sync_attempt(%s, 'scheduled', 'full', 3, 2, 40, 30, 1, '{\"e\": 1}', '{\"m\": 2}')", made.pk
        )

        log = BankSyncLog.objects.get(pk=log_id)
        assert (log.accounts_processed, log.accounts_imported, log.accounts_updated) == (3, 2, 2)
        assert (log.transactions_processed, log.transactions_imported, log.errors_count) == (40, 30, 1)
        assert (log.error_details, log.sync_metadata) == ({"e": 1}, {"m": 2})

    def test_an_unknown_or_deleted_connection_is_named(self) -> None:
        deleted = BankConnectionFactory.create(deleted_at=ago(days=1))

        for identifier in (uuid4(), deleted.pk):
            with (
                pytest.raises(DatabaseError, match=f"{identifier} does not exist or was deleted"),
                transaction.atomic(),
            ):
                call("SELECT record_sync_attempt(%s, 'manual', 'full')", identifier)
        with pytest.raises(DatabaseError, match="NULL does not exist"), transaction.atomic():
            call("SELECT record_sync_attempt(NULL, 'manual', 'full')")

    def test_a_type_that_does_not_exist_is_refused(self) -> None:
        with pytest.raises(IntegrityError, match="bank_sync_logs_sync_type_check"):
            call("SELECT record_sync_attempt(%s, 'monthly', 'full')", BankConnectionFactory.create().pk)


class TestCompleteSyncAttempt:
    def test_counts_land_in_their_columns_and_in_the_metadata(self) -> None:
        log_id = open_log(BankConnectionFactory.create())
        results = {
            "accounts_processed": 1,
            "accounts_imported": 2,
            "accounts_updated": 3,
            "transactions_processed": 40,
            "transactions_imported": 30,
            "transactions_duplicates": 10,
            "errors_count": 5,
            "warnings_count": 6,
            "error_details": {"line": 7},
            "note": "x",
        }

        complete(log_id, "completed", results)

        log = BankSyncLog.objects.get(pk=log_id)
        for name, value in list(results.items())[:-1]:
            assert getattr(log, name) == value
        assert log.sync_metadata == results
        assert log.completed_at is not None
        assert log.duration_ms is not None
        assert log.duration_ms >= 0

    def test_success_makes_the_connection_well_again(self) -> None:
        made = BankConnectionFactory.create(consecutive_failures=4, last_error_message="x", last_error_at=ago(days=1))

        complete(open_log(made), "completed")

        made.refresh_from_db()
        assert (made.consecutive_failures, made.last_error_message, made.last_error_at) == (0, None, None)
        assert made.last_successful_sync is not None

    @pytest.mark.parametrize("status", ["failed", "timeout"])
    def test_a_failure_is_counted_with_its_message(self, status: str) -> None:
        made = BankConnectionFactory.create(consecutive_failures=None)

        complete(open_log(made), status, {"error_message": "bank closed"})

        made.refresh_from_db()
        assert (made.consecutive_failures, made.last_error_message) == (1, "bank closed")
        assert made.last_error_at is not None

    def test_a_partial_sync_changes_nothing_on_the_connection(self) -> None:
        made = BankConnectionFactory.create(consecutive_failures=2)

        complete(open_log(made), "partial")

        made.refresh_from_db()
        assert (made.consecutive_failures, made.last_successful_sync) == (2, None)

    def test_a_closed_log_stays_as_it_is_and_counts_nothing_twice(self) -> None:
        made = BankConnectionFactory.create()
        log_id = open_log(made)
        complete(log_id, "failed", {"errors_count": 1})
        before = BankSyncLog.objects.filter(pk=log_id).values().get()

        complete(log_id, "failed", {"errors_count": 9})
        complete(log_id, "completed")

        assert BankSyncLog.objects.filter(pk=log_id).values().get() == before
        made.refresh_from_db()
        assert (made.consecutive_failures, made.last_successful_sync) == (1, None)

    def test_a_log_left_open_for_a_month_can_be_closed(self) -> None:
        log_id = open_log(BankConnectionFactory.create())
        BankSyncLog.objects.filter(pk=log_id).update(started_at=ago(days=40))

        complete(log_id, "timeout")

        assert BankSyncLog.objects.get(pk=log_id).duration_ms > 2**31

    def test_an_unknown_log_and_a_status_that_is_no_end_are_refused(self) -> None:
        with pytest.raises(DatabaseError, match="does not exist"), transaction.atomic():
            complete(uuid4(), "completed")
        log_id = open_log(BankConnectionFactory.create())
        for status in ("started", "in_progress", "nonsense"):
            with pytest.raises(DatabaseError, match="cannot end as"), transaction.atomic():
                complete(log_id, status)
