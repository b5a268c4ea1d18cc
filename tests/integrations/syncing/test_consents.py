"""Consents that end, and syncs that break: said ahead of time, to whoever keeps bank data coming in, once each."""

from __future__ import annotations

import json
import os
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.core.management import call_command

from dwaybank.actor import Actor
from dwaybank.jobs import queue
from dwaybank.models import Notification, SystemConfig, User
from dwaybank.roles import sync_roles
from integrations.models import BankConnection, BankTransaction, ConnectionSyncState, IntegrationError
from integrations.syncing import request_sync
from integrations.syncing.consents import check_consents
from integrations.syncing.running import run_request
from tests.factories import UserFactory
from tests.integrations.syncing.bank import NOW, FakeBank, connect, error

pytestmark = pytest.mark.django_db
ACTOR = Actor(None, "test")
SAMPLE = Path(__file__).resolve().parents[3] / "integrations" / "samples" / "statements" / "rbc_chequing.ofx"


@pytest.fixture
def operator() -> User:
    """Who is told."""
    sync_roles()
    person: User = UserFactory.create(staff=True)
    person.groups.add(Group.objects.get(name="Integration operator"))
    return person


def inbox(person: User) -> list[tuple[str, str]]:
    return list(
        Notification.objects.filter(recipient=person).order_by("created_at", "pk").values_list("kind", "subject")
    )


def test_a_consent_that_ends_is_said_three_times_and_then_ends(
    connection: BankConnection, operator: User, capsys: pytest.CaptureFixture[str]
) -> None:
    end = NOW + timedelta(days=40)
    BankConnection.objects.update(consent_expires_at=end)
    looked = [check_consents(end - ahead, actor=ACTOR) for ahead in map(timedelta, (31, 29, 28, 6, 5, 0.5))]
    assert [one.reminded for one in looked] == [0, 1, 0, 1, 0, 1]
    reminder = IntegrationError.objects.get()
    assert (reminder.error_code, reminder.error_severity, reminder.error_details["owner"]) == (
        "consent_ending",
        "high",
        "customer",
    )
    assert inbox(operator) == [("consent_ending", f"RBC Royal Bank: a customer's consent ends on {end:%Y-%m-%d}")] * 3
    assert ConnectionSyncState.objects.get().consent_status == "expiring"

    BankConnection.objects.update(consent_expires_at=NOW - timedelta(minutes=1))
    call_command("check_consents", "--json")
    assert json.loads(capsys.readouterr().out) == {"reminded": 0, "expired": 1}
    connection.refresh_from_db()
    assert connection.connection_status == "expired"
    assert ("sync_broken", "RBC Royal Bank: a customer has to connect again") in inbox(operator)


def test_an_outage_of_a_bank_is_one_line_a_day_and_a_refused_login_one_of_its_own(
    bank: FakeBank, connection: BankConnection, operator: User
) -> None:
    others = [connect(bank) for _ in range(2)]
    BankConnection.objects.update(consecutive_failures=4)
    for one in (connection, *others):
        bank.answers = [error()]
        run_request(request_sync(connection_id=one.pk, reason="manual"), run="test")
    assert IntegrationError.objects.filter(error_code="breaker_open").count() == 3
    assert inbox(operator) == [("sync_broken", "RBC Royal Bank: syncs break (breaker_open)")]
    # a bystander reads the bank's name and no customer's
    assert not any(connection.user.email in subject for _, subject in inbox(operator))


def test_dropped_statements_are_taken_by_schedule_unless_integration_is_off(tmp_path: Path, settings: Any) -> None:
    customer = UserFactory.create(email="drop@example.ca")
    (tmp_path / customer.email).mkdir()
    settings.STATEMENT_DROP_DIR = str(tmp_path)
    file = tmp_path / customer.email / "rbc.ofx"
    file.write_bytes(SAMPLE.read_bytes())
    os.utime(file, (time.time() - 3600,) * 2)
    task = queue.tasks["integrations.collect_statements"]
    SystemConfig.objects.filter(key="bank_integration_enabled").update(value="false")
    task(timestamp=0)
    assert file.exists()
    SystemConfig.objects.filter(key="bank_integration_enabled").update(value="true")
    task(timestamp=0)
    assert not file.exists()
    assert BankTransaction.objects.exists()
    settings.STATEMENT_DROP_DIR = ""
    task(timestamp=0)
