"""Screens of live connections: the buttons, the triage queue, a running sync, pending rows."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from dwaybank.admin.display import admin_url, list_url
from dwaybank.models import AuditEvent, SystemConfig
from dwaybank.roles import sync_roles
from integrations.banks.contract import PendingTransaction as ToldPending
from integrations.enums import SyncStatus, SyncType
from integrations.models import (
    BankConnection,
    BankSyncLog,
    BankTransaction,
    IntegrationError,
    PendingTransaction,
    SyncRequest,
)
from integrations.syncing.logs import close_log, note_progress, open_log
from tests.factories import IntegrationErrorFactory, UserFactory
from tests.integrations.syncing.bank import NOW, FakeBank, row
from tests.queueing import run_jobs

pytestmark = pytest.mark.django_db


@pytest.fixture
def sign_in() -> Callable[[str], Client]:
    """A signed-in member of staff with one role, by its name."""
    sync_roles()

    def signed_in(role: str) -> Client:
        person = UserFactory.create(staff=True)
        person.groups.add(Group.objects.get(name=role))
        client = Client()
        client.force_login(person)
        return client

    return signed_in


def press(client: Client, connection: BankConnection, name: str, **data: str) -> str:
    """Press a button of the connection's page; the text of the page that follows."""
    url = reverse("admin:integrations_bankconnection_act", args=[connection.pk, name])
    answer = client.post(url, data, follow=True)
    assert answer.status_code == 200, name
    return answer.content.decode()


def status(connection: BankConnection) -> str:
    return str(BankConnection.objects.values_list("connection_status", flat=True).get(pk=connection.pk))


def test_buttons_of_a_connection_do_what_they_say(
    bank: FakeBank, connection: BankConnection, sign_in: Callable[[str], Client]
) -> None:
    operations = sign_in("Integration operator")
    page = operations.get(admin_url("integrations.BankConnection", connection.pk)).content.decode()
    assert "Sync now" in page
    assert "Never synced." in page

    bank.booked = {"acc-1": [row("a", "-1.00")]}
    assert "A sync was asked for" in press(operations, connection, "sync")
    run_jobs("syncs")
    assert BankTransaction.objects.count() == 1
    assert "Completed" in operations.get(admin_url("integrations.BankConnection", connection.pk)).content.decode()

    assert "nothing is synced until it is resumed" in press(operations, connection, "pause")
    assert status(connection) == "disabled"
    assert "It is disabled, not active." in press(operations, connection, "pause")
    assert "Resumed, and a sync was asked for." in press(operations, connection, "resume")
    assert status(connection) == "active"
    assert "Consent at RBC Royal Bank" in press(operations, connection, "reconnect")
    assert "shown" in press(operations, connection, "webhook")

    assert "Say why it is disconnected" in press(operations, connection, "disconnect")
    assert "Disconnected" in press(operations, connection, "disconnect", reason="asked for by the customer")
    assert bank.calls[-1] == "revoke"
    connection.refresh_from_db()
    assert connection.deleted_at is not None
    assert not any((connection.encrypted_credentials, connection.encrypted_access_token))
    assert AuditEvent.objects.filter(table_name="bank_connections", reason="asked for by the customer").exists()
    assert "was disconnected, or never existed" in press(operations, connection, "sync")


def test_buttons_are_for_those_who_may_and_refuse_while_integration_is_off(
    bank: FakeBank, connection: BankConnection, sign_in: Callable[[str], Client]
) -> None:
    auditor = sign_in("Auditor")
    page = auditor.get(admin_url("integrations.BankConnection", connection.pk))
    assert page.status_code == 200
    assert b"Sync now" not in page.content
    for name in ("sync", "pause", "resume", "reconnect", "webhook", "disconnect"):
        url = reverse("admin:integrations_bankconnection_act", args=[connection.pk, name])
        assert auditor.post(url).status_code == 403, name
        assert auditor.get(url).status_code == 405, name

    SystemConfig.objects.filter(key="bank_integration_enabled").update(value="false")
    operations = sign_in("Integration operator")
    page = operations.get(admin_url("integrations.BankConnection", connection.pk))
    assert b"Bank integration is switched off" in page.content
    lists = ("BankConnection", "SyncRequest", "BankSyncLog", "BankWebhook", "WebhookDelivery", "BankIntegrationHealth")
    for name in lists:
        assert b"Bank integration is switched off" in operations.get(list_url(f"integrations.{name}")).content, name
    for name in ("sync", "reconnect"):
        assert "Bank integration is switched off" in press(operations, connection, name)
    assert "Bank integration is switched off" in press(operations, connection, "disconnect", reason="why")
    assert (bank.calls, SyncRequest.objects.count(), status(connection)) == ([], 0, "active")


def error(connection: BankConnection, **values: Any) -> IntegrationError:
    defaults = {
        "connection": connection,
        "user": connection.user,
        "error_type": "server_error",
        "error_severity": "medium",
        "error_message": "The bank answered HTTP 500.",
        "operation_type": "sync",
        "error_details": {"owner": "bank"},
        "occurred_at": NOW - timedelta(hours=1),
    }
    return IntegrationErrorFactory.create(**{**defaults, **values})


def act(client: Client, which: UUID, name: str, **data: str) -> Any:
    return client.post(
        reverse("admin:integrations_integrationerror_act", args=[which, name]),
        {"query": "owner=bank", **data},
        follow=True,
    )


class TestTriage:
    def test_worst_first_by_severity_and_owner_and_closed_with_a_word(
        self, connection: BankConnection, sign_in: Callable[[str], Client]
    ) -> None:
        mild = error(connection, error_message="Mild.", occurred_at=NOW - timedelta(days=3))
        grave = error(connection, error_message="Grave.", error_severity="critical", error_details={"owner": "us"})
        login = error(
            connection,
            error_message="Refused.",
            error_type="authentication",
            error_severity="high",
            error_details={"owner": "customer"},
        )
        error(connection, error_message="Over.", resolution_status="resolved")
        operations = sign_in("Integration operator")
        queue = reverse("admin:integrations_integrationerror_triage")

        page = operations.get(queue).content.decode()
        places = [page.index(text) for text in ("Grave.", "Refused.", "Mild.")]
        assert places == sorted(places)
        assert "Over." not in page
        assert "Only the customer can mend it" in page
        only = operations.get(queue, {"owner": "bank", "severity": "no such"}).content.decode()
        assert ("Mild." in only, "Grave." in only) == (True, False)

        # again: a sync is asked for, and the error is worked on
        answer = act(operations, mild.pk, "retry")
        assert answer.redirect_chain[-1][0] == f"{queue}?owner=bank"
        assert SyncRequest.objects.get().reason == "retry"
        mild.refresh_from_db()
        assert mild.resolution_status == "in_progress"
        # what only the customer can mend is not tried again
        assert "Only the customer can mend it" in act(operations, login.pk, "retry").content.decode()
        assert SyncRequest.objects.count() == 1

        assert "Say what was found or done" in act(operations, grave.pk, "resolve", note=" ").content.decode()
        act(operations, grave.pk, "resolve", note="A mapping was wrong.")
        act(operations, login.pk, "ignore", note="The customer left us.")
        grave.refresh_from_db()
        login.refresh_from_db()
        assert (grave.resolution_status, login.resolution_status) == ("resolved", "ignored")
        assert grave.resolved_by is not None
        assert (grave.resolution_notes, grave.resolved_at is not None) == ("A mapping was wrong.", True)
        assert AuditEvent.objects.filter(table_name="integration_errors", reason="A mapping was wrong.").exists()
        assert "Somebody closed it meanwhile" in act(operations, grave.pk, "ignore", note="too late").content.decode()
        assert "It is closed" in act(operations, grave.pk, "retry").content.decode()

    def test_who_may_only_look_has_no_buttons_and_nothing_goes_out_while_it_is_off(
        self, connection: BankConnection, sign_in: Callable[[str], Client]
    ) -> None:
        one = error(connection)
        auditor = sign_in("Auditor")
        page = auditor.get(reverse("admin:integrations_integrationerror_triage"))
        assert page.status_code == 200
        assert b"Retry now" not in page.content
        for name in ("retry", "resolve", "ignore"):
            assert act(auditor, one.pk, name, note="x").status_code == 403
        assert act(auditor, one.pk, "forget").status_code == 404

        SystemConfig.objects.filter(key="bank_integration_enabled").update(value="false")
        assert b"switched off" in act(sign_in("Integration operator"), one.pk, "retry").content
        assert not SyncRequest.objects.exists()


def test_a_running_sync_is_watched_until_it_has_ended(
    connection: BankConnection, sign_in: Callable[[str], Client]
) -> None:
    log = open_log(connection.pk, SyncType.MANUAL, {"request": "r", "attempt": 1, "step": "started"})
    client = sign_in("Integration operator")
    part = reverse("admin:integrations_banksynclog_progress", args=[log])
    page = client.get(admin_url("integrations.BankSyncLog", log)).content.decode()
    assert f'hx-get="{part}"' in page
    assert "htmx-2" in page

    note_progress(log, step="fetching", transactions=1200, accounts=3)
    running = client.get(part).content.decode()
    assert "1200 rows of 3 accounts so far" in running
    assert 'hx-trigger="every 2s"' in running
    assert 'aria-current="step"' in running.split("Fetching rows")[0].split("Accounts listed")[1]

    close_log(log, SyncStatus.COMPLETED, {"transactions_processed": 1300, "transactions_imported": 17})
    ended = client.get(part).content.decode()
    assert "hx-get" not in ended
    assert "17 of them are new" in ended
    assert "hx-get" not in client.get(admin_url("integrations.BankSyncLog", log)).content.decode()
    assert BankSyncLog.objects.count() == 1
    assert Client().get(part).status_code == 302


def test_pending_rows_are_shown_with_what_became_of_them(
    bank: FakeBank, connection: BankConnection, sign_in: Callable[[str], Client]
) -> None:
    hold = row("hold", "-20.00", text="THE KEG 42", posted_date=None)
    bank.booked, bank.pending = {"acc-1": [row("a", "-1.00")]}, [ToldPending("acc-1", hold)]
    client = sign_in("Integration operator")
    press(client, connection, "sync")
    run_jobs("syncs")
    page = client.get(list_url("integrations.PendingTransaction")).content.decode()
    assert "THE KEG 42" in page
    assert BankTransaction.objects.count() == 1

    # it posts under the same id with a tip
    bank.booked["acc-1"].append(row("hold", "-23.50", text="THE KEG 42"))
    bank.pending = []
    press(client, connection, "sync")
    run_jobs("syncs")
    pending = PendingTransaction.objects.get()
    assert pending.pending_status == "changed"
    page = client.get(admin_url("integrations.PendingTransaction", pending.pk)).content.decode()
    assert admin_url("integrations.BankTransaction", pending.posted_as_id) in page
    assert "20.00" in page
    links = client.get(admin_url("integrations.BankConnection", connection.pk)).content.decode()
    assert list_url("integrations.PendingTransaction", f"connection={connection.pk}") in links
    assert timezone.now() >= pending.ended_at
