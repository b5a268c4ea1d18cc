"""How long things are kept, and how they go: every rule registers here, one command removes what is past its time.

A row goes only if a rule says it is due, no legal hold covers it, and two people agreed: one plans the purge (which
counts what is due), another approves the plan, and ``purge_expired --execute`` carries it out in batches. Upper floors
register their rules from ``AppConfig.ready``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Final, TypeVar

from django.db import IntegrityError, connection, models, transaction
from django.db.models import Exists, OuterRef, QuerySet, Sum
from django.db.models.fields.json import KT
from django.db.models.functions import Cast
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dwaybank.actor import Actor, set_actor
from dwaybank.db.patience import patiently
from dwaybank.errors import DomainError, explain
from dwaybank.models import LegalHold, RetentionPlan, SystemLog, User
from dwaybank.notifications import NotificationKind, holders_of, notify, register_kind

_Day = TypeVar("_Day", date, datetime)

BATCH: Final = 1_000
_APPROVE: Final = "dwaybank.approve_purge"
PURGE_WAITS: Final = register_kind(
    NotificationKind("purge_waits", gettext_lazy("A purge waits for your approval"), _APPROVE)
)
PLAN_HOLDS_FOR: Final = timedelta(days=30)  # an approval older than this no longer says anything about today


@dataclass(frozen=True, slots=True)
class RetentionRule:
    """One rule of retention.

    ``due`` gives the rows whose time is over at a moment (holds are taken off here). ``purge`` removes the rows with
    these keys, in the transaction it is called in, and returns how many went. ``person`` is the lookup from a row to
    the id of its customer, for holds on a person; "" where there is none. ``kept`` counts what stays at that
    moment, by reason; a row with two reasons counts under both.
    """

    name: str
    what: str
    keeps: str
    law: str
    due: Callable[[datetime], QuerySet[Any]]
    purge: Callable[[list[Any]], int] = field(repr=False)
    person: str = ""
    kept: Callable[[datetime], dict[str, int]] | None = None


def purge_rows(model: type[models.Model]) -> Callable[[list[Any]], int]:
    """How a rule removes rows of a table: by one statement; what hangs on them goes by the database's own cascade."""

    def purge(keys: list[Any]) -> int:
        rows: Any = model._default_manager.filter(pk__in=keys)
        return int(rows._raw_delete(rows.db))

    return purge


class RetentionRefused(DomainError):
    """A purge that must not happen; the text says why and what to do next."""


_RULES: dict[str, RetentionRule] = {}


def register_retention_rule(rule: RetentionRule) -> None:
    """Make a rule known. Raises ValueError where another has its name."""
    if _RULES.get(rule.name, rule).due is not rule.due:
        raise ValueError(f"There is a retention rule {rule.name!r} already.")
    _RULES[rule.name] = rule


def retention_rules() -> list[RetentionRule]:
    """All rules, by name."""
    return [_RULES[name] for name in sorted(_RULES)]


def retention_rule(name: str) -> RetentionRule:
    """The rule of that name. Raises RetentionRefused."""
    try:
        return _RULES[name]
    except KeyError:
        known = ", ".join(sorted(_RULES)) or "none"
        raise RetentionRefused(
            _("There is no retention rule %(name)s; known are: %(known)s.") % {"name": name, "known": known}
        ) from None


def due_rows(rule: RetentionRule, at: datetime) -> QuerySet[Any]:
    """Rows that may go: due at ``at`` and under no legal hold."""
    holds = LegalHold.objects.filter(released_at__isnull=True)
    rows = rule.due(at)
    if holds.filter(rule_name=rule.name).exists():
        return rows.none()
    held_row = holds.filter(
        table_name=rows.model._meta.db_table, row_id=Cast(OuterRef("pk"), models.CharField(max_length=255))
    )
    rows = rows.filter(~Exists(held_row))
    if rule.person:
        rows = rows.filter(~Exists(holds.filter(user_id=OuterRef(rule.person))))
    return rows


@dataclass(frozen=True, slots=True)
class Due:
    """What one rule would remove at a moment, what holds keep, and what other duties keep, by reason."""

    rule: RetentionRule
    due: int
    held: int
    kept: dict[str, int] = field(default_factory=dict)


def count_due(rule: RetentionRule, at: datetime) -> Due:
    """The dry run of one rule: what would go, and what not for which reason."""
    free = due_rows(rule, at).count()
    kept = rule.kept(at) if rule.kept else {}
    return Due(rule, free, rule.due(at).count() - free, {reason: rows for reason, rows in kept.items() if rows})


@transaction.atomic
def plan_purge(*, rule: RetentionRule, at: datetime, by: User) -> RetentionPlan:
    """The first person's step: count, and ask for a second one. Raises RetentionRefused where nothing is due."""
    counted = count_due(rule, at)
    if not counted.due:
        raise RetentionRefused(_("Nothing is due under %(rule)s: there is nothing to plan.") % {"rule": rule.name})
    set_actor(Actor(by.pk, "retention", f"{counted.due} rows due"))
    plan = RetentionPlan.objects.create(
        rule_name=rule.name, due_at=at, rows_due=counted.due, rows_held=counted.held, planned_by=by, planned_at=at
    )
    notify(
        kind=PURGE_WAITS,
        recipients=holders_of(_APPROVE).exclude(pk=by.pk),
        subject=PURGE_WAITS.label,
        url=reverse("admin:dwaybank_retentionplan_approve", args=[plan.pk]),
        dedupe_key=f"purge:{plan.pk}",
    )
    return plan


@transaction.atomic
def approve_purge(*, plan: RetentionPlan, by: User, at: datetime) -> None:
    """The second person's step. Raises RetentionRefused for the first person, and for a plan that is over."""
    locked = RetentionPlan.objects.select_for_update(no_key=True).get(pk=plan.pk)
    if locked.executed_at or locked.approved_at:
        raise RetentionRefused(_("This plan is approved already."))
    if locked.planned_by_id == by.pk:
        raise RetentionRefused(_("A purge is approved by somebody else than who planned it."))
    if at - locked.due_at > PLAN_HOLDS_FOR:
        raise RetentionRefused(_("This plan is older than %(days)s days; plan anew.") % {"days": PLAN_HOLDS_FOR.days})
    set_actor(Actor(by.pk, "retention", "purge approved"))
    locked.approved_by, locked.approved_at = by, at
    locked.save(update_fields=["approved_by", "approved_at"])


def approved_plans(at: datetime, rule_name: str = "") -> QuerySet[RetentionPlan]:
    """Plans that may be carried out now."""
    plans = RetentionPlan.objects.filter(
        approved_at__isnull=False, executed_at__isnull=True, due_at__gt=at - PLAN_HOLDS_FOR
    ).order_by("due_at", "pk")
    return plans.filter(rule_name=rule_name) if rule_name else plans


def execute_plan(*, plan: RetentionPlan, at: datetime, actor: Actor) -> Iterator[int]:
    """Remove what was due when the plan was made and is under no hold now, batch by batch; yields each batch's size.

    Each batch is one transaction that leaves its line in system_logs, so that a stop in the middle loses nothing and
    the plan can be carried on with; one purge of a rule runs at a time. Raises RetentionRefused where the plan is not
    approved, or the database keeps a row after all; LockedByOthers where somebody keeps a lock.
    """
    rule = retention_rule(plan.rule_name)
    if not approved_plans(at, plan.rule_name).filter(pk=plan.pk).exists():
        raise RetentionRefused(_("This plan is not approved, is older than 30 days, or was carried out."))
    while gone := patiently(lambda: _purge_batch(rule, plan, actor)):
        yield gone
    with transaction.atomic():
        set_actor(actor)
        batches = SystemLog.objects.filter(created_at__gte=plan.planned_at, metadata__plan=str(plan.pk))
        total = batches.aggregate(rows=Sum(Cast(KT("metadata__rows"), models.IntegerField())))["rows"] or 0
        done = RetentionPlan.objects.filter(pk=plan.pk, executed_at__isnull=True)
        done.update(executed_at=at, rows_purged=total)


def _purge_batch(rule: RetentionRule, plan: RetentionPlan, actor: Actor) -> int:
    """Some rows of the plan, and a line of how many; 0 where none is left. Runs in the caller's transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtext('purge'), hashtext(%s))", [rule.name])
        if not cursor.fetchone()[0]:
            raise RetentionRefused(_("Another run purges %(rule)s: wait for its end.") % {"rule": rule.name})
    set_actor(actor)
    keys = list(due_rows(rule, plan.due_at).order_by("pk").values_list("pk", flat=True)[:BATCH])
    if not keys:
        return 0
    try:
        gone = rule.purge(keys)
    except IntegrityError as error:
        raise RetentionRefused(explain(error)) from error
    if not gone:
        raise RetentionRefused(
            _("%(rule)s removed nothing of %(count)s rows that are due; ask who wrote it.")
            % {"rule": rule.name, "count": len(keys)}
        )
    message = f"Purged {gone} rows under {rule.name}"
    SystemLog.objects.create(level="INFO", message=message, metadata={"plan": str(plan.pk), "rows": gone})
    return gone


def years_before(at: _Day, years: int) -> _Day:
    """The same day, or moment, so many years earlier; of 29 February the 28th, as PostgreSQL counts."""
    try:
        return at.replace(year=at.year - years)
    except ValueError:  # 29 February: the stricter reading keeps a day longer
        return at.replace(year=at.year - years, day=28)


def five_years_before(at: datetime) -> datetime:
    """The moment before which records with a clock of five years are past it (SOR/2002-184 s. 148)."""
    return years_before(at, 5)
