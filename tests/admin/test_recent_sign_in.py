"""Who signed in long ago signs in once more before what cannot be taken back, and loses nothing by it."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from compliance.admin.report_shared import report_url
from compliance.models import ComplianceReport
from dwaybank.admin.display import admin_url
from dwaybank.models import AuditEvent, ReadEvent, RetentionPlan, User
from dwaybank.sign_in.demo import DEMO_RECENT_S, take_the_demo_code
from integrations.models import BankConnection
from reconciliation.admin.conflict_queue import conflict_url, queue_url
from reconciliation.admin.month_progress import month_url
from reconciliation.models import BalanceConflict
from tests.admin.world import Corner, first_row

PASSWORD = "a long enough password for tests"


def of_long_ago(client: Client, settings: Any) -> None:
    """The sign-in of this session is no longer recent."""
    session = client.session
    for record in session["account_authentication_methods"]:
        record["at"] -= settings.RECENT_SIGN_IN_SECONDS + 1
    session.save()


def guarded(one: Corner) -> dict[str, tuple[str, dict[str, str] | None]]:
    """Every act that asks for a recent sign-in: its address, and the form that is sent (None for a page)."""
    report = first_row(ComplianceReport)
    connection, conflict = first_row(BankConnection), first_row(BalanceConflict)
    step = reverse("admin:compliance_compliancereport_step", args=[report.pk])
    export = reverse("admin:compliance_compliancereport_export", args=[report.pk, "json"])
    password = reverse("admin:auth_user_password_change", args=[one.user.pk])
    plan = reverse("admin:dwaybank_retentionplan_approve", args=[first_row(RetentionPlan).pk])

    def act(name: str) -> str:
        return reverse("admin:integrations_bankconnection_act", args=[connection.pk, name])

    return {
        "approve a balance": (conflict_url(conflict.pk), {"decision": "approve", "version": "1"}),
        "approve balances": (f"{queue_url()}act/?whose=proposed", {"action": "approve"}),
        "approve a report": (step, {"step": "approve", "version": "1"}),
        "file a report": (step, {"step": "file"}),
        "file a report by hand": (step, {"step": "manual"}),
        "export a report": (export, None),
        "export a month": (month_url(one.bank_transaction.account_id, date(2026, 10, 1), "month_csv"), None),
        "approve a purge": (plan, {}),
        "connect a bank": (reverse("admin:integrations_bankconnection_connect"), {"customer": "x"}),
        "connect anew": (act("reconnect"), {}),
        "a webhook's secrets": (act("webhook"), {}),
        "disconnect": (act("disconnect"), {"reason": "asked"}),
        "set a password": (password, {"usable_password": "false"}),
        "reset a second factor": (
            reverse("admin:dwaybank_user_second_factor", args=[one.user.pk]),
            {"reason": "lost telephone, known by voice"},
        ),
        "give a role": (admin_url("dwaybank.User", one.user.pk), {"is_staff": "on"}),
    }


def test_each_such_act_asks_and_nothing_happens_before(root: Client, one_corner: Corner, settings: Any) -> None:
    acts = guarded(one_corner)
    of_long_ago(root, settings)
    before = AuditEvent.objects.count(), ReadEvent.objects.filter(what="export").count()

    for name, (url, form) in acts.items():
        answer = root.get(url) if form is None else root.post(url, form)
        assert answer.status_code == 302, name
        assert "/reauthenticate/" in answer["Location"], name

    assert (AuditEvent.objects.count(), ReadEvent.objects.filter(what="export").count()) == before


def test_who_signed_in_just_now_is_not_asked(root: Client, one_corner: Corner) -> None:
    for name, (url, form) in guarded(one_corner).items():
        answer = root.get(url) if form is None else root.post(url, form)
        assert "/reauthenticate/" not in answer.get("Location", ""), name


def test_looking_asks_nobody(root: Client, one_corner: Corner, settings: Any) -> None:
    of_long_ago(root, settings)
    for url in (report_url(one_corner.report.pk), conflict_url(first_row(BalanceConflict).pk), queue_url()):
        assert root.get(url).status_code == 200


def test_a_form_sent_to_an_address_with_a_query_is_sent_on(superuser: User, one_corner: Corner, settings: Any) -> None:
    cache.clear()
    superuser.set_password(PASSWORD)
    superuser.save(update_fields=["password"])
    client = Client(enforce_csrf_checks=True)
    client.force_login(superuser)
    token = client.get(queue_url(), follow=True).context["csrf_token"]
    of_long_ago(client, settings)

    form = {"action": "approve", "csrfmiddlewaretoken": str(token)}
    asked = client.post(f"{queue_url()}act/?whose=proposed", form)
    page = client.get(asked["Location"])
    data = {
        "password": PASSWORD,
        "next": f"{queue_url()}act/",
        "csrfmiddlewaretoken": str(page.context["csrf_token"]),
    }
    done = client.post(reverse("account_reauthenticate"), data)

    assert (done.status_code, done["Location"]) == (302, f"{queue_url()}?whose=proposed")
    assert "No conflict was ticked" in client.get(done["Location"]).content.decode()


def test_the_demo_asks_once_an_hour(settings: Any) -> None:
    for name in ("DEMO", "DEBUG", "RECENT_SIGN_IN_SECONDS"):
        setattr(settings, name, getattr(settings, name))  # put back after the test
    settings.MFA_TOTP_INSECURE_BYPASS_CODE = None
    take_the_demo_code()

    assert settings.RECENT_SIGN_IN_SECONDS == DEMO_RECENT_S
