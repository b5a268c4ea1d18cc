"""Real Chromium on the real pages: a person per role, screenshots on the way, and no error in the console."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth.models import Group
from django.db import connections
from django.test import Client
from playwright.sync_api import Browser, ConsoleMessage, Page, expect, sync_playwright
from pytest_django.live_server_helper import LiveServer

from dwaybank.roles import sync_roles
from dwaybank.sign_in.guard import BOUND, fingerprint
from tests.factories import UserFactory

REPOSITORY = Path(__file__).resolve().parents[2]
PASSWORD = "a long enough password for tests"
# the first page of a fresh process loads its modules meanwhile, on a busy machine
PATIENCE_MS = 15_000
FLAGS = ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--force-color-profile=srgb"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything here drives a browser."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.django_db(transaction=True))


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    """Debian's Chromium, started once for all tests of this folder. Skips where there is none; in CI it has to be."""
    executable = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if executable is None:
        message = "Chromium is not installed: browser tests did not run (apt-get install chromium)"
        if os.environ.get("CI") == "true":
            pytest.fail(message)
        pytest.skip(message)
    # The client runs an event loop in this thread, so that Django takes the tests for asynchronous code and gives
    # them database connections of their own: those of either side are closed before the other begins.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    connections.close_all()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=FLAGS)
        yield browser
        browser.close()
        connections.close_all()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def open_page(chromium: Browser, live_server: LiveServer) -> Iterator[Callable[..., Page]]:
    """Open a browser window on the test server; what its console says of errors fails the test."""
    errors: list[str] = []
    contexts = []

    def opened(**options: Any) -> Page:
        context = chromium.new_context(
            base_url=live_server.url, viewport={"width": 1280, "height": 900}, locale="en-CA", **options
        )
        context.set_default_timeout(PATIENCE_MS)
        expect.set_options(timeout=PATIENCE_MS)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("console", lambda message: _note(message, errors))
        return page

    yield opened
    for context in contexts:
        context.close()
    assert errors == []


def _note(message: ConsoleMessage, errors: list[str]) -> None:
    if message.type == "error":
        errors.append(f"{message.text} ({message.location.get('url')})")


def signed_in_cookie(person: Any, page: Page, url: str) -> Any:
    """The cookie of a session that belongs to this browser."""
    client = Client()
    client.force_login(person)
    session = client.session
    session[BOUND] = fingerprint(page.evaluate("navigator.userAgent"))
    # and again just now, as pages of second factors ask for
    methods = session["account_authentication_methods"]
    session["account_authentication_methods"] = [{**one, "reauthenticated": True} for one in methods]
    session.save()
    return {"name": settings.SESSION_COOKIE_NAME, "value": session.session_key, "url": url}


@pytest.fixture
def sign_in(open_page: Callable[..., Page], live_server: LiveServer) -> Callable[..., Page]:
    """Signed in, second factor and all, as a member of staff with one role; returns the page. The way in itself is
    tests/browser/test_sign_in.py."""
    sync_roles()

    def signed_in(role: str, **options: Any) -> Page:
        email = f"{role.lower().replace(' ', '.')}@dwaybank.example"
        person = UserFactory.create(email=email, staff=True, full_name=f"Robin {role}")
        person.set_password(PASSWORD)
        person.save(update_fields=["password"])
        person.groups.add(Group.objects.get(name=role))
        page = open_page(**options)
        page.goto("/accounts/login/")
        page.context.add_cookies([signed_in_cookie(person, page, live_server.url)])
        page.goto("/admin/")
        page.wait_for_url("**/admin/")
        return page

    return signed_in


@pytest.fixture
def screenshot() -> Callable[[Page, str], None]:
    """Keep a picture of a page in var/screenshots; with SCREENSHOTS=1 those for the documents too."""
    folders = [REPOSITORY / "var" / "screenshots"]
    if os.environ.get("SCREENSHOTS"):
        folders.append(REPOSITORY / "docs" / "screenshots")

    def taken(page: Page, name: str, *, document: bool = False) -> None:
        for folder in folders if document else folders[:1]:
            folder.mkdir(parents=True, exist_ok=True)
            page.screenshot(path=folder / f"{name}.png", full_page=not document)

    return taken
