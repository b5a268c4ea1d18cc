"""People of each role, signed in, and a world of rows."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.contrib.auth.models import Group
from django.test import Client

from dwaybank.models import User
from dwaybank.roles import sync_roles
from tests.admin.world import Corner, corner, world
from tests.factories import UserFactory


@pytest.fixture
def superuser(db: None) -> User:
    """Somebody with every right."""
    return UserFactory.create(email="root@dwaybank.example", staff=True, is_superuser=True)


@pytest.fixture
def root(superuser: User) -> Client:
    """A signed-in superuser."""
    client = Client()
    client.force_login(superuser)
    return client


@pytest.fixture
def sign_in(db: None) -> Callable[[str], Client]:
    """A signed-in member of staff with one role, by the role's name."""
    sync_roles()

    def signed_in(role: str) -> Client:
        person = UserFactory.create(email=f"{role.lower().replace(' ', '.')}@dwaybank.example", staff=True)
        person.groups.add(Group.objects.get(name=role))
        client = Client()
        client.force_login(person)
        return client

    return signed_in


@pytest.fixture
def corners(db: None) -> list[Corner]:
    """Two customers, each with a row in every table; and the roles."""
    sync_roles()
    return world(2)


@pytest.fixture
def one_corner(db: None) -> Corner:
    """One customer with a row in every table but the archive."""
    return corner(1)
