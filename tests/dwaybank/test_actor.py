"""Who acts is known to the database for one transaction, and to nobody after it."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection, transaction
from django.db.utils import ConnectionHandler
from hypothesis import given
from hypothesis import strategies as st

from dwaybank.actor import Actor, acting_as, set_actor
from dwaybank.models import AuditEvent, SystemConfig
from tests.factories import UserFactory

with_commits = pytest.mark.django_db(transaction=True)
# PostgreSQL's JSONB holds every text but NUL; lone surrogates are no text.
TEXTS = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=60)


def context(on: Any = connection) -> dict[str, Any]:
    """What the database knows on this connection; {} when nothing."""
    with on.cursor() as cursor:
        cursor.execute("SELECT audit_context()")
        (found,) = cursor.fetchone()
    return dict(json.loads(found) if isinstance(found, str) else found)


@with_commits
def test_the_setting_ends_with_the_transaction() -> None:
    person = UserFactory.create()
    with acting_as(Actor(person.pk, "command:test", "quarter end")):
        assert context() == {"actor": str(person.pk), "run": "command:test", "reason": "quarter end"}

    assert context() == {}
    SystemConfig.objects.create(key="later", value="1")
    assert AuditEvent.objects.filter(row_id="later").values_list("actor_id", "run").get() == (None, "")


@with_commits
def test_outside_a_transaction_it_is_refused_and_not_lost_in_silence() -> None:
    with pytest.raises(transaction.TransactionManagementError, match=r"use acting_as\(\)"):
        set_actor(Actor(uuid4(), "request:1"))

    assert context() == {}


@with_commits
def test_what_acting_as_holds_is_kept_or_undone_as_a_whole() -> None:
    def half_done() -> None:
        with acting_as(Actor(None, "command:test")):
            SystemConfig.objects.create(key="first", value="1")
            raise RuntimeError("broken off")

    with pytest.raises(RuntimeError, match="broken off"):
        half_done()
    assert not SystemConfig.objects.filter(key="first").exists()
    assert not AuditEvent.objects.filter(row_id="first").exists()
    assert context() == {}

    with acting_as(Actor(None, "command:test")):
        SystemConfig.objects.create(key="second", value="1")
    assert AuditEvent.objects.get(row_id="second").run == "command:test"


@with_commits
def test_another_connection_knows_nothing_of_it() -> None:
    others = ConnectionHandler({"default": connection.settings_dict})
    try:
        with acting_as(Actor(uuid4(), "request:1")):
            assert context(others["default"]) == {}
    finally:
        others.close_all()


@pytest.mark.django_db
def test_every_change_of_a_transaction_names_the_same_actor() -> None:
    person = UserFactory.create()
    with acting_as(Actor(person.pk, "request:7", "clean-up")):
        SystemConfig.objects.create(key="k", value="1")
        SystemConfig.objects.filter(key="k").update(value="2")
        SystemConfig.objects.filter(key="k").delete()

    events = AuditEvent.objects.filter(table_name="system_config", row_id="k").order_by("id")
    assert [(event.action, event.actor_id, event.run, event.reason) for event in events] == [
        (action, person.pk, "request:7", "clean-up") for action in ("INSERT", "UPDATE", "DELETE")
    ]


@pytest.mark.django_db
def test_a_later_actor_of_the_same_transaction_takes_over() -> None:
    first, second = uuid4(), uuid4()
    with acting_as(Actor(first, "request:1")):
        SystemConfig.objects.create(key="a", value="1")
        set_actor(Actor(second, "request:2"))
        SystemConfig.objects.create(key="b", value="1")

    actors = dict(AuditEvent.objects.filter(row_id__in=["a", "b"]).values_list("row_id", "actor_id"))
    assert actors == {"a": first, "b": second}


@pytest.mark.django_db
def test_a_run_without_a_person_is_recorded_without_one() -> None:
    with acting_as(Actor(None, "command:import_statement")):
        SystemConfig.objects.create(key="k", value="1")

    event = AuditEvent.objects.get(row_id="k")
    assert (event.actor_id, event.run, event.reason) == (None, "command:import_statement", "")


@pytest.mark.django_db
@given(user_id=st.one_of(st.none(), st.uuids()), run=TEXTS, reason=TEXTS)
def test_any_text_arrives_as_it_was(user_id: UUID | None, run: str, reason: str) -> None:
    with acting_as(Actor(user_id, run, reason)):
        SystemConfig.objects.update_or_create(key="k", defaults={"value": uuid4().hex})

    event = AuditEvent.objects.filter(row_id="k").latest("id")
    assert (event.actor_id, event.run, event.reason) == (user_id, run, reason)
