"""Mails of what is new in people's inboxes: how many of which kind, and the way in. Nothing else.

A mail holds no subject of a notification: it crosses networks and screens that the back office does not guard.
"""

from __future__ import annotations

import smtplib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import structlog
from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dwaybank.enums import MailMode
from dwaybank.language import speaking_to
from dwaybank.models import Notification, NotificationSetting, User
from dwaybank.notifications.kinds import kind_named

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Delivery:
    """What a run of ``deliver_mail`` did, in people: mailed, waiting for their hour, and not reached."""

    mailed: int
    waiting: int
    failed: int


def deliver_mail(*, now: datetime, dry_run: bool = False) -> Delivery:
    """Mail each person whose hour has come what is unread and not mailed yet. Safe to run twice at once.

    A mail that cannot be handed over leaves its lines as they were, for the next run.
    """
    mailed = waiting = failed = 0
    for person in _people_with_news():
        if not may_mail(_setting_of(person.pk), now):
            waiting += 1
            continue
        try:
            mailed += _mail(person.pk, now, dry_run=dry_run)
        except (smtplib.SMTPException, OSError) as error:
            _log.error("mail not handed over", person=str(person.pk), error=type(error).__name__)
            failed += 1
    return Delivery(mailed, waiting, failed)


def may_mail(setting: NotificationSetting, now: datetime) -> bool:
    """Whether a mail may leave now, by the person's mode, hours and quiet hours in the bank's zone."""
    local = timezone.localtime(now)
    if setting.mail_mode == MailMode.NEVER or _is_quiet(setting, local.hour):
        return False
    if setting.mail_mode == MailMode.AT_ONCE:
        return True
    return local.hour >= setting.digest_hour and setting.digest_sent_on != local.date()


def _is_quiet(setting: NotificationSetting, hour: int) -> bool:
    start, end = setting.quiet_from, setting.quiet_until
    if start is None or end is None:
        return False
    return start <= hour < end if start <= end else hour >= start or hour < end


def _people_with_news() -> QuerySet[User]:
    news = Notification.objects.filter(read_at__isnull=True, mailed_at__isnull=True)
    return User.objects.filter(pk__in=news.values("recipient_id"), is_active=True, is_staff=True).order_by("email")


def _setting_of(person_id: UUID) -> NotificationSetting:
    return NotificationSetting.objects.filter(person_id=person_id).first() or NotificationSetting(
        person_id=person_id, mail_mode=MailMode.DAILY, digest_hour=8, muted_kinds=[]
    )


@transaction.atomic
def _mail(person_id: UUID, now: datetime, *, dry_run: bool) -> int:
    """One mail to one person; 1, or 0 when another run has taken the lines or all of them are muted."""
    setting = _setting_of(person_id)
    rows = list(
        Notification.objects.select_for_update(skip_locked=True, no_key=True)
        .filter(recipient_id=person_id, read_at__isnull=True, mailed_at__isnull=True)
        .exclude(kind__in=setting.muted_kinds)
    )
    if not rows:
        return 0
    if dry_run:
        return 1
    Notification.objects.filter(pk__in=[row.pk for row in rows]).update(mailed_at=now)
    NotificationSetting.objects.update_or_create(
        person_id=person_id, defaults={"digest_sent_on": timezone.localdate(now)}
    )
    person = User.objects.get(pk=person_id)
    with speaking_to(person):
        message = _message(person, rows)
    message.send()
    return 1


def _message(person: User, rows: Sequence[Notification]) -> EmailMessage:
    counts = Counter(_label(row.kind) for row in rows)
    lines = [f"  {count} \u00d7 {label}" for label, count in sorted(counts.items())]
    total = ngettext("%(count)s thing waits for you", "%(count)s things wait for you", len(rows)) % {"count": len(rows)}
    body = "\n".join(
        [
            _("Good day %(name)s,") % {"name": person.get_short_name()},
            "",
            f"{total}:",
            *lines,
            "",
            _("Sign in to see them: %(url)s") % {"url": settings.SITE_URL + reverse("admin:inbox")},
            "",
            _("How often this mail comes is set there, under Settings."),
        ]
    )
    return EmailMessage(subject=_("DwayBank back office: %(total)s") % {"total": total}, body=body, to=[person.email])


def _label(kind: str) -> str:
    known = kind_named(kind)
    return str(known.label) if known else _("Other news")
