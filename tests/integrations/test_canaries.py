"""No secret in anything that is written: canaries are seeded, every path is driven, failures too, all is searched."""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from dwaybank.actor import Actor
from dwaybank.connectors import connectors_of_sandbox
from dwaybank.secrets import Secret
from integrations.connecting.consent import begin, complete
from integrations.connecting.life import disconnect
from integrations.credentials import WebhookSecrets, read_secrets, sealed_webhook_columns
from integrations.enums import SyncReason
from integrations.live_demo import agree
from integrations.models import BankConnection, BankTransaction, IntegrationError
from integrations.sandbox.server import SandboxServer
from integrations.syncing.requests import cancel_waiting, request_sync
from tests.factories import BankWebhookFactory, UserFactory

pytestmark = pytest.mark.django_db(transaction=True)
KEY = "2026:" + "Y2FuYXJ5LWtleS1jYW5hcnkta2V5LWNhbmFyeS1rZXk="
OTHER_KEY = "2027:" + "b3RoZXItY2FuYXJ5LWtleS1vdGhlci1jYW5hcnkta2U="
WEBHOOK_SECRET = "canary-webhook-secret-6f1d"
CONNECTORS = {"fdx-rbc": "rbc-1", "plaid": "td-1", "flinks": "cibc-1"}


class Everything(logging.Handler):
    """Every log record of every logger, as it would be written, with its traceback."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.texts: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.texts.append(self.format(record))


@pytest.fixture
def logs() -> Iterator[Everything]:
    """All loggers of this project at their most talkative."""
    handler, root, ours = Everything(), logging.getLogger(), logging.getLogger("integrations")
    before = root.level, ours.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield handler
    root.removeHandler(handler)
    root.setLevel(before[0])
    ours.setLevel(before[1])


def stored_texts() -> Iterator[tuple[str, str]]:
    """(table, row as text) of every row of every table, the queue's and the audit's too."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'")
        for (table,) in cursor.fetchall():
            cursor.execute(f'SELECT t::text FROM "{table}" t')
            yield from ((table, text) for (text,) in cursor.fetchall())


def shown_texts(client: Client) -> Iterator[tuple[str, str]]:
    """(address, page) of every list of this app in the admin and of every row behind it."""
    for model in apps.get_app_config("integrations").get_models():
        name = f"admin:integrations_{model._meta.model_name}"
        try:
            address = reverse(f"{name}_changelist")
        except Exception:  # noqa: BLE001, S112 - a model without a screen
            continue
        yield address, client.get(address).content.decode()
        for pk in model._default_manager.values_list("pk", flat=True)[:5]:
            address = reverse(f"{name}_change", args=[pk])
            yield address, client.get(address).content.decode()


def test_no_canary_in_anything_that_is_written(
    sandbox: SandboxServer, settings: Any, logs: Everything, capfd: pytest.CaptureFixture[str], client: Client
) -> None:
    settings.ENCRYPTION_KEYS = KEY
    settings.BANK_CONNECTORS = connectors_of_sandbox(sandbox.url)
    sandbox.sides["flinks"].polls = 0  # type: ignore[attr-defined]
    actor = Actor(None, run="test")
    canaries = {KEY.split(":")[1], OTHER_KEY.split(":")[1], WEBHOOK_SECRET, "sandbox-only-secret"}
    canaries |= {"sandbox-only-plaid-secret", "sandbox-only-flinks-key"}
    out = io.StringIO()

    def drain() -> None:
        """One attempt per connection, whatever became of those before."""
        for made in connections:
            cancel_waiting(made.pk, now=timezone.now(), message="test")
            BankConnection.objects.filter(pk=made.pk).update(consecutive_failures=0, connection_status="active")
            request_sync(connection_id=made.pk, reason=SyncReason.MANUAL)
        call_command("worker", "--drain", stdout=out, stderr=out)

    def sync() -> None:
        drain()
        for made in connections:
            held = read_secrets(made.pk)
            # ids of consents and items open nothing; a Flinks login id is all that Flinks asks for
            found = (held.credentials.get("login_id"), held.access_token, held.refresh_token)
            canaries.update(one.reveal() for one in found if one is not None)

    connections: list[BankConnection] = []
    for connector_id, customer in CONNECTORS.items():
        back = agree(
            begin(
                user=UserFactory.create(),
                connector_id=connector_id,
                redirect_uri="http://127.0.0.1/back/",
                now=timezone.now(),
                actor=actor,
            ),
            customer,
        )
        canaries |= {value for name, value in back.items() if name in ("code", "loginId", "state")}
        connections.append(complete(callback=back, now=timezone.now(), run="test"))
    hook = BankWebhookFactory.create(connection=connections[0])
    type(hook).objects.filter(pk=hook.pk).update(
        **sealed_webhook_columns(hook.pk, WebhookSecrets(Secret(WEBHOOK_SECRET), Secret(WEBHOOK_SECRET)))
    )
    sync()
    assert BankTransaction.objects.exists()
    for plan in ("500%100", "malformed%100", "wrong-types%100", "expired-token%100", "empty%100"):
        sandbox.faults.replace(plan)
        sync()
    sandbox.faults.replace("none")
    BankConnection.objects.filter(pk=connections[1].pk).update(
        encrypted_access_token=BankConnection.objects.values_list("encrypted_access_token", flat=True).get(
            pk=connections[0].pk
        )
    )
    drain()  # a text of another row
    settings.ENCRYPTION_KEYS = OTHER_KEY
    drain()  # a key that is gone
    settings.ENCRYPTION_KEYS = f"{OTHER_KEY},{KEY}"
    with pytest.raises(SystemExit):  # the moved text does not open
        call_command("rotate_encryption_keys", stdout=out, stderr=out)
    call_command("refresh_tokens", stdout=out, stderr=out)
    for made in (connections[0], connections[2]):
        disconnect(made.pk, actor=actor, now=timezone.now())
    client.force_login(UserFactory.create(is_staff=True, is_superuser=True))

    written = [("log", text) for text in logs.texts]
    written += [("output", out.getvalue()), ("terminal", "".join(capfd.readouterr()))]
    written += [*stored_texts(), *shown_texts(client)]
    assert IntegrationError.objects.values("error_code").distinct().count() > 4
    assert len(canaries) > 10
    assert len(written) > 500
    leaks = {(place, canary[:24]) for place, text in written for canary in canaries if canary in text}
    assert leaks == set()
