"""Group roles: made where the migrating role may make them, left out with a notice where not."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from django.db.migrations.loader import MigrationLoader

from tests.db.migrations.conftest import Scratch

Role = Callable[[str | None], str]
ScratchOf = Callable[[str], AbstractContextManager[Scratch]]

GRANTEES = """
    SELECT DISTINCT pg_get_userbyid(a.grantee)::text
    FROM pg_class c, aclexplode(c.relacl) AS a
    WHERE c.relnamespace = 'public'::regnamespace AND a.grantee <> 0
"""


def test_without_the_right_to_create_roles_migrations_say_so_and_go_on(role: Role, scratch_of: ScratchOf) -> None:
    owner = role("NOSUPERUSER NOCREATEROLE")
    application, reporting = role(None), role(None)

    with scratch_of(owner) as scratch:
        scratch.migrate_with_roles_named({"dwaybank_app": application, "readonly_role": reporting})

        told = [f"Role {name} does not exist and {owner} may not create it: its grants are left out."
                for name in (application, reporting)]
        assert [notice for notice in scratch.notices if notice.startswith("Role ")] == told
        assert scratch.run("SELECT count(*) FROM pg_roles WHERE rolname = ANY (%s)", [application, reporting]) == [(0,)]
        # all the rest is there, and nobody but the owner may use it
        loader = MigrationLoader(scratch.connection)
        assert set(scratch.run("SELECT app::text, name::text FROM django_migrations")) == set(loader.disk_migrations)
        assert scratch.run("SELECT count(*) FROM bank_integration_health") == [(0,)]
        assert {name for (name,) in scratch.run(GRANTEES)} <= {owner}


@pytest.mark.long
def test_with_the_right_they_are_made_as_groups_that_cannot_sign_in(role: Role, scratch_of: ScratchOf) -> None:
    owner = role("NOSUPERUSER CREATEROLE")
    application, reporting = role(None), role(None)

    with scratch_of(owner) as scratch:
        scratch.migrate_with_roles_named({"dwaybank_app": application, "readonly_role": reporting})

        assert set(
            scratch.run(
                "SELECT rolname::text, rolcanlogin, rolsuper FROM pg_roles WHERE rolname = ANY (%s)",
                [application, reporting],
            )
        ) == {(application, False, False), (reporting, False, False)}
        assert {name for (name,) in scratch.run(GRANTEES)} == {owner, application, reporting}
        assert not [notice for notice in scratch.notices if "may not create" in notice]


@pytest.mark.long
def test_an_owner_without_that_right_grants_to_roles_that_are_there(role: Role, scratch_of: ScratchOf) -> None:
    owner = role("NOSUPERUSER NOCREATEROLE")

    with scratch_of(owner) as scratch:
        scratch.migrate()
        assert {"dwaybank_app", "readonly_role"} <= {name for (name,) in scratch.run(GRANTEES)}

        scratch.migrate_to_zero()
        assert scratch.run("SELECT count(*) FROM pg_class WHERE relname = 'bank_transactions'") == [(0,)]
