"""``manage.py demo``: what somebody sees who tries the project for the first time, and the second."""

from __future__ import annotations

import io
import os
import re
import signal
import socket
import subprocess
import sys
import urllib.request
from typing import Any

import pytest
from django.conf import settings as project_settings
from django.contrib.auth.models import Group
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.models import Model
from django.test import Client

from dwaybank.models import Account, User
from dwaybank.roles import ROLES
from integrations.demo import PASSWORD
from integrations.models import (
    BankConnection,
    BankStatement,
    BankTransaction,
    BankTransactionDuplicate,
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


def demo() -> str:
    out = io.StringIO()
    call_command("demo", "--no-serve", "--no-live", stdout=out)
    return out.getvalue()


def counts() -> dict[str, int]:
    return {table.__name__: table._default_manager.count() for table in TABLES}


def movements(output: str) -> dict[str, tuple[int, int]]:
    """bank → (movements, duplicates) as printed."""
    lines = re.findall(r"^  (\S.*?) +(\d+) movements, +(\d+) duplicates", output, re.MULTILINE)
    return {bank: (int(number), int(repeated)) for bank, number, repeated in lines}


@pytest.mark.django_db
class TestWithoutServing:
    def test_the_first_run_imports_all_banks_and_prints_what_is_stored(self) -> None:
        output = demo()

        printed = movements(output)
        assert printed.keys() == {"RBC Royal Bank", "TD Canada Trust", "BMO Bank of Montreal", "CIBC"}
        assert all(number > 0 for number, _ in printed.values())
        assert sum(number + repeated for number, repeated in printed.values()) == BankTransaction.objects.count()
        assert sum(repeated for _, repeated in printed.values()) == BankTransactionDuplicate.objects.count() > 0
        new = sum(number for number, _ in printed.values())
        assert f"Sample statements: {len(FILES)} files, {new} new movements." in output
        assert "cibc_two_bad_lines.csv: partial" in output
        assert "'make demo' serves the admin on http://127.0.0.1:8000/" in output

    def test_the_second_run_imports_nothing_and_makes_nobody_twice(self) -> None:
        first = demo()
        before = counts()

        second = demo()

        assert f"{len(FILES)} files, 0 new movements." in second
        assert movements(second) == movements(first)
        assert counts() == before

    def test_each_printed_login_opens_the_admin_in_its_role(self, client: Client) -> None:
        output = demo()

        assert f"the password {PASSWORD}" in output
        for role in ROLES:
            (email,) = re.findall(rf"^  {role.name} +(\S+@demo\.example)$", output, re.MULTILINE)
            assert client.login(username=email, password=PASSWORD)
            assert client.get("/", follow=True).status_code == 200
            assert [group.name for group in User.objects.get(email=email).groups.all()] == [role.name]
            client.logout()

    def test_a_password_somebody_changed_stays_changed(self) -> None:
        demo()
        auditor = User.objects.get(email="auditor@demo.example")
        auditor.set_password("something-else-entirely")
        auditor.save(update_fields=["password"])

        demo()

        auditor.refresh_from_db()
        assert auditor.check_password("something-else-entirely")

    def test_production_is_refused_before_anybody_is_made(self, settings: Any) -> None:
        settings.PRODUCTION = True

        with pytest.raises(CommandError, match="DWAYBANK_ENV=production"):
            demo()
        assert not User.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_it_serves_the_admin_until_interrupted() -> None:
    database = connection.settings_dict
    place = f"?host={database['HOST']}" + (f"&port={database['PORT']}" if database["PORT"] else "")
    url = f"postgresql://{database['USER']}@/{database['NAME']}{place}"
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, "-u", "manage.py", "demo", "--port", str(port)],
        env={**os.environ, "DATABASE_URL": url},
        cwd=project_settings.BASE_DIR,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        assert process.stdout
        printed = ""
        while "Quit the server" not in printed:
            line = process.stdout.readline()
            assert line, printed
            printed += line
        assert f"The admin is on http://127.0.0.1:{port}/ (Ctrl-C ends it)" in printed
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=30) as page:
            assert page.status == 200
            assert "Sign in" in page.read().decode()
        process.send_signal(signal.SIGINT)
        assert process.wait(30) == 0
    finally:
        process.kill()
        process.communicate()
