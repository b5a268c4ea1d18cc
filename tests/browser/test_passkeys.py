"""A passkey in a real browser: enrolled, signed in with, asked for again before what matters; and a recovery code for
who has lost it."""

from __future__ import annotations

import re
import time
from collections.abc import Callable

from django.contrib.auth.models import Group
from django.contrib.sessions.backends.db import SessionStore
from playwright.sync_api import Page, expect

from dwaybank.models import User
from dwaybank.roles import sync_roles
from tests.browser.conftest import PASSWORD
from tests.factories import UserFactory

# a key of the machine itself that knows its user, as telephones and laptops have
_KEY = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


def test_a_passkey_is_enrolled_signs_in_and_confirms_and_a_recovery_code_stands_in(
    open_page: Callable[..., Page], screenshot: Callable[..., None]
) -> None:
    person = _person()
    page = open_page()
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": _KEY})

    _password(page)
    expect(page).to_have_url(re.compile("/accounts/2fa/$"))
    page.goto("/accounts/2fa/webauthn/add/")
    page.locator("input[name=password]").fill(PASSWORD)
    page.get_by_role("button", name="Confirm").click()
    page.get_by_label("Name").fill("My laptop")
    page.get_by_label("Passwordless").check()
    screenshot(page, "passkey-add")
    page.get_by_role("button", name="Add").click()
    expect(page).to_have_url(re.compile("/accounts/2fa/recovery-codes/"))
    screenshot(page, "passkey-recovery-codes")
    codes = re.findall(r"\b[0-9a-f]{8}\b", page.inner_text("#content") + page.content())
    assert len(set(codes)) == 10
    page.goto("/admin/")  # a session that began without a second factor ends with the first one
    expect(page).to_have_url(re.compile("/accounts/login/"))
    page.get_by_role("button", name="Français").click()
    page.get_by_role("button", name="clé d\u2019accès").click()
    expect(page).to_have_url(re.compile("/admin/$"))

    User.objects.filter(pk=person.pk).update(language="fr-ca")
    page.goto("/accounts/2fa/webauthn/")
    screenshot(page, "passkey-list-fr")
    assert not re.search(r"\b(Security|Key|Added|Unspecified)\b", page.inner_text("#content"))

    _signed_in_long_ago(page)
    page.goto("/admin/dwaybank/account/?all=")
    page.goto("/accounts/2fa/webauthn/reauthenticate/?next=/admin/inbox/")
    screenshot(page, "passkey-confirm-fr")
    page.locator("#mfa_webauthn_reauthenticate").click()
    expect(page).to_have_url(re.compile("/admin/inbox/$"))
    page.wait_for_load_state()  # a page that is still coming would end the next address

    _sign_out(page)
    _password(page)
    page.locator("input[name=code]").fill(codes[0])
    page.locator("input[name=code]").press("Enter")  # the first button of the page is that of the language
    expect(page).to_have_url(re.compile("/admin/$"))


def _person() -> User:
    sync_roles()
    person = UserFactory.create(email="robin@dwaybank.example", staff=True, full_name="Robin Reviewer")
    person.set_password(PASSWORD)
    person.save(update_fields=["password"])
    person.groups.add(Group.objects.get(name="Reconciliation reviewer"))
    return person


def _password(page: Page) -> None:
    page.goto("/accounts/login/")
    page.locator("input[name=login]").fill("robin@dwaybank.example")
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("form .submit-row button[type=submit]").first.click()


def _sign_out(page: Page) -> None:
    page.goto("/admin/")
    page.locator("#logout-form button").click()


def _signed_in_long_ago(page: Page) -> None:
    """As after an hour of other work."""
    key = next(one["value"] for one in page.context.cookies() if one["name"] == "sessionid")
    session = SessionStore(str(key))
    for record in session["account_authentication_methods"]:
        record["at"] = time.time() - 3600
    session.modified = True
    session.save()
