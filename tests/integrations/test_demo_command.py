"""``manage.py demo``: what somebody sees who tries the project for the first time, and the second."""

from __future__ import annotations

import io
import re
from typing import Any

import pytest
from django.conf import settings as project_settings
from django.contrib.auth.models import Group
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.models import Model
from django.test import Client
from pytest_django import DjangoDbBlocker

from dwaybank.models import Account, User
from dwaybank.roles import ROLES
from integrations.demo import PASSWORD
from integrations.models import (
    BankConnection,
    BankStatement,
    BankTransaction,
    BankTransactionDuplicate,
    BankTransactionKey,
    IntegrationError,
    StatementFile,
)

SAMPLES = project_settings.BASE_DIR / "integrations" / "samples" / "statements"
FILES = [path for path in SAMPLES.iterdir() if path.suffix != ".md"]
TABLES: tuple[type[Model], ...] = (
    Account,
    BankConnection,
    BankStatement,
    BankTransaction,
    BankTransactionDuplicate,
    Group,
    IntegrationError,
    StatementFile,
    User,
)

TABLES_OF_IMPORTS: tuple[type[Model], ...] = (
    BankStatement,
    BankTransaction,
    BankTransactionDuplicate,
    BankTransactionKey,
    IntegrationError,
    StatementFile,
)


def demo() -> str:
    out = io.StringIO()
    call_command("demo", "--no-serve", "--no-live", stdout=out)
    return out.getvalue()


def counts() -> dict[str, int]:
    return {table.__name__: table._default_manager.count() for table in TABLES}


def imported() -> dict[str, list[str]]:
    """Every row of every table that an import writes, but for when the bank was last asked."""
    contents = {}
    with connection.cursor() as cursor:
        for table in TABLES_OF_IMPORTS:
            cursor.execute(f"SELECT to_jsonb(t)::text FROM {table._meta.db_table} t ORDER BY 1")
            contents[table.__name__] = [row for (row,) in cursor.fetchall()]
    return contents


def movements(output: str) -> dict[str, tuple[int, int]]:
    """bank → (movements, duplicates) as printed."""
    lines = re.findall(r"^  (\S.*?) +(\d+) movements, +(\d+) duplicates", output, re.MULTILINE)
    return {bank: (int(number), int(repeated)) for bank, number, repeated in lines}


@pytest.fixture(scope="module")
def first_run(module_database: None, django_db_blocker: DjangoDbBlocker) -> str:
    """What the first run printed; its rows are there for every test."""
    with django_db_blocker.unblock():
        return demo()


@pytest.mark.django_db
class TestWithoutServing:
    def test_the_first_run_imports_all_banks_and_prints_what_is_stored(self, first_run: str) -> None:
        printed = movements(first_run)
        assert printed.keys() == {"RBC Royal Bank", "TD Canada Trust", "BMO Bank of Montreal", "CIBC"}
        assert all(number > 0 for number, _ in printed.values())
        assert sum(number + repeated for number, repeated in printed.values()) == BankTransaction.objects.count()
        assert sum(repeated for _, repeated in printed.values()) == BankTransactionDuplicate.objects.count() > 0
        new = sum(number for number, _ in printed.values())
        assert f"Sample statements: {len(FILES)} files, {new} new movements." in first_run
        assert "cibc_two_bad_lines.csv: partial" in first_run
        assert "'make demo' serves the admin on http://127.0.0.1:8000/" in first_run

    def test_the_second_run_changes_no_row_makes_nobody_twice_and_keeps_passwords(self, first_run: str) -> None:
        auditor = User.objects.get(email="auditor@demo.example")
        auditor.set_password("something-else-entirely")
        auditor.save(update_fields=["password"])
        before, rows = counts(), imported()

        second = demo()

        assert f"{len(FILES)} files, 0 new movements." in second
        assert movements(second) == movements(first_run)
        assert counts() == before
        assert imported() == rows
        auditor.refresh_from_db()
        assert auditor.check_password("something-else-entirely")

    def test_each_printed_login_opens_the_admin_in_its_role(self, client: Client, first_run: str) -> None:
        assert f"the password {PASSWORD}" in first_run
        for role in ROLES:
            (email,) = re.findall(rf"^  {role.name} +(\S+@demo\.example)$", first_run, re.MULTILINE)
            assert client.login(username=email, password=PASSWORD)
            assert client.get("/", follow=True).status_code == 200
            assert [group.name for group in User.objects.get(email=email).groups.all()] == [role.name]
            client.logout()


@pytest.mark.django_db
def test_production_is_refused_before_anybody_is_made(settings: Any) -> None:
    settings.PRODUCTION = True
    before = User.objects.count()

    with pytest.raises(CommandError, match="DWAYBANK_ENV=production"):
        demo()
    assert User.objects.count() == before
