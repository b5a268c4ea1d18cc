"""Months ahead by command: made, reported, patient with locks; and the checks that ask for it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from io import StringIO

import psycopg
import pytest
from django.core.checks import run_checks
from django.core.management import CommandError, call_command
from django.db import connection

from integrations import partitions
from integrations.models import BankTransaction
from integrations.partitions import month_range, partition_name
from tests.factories import BankTransactionFactory

TODAY = datetime.now(UTC).date()


def ensure(*arguments: str) -> tuple[int, str]:
    """Exit code and output of the command."""
    output = StringIO()
    try:
        call_command("ensure_partitions", *arguments, stdout=output)
    except SystemExit as end:
        return int(end.code or 0), output.getvalue()
    return 0, output.getvalue()


def there(table: str) -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = to_regclass(%s)", [table])
        return {name for (name,) in cursor.fetchall()}


def drop(table: str, month: date) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE {partition_name(table, month)}")


@pytest.mark.parametrize(
    ("first", "months", "expected"),
    [
        (date(2026, 11, 24), 2, [date(2026, 11, 1), date(2026, 12, 1), date(2027, 1, 1)]),
        (date(2024, 1, 31), 0, [date(2024, 1, 1)]),
    ],
)
def test_months_cross_the_year(first: date, months: int, expected: list[date]) -> None:
    assert month_range(first, months) == expected


@pytest.mark.django_db
def test_the_months_asked_for_are_made_once() -> None:
    code, output = ensure("--months", "5")

    assert code == 0
    wanted = {partition_name(table, month) for table in partitions.PARTITIONED for month in month_range(TODAY, 5)}
    assert wanted <= there("bank_transactions") | there("bank_sync_logs")
    assert f"{month_range(TODAY, 5)[-1]:%Y-%m}" in output
    assert ensure("--months", "5")[1].count("nothing to make") == 2


@pytest.mark.django_db
def test_rows_without_a_month_get_one_and_none_is_lost() -> None:
    far = [date(2043, 5, 17), date(2043, 5, 18), date(1999, 1, 2)]
    rows = {BankTransactionFactory.create(transaction_date=day).pk for day in far}

    code, output = ensure("--json")

    [transactions, logs] = json.loads(output)["tables"]
    assert code == 0
    assert {"1999-01", "2043-05"} <= set(transactions["made"])
    assert transactions["rows_in_default"] == logs["rows_in_default"] == {}
    assert set(BankTransaction.objects.values_list("pk", flat=True)) == rows


@pytest.mark.parametrize("months", ["-1", "25", "many"])
def test_a_wrong_number_of_months_is_refused(months: str) -> None:
    with pytest.raises(CommandError, match="months"):
        call_command("ensure_partitions", "--months", months)


@pytest.fixture
def reader(transactional_db: None) -> Iterator[psycopg.Connection]:
    """Another session in a long transaction that reads the DEFAULT partition."""
    settings = connection.get_connection_params()
    options = {name: settings[name] for name in ("dbname", "user", "password", "host", "port") if name in settings}
    with psycopg.connect(**options, application_name="month-end report") as other:
        other.execute("SELECT count(*) FROM bank_transactions_default")
        yield other
        other.rollback()


def test_a_held_table_is_named_and_the_rest_goes_on(
    reader: psycopg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(partitions, "LOCK_TIMEOUT", "50ms")
    monkeypatch.setattr(partitions, "PAUSE_SECONDS", 0)
    last = month_range(TODAY, 6)[-1]

    code, output = ensure("--months", "6")

    assert code == 1
    assert f"{last:%Y-%m} could not be made" in output
    assert "month-end report" in output
    assert "let it end" in output
    assert partition_name("bank_transactions", last) not in there("bank_transactions")
    assert partition_name("bank_sync_logs", last) in there("bank_sync_logs")

    reader.rollback()
    assert ensure("--months", "6")[0] == 0
    for table in partitions.PARTITIONED:
        for month in month_range(TODAY, 6)[4:]:
            drop(table, month)


@pytest.mark.django_db
def test_the_checks_warn_with_the_remedy_and_fall_silent() -> None:
    assert run_checks(tags=["database"], databases=["default"]) == []

    for month in month_range(TODAY, 3)[2:]:
        drop("bank_transactions", month)
    BankTransactionFactory.create(transaction_date=date(2043, 5, 17))
    found = {message.id: message for message in run_checks(tags=["database"], databases=["default"])}

    assert set(found) == {"integrations.W001", "integrations.W002"}
    assert "1 months ahead" in found["integrations.W001"].msg
    assert all("ensure_partitions" in str(message.hint) for message in found.values())
    ensure()
    assert run_checks(tags=["database"], databases=["default"]) == []
