"""Periodic tasks of the ground floor; each is a command too."""

from __future__ import annotations

from django.utils import timezone

from dwaybank.actor import Actor
from dwaybank.audit.archiving import archive_audit_events
from dwaybank.audit.sealing import seal_events
from dwaybank.figures import gather_figures
from dwaybank.jobs import scheduled
from dwaybank.jobs.upkeep import keep_queue
from dwaybank.key_news import key_news, tell_of_keys
from dwaybank.notifications import deliver_mail
from dwaybank.retention import approved_plans, execute_plan


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


@scheduled(name="dwaybank.check_keys", cron="30 11 * * *", command="check_keys")
def check_the_keys() -> None:
    """Who keeps the settings hears of keys that are due for rotation."""
    tell_of_keys(key_news(timezone.now()))


@scheduled(name="dwaybank.archive_audit_events", cron="20 7 2 * *", command="archive_audit_events")
def archive_the_audit() -> None:
    """Months of the audit past seven years go to their archive, once a month."""
    archive_audit_events()


@scheduled(name="dwaybank.purge_approved", cron="30 8 * * *", command="purge_expired --execute")
def purge_what_was_approved() -> None:
    """Purges that one person planned and another approved are carried out, at night."""
    now = timezone.now()
    for plan in approved_plans(now):
        for _ in execute_plan(
            plan=plan, at=now, actor=Actor(plan.approved_by_id, "job:purge_approved", f"plan {plan.pk}")
        ):
            pass
