"""The back office in French, as a person sees it: chosen in the header, kept, and fitting at twice the size."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Final

from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from dwaybank.admin.display import admin_url, list_url
from dwaybank.figures import gather_figures
from dwaybank.models import User
from dwaybank.roles import sync_roles
from integrations.models import BankTransaction
from tests.admin.world import corner, first_row
from tests.browser.conftest import signed_in_cookie
from tests.browser.test_accessibility import ALL_RULES, grave
from tests.factories import UserFactory

# half of 1280 pixels is what 200 % of zoom leaves
_ZOOMED: Final = {"width": 640, "height": 900}


def pages() -> Iterator[tuple[str, str]]:
    """One page of each kind, and the title it has in French."""
    yield reverse("admin:index"), "Travail"
    yield list_url("integrations.BankTransaction"), "Opérations bancaires"
    yield admin_url("integrations.BankTransaction", first_row(BankTransaction).pk), "Opération bancaire"
    yield reverse("admin:inbox_settings"), "Paramètres de votre boîte de réception"
    yield reverse("mfa_index"), "Authentification"
    yield reverse("account_reauthenticate"), "Confirmer"


def test_french_is_chosen_kept_and_fits(
    open_page: Callable[..., Page], live_server: LiveServer, screenshot: Callable[..., None]
) -> None:
    sync_roles()
    corner(1)
    gather_figures(now=timezone.now())
    person: User = UserFactory.create(staff=True, is_superuser=True, full_name="Robin Roy")
    page = open_page(bypass_csp=True, reduced_motion="reduce")
    page.goto("/accounts/login/")
    page.get_by_role("button", name="Français").click()
    expect(page.get_by_role("button", name="Se connecter", exact=True)).to_be_visible()
    found = grave(page, ALL_RULES, "login")
    screenshot(page, "fr-login")

    page.context.clear_cookies()
    page.context.add_cookies([signed_in_cookie(person, page, live_server.url)])
    page.goto("/admin/")
    expect(page.locator("html")).to_have_attribute("lang", "en-ca")
    page.get_by_role("button", name="Français").click()
    page.context.add_cookies([{"name": "language", "value": "en-ca", "url": live_server.url}])
    for number, (address, title) in enumerate(pages()):
        page.set_viewport_size({"width": 1280, "height": 900})
        page.goto(address)
        expect(page.locator("html")).to_have_attribute("lang", "fr-ca")
        assert title in page.title() or title in page.inner_text("#content"), (address, page.title())
        found += grave(page, ALL_RULES, address)
        screenshot(page, f"fr-{number}")
        page.set_viewport_size(_ZOOMED)
        wide: Any = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, f"{address} is {wide} pixels wider than the window at 200 %"
        screenshot(page, f"fr-{number}-zoomed")
    assert found == []
