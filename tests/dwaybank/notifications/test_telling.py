"""Staff are told once, in words that a bystander may read, at the hours they want."""

from __future__ import annotations

import io
import smtplib
from datetime import UTC, datetime, timedelta
from typing import Any
from unittest import mock

import pytest
from django.contrib.auth.models import Group
from django.core import mail
from django.core.mail import EmailMessage
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils.translation import gettext_lazy

from dwaybank.enums import MailMode
from dwaybank.errors import constraint_name
from dwaybank.models import Notification, NotificationSetting, User
from dwaybank.notifications import NotificationKind, deliver_mail, holders_of, notify, register_kind
from dwaybank.notifications.delivering import may_mail
from dwaybank.roles import sync_roles
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db

SECRET = register_kind(
    NotificationKind("confidential_work", "Confidential work waits", "dwaybank.change_systemconfig", True)
)
ASSIGNED = register_kind(NotificationKind("assigned", "Assigned to you"))
OVERDUE = register_kind(NotificationKind("overdue", gettext_lazy("Overdue")))
NOON = datetime(2026, 11, 25, 17, 0, tzinfo=UTC)  # 12:00 in Toronto


@pytest.fixture
def ada() -> User:
    return UserFactory.create(email="ada@dwaybank.example", full_name="Ada Roy", staff=True)


def tell(*people: User, key: str = "mapping:1", kind: Any = ASSIGNED, subject: str = "A bank line") -> int:
    return notify(kind=kind, recipients=people, subject=subject, url="/admin/inbox/", dedupe_key=key)


class TestTelling:
    def test_the_same_occasion_reaches_a_person_once(self, ada: User) -> None:
        other = UserFactory.create(staff=True)

        assert tell(ada) == 1
        assert tell(ada, other) == 1
        assert Notification.objects.count() == 2

    def test_customers_and_people_who_left_are_passed_over(self, ada: User) -> None:
        customer, gone = UserFactory.create(), UserFactory.create(staff=True, is_active=False)

        assert tell(customer, gone) == 0

    def test_a_confidential_kind_says_its_label_and_reaches_only_who_may_know(self, ada: User) -> None:
        sync_roles()
        operator = UserFactory.create(staff=True)
        operator.groups.add(Group.objects.get(name="Integration operator"))

        tell(ada, operator, kind=SECRET, subject="STR on Marcus Oyelaran")

        (line,) = Notification.objects.all()
        assert (line.recipient, line.subject) == (operator, "Confidential work waits")

    def test_holders_of_a_permission_are_found_by_role(self, ada: User) -> None:
        sync_roles()
        ada.groups.add(Group.objects.get(name="Integration operator"))
        UserFactory.create(staff=True).groups.add(Group.objects.get(name="Approver"))

        assert list(holders_of("dwaybank.change_systemconfig")) == [ada]

    @pytest.mark.parametrize("url", ["https://evil.example/", "//evil.example/", "/\\evil.example"])
    def test_a_line_leads_nowhere_else(self, ada: User, url: str) -> None:
        with pytest.raises(IntegrityError) as refused, transaction.atomic():
            notify(kind=ASSIGNED, recipients=[ada], subject="x", url=url, dedupe_key="x")

        assert constraint_name(refused.value) == "notifications_url_check"


class TestMail:
    def test_it_says_how_much_waits_and_nothing_of_what(self, ada: User) -> None:
        tell(ada, key="1", subject="Marcus Oyelaran 12,000.00")
        tell(ada, key="2", subject="Chloé Gagnon 11.00")
        tell(ada, key="3", kind=OVERDUE)

        assert deliver_mail(now=NOON).mailed == 1

        (message,) = mail.outbox
        assert message.to == ["ada@dwaybank.example"]
        assert message.subject == "DwayBank back office: 3 things wait for you"
        assert "2 \u00d7 Assigned to you" in message.body
        assert "1 \u00d7 Overdue" in message.body
        assert "/admin/inbox/" in message.body
        for word in ("Oyelaran", "Gagnon", "12,000", "bank line"):
            assert word not in message.body + message.subject

    def test_nothing_is_mailed_twice_nor_after_it_was_read(self, ada: User) -> None:
        NotificationSetting.objects.create(person=ada, mail_mode=MailMode.AT_ONCE)
        tell(ada)
        assert deliver_mail(now=NOON).mailed == 1
        tell(ada, key="read")
        Notification.objects.filter(dedupe_key="read").update(read_at=NOON)

        assert deliver_mail(now=NOON + timedelta(hours=1)).mailed == 0
        assert len(mail.outbox) == 1

    def test_a_daily_mail_comes_once_a_day_from_its_hour_on(self, ada: User) -> None:
        NotificationSetting.objects.create(person=ada, mail_mode=MailMode.DAILY, digest_hour=13)
        tell(ada)
        assert deliver_mail(now=NOON).waiting == 1
        assert deliver_mail(now=NOON + timedelta(hours=1)).mailed == 1
        tell(ada, key="2")

        assert deliver_mail(now=NOON + timedelta(hours=5)).waiting == 1
        assert deliver_mail(now=NOON + timedelta(hours=25)).mailed == 1

    def test_the_first_daily_mail_of_somebody_without_settings_is_remembered(self, ada: User) -> None:
        tell(ada)
        assert deliver_mail(now=NOON).mailed == 1
        tell(ada, key="2")

        assert deliver_mail(now=NOON + timedelta(hours=1)).waiting == 1

    @pytest.mark.parametrize(
        ("start", "end", "hour", "expected"),
        [(22, 7, 23, False), (22, 7, 3, False), (22, 7, 7, True), (12, 13, 12, False), (12, 13, 13, True)],
    )
    def test_no_mail_in_quiet_hours(self, ada: User, start: int, end: int, hour: int, expected: bool) -> None:
        setting = NotificationSetting(person=ada, mail_mode=MailMode.AT_ONCE, quiet_from=start, quiet_until=end)

        assert may_mail(setting, NOON.replace(hour=(hour + 5) % 24)) is expected

    def test_muted_kinds_stay_in_the_inbox(self, ada: User) -> None:
        NotificationSetting.objects.create(person=ada, mail_mode=MailMode.AT_ONCE, muted_kinds=["assigned"])
        tell(ada)

        assert deliver_mail(now=NOON).mailed == 0
        assert Notification.objects.get().mailed_at is None

    def test_a_mail_that_is_not_taken_is_tried_again_and_the_others_leave(self, ada: User) -> None:
        bruno = UserFactory.create(email="bruno@dwaybank.example", staff=True)
        tell(ada, bruno)
        send = EmailMessage.send

        def refuse_ada(message: EmailMessage, *args: Any, **options: Any) -> int:
            if message.to == [ada.email]:
                raise smtplib.SMTPServerDisconnected("gone")
            return send(message, *args, **options)

        with mock.patch.object(EmailMessage, "send", refuse_ada):
            errors = io.StringIO()
            with pytest.raises(SystemExit, match="1"), mock.patch("django.utils.timezone.now", return_value=NOON):
                call_command("send_notifications", stdout=io.StringIO(), stderr=errors)
        assert "1 mails were not taken" in errors.getvalue()
        assert [message.to for message in mail.outbox] == [[bruno.email]]

        assert deliver_mail(now=NOON).mailed == 1
        assert mail.outbox[-1].to == [ada.email]

    def test_a_dry_run_sends_nothing(self, ada: User) -> None:
        tell(ada)

        assert deliver_mail(now=NOON, dry_run=True).mailed == 1
        assert mail.outbox == []
        assert deliver_mail(now=NOON).mailed == 1


class TestInbox:
    @pytest.fixture
    def client(self, ada: User) -> Client:
        client = Client()
        client.force_login(ada)
        return client

    def test_each_sees_their_own(self, ada: User, client: Client) -> None:
        tell(ada, subject="For Ada")
        tell(UserFactory.create(staff=True), subject="For somebody else")

        page = client.get("/admin/inbox/").content.decode()

        assert "For Ada" in page
        assert "For somebody else" not in page
        assert client.get("/admin/inbox/count/").json() == {"unread": 1}

    def test_opening_marks_as_read_and_leads_there(self, ada: User, client: Client) -> None:
        tell(ada)
        line = Notification.objects.get()

        assert client.get(f"/admin/inbox/{line.pk}/open/").status_code == 405
        answer = client.post(f"/admin/inbox/{line.pk}/open/")

        assert (answer.status_code, answer["Location"]) == (302, line.url)
        assert client.get("/admin/inbox/count/").json() == {"unread": 0}

    def test_nobody_opens_anothers_line(self, client: Client) -> None:
        tell(UserFactory.create(staff=True))
        line = Notification.objects.get()

        assert client.post(f"/admin/inbox/{line.pk}/open/").status_code == 404
        assert client.post("/admin/inbox/no-id/open/").status_code == 404
        client.post("/admin/inbox/read/")
        line.refresh_from_db()
        assert line.read_at is None

    def test_settings_are_kept_and_half_quiet_hours_refused(self, ada: User, client: Client) -> None:
        wanted = {"mail_mode": "at_once", "digest_hour": "8", "quiet_from": "22", "quiet_until": "7"}

        assert client.post("/admin/inbox/settings/", {**wanted, "muted_kinds": ["overdue"]}).status_code == 302
        stored = NotificationSetting.objects.get(person=ada)
        assert (stored.mail_mode, stored.quiet_from, stored.quiet_until) == ("at_once", 22, 7)
        assert stored.muted_kinds == ["overdue"]

        page = client.post("/admin/inbox/settings/", {**wanted, "quiet_until": ""})
        assert 'value="overdue"' in page.content.decode()
        assert SECRET.name not in page.content.decode(), "nobody is asked about what they are never told"
        assert "need a beginning and an end" in page.content.decode()
        stored.refresh_from_db()
        assert stored.quiet_until == 7

    def test_somebody_who_is_not_staff_has_none(self) -> None:
        client = Client()
        client.force_login(UserFactory.create())

        assert client.get("/admin/inbox/").status_code == 302
        assert client.get("/admin/inbox/count/").status_code == 302
