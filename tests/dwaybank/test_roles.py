"""Roles are what the code says, whatever somebody clicked together before."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from io import StringIO

import pytest
from django.contrib.auth.models import Group, Permission
from django.core.management import call_command

from dwaybank import roles
from dwaybank.roles import ROLES, Role, sync_roles
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db

BY_NAME = {role.name: role for role in ROLES}
each_role = pytest.mark.parametrize("role", ROLES, ids=[role.name for role in ROLES])


def granted(name: str) -> set[str]:
    """The permissions of a group as ``app.codename``."""
    pairs = Group.objects.get(name=name).permissions.values_list("content_type__app_label", "codename")
    return {f"{app}.{codename}" for app, codename in pairs}


@each_role
def test_every_permission_named_exists(role: Role) -> None:
    pairs = Permission.objects.values_list("content_type__app_label", "codename")
    assert role.permissions - {f"{app}.{codename}" for app, codename in pairs} == set()


@each_role
def test_a_role_is_a_group_with_exactly_its_permissions(role: Role) -> None:
    counts = sync_roles()

    assert granted(role.name) == role.permissions
    assert counts[role.name] == len(role.permissions) > 0


def test_syncing_again_changes_nothing() -> None:
    def state() -> list[tuple[int, str, set[str]]]:
        return [(group.pk, group.name, granted(group.name)) for group in Group.objects.order_by("name")]

    first = sync_roles(), state()
    assert (sync_roles(), state()) == first
    assert [name for _, name, _ in first[1]] == sorted(BY_NAME)


def test_what_was_clicked_together_is_put_right_and_people_keep_their_role() -> None:
    sync_roles()
    group = Group.objects.get(name="Auditor")
    person = UserFactory.create(staff=True)
    person.groups.add(group)
    group.permissions.remove(Permission.objects.get(codename="view_auditevent"))
    group.permissions.add(Permission.objects.get(codename="change_systemconfig"))
    Group.objects.create(name="Night watch").permissions.add(Permission.objects.get(codename="view_account"))

    sync_roles()

    assert granted("Auditor") == BY_NAME["Auditor"].permissions
    assert list(person.groups.all()) == [group]
    assert granted("Night watch") == {"dwaybank.view_account"}


def test_a_person_may_do_what_the_role_says_and_nothing_else() -> None:
    sync_roles()
    reviewer = UserFactory.create(staff=True)
    reviewer.groups.add(Group.objects.get(name="Reconciliation reviewer"))

    assert reviewer.get_all_permissions() == BY_NAME["Reconciliation reviewer"].permissions
    assert reviewer.has_perm("integrations.import_statement")
    assert not reviewer.has_perm("compliance.view_compliancereport")


def test_rights_of_the_role_and_own_ones_are_asked_for_together(
    django_assert_num_queries: Callable[[int], AbstractContextManager[object]],
) -> None:
    sync_roles()
    person = UserFactory.create(staff=True)
    person.groups.add(Group.objects.get(name="Auditor"))
    person.user_permissions.add(Permission.objects.get(codename="change_systemconfig"))

    with django_assert_num_queries(1):
        assert person.get_all_permissions() == {*BY_NAME["Auditor"].permissions, "dwaybank.change_systemconfig"}
    person.is_active = False
    assert not person.has_perm("dwaybank.change_systemconfig")


def test_an_unknown_permission_is_named_and_no_role_is_changed(monkeypatch: pytest.MonkeyPatch) -> None:
    sync_roles()
    mistyped = replace(BY_NAME["Approver"], permissions=frozenset({"dwaybank.view_acount"}))
    smaller = replace(BY_NAME["Auditor"], permissions=frozenset({"dwaybank.view_account"}))
    monkeypatch.setattr(roles, "ROLES", (smaller, mistyped))

    with pytest.raises(LookupError, match=r"Role Approver names unknown permissions: dwaybank\.view_acount\."):
        sync_roles()

    assert granted("Auditor") == BY_NAME["Auditor"].permissions
    assert granted("Approver") == BY_NAME["Approver"].permissions


def test_names_are_told_apart_and_purposes_said() -> None:
    assert len(BY_NAME) == len(ROLES)
    assert [role.name for role in ROLES if not role.purpose.endswith(".")] == []


def test_the_lines_between_the_roles() -> None:
    """Suspicion is for compliance alone; who keeps people sees no bank data; who audits changes nothing."""
    assert {role.name for role in ROLES if any("compliancereport" in name for name in role.permissions)} == {
        "Compliance officer",
        "Compliance analyst",
    }
    assert {name.split(".")[0] for name in BY_NAME["Administrator"].permissions} == {"dwaybank", "auth"}
    assert not BY_NAME["Administrator"].permissions & {"dwaybank.view_account", "dwaybank.view_transaction"}
    assert [name for name in BY_NAME["Auditor"].permissions if not name.split(".")[1].startswith("view_")] == []
    assert [role.name for role in ROLES if any(".delete_" in name for name in role.permissions)] == []


def test_the_command_prints_one_line_per_role_or_one_object() -> None:
    lines, machine = StringIO(), StringIO()
    call_command("sync_roles", stdout=lines)
    call_command("sync_roles", json=True, stdout=machine)

    expected = {role.name: len(role.permissions) for role in ROLES}
    assert lines.getvalue().splitlines() == [f"{name}: {count} permissions" for name, count in expected.items()]
    assert json.loads(machine.getvalue()) == {"roles": expected}
