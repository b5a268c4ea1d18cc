"""The tunable numbers: typed when read, delivered with a value, and refused by name when they make no sense."""

from __future__ import annotations

import importlib
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from hypothesis import example, given
from hypothesis import strategies as st

from dwaybank import config
from dwaybank.errors import DomainError
from dwaybank.models import SystemConfig

pytestmark = pytest.mark.django_db

DELIVERED: list[tuple[config.Setting, Any]] = [
    (config.BANK_INTEGRATION_ENABLED, True),
    (config.SYNC_FREQUENCY_HOURS, 4),
    (config.BALANCE_DISCREPANCY_THRESHOLD, Decimal("1.00")),
    (config.MAX_SYNC_RETRIES, 3),
    (config.MAPPING_ACCEPT_PROBABILITY, Decimal("0.985")),
    (config.MAPPING_ACCEPT_MARGIN, Decimal("0.95")),
    (config.MAPPING_AMOUNT_TOLERANCE, Decimal("5.00")),
    (config.MAPPING_MAX_LAG_DAYS, 45),
    (config.MAPPING_REJECTION_HALF_LIFE_DAYS, 180),
    (config.BALANCE_ONE_PERSON_THRESHOLD, Decimal("0")),
    (config.BALANCE_TIMING_DAYS, 3),
    (config.SUSPICION_LOOKBACK_DAYS, 400),
    (config.PRIVACY_BREACH_RECORD_MONTHS, 60),
    (config.SUSPICION_CASH_PATTERN, "cash dep|atm dep|abm dep|coin dep|dep gab|d[eé]p[oô]t (en )?esp[eè]ces"),
]
named = pytest.mark.parametrize(("setting", "value"), DELIVERED, ids=[setting.key for setting, _ in DELIVERED])


def store(setting: config.Setting, text: str) -> None:
    SystemConfig.objects.update_or_create(key=setting.key, defaults={"value": text})


def test_every_setting_is_known_here() -> None:
    assert {setting.key: setting for setting, _ in DELIVERED} == config.SETTINGS


@named
def test_as_delivered(setting: config.Setting, value: Any) -> None:
    read = config.read(setting)
    assert read == value
    assert type(read) is type(value)


@named
def test_the_delivered_value_holds_where_the_row_is_missing(setting: config.Setting, value: Any) -> None:
    SystemConfig.objects.all().delete()
    read = config.read(setting)
    assert read == value
    assert type(read) is type(value)


@pytest.mark.parametrize(
    ("setting", "text", "value"),
    [
        (config.BANK_INTEGRATION_ENABLED, "false", False),
        (config.SYNC_FREQUENCY_HOURS, "24", 24),
        (config.BALANCE_DISCREPANCY_THRESHOLD, "0", Decimal(0)),
        (config.BALANCE_DISCREPANCY_THRESHOLD, "0.10", Decimal("0.10")),
        (config.MAX_SYNC_RETRIES, "0", 0),
        (config.MAPPING_ACCEPT_PROBABILITY, "0", Decimal(0)),
        (config.MAPPING_ACCEPT_PROBABILITY, "1", Decimal(1)),
        (config.MAPPING_ACCEPT_MARGIN, "0.5", Decimal("0.5")),
        (config.MAPPING_AMOUNT_TOLERANCE, "0.01", Decimal("0.01")),
        (config.MAPPING_MAX_LAG_DAYS, "0", 0),
        (config.MAPPING_REJECTION_HALF_LIFE_DAYS, "1", 1),
    ],
)
def test_a_changed_value_is_read_at_once(setting: config.Setting, text: str, value: Any) -> None:
    store(setting, text)
    assert config.read(setting) == value


@pytest.mark.parametrize(
    ("setting", "text", "remedy"),
    [
        (config.BANK_INTEGRATION_ENABLED, "yes", "write true or false"),
        (config.BANK_INTEGRATION_ENABLED, "", "write true or false"),
        (config.SYNC_FREQUENCY_HOURS, "4.5", "write a whole number such as 4"),
        (config.SYNC_FREQUENCY_HOURS, "-1", "write a whole number such as 4"),
        (config.MAX_SYNC_RETRIES, "\u0663", "write a whole number such as 4"),
        (config.BALANCE_DISCREPANCY_THRESHOLD, "one", "such as 1.00"),
        (config.BALANCE_DISCREPANCY_THRESHOLD, "1,00", "such as 1.00"),
        (config.BALANCE_DISCREPANCY_THRESHOLD, "-0.01", "such as 1.00"),
        (config.BALANCE_DISCREPANCY_THRESHOLD, "NaN", "such as 1.00"),
        (config.BALANCE_DISCREPANCY_THRESHOLD, "Infinity", "such as 1.00"),
        (config.MAPPING_ACCEPT_PROBABILITY, "1.001", "write a number from 0 to 1, such as 0.98"),
        (config.MAPPING_ACCEPT_PROBABILITY, "98%", "write an amount of zero or more"),
        (config.MAPPING_ACCEPT_MARGIN, "95", "write a number from 0 to 1, such as 0.98"),
        (config.MAPPING_ACCEPT_MARGIN, "-0.1", "write an amount of zero or more"),
        (config.MAPPING_AMOUNT_TOLERANCE, "$5", "such as 1.00"),
        (config.MAPPING_MAX_LAG_DAYS, "a month", "write a whole number such as 4"),
        (config.MAPPING_REJECTION_HALF_LIFE_DAYS, "0.5", "write a whole number such as 4"),
    ],
)
def test_a_bad_value_is_refused_with_its_name_and_the_remedy(setting: config.Setting, text: str, remedy: str) -> None:
    store(setting, text)

    with pytest.raises(DomainError) as refusal:
        config.read(setting)

    message = str(refusal.value)
    assert message.startswith(f"The setting {setting.key} is {text!r}: write ")
    assert remedy in message
    assert message.endswith("Correct it under Settings.")


@given(text=st.one_of(st.text("0123456789.,_eE+- \u0661\u0967", max_size=12), st.decimals(places=2).map(str)))
@example("1_000")
@example("\u0661")
@example("1e3")
@example(" 1.00")
def test_an_amount_taken_here_is_the_same_number_in_the_database(text: str) -> None:
    """Functions read the threshold with system_config_numeric(): both sides must agree on every text."""
    try:
        amount = config.BALANCE_DISCREPANCY_THRESHOLD.parse(text)
    except ValueError:
        return
    store(config.BALANCE_DISCREPANCY_THRESHOLD, text)
    with connection.cursor() as cursor:
        cursor.execute("SELECT system_config_numeric('balance_discrepancy_threshold', -1)")
        assert cursor.fetchone() == (amount,)


def test_defaults_are_added_where_missing_and_leave_changed_values_alone() -> None:
    SystemConfig.objects.filter(key="max_sync_retries").delete()
    store(config.SYNC_FREQUENCY_HOURS, "12")

    config.install_defaults()
    config.install_defaults()

    assert config.read(config.SYNC_FREQUENCY_HOURS) == 12
    assert config.read(config.MAX_SYNC_RETRIES) == 3
    assert SystemConfig.objects.count() == len(config.SETTINGS)


def test_the_migrations_deliver_what_the_code_says() -> None:
    SystemConfig.objects.all().delete()
    for name in (
        "dwaybank.migrations.0005_configuration",
        "reconciliation.migrations.0006_mapping_settings",
        "reconciliation.migrations.0011_balance_rules",
        "compliance.migrations.0005_suspicion",
        "compliance.migrations.0008_breach_origins",
    ):
        for operation in importlib.import_module(name).Migration.operations:
            if isinstance(text := getattr(operation, "sql", None), str) and "INSERT INTO system_config" in text:
                with connection.cursor() as cursor:
                    cursor.execute(text)

    rows = {row.key: (row.value, row.description) for row in SystemConfig.objects.all()}
    assert rows == {key: (setting.default, setting.description) for key, setting in config.SETTINGS.items()}
