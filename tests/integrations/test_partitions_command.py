"""``manage.py ensure_partitions`` and the system checks about months: what an operator meets."""

from __future__ import annotations

import io
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from typing import Any

import psycopg
import pytest
from django.core.checks import CheckMessage, Tags, run_checks
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from integrations.models import BankSyncLog, BankTransaction, BankTransactionKey
from integrations.partitions import TABLES, ensure_months, existing_months, months_from, rows_in_default
from tests.factories import BankSyncLogFactory, BankTransactionFactory

pytestmark = pytest.mark.django_db

TRANSACTIONS, SYNC_LOGS, *_ = TABLES


def ensure(*arguments: str) -> tuple[int, str]:
    """(exit code, output with errors)"""
    out = io.StringIO()
    try:
        call_command("ensure_partitions", *arguments, stdout=out, stderr=out)
    except SystemExit as end:
        return int(str(end.code)), out.getvalue()
    return 0, out.getvalue()


def tables(output: str) -> dict[str, dict[str, Any]]:
    return {table.pop("table"): table for table in json.loads(output)["tables"]}


def month_names(first: int, last: int) -> list[str]:
    """Months by their distance from this one, as the command names them."""
    return [f"{month:%Y-%m}" for month in months_from(timezone.localdate(), last)[first:]]


def lies_in(table: str) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT DISTINCT tableoid::regclass::text FROM {table} ORDER BY 1")
        return [name for (name,) in cursor.fetchall()]


@contextmanager
def another_session(*statements: str) -> Iterator[psycopg.Connection[Any]]:
    """A session of somebody else with an open transaction in which the statements ran."""
    parameters = {**connection.get_connection_params(), "application_name": "night job"}
    parameters.pop("cursor_factory", None)
    with psycopg.connect(**parameters) as other:
        for statement in statements:
            other.execute(statement)
        yield other
        other.rollback()


class TestMonthsAhead:
    def test_the_months_asked_for_are_made_once(self) -> None:
        code, output = ensure("--months", "6", "--json")

        assert code == 0
        for name, table in tables(output).items():
            first = 3 if name == "audit_events" else 4  # migrations leave one month less of these
            assert [made["month"] for made in table["made"]] == month_names(first, 6)
            assert set(month_names(0, 6)) <= set(table["months"])
        again, output = ensure("--months", "6", "--json")
        assert (again, [table["made"] for table in tables(output).values()]) == (0, [[] for _ in TABLES])

    def test_a_hole_is_filled_and_three_months_are_the_custom(self) -> None:
        hole = months_from(timezone.localdate(), 2)[-1]
        with connection.cursor() as cursor:
            cursor.execute(f"DROP TABLE bank_transactions_y{hole:%Y}m{hole:%m}")

        code, output = ensure()

        assert code == 0
        assert f"bank_transactions: made {hole:%Y-%m}\n" in output
        assert "bank_sync_logs: made nothing\n" in output
        assert f" to {month_names(3, 3)[0]}\n" in output
        assert output.count("in DEFAULT: no rows") == len(TABLES)

    def test_the_archive_is_left_alone(self) -> None:
        ensure("--months", "6")

        assert existing_months("bank_transactions_archive") == set()

    @pytest.mark.parametrize("number", ["0", "-1", "121", "many", "2.5"])
    def test_a_bad_number_is_refused_with_what_to_write(self, number: str) -> None:
        with pytest.raises(CommandError, match="a whole number from 1 to 120"):
            call_command("ensure_partitions", f"--months={number}")


class TestRowsInDefault:
    def test_rows_move_to_their_months_and_none_is_lost(self) -> None:
        for day in (date(1987, 6, 5), date(2041, 5, 1), date(2041, 5, 31), date(2041, 6, 1)):
            BankTransactionFactory.create(transaction_date=day)
        BankSyncLogFactory.create(started_at=datetime(2041, 5, 31, 23, 59, tzinfo=UTC))
        before = list(BankTransaction.objects.order_by("id").values())
        keys = list(BankTransactionKey.objects.order_by("id").values())
        assert lies_in("bank_transactions") == ["bank_transactions_default"]

        code, output = ensure("--json")

        assert code == 0
        assert lies_in("bank_transactions") == [
            "bank_transactions_y1987m06",
            "bank_transactions_y2041m05",
            "bank_transactions_y2041m06",
        ]
        assert lies_in("bank_sync_logs") == ["bank_sync_logs_y2041m05"]
        assert list(BankTransaction.objects.order_by("id").values()) == before
        assert list(BankTransactionKey.objects.order_by("id").values()) == keys
        report = tables(output)
        assert report["bank_transactions"]["made"] == [
            {"month": "1987-06", "rows_moved": 1},
            {"month": "2041-05", "rows_moved": 2},
            {"month": "2041-06", "rows_moved": 1},
        ]
        assert report["bank_sync_logs"]["made"] == [{"month": "2041-05", "rows_moved": 1}]
        assert [table["in_default"] for table in report.values()] == [[] for _ in TABLES]

    def test_a_sync_log_waits_under_its_month_in_utc(self) -> None:
        """21:00 on 31 May in Toronto is June in UTC."""
        BankSyncLogFactory.create(started_at=datetime(2041, 6, 1, 1, 0, tzinfo=UTC))

        assert rows_in_default(SYNC_LOGS) == {date(2041, 6, 1): 1}

    def test_rows_between_months_before_them_and_after_them_are_counted_by_month(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT create_month_partition('bank_transactions', '2041-05-01')")
        for day in ((1999, 1, 2), (2040, 12, 31), (2041, 5, 9), (2041, 6, 1), (2041, 6, 30)):
            BankTransactionFactory.create(transaction_date=date(*day))

        assert rows_in_default(TRANSACTIONS) == {date(1999, 1, 1): 1, date(2040, 12, 1): 1, date(2041, 6, 1): 2}

    def test_the_application_may_ask_though_it_reads_no_partition(self) -> None:
        BankTransactionFactory.create(transaction_date=date(2041, 5, 1))
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL ROLE dwaybank_app")

        code, output = ensure("--months", "4", "--json")

        assert code == 0
        assert {"month": "2041-05", "rows_moved": 1} in tables(output)["bank_transactions"]["made"]

    def test_a_date_that_no_month_can_take_is_reported_and_kept(self) -> None:
        row = BankTransactionFactory.create()
        with connection.cursor() as cursor:
            cursor.execute("UPDATE bank_transactions SET transaction_date = 'infinity' WHERE id = %s", [row.pk])

        code, output = ensure()

        assert code == 1
        assert "1 rows of bank_transactions are dated outside the years 1 to 9999" in output
        assert "correct their dates" in output
        assert BankTransaction.objects.count() == 1
        assert tables(ensure("--json")[1])["bank_transactions"]["in_default"] == [{"month": None, "rows": 1}]

    def test_a_table_that_took_the_name_of_a_month_is_named_and_other_months_are_made(self) -> None:
        taken, free = months_from(timezone.localdate(), 5)[4:]
        with connection.cursor() as cursor:
            cursor.execute(f"CREATE TABLE bank_transactions_y{taken:%Y}m{taken:%m} (id integer)")

        code, output = ensure("--months", "5", "--json")

        assert code == 1
        report = tables(output)["bank_transactions"]
        assert [made["month"] for made in report["made"]] == [f"{free:%Y-%m}"]
        (failed,) = report["failed"]
        assert failed["month"] == f"{taken:%Y-%m}"
        assert f'relation "bank_transactions_y{taken:%Y}m{taken:%m}" already exists' in failed["reason"]


class TestLockedByOthers:
    @pytest.mark.parametrize(
        ("statement", "held"),
        [
            ("LOCK TABLE bank_transactions_default IN ACCESS SHARE MODE", "bank_transactions_default"),
            ("LOCK TABLE accounts IN ROW EXCLUSIVE MODE", "accounts"),
            (
                "SELECT pg_advisory_xact_lock(hashtext('create_month_partition'), hashtext('bank_transactions'))",
                "the right to make months",
            ),
        ],
        ids=["a reader of DEFAULT", "a writer of accounts", "another maker of months"],
    )
    def test_the_blocker_is_named_and_the_command_ends(self, statement: str, held: str) -> None:
        start = time.monotonic()
        with another_session(statement) as other:
            code, output = ensure("--months", "5", "--attempts", "1")

            assert f"process {other.info.backend_pid} (role " in output
            assert f"SELECT pg_terminate_backend({other.info.backend_pid})" in output
        assert code == 1
        assert f"Not made: {', '.join(month_names(4, 5))} of bank_transactions. Locked by others" in output
        assert held in output.split(" holds ")[1]
        assert "application night job, idle in transaction for " in output
        assert "Run the command again once they have ended" in output
        assert time.monotonic() - start < 20
        assert f"bank_sync_logs: made {', '.join(month_names(4, 5))}\n" in output

    def test_a_login_that_may_not_look_into_other_sessions_still_learns_whose_lock_it_is(self) -> None:
        with another_session("LOCK TABLE bank_transactions_default IN ROW EXCLUSIVE MODE") as other:
            with connection.cursor() as cursor:
                cursor.execute("SET LOCAL ROLE dwaybank_app")
            code, output = ensure("--months", "4", "--attempts", "1")

            assert code == 1
            assert f"process {other.info.backend_pid} (role " in output

    def test_what_lies_in_a_locked_default_is_unknown_and_not_said_to_be_nothing(self) -> None:
        with another_session("LOCK TABLE bank_transactions_default IN ACCESS EXCLUSIVE MODE"):
            code, output = ensure("--attempts", "1", "--json")

        assert code == 1
        assert tables(output)["bank_transactions"]["in_default"] is None

    def test_it_comes_back_until_the_lock_is_free(self) -> None:
        with another_session("LOCK TABLE bank_transactions_default IN ROW EXCLUSIVE MODE") as other:
            release = threading.Timer(1.3, other.rollback)
            release.start()
            code, output = ensure("--months", "4", "--attempts", "10")
            release.join()

        assert code == 0
        assert f"bank_transactions: made {month_names(4, 4)[0]}\n" in output


@pytest.mark.django_db(transaction=True)
def test_a_row_that_comes_into_default_while_its_month_is_made_is_in_the_month() -> None:
    log, instant = BankSyncLogFactory.create(), datetime(2043, 7, 5, tzinfo=UTC)
    copied = "connection_id, user_id, sync_type, sync_operation, sync_status"
    try:
        with another_session(
            f"INSERT INTO bank_sync_logs ({copied}, started_at) SELECT {copied}, '{instant.isoformat()}'"
            f" FROM bank_sync_logs WHERE id = '{log.pk}'"
        ) as other:
            release = threading.Timer(0.5, other.commit)
            release.start()
            assert ensure_months("bank_sync_logs", [instant.date()]) == [date(2043, 7, 1)]
            release.join()

        assert BankSyncLog.objects.get(started_at=instant)
        assert "bank_sync_logs_y2043m07" in lies_in("bank_sync_logs")
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DROP TABLE IF EXISTS bank_sync_logs_y2043m07")


class TestSystemChecks:
    @staticmethod
    def warnings() -> list[CheckMessage]:
        found = run_checks(tags=[Tags.database], databases=["default"])
        return [message for message in found if str(message.id).startswith("integrations.")]

    def test_silent_when_all_is_well(self) -> None:
        BankTransactionFactory.create()

        assert self.warnings() == []

    def test_no_database_is_asked_where_none_is_named(self, django_assert_num_queries: Any) -> None:
        BankTransactionFactory.create(transaction_date=date(2041, 5, 1))

        with django_assert_num_queries(0):
            assert [m for m in run_checks() if str(m.id).startswith("integrations.")] == []

    @pytest.mark.parametrize("distance", [1, 2])
    def test_fewer_than_two_months_ahead(self, distance: int) -> None:
        month = months_from(timezone.localdate(), distance)[-1]
        with connection.cursor() as cursor:
            cursor.execute(f"DROP TABLE bank_sync_logs_y{month:%Y}m{month:%m}")

        (warning,) = self.warnings()
        assert (warning.id, warning.obj) == ("integrations.W001", "bank_sync_logs")
        assert f"no partition for {month:%Y-%m}" in warning.msg
        assert "manage.py ensure_partitions" in str(warning.hint)
        ensure()
        assert self.warnings() == []

    def test_rows_in_default(self) -> None:
        BankTransactionFactory.create(transaction_date=date(2041, 5, 1))

        (warning,) = self.warnings()
        assert (warning.id, warning.obj) == ("integrations.W002", "bank_transactions")
        assert "1 rows" in warning.msg
        assert "manage.py ensure_partitions" in str(warning.hint)
        ensure()
        assert self.warnings() == []

    def test_a_lock_does_not_hang_them(self) -> None:
        with another_session("LOCK TABLE bank_sync_logs_default IN ACCESS EXCLUSIVE MODE") as other:
            (warning,) = self.warnings()

            assert warning.id == "integrations.W003"
            assert f"process {other.info.backend_pid}" in str(warning.hint)

    def test_a_database_that_is_not_migrated_yet_is_no_news(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE bank_transactions RENAME TO elsewhere_a")
            cursor.execute("ALTER TABLE bank_sync_logs RENAME TO elsewhere_b")

        assert self.warnings() == []
