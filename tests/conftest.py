"""Common ground of all tests: real PostgreSQL, embedded or by DATABASE_URL."""

from __future__ import annotations

import os
import signal
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

from tests.emptying import keep_delivered
from tests.examples import examples
from tests.template_database import migrated_template

# continuous integration tries the same examples each time; new ones are looked for on developers' machines
# (no deadline for one example: on a busy machine it says how busy that is)
hypothesis.settings.register_profile("developers", max_examples=examples(100), deadline=None)
hypothesis.settings.register_profile("ci", max_examples=examples(100), deadline=None, derandomize=True)
hypothesis.settings.load_profile("ci" if os.environ.get("CI") == "true" else "developers")

REPOSITORY = Path(__file__).resolve().parent.parent


def pytest_configure() -> None:
    """A slow hash of passwords protects nobody here, and each member of staff has one. Tests started in a shell's
    background were told to ignore Ctrl-C, and the processes that they interrupt would be so too."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Marks what uses the database: another server says nothing new of the rest (``make test-db``)."""
    for item in items:
        fixtures = set(getattr(item, "fixturenames", ()))
        if item.get_closest_marker("django_db") or fixtures & {"db", "transactional_db", "django_db_setup"}:
            item.add_marker("database")


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
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> None:
    """What the migrations delivered is kept aside, for tests with real commits (``tests.emptying``)."""
    with django_db_blocker.unblock(), connections["default"].cursor() as cursor:
        keep_delivered(cursor)


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


@pytest.fixture(scope="session")
def shared_samples() -> Path:
    """The sample files kept beside the project; tests that need them skip where they are absent."""
    folder = REPOSITORY.parent / "shared" / "samples" / "feeds"
    if not folder.is_dir():
        pytest.skip(f"no sample files at {folder}")
    return folder
