"""Periodic tasks of compliance; each is a command too."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from django.conf import settings
from django.utils import timezone

from compliance.detecting import detect_reportable
from compliance.filing import fetch_acknowledgements
from compliance.overdue import mark_overdue_reports
from compliance.proposing import propose_cash_records
from compliance.reminding import remind
from compliance.suspicion import detect, since_last_run
from dwaybank.actor import Actor
from dwaybank.jobs import defer_once, queue, scheduled

DETECT: Final = "compliance.detect_since"


@scheduled(name="compliance.detect_reportable", cron="15 9 * * *", command="detect_reportable")
def detect_every_report() -> None:
    """What is reportable since yesterday, before the day begins."""
    actor, now = Actor(None, "scheduled:detect_reportable"), timezone.now()
    detect_reportable(actor=actor, now=now)
    detect(now=now, actor=actor, new_since=since_last_run())


@scheduled(name="compliance.propose_cash_records", cron="45 8 * * *", command="propose_cash_records")
def propose_every_record() -> None:
    """What the bank's lines of the last days say of cash."""
    propose_cash_records(actor=Actor(None, "scheduled:propose_cash_records"), now=timezone.now())


@queue.task(name=DETECT, queue="compliance")
def detect_since(since: str) -> None:
    """What is reportable in windows from then on; safe to run again."""
    detect_reportable(actor=Actor(None, "job:detect_since"), now=timezone.now(), since=datetime.fromisoformat(since))


def detect_later(since: datetime) -> None:
    """Look for what is reportable from the window of ``since`` on, by a job in the caller's transaction."""
    defer_once(DETECT, queue_name="compliance", once=f"{DETECT} {since:%Y-%m-%d}", lock=DETECT, since=since.isoformat())


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
