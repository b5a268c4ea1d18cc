"""Nothing of a suspicion is seen by anybody outside compliance: over every address there is, by canaries."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.auth.models import Permission
from django.contrib.messages import get_messages
from django.db import transaction
from django.db.models import Q
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone
from pytest_django import DjangoDbBlocker

from compliance.models import ComplianceReport, SuspicionAlert, SuspicionCase
from compliance.reminding import remind
from dwaybank.actor import Actor
from dwaybank.admin.display import admin_url, list_url
from dwaybank.config import SUSPICION_CASH_PATTERN, SUSPICION_LOOKBACK_DAYS
from dwaybank.models import Notification, ReadEvent, User
from dwaybank.reads import record_read
from dwaybank.roles import ROLES, sync_roles
from tests.admin.test_screens import MODELS, pages
from tests.admin.world import NOW, SUSPICION, archive, corner, first_row
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db
OUTSIDE = [role for role in ROLES if "compliance.view_suspicioncase" not in role.permissions]
INSIDE = [role for role in ROLES if role not in OUTSIDE]
# roles, settings and guides speak of what people may do and how the program looks, and of no customer
OF_NOBODY = ("/auth/group/", "/systemconfig/", "/admin/help/")
SETTINGS = (SUSPICION_LOOKBACK_DAYS.key, SUSPICION_CASH_PATTERN.key)
WORDS = ("suspicion", "suspicious", "FINTRAC_STR", "structuring")


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    """Hundreds of refusals are asked for: none is worth a line in the log, which takes longer than the answer."""
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


@pytest.fixture(scope="module", autouse=True)
def _one_world(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """A row in every table, made once; what a test changes goes back with its own transaction inside of this one."""
    with django_db_blocker.unblock(), transaction.atomic():
        sync_roles()
        one = corner(1)
        archive([one])
        record_read(Actor(one.user.pk, "test"), SuspicionCase.objects.get())
        yield
        transaction.set_rollback(True)


def patterns(found: Any = None, prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    """Every address the application knows, with its pattern."""
    for pattern in found if found is not None else get_resolver().url_patterns:
        if isinstance(pattern, URLResolver):
            yield from patterns(pattern.url_patterns, prefix + str(pattern.pattern))
        else:
            yield prefix + str(pattern.pattern), pattern


def filled(route: str, report: ComplianceReport, case: SuspicionCase) -> str:
    """A route with an id of the suspicion in the place of each id, and something in the place of all else."""
    fixed = {"form": "json", "bank": "rbc", "case_id": str(case.pk), "object_id": str(report.pk)}

    def value(match: re.Match[str]) -> str:
        kind, name = match.group(1), match.group(2)
        return fixed.get(name) or ("1" if kind == "int" else str(report.pk))

    return re.sub(r"<(?:(\w+):)?(\w+)>", value, route)


def addresses() -> set[str]:
    """Every address there is, in the admin and beside it: those without parameters, those with ids of the suspicion
    in their place, and every page, search and history of a row of each table."""
    found = set()
    case, alert, report = SuspicionCase.objects.get(), SuspicionAlert.objects.get(), ComplianceReport.objects.get()
    for route, pattern in patterns():
        if pattern.name and "<" not in route and "(?P" not in route:
            found.add("/" + route.removeprefix("^"))
        elif "(?P" not in route:
            found.add("/" + filled(route.removeprefix("^"), report, case))
    for model in MODELS:
        found |= {url for name, url in pages(model).items() if name != "search"}
        found.add(list_url(model._meta.label, f"q={SUSPICION}"))
        found.add(admin_url(model._meta.label, first_row(model).pk, "delete"))
    found.add(reverse("admin:compliance_compliancereport_board") + "?month=2026-10")
    found.add(list_url("compliance.ComplianceReport", "board=open"))
    for model in ("dwaybank.User", "dwaybank.Account", "dwaybank.Transaction", "integrations.BankTransaction"):
        for term in (report.pk, case.user_id, case.user.email if case.user else ""):
            found.add(list_url(model, f"q={term}"))
    for label in ("dwaybank.AuditEvent", "dwaybank.ReadEvent"):
        for row in (case, alert, report):
            found.add(list_url(label, f"q={row.pk}"))
            found.add(list_url(label, f"table_name={row._meta.db_table}"))
    found.add(reverse("admin:compliance_suspicioncase_act", args=[case.pk]))
    for model, field in (("suspicioncase", "user"), ("compliancereport", "user"), ("suspicionalert", "case")):
        asked = f"?app_label=compliance&model_name={model}&field_name={field}&term=a"
        found.add(reverse("admin:autocomplete") + asked)
    return found - {reverse("admin:logout"), reverse("admin:login"), reverse("account_logout"), "/readyz"}


def with_permissions(permissions: Iterable[str]) -> tuple[User, Client]:
    """Somebody of the staff who holds exactly these."""
    names = [name.split(".", 1) for name in permissions]
    wanted = Q(pk__in=[])
    for app, codename in names:
        wanted |= Q(content_type__app_label=app, codename=codename)
    someone = UserFactory.create(email="outsider@dwaybank.example", staff=True)
    someone.user_permissions.set(Permission.objects.filter(wanted))
    assert someone.user_permissions.count() == len(names)
    client = Client()
    client.force_login(someone)
    return someone, client


def canaries() -> list[str]:
    """What no page may show."""
    rows = [SuspicionCase.objects.get(), SuspicionAlert.objects.get(), ComplianceReport.objects.get()]
    return [SUSPICION, *(str(row.pk) for row in rows)]


def shown(client: Client, url: str, known: set[str]) -> tuple[int, str]:
    """The status and the text that an address leads to; of a way to an address that is walked by itself, what is said
    on the way."""
    response = client.get(url)
    while response.status_code in {301, 302} and response.url.split("?")[0] not in known:
        response = client.get(response.url)
    if response.status_code in {301, 302}:
        said = " ".join(str(one) for one in get_messages(response.wsgi_request))
        client.cookies.pop("messages", None)
        return 200, f"{response.url} {said}"
    return response.status_code, b"".join(response).decode("utf-8", "replace")


def test_nobody_outside_sees_a_trace_at_any_address() -> None:
    """By GET and by POST, for somebody with every role there is outside compliance at once: permissions only ever add,
    so that nobody with one of them sees more."""
    someone, client = with_permissions({name for role in OUTSIDE for name in role.permissions})
    ComplianceReport.objects.update(assigned_to=someone, assigned_at=NOW)
    remind(now=timezone.now())

    every, secrets = addresses(), canaries()
    for url in sorted(every):
        status, text = shown(client, url, every)
        assert status in {200, 400, 403, 404, 405, 409}, url
        # what was asked for may be said again, but nothing be found by it
        assert [canary for canary in secrets if canary in text and canary not in url] == [], url
        if status == 200 and "q=" not in url and not any(part in url for part in OF_NOBODY):
            for name in SETTINGS:  # their names stand in the audit's export as well
                text = text.replace(name, "")
            assert not [word for word in WORDS if word in text and word not in url], url
    assert len(every) > 400
    for url in sorted(url for url in every if url.startswith("/admin/compliance/")):
        text = client.post(url).content.decode("utf-8", "replace")
        assert [canary for canary in secrets if canary in text and canary not in url] == [], url
    assert not Notification.objects.filter(recipient=someone, kind__startswith="report").exists()


def test_all_rights_but_sight_of_suspicions_show_no_trace() -> None:
    """A role that somebody makes up: reports and parties, and everything else, without suspicions."""
    held = {f"{one.content_type.app_label}.{one.codename}" for one in Permission.objects.select_related("content_type")}
    kept = {name for role in INSIDE for name in role.permissions if "suspicion" in name}
    kept |= {name for name in held if any(model in name for model in ("suspicion", "detectionrun", "indicatorsetting"))}
    _someone, client = with_permissions(held - kept)

    every, secrets = addresses(), canaries()
    opened = 0
    for url in sorted(url for url in every if url.startswith("/admin/compliance/") or url == reverse("admin:index")):
        status, text = shown(client, url, every)
        opened += status == 200
        assert [canary for canary in secrets if canary in text and canary not in url] == [], url
    assert opened > 40


@pytest.mark.parametrize("role", OUTSIDE, ids=lambda role: role.name)
def test_nobody_outside_may_act_on_a_case(role: Any, sign_in: Callable[[str], Client]) -> None:
    case = SuspicionCase.objects.get()
    url = reverse("admin:compliance_suspicioncase_act", args=[case.pk])

    client = sign_in(role.name)
    for act in ("take", "note", "report", "close", "release", "assign", "reopen"):
        assert client.post(url, {"act": act, "text": "x"}).status_code == 403
    case.refresh_from_db()
    assert case.case_status == "open"


@pytest.mark.parametrize("role", INSIDE, ids=lambda role: role.name)
def test_compliance_works_on_a_case_and_each_look_is_logged(role: Any, sign_in: Callable[[str], Client]) -> None:
    case = SuspicionCase.objects.get()
    client = sign_in(role.name)
    page = admin_url("compliance.SuspicionCase", case.pk)
    act = reverse("admin:compliance_suspicioncase_act", args=[case.pk])

    assert SUSPICION in client.get(page).content.decode()
    assert ReadEvent.objects.filter(table_name="suspicion_cases", row_ids=[str(case.pk)], what="page").exists()
    assert client.get(act).status_code == 405
    client.post(act, {"act": "take", "version": case.version})
    html = client.get(page).content.decode()
    assert "There are grounds to suspect" in html
    client.post(act, {"act": "note", "text": "Called the branch."})
    case.refresh_from_db()
    closing = {"act": "close", "closing": "explained", "why": "Sells cars.", "version": case.version}
    assert "The case is closed." in client.post(act, closing, follow=True).content.decode()
    case.refresh_from_db()
    assert (case.case_status, case.closing) == ("closed", "explained")
    assert "Take it up again" in client.get(page).content.decode()


def test_a_form_that_came_too_late_or_says_nonsense_changes_nothing(sign_in: Callable[[str], Client]) -> None:
    case = SuspicionCase.objects.get()
    client = sign_in("Compliance analyst")
    act = reverse("admin:compliance_suspicioncase_act", args=[case.pk])

    def said(**form: Any) -> str:
        return client.post(act, form, follow=True).content.decode()

    assert "The case is yours." in said(act="take", version=case.version)
    assert "changed this case meanwhile" in said(act="assign", to=_me(client), version=0)
    assert "Nobody on the staff" in said(act="assign", to="nobody@example.ca")
    assert "is no date and time" in said(act="report", grounds="soon", why="x", alert="x")
    assert "Choose how the case is closed" in said(act="close", closing="lost", why="x")
    assert "not known" in said(act="explode")
    case.refresh_from_db()
    assert case.case_status == "in_progress"


def _me(client: Client) -> str:
    return str(User.objects.get(pk=client.session["_auth_user_id"]).email)


def test_all_screens_of_suspicion_of_reports_and_of_who_is_in_them_log_their_reads() -> None:
    named = {"suspicioncase", "suspicioncaseevent", "suspicionalert", "suspicionalertrow", "compliancereport"}
    named |= {"compliancereportversion", "compliancereporttransaction", "compliancefiling", "complianceacknowledgement"}
    named |= {"party", "largecashrecord", "largecashparty", "customerprofile", "privacybreach"}
    screens = {model._meta.model_name: screen for model, screen in admin.site._registry.items()}
    assert all(screens[name].reads_logged for name in named)
