"""Every registered screen: opens for whom it should, shows no secret, offers no deletion."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import escape, unescape
from urllib.parse import parse_qsl, urlencode

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group
from django.db.models import Model
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoDbBlocker

from dwaybank.admin.base import BackOfficeModelAdmin
from dwaybank.admin.display import admin_url, list_url
from dwaybank.models import AuditEvent, ReadEvent
from dwaybank.roles import ROLES, sync_roles
from tests.admin.asking import Asker
from tests.admin.world import CANARIES, Corner, first_row, world
from tests.factories import UserFactory

MODELS = sorted(admin.site._registry, key=lambda model: model._meta.label)
by_model = pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label)
INLINE = re.compile(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son[a-z]+=|javascript:", re.IGNORECASE)


@pytest.fixture(scope="module")
def corners(module_database: None, django_db_blocker: DjangoDbBlocker) -> list[Corner]:
    """The world, made once for all of these tests: they only look."""
    with django_db_blocker.unblock():
        sync_roles()
        return world(2)


@pytest.fixture(scope="module")
def root(module_database: None, django_db_blocker: DjangoDbBlocker) -> Client:
    """A superuser, signed in once for all of these tests."""
    with django_db_blocker.unblock():
        client = Client()
        client.force_login(UserFactory.create(email="root@dwaybank.example", staff=True, is_superuser=True))
        return client


@pytest.fixture(autouse=True)
def _each_test_undone(db: None) -> None:
    """Looks are logged, and sessions say when somebody was there."""


def pages(model: type[Model]) -> dict[str, str]:
    """Addresses of a screen's pages."""
    label, row = model._meta.label, first_row(model)
    return {
        "list": list_url(label),
        "search": list_url(label, f"q={row.pk}"),
        "page": admin_url(label, row.pk),
        "history": admin_url(label, row.pk, "history"),
    }


def test_every_table_has_its_screen() -> None:
    from django.apps import apps

    ours = {
        model
        for model in apps.get_models()
        if model._meta.app_label in {"dwaybank", "integrations", "reconciliation", "compliance"}
        and not model._meta.auto_created
    }
    without = {model._meta.label for model in ours - set(MODELS)}

    # keys have no page of their own; states stand on their connection's page; attempts are of minutes, and secret
    assert without == {
        "integrations.BankTransactionKey",
        "integrations.ConnectAttempt",
        "integrations.ConnectionSyncState",
    }


def test_every_screen_stands_on_the_one_base() -> None:
    assert all(isinstance(screen, BackOfficeModelAdmin) for screen in admin.site._registry.values())


@by_model
def test_pages_open_and_hold_no_secret(model: type[Model], root: Client, corners: list[Corner]) -> None:
    for name, url in pages(model).items():
        response = root.get(url)

        assert response.status_code == 200, f"{name} {url}"
        html = response.content.decode()
        assert not [canary for canary in CANARIES if canary in html], name
        assert "md5$" not in html, name
        assert "<script>alert" not in html, name
        assert not INLINE.findall(html), name
        assert "/delete/" not in html, name
        assert "'none'" in response["Content-Security-Policy"]


@by_model
def test_nothing_can_be_deleted(model: type[Model], root: Client, corners: list[Corner]) -> None:
    row = first_row(model)

    url = admin_url(model._meta.label, row.pk, "delete")
    action = {"action": "delete_selected", "_selected_action": [str(row.pk)]}

    assert root.get(url).status_code == 403
    assert root.post(url, {"post": "yes"}).status_code == 403
    root.post(list_url(model._meta.label), action)
    assert model._default_manager.filter(pk=row.pk).exists()


def test_each_role_sees_what_it_may_and_no_more(corners: list[Corner], db: None) -> None:
    found = {model: pages(model) for model in MODELS}
    for role in ROLES:
        somebody = Asker(role.name)
        for model in MODELS:
            expected = 200 if f"{model._meta.app_label}.view_{model._meta.model_name}" in role.permissions else 403
            for page, url in found[model].items():
                # who may not see a table's rows sees no trace of them: the row is not found, the list is shown
                hidden = model in {AuditEvent, ReadEvent} and page in {"page", "history"} and expected == 200
                status = somebody.ask("GET", url).status_code
                assert status == expected or (hidden and status == 302), f"{role.name} {page} {model._meta.label}"


def test_somebody_without_a_role_sees_an_explanation(sign_in: Callable[[str], Client]) -> None:
    client = sign_in("Approver")
    Group.objects.get(name="Approver").permissions.clear()

    response = client.get(reverse("admin:index"))

    assert response.status_code == 200
    assert "No role is given" in response.content.decode()


def test_a_customer_may_not_enter(corners: list[Corner], client: Client, db: None) -> None:
    client.force_login(corners[0].user)

    assert client.get(reverse("admin:index")).status_code == 302


@by_model
def test_unknown_and_malformed_ids_lead_back_to_the_list(model: type[Model], root: Client) -> None:
    for pk in ("00000000-0000-0000-0000-000000000000", "no-such-id"):
        for view in ("change", "history"):
            response = root.get(admin_url(model._meta.label, pk, view))

            assert response.status_code == 302
            assert response["Location"].startswith(list_url(model._meta.label))


@by_model
def test_columns_cannot_be_guessed_by_address(model: type[Model], root: Client, db: None) -> None:
    for name in ("password", "webhook_secret", "encrypted_credentials", "content", "raw_data", "user__password"):
        assert root.get(list_url(model._meta.label, f"{name}__startswith=x")).status_code == 400


@by_model
def test_sorting_by_address_is_held_to_what_is_offered(model: type[Model], root: Client, corners: list[Corner]) -> None:
    response = root.get(list_url(model._meta.label, "o=1.2.3.4.-5.99"))

    assert response.status_code == 200


@by_model
def test_search_for_nonsense_says_so(model: type[Model], root: Client, corners: list[Corner]) -> None:
    response = root.get(list_url(model._meta.label), {"q": "%' OR 1=1 --"})

    assert response.status_code == 200
    assert "OR 1=1" not in response.content.decode() or "&#x27; OR 1=1" in response.content.decode()


def test_a_row_links_to_its_page_and_from_there_back_to_the_list(root: Client, corners: list[Corner]) -> None:
    row, label = corners[0].bank_transaction, "integrations.BankTransaction"
    query = f"account={row.account_id}&transaction_type={row.transaction_type}"

    html = root.get(list_url(label, query)).content.decode()

    back = re.search(rf'<th class="field-description"><a href="{admin_url(label, row.pk)}\?([^"]+)">', html)
    assert back
    page = root.get(admin_url(label, row.pk), QUERY_STRING=unescape(back[1])).content.decode()
    assert escape(list_url(label, urlencode(parse_qsl(query)))) in page


def test_a_row_of_a_list_to_choose_from_says_which_it_is(root: Client, corners: list[Corner]) -> None:
    row = corners[0].bank_transaction.account

    html = root.get(list_url("dwaybank.Account", "_popup=1&_to_field=id")).content.decode()

    assert re.search(rf'<th class="field-\w+"><a href="[^"]+" data-popup-opener="{row.pk}">', html)
