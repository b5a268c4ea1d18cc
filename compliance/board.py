"""What is due when, and with whom: the selections behind the deadline board, each also a filter of the list."""

from __future__ import annotations

import calendar
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from django.db.models import Count, Q, QuerySet, Value
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from compliance.deadlines import Ageing, AgeLevel
from compliance.enums import ReportStatus, ReportType
from compliance.holidays import named_holidays
from compliance.models import ComplianceReport
from compliance.overdue import OPEN
from compliance.policy import bank_zone
from compliance.wording import marked_text

MAX_COUNTED: Final = 1_000
SOON: Final = timedelta(days=7)
_UNDECIDED: Final = Q(report_status__in=OPEN, not_required_at__isnull=True)


@dataclass(frozen=True, slots=True)
class Selection:
    """One number of the board. ``condition`` is given the day on the bank's calendar."""

    name: str
    title: str | Promise
    condition: Callable[[date], Q]


def _month_of(today: date) -> Q:
    zone = bank_zone()
    start = datetime.combine(today.replace(day=1), time(0), zone)
    end = datetime.combine((today.replace(day=1) + timedelta(days=32)).replace(day=1), time(0), zone)
    return Q(submitted_at__gte=start, submitted_at__lt=end)


SELECTIONS: Final = {
    one.name: one
    for one in (
        Selection("overdue", _("Overdue"), lambda today: _UNDECIDED & Q(due_date__lt=today)),
        Selection(
            "due_soon",
            _("Due in 7 days"),
            lambda today: _UNDECIDED & Q(due_date__gte=today, due_date__lte=today + SOON),
        ),
        Selection("in_review", _("In review"), lambda today: Q(report_status=ReportStatus.UNDER_REVIEW)),
        Selection("rejected", _("Rejected"), lambda today: Q(report_status=ReportStatus.REJECTED)),
        Selection("waiting", _("Waiting for an answer"), lambda today: Q(report_status=ReportStatus.SUBMITTED)),
        Selection("filed_this_month", _("Filed this month"), _month_of),
        Selection("open", _("All open"), lambda today: _UNDECIDED),
    )
}


def bank_day(now: datetime) -> date:
    """The day of ``now`` on the bank's calendar."""
    return now.astimezone(bank_zone()).date()


def numbers(visible: QuerySet[ComplianceReport], today: date) -> dict[str, int]:
    """How many reports each selection has, each counted by its index to ``MAX_COUNTED`` + 1, in one query."""
    first, *others = (
        visible.filter(one.condition(today)).order_by().values_list(Value(one.name))[: MAX_COUNTED + 1]
        for one in SELECTIONS.values()
    )
    counted = Counter(name for (name,) in first.union(*others, all=True))
    return {name: counted[name] for name in SELECTIONS}


@dataclass(frozen=True, slots=True)
class Day:
    """A day of the calendar: how many open reports are due, and whether it is a holiday in law (its name)."""

    day: date
    due: int
    in_month: bool
    is_today: bool
    holiday: str


def month(visible: QuerySet[ComplianceReport], first: date, today: date) -> list[list[Day]]:
    """The weeks, Monday to Sunday, of the month that ``first`` lies in, with what is due on each day."""
    weeks = calendar.Calendar().monthdatescalendar(first.year, first.month)
    due = dict(
        visible.filter(_UNDECIDED, due_date__gte=weeks[0][0], due_date__lte=weeks[-1][-1])
        .order_by()
        .values_list("due_date")
        .annotate(count=Count("pk"))
    )
    return [
        [Day(day, due.get(day, 0), day.month == first.month, day == today, _holiday(day)) for day in week]
        for week in weeks
    ]


def _holiday(day: date) -> str:
    """The day's name in law; empty for an ordinary one."""
    name = named_holidays(day.year).get(day)
    return marked_text(name) if name else ""


def age_of(report: ComplianceReport, now: datetime) -> AgeLevel | None:
    """How pressing an STR is that has not left yet; None for all else."""
    since: Any = report.grounds_established_at
    if report.report_type != ReportType.FINTRAC_STR or report.report_status not in OPEN or since is None:
        return None
    return Ageing().level(since, max(now, since))
