"""System checks of the ground floor: roles and settings that are not what the code takes them for."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.core.checks import CheckMessage, Tags, run_checks
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from dwaybank.audit.sealing import seal_events
from dwaybank.models import SystemConfig
from dwaybank.roles import sync_roles

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _sealed(db: None) -> None:
    """What the migrations wrote is sealed: the test database may be older than the hour after which a check warns."""
    seal_events(now=timezone.now())


def warnings() -> list[CheckMessage]:
    found = run_checks(tags=[Tags.database], databases=["default"])
    return [message for message in found if str(message.id).startswith("dwaybank.")]


def test_silent_when_all_is_well() -> None:
    sync_roles()

    assert warnings() == []


def test_no_database_is_asked_where_none_is_named(django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        assert [message for message in run_checks() if str(message.id).startswith("dwaybank.")] == []


def test_roles_that_were_never_synced() -> None:
    (warning,) = warnings()

    assert warning.id == "dwaybank.W001"
    assert "Auditor" in warning.msg
    assert "manage.py sync_roles" in str(warning.hint)
    call_command("sync_roles", verbosity=0, stdout=None)
    assert warnings() == []


@pytest.mark.parametrize("change", ["more", "fewer", "none"])
def test_a_role_with_other_permissions_is_named_and_no_other(change: str) -> None:
    sync_roles()
    auditor, officer = Group.objects.get(name="Auditor"), Group.objects.get(name="Compliance officer")
    if change == "more":
        auditor.permissions.add(*officer.permissions.all())
    elif change == "fewer":
        auditor.permissions.remove(auditor.permissions.all()[0])
    else:
        auditor.permissions.clear()

    (warning,) = warnings()
    assert warning.msg.endswith(": Auditor.")


def test_a_group_of_ones_own_is_no_news() -> None:
    sync_roles()
    Group.objects.create(name="Christmas party")

    assert warnings() == []


def test_each_setting_that_cannot_be_read_is_named_with_its_remedy() -> None:
    sync_roles()
    SystemConfig.objects.filter(key="max_sync_retries").update(value="three")
    SystemConfig.objects.filter(key="bank_integration_enabled").update(value="yes")
    SystemConfig.objects.create(key="of_another_service", value="anything")

    first, second = warnings()

    assert {first.id, second.id} == {"dwaybank.W002"}
    assert "bank_integration_enabled is 'yes': write true or false" in first.msg
    assert "max_sync_retries is 'three': write a whole number" in second.msg
    assert "Settings" in str(first.hint)


def test_a_database_that_is_not_migrated_yet_is_no_news() -> None:
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE auth_group_permissions RENAME TO elsewhere_a")
        cursor.execute("ALTER TABLE system_config RENAME TO elsewhere_b")

    assert warnings() == []


def test_events_that_nothing_seals_are_news_after_an_hour(monkeypatch: pytest.MonkeyPatch) -> None:
    sync_roles()
    SystemConfig.objects.filter(key="max_sync_retries").update(value="4")
    assert warnings() == []

    later = timezone.now() + timedelta(hours=2)
    monkeypatch.setattr("dwaybank.checks.timezone.now", lambda: later)

    (warning,) = warnings()
    assert warning.id == "dwaybank.W006"
    assert "manage.py seal_audit" in str(warning.hint)
