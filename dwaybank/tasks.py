"""Periodic tasks of the ground floor; each is a command too."""

from __future__ import annotations

from django.utils import timezone

from dwaybank.audit.sealing import seal_events
from dwaybank.figures import gather_figures
from dwaybank.jobs import scheduled
from dwaybank.jobs.upkeep import keep_queue
from dwaybank.notifications import deliver_mail


@scheduled(name="dwaybank.keep_queue", cron="* * * * *", command="keep_queue")
def keep_the_queue() -> None:
    """Jobs of dead workers run again, old jobs go."""
    keep_queue()


@scheduled(name="dwaybank.send_notifications", cron="*/5 * * * *", command="send_notifications")
def send_notifications() -> None:
    """Mails of what is new in people's inboxes leave, each at its person's hour."""
    deliver_mail(now=timezone.now())


@scheduled(name="dwaybank.seal_audit", cron="* * * * *", command="seal_audit")
def seal_the_audit() -> None:
    """What the audit recorded since the last minute is sealed."""
    seal_events(now=timezone.now())


@scheduled(name="dwaybank.gather_figures", cron="*/15 * * * *", command="gather_figures")
def gather_the_figures() -> None:
    """The pictures on the first page show the last quarter of an hour."""
    gather_figures(now=timezone.now())
