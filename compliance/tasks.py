"""Periodic tasks of compliance; each is a command too."""

from __future__ import annotations

from django.conf import settings
from django.utils import timezone

from compliance.detecting import detect_reportable
from compliance.filing import fetch_acknowledgements
from compliance.overdue import mark_overdue_reports
from compliance.reminding import remind
from compliance.suspicion import detect, since_last_run
from dwaybank.actor import Actor
from dwaybank.jobs import scheduled


@scheduled(name="compliance.detect_reportable", cron="15 9 * * *", command="detect_reportable")
def detect_every_report() -> None:
    """What is reportable since yesterday, before the day begins."""
    actor, now = Actor(None, "scheduled:detect_reportable"), timezone.now()
    detect_reportable(actor=actor, now=now)
    detect(now=now, actor=actor, new_since=since_last_run())


@scheduled(name="compliance.mark_overdue_reports", cron="10 11 * * *", command="mark_overdue_reports")
def mark_and_remind() -> None:
    """What is late is marked, and who works on what is due is reminded."""
    now = timezone.now()
    mark_overdue_reports(actor=Actor(None, "scheduled:mark_overdue_reports"), now=now)
    remind(now=now)


@scheduled(name="compliance.fetch_acknowledgements", cron="*/15 * * * *", command="fetch_acknowledgements")
def ask_for_acknowledgements() -> None:
    """What became of submitted reports, where a filing service is set."""
    if settings.FINTRAC_API_URL:
        fetch_acknowledgements(actor=Actor(None, "scheduled:fetch_acknowledgements"), now=timezone.now)
