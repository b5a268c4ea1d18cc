"""A streaming replica: lists are read there, its lag is shown, and nobody notices when it dies or takes over."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from dwaybank.admin.display import admin_url
from dwaybank.checks import check_pooler_and_replica
from dwaybank.db import replica
from integrations.models import BankConnection
from tests.factories import BankConnectionFactory, UserFactory
from tests.servers import Server, binaries, default_database, load_schema, run, server_folder

pytestmark = pytest.mark.django_db(transaction=True)
UP_TO_DATE = "Read from a copy of the database that is up to date."


@pytest.fixture
def pair() -> Iterator[tuple[Server, Server]]:
    """A primary with this project's schema, and a streaming copy of it."""
    with server_folder() as folder:
        primary, copy = Server(folder, "one"), Server(folder, "two")
        primary.create()
        primary.start()
        load_schema(primary)
        run([binaries() / "pg_basebackup", "-R", "-X", "stream", "-c", "fast", "-D", copy.data, "-d", primary.url()])
        copy.start()
        try:
            yield primary, copy
        finally:
            for server in (copy, primary):
                server.stop()


@pytest.fixture
def staff(pair: tuple[Server, Server]) -> Iterator[Client]:
    """Somebody who may see everything, signed in on both."""
    primary, copy = pair
    replica.forget_what_is_known()
    with default_database(primary.url("dwaybank")), default_database(copy.url("dwaybank"), alias=replica.ALIAS):
        client = Client()
        client.force_login(UserFactory.create(is_staff=True, is_superuser=True))
        yield client
    replica.forget_what_is_known()


def wait_until(what: Any) -> None:
    deadline = time.monotonic() + 20
    while not what():
        assert time.monotonic() < deadline, "waited for 20 seconds"
        time.sleep(0.02)


def page(client: Client, name: str = "admin:integrations_bankconnection_changelist") -> str:
    answer = client.get(reverse(name))
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.long
def test_lists_are_read_from_the_copy_until_it_dies_or_takes_over(
    pair: tuple[Server, Server], staff: Client, settings: Any
) -> None:
    primary, copy = pair
    BankConnectionFactory.create(bank_name="Before the pause")
    wait_until(lambda: "Before the pause" in page(staff))
    assert UP_TO_DATE in page(staff)
    for report in ("admin:index", "admin:compliance_compliancereport_board"):
        assert UP_TO_DATE in page(staff, report)

    # what the copy has not replayed yet is not in the list: so it is the copy that is read, and its lag is said
    copy.execute("SELECT pg_wal_replay_pause()")
    wait_until(lambda: copy.execute("SELECT pg_get_wal_replay_pause_state()") == [("paused",)])
    late = BankConnectionFactory.create(bank_name="After the pause")
    replica.forget_what_is_known()
    wait_until(lambda: re.search(r"Read from a copy of the database that is \d+ s behind\.", page(staff)))
    assert "After the pause" not in page(staff)
    # a single row, sign-in and settings come from the primary
    assert "After the pause" in staff.get(admin_url("integrations.BankConnection", late.pk)).content.decode()
    assert "Read from a copy" not in page(staff, "admin:dwaybank_user_changelist")

    # whoever changed something reads it: the primary answers them for some seconds
    settings.REPLICA_STICKY_SECONDS = 30
    staff.post(reverse("admin:inbox_read_all"))
    assert "After the pause" in page(staff)
    assert "Read from a copy" not in page(staff)
    del staff.cookies[replica.COOKIE]
    # too far behind is as good as none
    settings.REPLICA_MAX_LAG_SECONDS = -1
    assert "After the pause" in page(staff)
    assert [str(one.id) for one in check_pooler_and_replica(None, ["default"])] == ["dwaybank.W009"]
    settings.REPLICA_MAX_LAG_SECONDS = 30
    copy.execute("SELECT pg_wal_replay_resume()")
    wait_until(lambda: UP_TO_DATE in page(staff) and "After the pause" in page(staff))
    assert check_pooler_and_replica(None, ["default"]) == []

    # it dies between the look at it and the list: the same page comes from the primary
    page(staff)
    copy.stop()
    assert "After the pause" in page(staff)
    assert "Read from a copy" not in page(staff)

    # failover: the copy is promoted, and one URL names it
    copy.start()
    wait_until(lambda: copy.execute("SELECT count(*) FROM bank_connections", database="dwaybank") == [(2,)])
    primary.kill()
    copy.execute("SELECT pg_promote()")
    with default_database(copy.url("dwaybank")):
        BankConnectionFactory.create(bank_name="After the failover")
        replica.forget_what_is_known()
        found = page(staff)
        assert "After the failover" in found
        assert "Read from a copy" not in found  # the old name of the copy leads to a primary: not asked
        assert BankConnection.objects.count() == 3
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_is_in_recovery()")
            assert cursor.fetchone() == (False,)
