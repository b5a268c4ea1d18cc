"""Common ground of all tests: real PostgreSQL, embedded or by DATABASE_URL."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from allauth.account.internal.flows.login import record_authentication
from django.conf import settings
from django.contrib.auth.signals import user_logged_in
from django.db import connections, transaction
from django.dispatch import receiver
from django.http import HttpRequest
from pytest_django import DjangoDbBlocker

from tests.template_database import migrated_template

# continuous integration tries the same examples each time; new ones are looked for on developers' machines
hypothesis.settings.register_profile("ci", derandomize=True)
if os.environ.get("CI") == "true":
    hypothesis.settings.load_profile("ci")

# tables in which migrations put rows
DELIVERED = ("indicator_settings", "system_config")
BLOCKER = pytest.StashKey[DjangoDbBlocker]()
REPOSITORY = Path(__file__).resolve().parent.parent


def pytest_configure() -> None:
    """A slow hash of passwords protects nobody here, and each member of staff has one."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings_parallel_suffix: None, django_db_blocker: DjangoDbBlocker
) -> None:
    """Tests have an embedded server of their own, which need not survive a power cut; and their databases are copies
    of one that is migrated once."""
    database = connections["default"].settings_dict
    with django_db_blocker.unblock():
        if "EMBEDDED_DATA" in database:
            database["EMBEDDED_DATA"] = str(settings.BASE_DIR / "var" / "postgres-tests")
            with connections["default"]._nodb_cursor() as cursor:
                for setting in ("fsync", "synchronous_commit", "full_page_writes"):
                    cursor.execute(f"ALTER SYSTEM SET {setting} = off")
                cursor.execute("SELECT pg_reload_conf()")
        database["TEST"]["TEMPLATE"] = migrated_template()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker, pytestconfig: pytest.Config) -> None:
    """Tests with real commits empty every table by TRUNCATE afterwards, which the audit refuses: not here. What the
    migrations delivered is kept aside, to be put back after each of them."""
    pytestconfig.stash[BLOCKER] = django_db_blocker
    with django_db_blocker.unblock(), connections["default"].cursor() as cursor:
        for table in ("audit_events", "audit_events_archive", "audit_seals"):
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER {table}_no_truncate")
        cursor.execute("CREATE SCHEMA IF NOT EXISTS delivered")
        for table in DELIVERED:
            cursor.execute(f"CREATE TABLE IF NOT EXISTS delivered.{table} AS TABLE public.{table}")


@pytest.fixture(scope="module")
def module_database(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """A transaction around all tests of a module: what fixtures of its scope write is seen by each of them, and each
    one's own writes are undone as ever. Not for modules whose tests commit."""
    with django_db_blocker.unblock():
        whole = transaction.atomic()
        whole.__enter__()
    yield
    with django_db_blocker.unblock():
        transaction.set_rollback(True)
        whole.__exit__(None, None, None)


@receiver(user_logged_in, dispatch_uid="tests sign in fully verified")
def _fully_verified(sender: Any, request: HttpRequest, user: Any, **kwargs: Any) -> None:
    """``client.force_login()`` signs in with a second factor, just now. Real sign-ins have an address."""
    if not request.path:
        record_authentication(request, user, method="password")
        record_authentication(request, user, method="mfa", type="totp")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item, nextitem: pytest.Item | None) -> Iterator[None]:
    """A test with real commits empties every table at its end. Then the rows that migrations delivered come back, for
    the next test in whatever order they run; and no jobs stay: Django's flush leaves alone the queue's own tables."""
    yield
    marker = item.get_closest_marker("django_db")
    commits = "transactional_db" in getattr(item, "fixturenames", ()) or bool(
        marker and marker.kwargs.get("transaction")
    )
    # after the last test the database is gone
    if commits and nextitem and (blocker := item.config.stash.get(BLOCKER, None)) is not None:
        with blocker.unblock(), connections["default"].cursor() as cursor:
            for table in DELIVERED:
                cursor.execute(f"INSERT INTO public.{table} TABLE delivered.{table} ON CONFLICT DO NOTHING")
            cursor.execute("TRUNCATE audit_events, procrastinate_jobs, procrastinate_workers CASCADE")


@pytest.fixture(scope="session")
def shared_samples() -> Path:
    """The sample files kept beside the project; tests that need them skip where they are absent."""
    folder = REPOSITORY.parent / "shared" / "samples" / "feeds"
    if not folder.is_dir():
        pytest.skip(f"no sample files at {folder}")
    return folder
