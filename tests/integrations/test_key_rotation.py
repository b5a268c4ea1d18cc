"""Keys are changed while everything else goes on: nothing fails meanwhile, nothing is left behind."""

from __future__ import annotations

import base64
import io
import json
import threading
from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

import pytest
from django.core.checks import Tags, run_checks
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from dwaybank.actor import Actor
from dwaybank.key_rotation import key_ids_in_use, rotate
from dwaybank.models import AuditEvent
from dwaybank.secrets import Secret
from integrations.credentials import (
    CONNECTION_SECRETS,
    WEBHOOK_SECRETS,
    ConnectionSecrets,
    WebhookSecrets,
    forget_secrets,
    read_secrets,
    read_webhook_secrets,
    sealed_columns,
    sealed_webhook_columns,
    store_secrets,
)
from integrations.models import BankConnection, BankWebhook
from tests.factories import BankConnectionFactory, BankWebhookFactory

OLD = "2025:" + base64.b64encode(b"o" * 32).decode()
NEW = "2026:" + base64.b64encode(b"n" * 32).decode()
ACTOR = Actor(None, run="test")


def secrets_of(name: str) -> ConnectionSecrets:
    return ConnectionSecrets({"consent": Secret(f"c-{name}")}, Secret(f"a-{name}"), Secret(f"r-{name}"))


def make_connection(name: str) -> BankConnection:
    made: BankConnection = BankConnectionFactory.create(connection_type="oauth")
    store_secrets(made.pk, secrets_of(name))
    return made


def make_webhook(made: BankConnection, name: str) -> BankWebhook:
    hook: BankWebhook = BankWebhookFactory.create(connection=made)
    for column, value in sealed_webhook_columns(hook.pk, WebhookSecrets(Secret(f"w-{name}"))).items():
        setattr(hook, column, value)
    hook.save()
    return hook


def run(*arguments: str) -> dict[str, Any]:
    out = io.StringIO()
    call_command("rotate_encryption_keys", *arguments, "--json", stdout=out)
    return dict(json.loads(out.getvalue()))


@pytest.mark.django_db
class TestOneByOne:
    @pytest.fixture(autouse=True)
    def _old_key(self, settings: Any) -> None:
        settings.ENCRYPTION_KEYS = OLD

    def test_secrets_come_back_and_are_forgotten_wholly(self) -> None:
        made = make_connection("x")
        made.refresh_from_db()
        assert made.encryption_key_id == "2025"
        assert read_secrets(made.pk) == secrets_of("x")

        forget_secrets(made.pk)
        made.refresh_from_db()
        assert (made.encrypted_credentials, made.encrypted_access_token, made.encryption_key_id) == ("", None, "none")
        assert read_secrets(made.pk) == ConnectionSecrets({})

    def test_a_new_connection_is_sealed_for_the_row_it_becomes(self) -> None:
        row = UUID(int=77)
        made = BankConnectionFactory.create(id=row, **sealed_columns(row, secrets_of("y")))
        assert read_secrets(made.pk) == secrets_of("y")

    def test_everything_is_under_the_new_key_and_reads_as_before(self, settings: Any) -> None:
        made = [make_connection(str(n)) for n in range(7)]
        hooks = [make_webhook(one, str(n)) for n, one in enumerate(made[:3])]
        BankConnectionFactory.create()  # holds no secret
        settings.ENCRYPTION_KEYS = f"{NEW},{OLD}"
        store_secrets(made[0].pk, secrets_of("0"))  # is there already

        assert run("--dry-run")["tables"][0]["resealed"] == 6
        assert key_ids_in_use(CONNECTION_SECRETS) == {"2025": 18, "2026": 3}
        document = run("--batch", "2")

        assert document["newest_key"] == "2026"
        assert [(t["table"], t["resealed"]) for t in document["tables"]] == [
            ("bank_connections", 6),
            ("bank_webhooks", 3),
            ("mfa_authenticator", 0),
        ]
        settings.ENCRYPTION_KEYS = NEW  # the old one can go
        assert [read_secrets(one.pk) for one in made] == [secrets_of(str(n)) for n in range(7)]
        for n, hook in enumerate(hooks):
            hook.refresh_from_db()
            assert read_webhook_secrets(hook).signing == Secret(f"w-{n}")
        assert set(BankConnection.objects.values_list("encryption_key_id", flat=True)) == {"2026", "none"}
        assert [t["resealed"] for t in run()["tables"]] == [0, 0, 0]
        event = AuditEvent.objects.get(row_id=str(made[3].pk), run="command:rotate_encryption_keys")
        assert set(event.changed_columns) == {*CONNECTION_SECRETS.columns, "encryption_key_id"}
        assert list(event.new_values) == ["encryption_key_id"]

    def test_a_row_that_does_not_open_is_named_and_the_others_go_on(self, settings: Any) -> None:
        made = [make_connection(str(n)) for n in range(3)]
        moved = BankConnection.objects.get(pk=made[0].pk).encrypted_access_token
        BankConnection.objects.filter(pk=made[1].pk).update(encrypted_access_token=moved)
        settings.ENCRYPTION_KEYS = f"{NEW},{OLD}"

        out, err = io.StringIO(), io.StringIO()
        with pytest.raises(SystemExit) as ended:
            call_command("rotate_encryption_keys", stdout=out, stderr=err)

        assert ended.value.code == 1
        assert "bank_connections: 2 rows sealed under 2026" in out.getvalue()
        assert f"bank_connections.encrypted_access_token of {made[1].pk} (key 2025)" in err.getvalue()
        assert BankConnection.objects.get(pk=made[1].pk).encryption_key_id == "2025"

    def test_checks_tell_what_is_left_missing_or_open(self, settings: Any) -> None:
        make_connection("x")
        settings.ENCRYPTION_KEYS = f"{NEW},{OLD}"
        assert found() == [("dwaybank.W003", "3 secrets of bank_connections are sealed by the key 2025")]
        settings.ENCRYPTION_KEYS = NEW
        assert found() == [("dwaybank.E002", "3 secrets of bank_connections are sealed by the key 2025")]
        BankConnectionFactory.create(encrypted_access_token="in plain sight")
        assert ("dwaybank.W003", "1 secrets of bank_connections are not sealed.") in found()

    def test_bad_arguments(self, settings: Any) -> None:
        with pytest.raises(CommandError, match="--batch must be 1 or more"):
            call_command("rotate_encryption_keys", "--batch", "0")
        settings.ENCRYPTION_KEYS = "nonsense"
        with pytest.raises(CommandError, match="Entry 1 of ENCRYPTION_KEYS"):
            call_command("rotate_encryption_keys")


def found() -> list[tuple[str, str]]:
    messages = run_checks(tags=[Tags.database], databases=["default"])
    return [(str(m.id), m.msg.split(";")[0].split(",")[0]) for m in messages if "secrets of" in m.msg]


def _in_thread(work: Callable[[], None], failures: list[BaseException]) -> threading.Thread:
    def guarded() -> None:
        try:
            work()
        except BaseException as error:  # noqa: BLE001 - the test asserts that a thread met none
            failures.append(error)
        finally:
            connection.close()

    thread = threading.Thread(target=guarded, daemon=True)
    thread.start()
    return thread


@pytest.fixture
def ended() -> Iterator[threading.Event]:
    event = threading.Event()
    yield event
    event.set()


@pytest.mark.django_db(transaction=True)
class TestWhileOthersWork:
    def test_no_request_fails_meanwhile(self, settings: Any, ended: threading.Event) -> None:
        """Readers and token writers run without a pause while every row goes to the new key and back."""
        settings.ENCRYPTION_KEYS = OLD
        made = [make_connection(str(n)).pk for n in range(40)]
        hook = make_webhook(BankConnection.objects.get(pk=made[0]), "0").pk
        settings.ENCRYPTION_KEYS = f"{NEW},{OLD}"
        failures: list[BaseException] = []
        reads, writes = [0], [0]

        def reading() -> None:
            while not ended.is_set():
                for n, pk in enumerate(made):
                    opened = read_secrets(pk)
                    assert opened.access_token is not None
                    assert opened.access_token.reveal().startswith(f"a-{n}")
                    assert opened.credentials == {"consent": Secret(f"c-{n}")}
                    reads[0] += 1
                assert read_webhook_secrets(BankWebhook.objects.get(pk=hook)).signing == Secret("w-0")

        def refreshing() -> None:
            count = 0
            while not ended.is_set():
                n = count % len(made)
                count += 1
                with transaction.atomic():
                    BankConnection.objects.select_for_update(no_key=True).get(pk=made[n])
                    store_secrets(made[n], secrets_of(f"{n}"))
                writes[0] += 1

        threads = [_in_thread(work, failures) for work in (reading, reading, refreshing)]
        for ring in (f"{NEW},{OLD}", f"{OLD},{NEW}", f"{NEW},{OLD}"):
            settings.ENCRYPTION_KEYS = ring
            # what a writer still seals with the key before is caught by the next run
            for _ in range(2):
                rotate(actor=ACTOR, batch=7)
        ended.set()
        for thread in threads:
            thread.join(30)
        rotate(actor=ACTOR)

        assert failures == []
        assert reads[0] > 40
        assert writes[0] > 0
        settings.ENCRYPTION_KEYS = NEW
        assert [read_secrets(pk) for pk in made] == [secrets_of(str(n)) for n in range(40)]

    def test_a_row_that_a_sync_holds_is_waited_for_last(self, settings: Any, ended: threading.Event) -> None:
        settings.ENCRYPTION_KEYS = OLD
        made = [make_connection(str(n)).pk for n in range(5)]
        settings.ENCRYPTION_KEYS = f"{NEW},{OLD}"
        failures: list[BaseException] = []
        held, others_done = threading.Event(), threading.Event()

        def syncing() -> None:
            with transaction.atomic():
                BankConnection.objects.select_for_update(no_key=True).get(pk=made[2])
                held.set()
                assert others_done.wait(20), "rotation stood still behind one busy row"

        thread = _in_thread(syncing, failures)
        assert held.wait(20)
        seen = [0]

        def progress(rows: int) -> None:
            seen[0] += rows
            if seen[0] >= 4:
                others_done.set()

        reports = rotate(actor=ACTOR, batch=2, progress=progress)
        thread.join(20)

        assert failures == []
        assert reports[0].resealed == 5
        assert key_ids_in_use(CONNECTION_SECRETS) == {"2026": 15}

    def test_a_run_that_breaks_off_keeps_what_it_did_and_the_next_ends_it(self, settings: Any) -> None:
        settings.ENCRYPTION_KEYS = OLD
        made = [make_connection(str(n)).pk for n in range(6)]
        settings.ENCRYPTION_KEYS = f"{NEW},{OLD}"

        def pulled(rows: int) -> None:
            raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            rotate(actor=ACTOR, batch=2, progress=pulled)
        assert key_ids_in_use(CONNECTION_SECRETS) == {"2025": 12, "2026": 6}

        assert rotate(actor=ACTOR, batch=2)[0].resealed == 4
        assert [read_secrets(pk) for pk in made] == [secrets_of(str(n)) for n in range(6)]
        assert key_ids_in_use(WEBHOOK_SECRETS) == {}
