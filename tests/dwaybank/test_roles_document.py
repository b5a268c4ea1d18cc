"""docs/roles.md is what roles.py says, and what every address of the site answers to every role."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.contrib import admin
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from dwaybank.roles import ROLES, matrix, sync_roles
from tests.admin.asking import Asker

DOCUMENT = Path(settings.BASE_DIR) / "docs" / "roles.md"
NOWHERE = "00000000-0000-0000-0000-000000000000"


def test_the_document_is_the_code() -> None:
    """RENEW=1 writes it anew."""
    if os.environ.get("RENEW"):
        DOCUMENT.write_text(matrix(), "utf-8")
    assert DOCUMENT.read_text("utf-8") == matrix()


def addresses() -> Iterator[str]:
    """Every address of the admin, with an id that is nobody's where it takes one."""
    yield from _below(get_resolver(), "/")


def _below(resolver: URLResolver, prefix: str) -> Iterator[str]:
    for entry in resolver.url_patterns:
        text = str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from _below(entry, prefix + text)
        elif isinstance(entry, URLPattern) and not text.startswith(("^", "(")):
            filled = prefix + text
            for name in entry.pattern.converters:
                kind = type(entry.pattern.converters[name]).__name__
                value = "1" if kind == "IntConverter" else NOWHERE
                filled = filled.replace(f"<int:{name}>", value).replace(f"<uuid:{name}>", value)
                filled = filled.replace(f"<path:{name}>", value).replace(f"<{name}>", value)
                filled = filled.replace(f"<str:{name}>", value).replace(f"<slug:{name}>", value)
            yield filled


ADMIN = sorted({address for address in addresses() if address.startswith("/admin/")})
# for everybody of the staff: their own page, and Django's lists of scripts and texts
FOR_ALL = ("/admin/", "/admin/login/", "/admin/logout/", "/admin/jsi18n/", "/admin/autocomplete/")
APPS = ("dwaybank", "integrations", "reconciliation", "compliance", "auth")


def model_of(address: str) -> Any:
    """The model whose screen the address belongs to, if any."""
    parts = address.split("/")
    return next(
        (m for m in admin.site._registry if [m._meta.app_label, m._meta.model_name] == parts[2:4]),
        None,
    )


@pytest.mark.django_db
def test_each_address_refuses_who_may_see_nothing_of_its_table() -> None:
    """Neither reading nor sending gets further than the role's permissions; nothing ever answers with an error."""
    sync_roles()
    for role in (*ROLES, None):
        assert _refused_by(Asker(role.name if role else ""), role.permissions if role else frozenset()) > 20


def _refused_by(somebody: Asker, held: frozenset[str]) -> int:
    """How many requests were refused as they must be; raises for one that was not, or that ended in an error."""
    refused = 0
    for address in ADMIN:
        if (model := model_of(address)) is None or address.endswith(f"/{model._meta.model_name}/{NOWHERE}/"):
            continue  # the latter only leads to the page that is asked for below
        own = {name for name in held if name.startswith(f"{model._meta.app_label}.")}
        about = {name for name in own if name.endswith(f"_{model._meta.model_name}")}
        if address.endswith("/delete/") or (about and address.endswith((f"/{model._meta.model_name}/", "/csv/"))):
            continue  # nobody deletes, and lists that are shown: tests/admin/test_screens.py and test_list_csv.py
        closed = address.endswith((f"/{model._meta.model_name}/", "/change/", "/history/", "/add/"))
        for method in ("GET", "POST"):
            answer = somebody.ask(method, address)
            status = answer.status_code
            assert "/login/" not in answer.get("Location", ""), f"{address} ended the session"
            assert status < 500, f"{address} {status}"
            if not own:
                assert status in {403, 404, 405}, f"{somebody.person} {method} {address} {status}"
                refused += 1
            elif not about and closed:
                assert status == 403, f"{somebody.person} {method} {address} {status}"
                refused += 1
    return refused


@pytest.mark.django_db
def test_without_signing_in_every_address_leads_to_the_sign_in(client: Client) -> None:
    for address in ADMIN:
        if address in {"/admin/login/", "/admin/logout/", "/admin/jsi18n/"}:
            continue
        for method in (client.get, client.post):
            answer = method(address)
            assert answer.status_code in {302, 403, 404, 405}, f"{address} {answer.status_code}"
            if answer.status_code == 302:
                assert "login" in answer["Location"], address
