"""Which request, command or job wrote: in the audit, in the logs, in the answer. And what machines ask."""

from __future__ import annotations

import io
import json
import logging
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection, transaction
from django.test import Client

from dwaybank import health
from dwaybank.actor import Actor, acting_as
from dwaybank.admin.display import admin_url
from dwaybank.logs import logging_settings
from dwaybank.models import AuditEvent, SystemConfig, User
from dwaybank.runs import running
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


def change(value: str) -> AuditEvent:
    SystemConfig.objects.filter(key="sync_frequency_hours").update(value=value)
    return AuditEvent.objects.filter(table_name="system_config").latest("pk")


def change_and_fail(value: str) -> None:
    """A change that is rolled back with its transaction, or its savepoint."""
    with transaction.atomic():
        change(value)
        raise ZeroDivisionError


@pytest.fixture
def person() -> User:
    return UserFactory.create(staff=True, is_superuser=True)


@pytest.mark.django_db(transaction=True)
def test_a_run_names_what_it_writes_in_and_out_of_transactions_and_nothing_after_it() -> None:
    someone = uuid4()
    with running("command:test", actor_id=lambda: someone) as run:
        alone = change("5")
        with transaction.atomic():
            first = change("6")
            with acting_as(Actor(None, "command:test", "a reason")):
                reasoned = change("7")
        again = change("8")
    after = change("9")

    for event in (alone, first, reasoned, again):
        assert (event.run, event.run_id, event.actor_id) == ("command:test", run.run_id, someone)
    assert (alone.reason, reasoned.reason) == ("", "a reason")
    assert (after.run, after.run_id, after.actor_id) == ("", "", None)


@pytest.mark.django_db(transaction=True)
def test_a_run_is_told_again_after_what_was_rolled_back() -> None:
    with running("job:test") as run:
        with transaction.atomic():
            with pytest.raises(ZeroDivisionError):
                change_and_fail("5")
            inner = change("6")
        with pytest.raises(ZeroDivisionError):
            change_and_fail("7")
        with transaction.atomic():
            outer = change("8")
    assert inner.run_id == outer.run_id == run.run_id


def test_reading_asks_nothing_more(django_assert_num_queries: Any) -> None:
    with running("request"), django_assert_num_queries(1):
        list(SystemConfig.objects.all())
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('dwaybank.run', true)")
        assert not cursor.fetchone()[0]


def test_a_request_has_an_id_that_its_answer_and_its_audit_share(client: Client, person: User) -> None:
    client.force_login(person)
    answer = client.post(
        admin_url("dwaybank.SystemConfig", "sync_frequency_hours"), {"value": "7", "reason": "more often"}
    )
    assert answer.status_code == 302

    event = AuditEvent.objects.filter(table_name="system_config").latest("pk")
    assert (event.run_id, event.actor_id, event.reason) == (answer["X-Request-ID"], person.pk, "more often")


@pytest.mark.parametrize(("given", "kept"), [("proxy-4711.abc", True), ("x", False), ("a b\r\nSet-Cookie", False)])
def test_a_proxys_request_id_is_kept_when_it_looks_like_one(client: Client, given: str, kept: bool) -> None:
    assert (client.get("/healthz", headers={"x-request-id": given})["X-Request-ID"] == given) == kept


def test_logs_are_json_with_the_run_and_no_query_string() -> None:
    settings = logging_settings(as_json=True, level="INFO")
    formatter = settings["formatters"]["structured"]
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(formatter["()"](**{k: v for k, v in formatter.items() if k != "()"}))
    logger = logging.getLogger("dwaybank.test")
    logger.addHandler(handler)
    logger.propagate = False
    try:
        with running("command:test") as run:
            logger.warning("a line of the standard library", extra={"rows": 3})
    finally:
        logger.removeHandler(handler)

    line = json.loads(stream.getvalue())
    assert (line["run"], line["run_id"], line["level"], line["rows"]) == ("command:test", run.run_id, "warning", 3)


def test_alive_and_ready(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    assert client.get("/healthz").content == b"ok\n"
    assert client.get("/readyz").json() == {"ready": True, "failing": []}

    SystemConfig.objects.filter(key="sync_frequency_hours").update(value="often")
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["failing"]) == (503, ["settings"])


def test_figures_are_for_who_shows_the_token(client: Client, settings: Any) -> None:
    assert client.get("/metrics").status_code == 404
    settings.METRICS_TOKEN = "right"
    assert client.get("/metrics").status_code == 404
    assert client.get("/metrics", headers={"authorization": "Bearer wrong"}).status_code == 404

    answer = client.get("/metrics", headers={"authorization": "Bearer right"})
    assert answer.status_code == 200
    assert f"dwaybank_audit_events_not_sealed {health.not_sealed()[0]:.1f}" in answer.content.decode()
