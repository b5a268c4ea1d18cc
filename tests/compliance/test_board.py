"""The deadline board counts what its links list; reminders reach who works on a report, and say nothing of it."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from compliance.board import SELECTIONS, bank_day, month
from compliance.models import ComplianceReport
from compliance.reminding import remind
from dwaybank.models import Notification, User
from dwaybank.notifications import deliver_mail
from dwaybank.roles import sync_roles
from tests.compliance.cash import TORONTO
from tests.factories import ComplianceReportFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def analyst() -> User:
    return staff("Compliance analyst")


def staff(role: str) -> User:
    sync_roles()
    person = UserFactory.create(staff=True)
    person.groups.add(Group.objects.get(name=role))
    return person


def due(days: int, **more: Any) -> ComplianceReport:
    day = bank_day(timezone.now()) + timedelta(days=days)
    return ComplianceReportFactory.create(due_date=day, **more)


def test_each_number_leads_to_the_list_that_it_counts_and_hides_what_may_not_be_known(analyst: User) -> None:
    me = {"assigned_to": analyst, "assigned_at": timezone.now()}
    due(-1, **me), due(0), due(7), due(8), due(3, report_type="FINTRAC_STR")
    due(-3, report_status="submitted", submitted_at=timezone.now())
    due(2, report_status="rejected")
    due(1, compliance_status="exempt", not_required_by=analyst, not_required_at=timezone.now(), not_required_reason="x")
    client = Client()
    client.force_login(analyst)
    page = client.get(reverse("admin:compliance_compliancereport_board"))

    said = {card["url"]: card["count"] for card in page.context["cards"]}
    assert list(said.values()) == [*"1401116"]
    for url, count in said.items():
        assert str(len(client.get(url).context["cl"].result_list)) == count, url
    assert [len(one["rows"]) for one in page.context["queues"]] == [1, 5, 0]
    week = next(week for week in page.context["weeks"] if any(day.is_today for day, _url in week))
    today, url = next(pair for pair in week if pair[0].is_today)
    assert len(client.get(url).context["cl"].result_list) == today.due == 1

    outsider = UserFactory.create(staff=True)
    outsider.user_permissions.set(Permission.objects.filter(codename="view_compliancereport"))
    client.force_login(outsider)
    page = client.get(reverse("admin:compliance_compliancereport_board"))
    assert [card["count"] for card in page.context["cards"]] == [*"1301115"]
    assert "suspicious" not in page.content.decode()


def test_a_month_knows_its_holidays() -> None:
    days = [day for week in month(ComplianceReport.objects.all(), date(2026, 12, 1), date(2026, 12, 4)) for day in week]

    assert [day.holiday for day in days if day.holiday] == ["Christmas Day", "New Year's Day"]
    assert [day.day.day for day in days if day.is_today] == [4]


def test_who_works_on_a_report_is_told_once_for_each_stage_in_the_same_words_for_all(analyst: User) -> None:
    other = staff("Compliance officer")
    operator = staff("Integration operator")
    mine = due(7, report_type="FINTRAC_STR", assigned_to=analyst, assigned_at=timezone.now())
    due(8)
    nobodys = due(-1)
    now = timezone.now()

    assert [remind(now=now), remind(now=now)] == [3, 0]
    lines = set(Notification.objects.values_list("recipient__email", "subject"))
    assert lines == {
        (analyst.email, "A regulatory report is due soon"),
        (analyst.email, "A regulatory report is overdue"),
        (other.email, "A regulatory report is overdue"),
    }
    assert remind(now=now + timedelta(days=4)) > 0
    assert Notification.objects.filter(dedupe_key__contains=str(mine.pk)).count() == 2
    assert not Notification.objects.filter(recipient=operator).exists()
    assert str(nobodys.pk) in "".join(Notification.objects.values_list("url", flat=True))

    deliver_mail(now=datetime.now(tz=TORONTO).replace(hour=12))
    assert mail.outbox
    for message in mail.outbox:
        for word in ("suspic", "STR", "FINTRAC", str(mine.pk)):
            assert word not in message.subject + message.body


def test_every_selection_is_a_filter_of_its_own() -> None:
    assert len({str(one.condition(date(2026, 11, 25))) for one in SELECTIONS.values()}) == len(SELECTIONS)
