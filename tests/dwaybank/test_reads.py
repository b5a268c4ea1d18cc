"""Who looked at sensitive rows is written down before they are shown."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.test import Client, RequestFactory

from compliance.models import ComplianceReport
from dwaybank.actor import Actor
from dwaybank.admin.display import admin_url, list_url
from dwaybank.enums import ReadKind
from dwaybank.models import ReadEvent, User
from dwaybank.reads import record_read
from dwaybank.roles import sync_roles
from tests.factories import ComplianceReportFactory, UserFactory

pytestmark = pytest.mark.django_db
REPORT = "compliance.ComplianceReport"


@pytest.fixture
def member() -> Callable[[str], tuple[User, Client]]:
    sync_roles()

    def signed_in(role: str) -> tuple[User, Client]:
        person = UserFactory.create(staff=True)
        person.groups.add(Group.objects.get(name=role))
        client = Client()
        client.force_login(person)
        return person, client

    return signed_in


def told(events: Any) -> list[tuple[str, list[str], str]]:
    return list(events.order_by("id").values_list("what", "row_ids", "path"))


def test_list_page_and_history_of_a_sensitive_row_leave_a_trace(member: Any) -> None:
    person, client = member("Compliance officer")
    report, other = ComplianceReportFactory.create(user=UserFactory.create()), ComplianceReportFactory.create()
    listed, page, history = list_url(REPORT), admin_url(REPORT, report.pk), admin_url(REPORT, report.pk, "history")

    client.get(listed, {"q": report.user.email}, headers={"X-Request-ID": "edge-0017"})
    client.get(listed)
    client.get(page)
    client.get(history)

    events = ReadEvent.objects.filter(reader_id=person.pk)
    ours = str(report.pk)
    search, whole, *rest = told(events)
    assert search == (ReadKind.LIST, [ours], listed)  # the address without what was searched for
    assert whole[0] == ReadKind.LIST
    assert set(whole[1]) == {ours, str(other.pk)}
    assert rest == [(ReadKind.PAGE, [ours], page), (ReadKind.HISTORY, [ours], history)]
    assert events.order_by("id").values_list("table_name", "run", "request_id")[0] == (
        "compliance_reports",
        "admin",
        "edge-0017",
    )


def test_who_may_not_look_leaves_none_nor_does_an_empty_list_or_an_open_screen(member: Any) -> None:
    report = ComplianceReportFactory.create()
    _, reviewer = member("Reconciliation reviewer")
    _, officer = member("Compliance officer")

    assert reviewer.get(admin_url(REPORT, report.pk)).status_code == 403
    officer.get(list_url(REPORT, "report_status__exact=accepted"))
    officer.get(list_url("dwaybank.Account"))

    assert not ReadEvent.objects.exists()


def test_a_look_that_cannot_be_logged_shows_nothing(member: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    report = ComplianceReportFactory.create()
    _, officer = member("Compliance officer")

    def fails(*_: Any, **__: Any) -> None:
        raise ConnectionError("no log")

    monkeypatch.setattr("dwaybank.admin.base.record_read", fails)

    for url in (list_url(REPORT), admin_url(REPORT, report.pk), admin_url(REPORT, report.pk, "history")):
        with pytest.raises(ConnectionError):
            officer.get(url)


def test_commands_and_exports_name_person_run_and_rows() -> None:
    report = ComplianceReportFactory.create()
    person = UserFactory.create(staff=True)

    record_read(Actor(person.pk, "command:export_report"), report, what=ReadKind.EXPORT)
    record_read(Actor(None, "command:fetch"), ComplianceReport, row_ids=[1, 2], what=ReadKind.LIST)

    rows = ReadEvent.objects.order_by("id").values_list("reader_id", "run", "row_ids", "what")
    assert list(rows) == [
        (person.pk, "command:export_report", [str(report.pk)], ReadKind.EXPORT),
        (None, "command:fetch", ["1", "2"], ReadKind.LIST),
    ]


def test_a_forged_request_id_is_not_kept() -> None:
    request = RequestFactory().get("/", headers={"X-Request-ID": "x\ny" * 99})

    assert record_read(request, ComplianceReport, row_ids=["a"]).request_id == ""


def test_auditors_see_who_read_what_they_may_read_themselves(member: Any) -> None:
    report, account = ComplianceReportFactory.create(), UserFactory.create()
    reader = UserFactory.create()
    record_read(Actor(reader.pk, "test"), report)
    record_read(Actor(reader.pk, "test"), account)
    _, auditor = member("Auditor")
    _, officer = member("Compliance officer")

    def found(client: Client, term: object) -> set[str]:
        response = client.get(list_url("dwaybank.ReadEvent"), {"q": str(term)})
        return {event.table_name for event in response.context["cl"].result_list}

    assert found(auditor, reader.pk) == {"users"}
    assert found(auditor, report.pk) == set()
    assert found(officer, reader.pk) == {"compliance_reports"}
    assert found(officer, report.pk) == {"compliance_reports"}
