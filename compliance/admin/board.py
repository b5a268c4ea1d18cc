"""The deadline board: numbers that lead to their lists, a calendar, and the queues mine, nobody's and the team's."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, Final

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from compliance import board
from compliance.admin.report_shared import VIEW, report_url
from compliance.admin.visibility import without_hidden
from compliance.deadlines import AgeLevel
from compliance.models import ComplianceReport
from dwaybank.admin.display import Tone, badge, list_url
from dwaybank.db.replica import read_report_from_replica
from dwaybank.enums import ReadKind
from dwaybank.l10n import count_text
from dwaybank.reads import record_read

LISTED: Final = 25
_TONES: Final = {
    "overdue": Tone.BAD,
    "due_soon": Tone.WARNING,
    "in_review": Tone.INFO,
    "rejected": Tone.BAD,
    "waiting": Tone.WAITING,
    "filed_this_month": Tone.GOOD,
    "open": Tone.QUIET,
}
_AGES: Final = {
    AgeLevel.FRESH: (gettext_lazy("fresh"), Tone.GOOD),
    AgeLevel.ATTENTION: (gettext_lazy("a day old"), Tone.WAITING),
    AgeLevel.LATE: (gettext_lazy("late: explain the delay"), Tone.WARNING),
    AgeLevel.CRITICAL: (gettext_lazy("a week old"), Tone.BAD),
}


class BoardFilter(admin.SimpleListFilter):
    """The selections of the board."""

    title = gettext_lazy("board")
    parameter_name = "board"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Any:
        """One for each number of the board."""
        return [(one.name, one.title) for one in board.SELECTIONS.values()]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        """As the board counts them."""
        chosen = board.SELECTIONS.get(self.value() or "")
        return queryset.filter(chosen.condition(board.bank_day(timezone.now()))) if chosen else queryset


class WhoseFilter(admin.SimpleListFilter):
    """Whose work an open report is."""

    title = gettext_lazy("whose")
    parameter_name = "whose"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Any:
        """The three queues."""
        return (
            ("mine", gettext_lazy("Mine")),
            ("nobody", gettext_lazy("Nobody's")),
            ("team", gettext_lazy("The team's")),
        )

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        """Open ones only, whichever is chosen."""
        return queue(queryset, self.value(), request) if self.value() else queryset


def queue(reports: Any, whose: str | None, request: HttpRequest) -> Any:
    """Open reports that are mine, nobody's, or of a colleague."""
    found = reports.filter(board.SELECTIONS["open"].condition(board.bank_day(timezone.now())))
    if whose == "mine":
        return found.filter(assigned_to=request.user.pk)
    if whose == "nobody":
        return found.filter(assigned_to__isnull=True)
    return found.filter(assigned_to__isnull=False).exclude(assigned_to=request.user.pk)


def urls() -> list[URLPattern]:
    """The board's address."""
    read_report_from_replica("admin:compliance_compliancereport_board")
    return [path("board/", admin.site.admin_view(board_view), name="compliance_compliancereport_board")]


@require_GET
def board_view(request: HttpRequest) -> HttpResponse:
    """The board, with the month that the address asks for (``month=2026-11``), or this one."""
    if not request.user.has_perm(VIEW):
        raise PermissionDenied
    now = timezone.now()
    today = board.bank_day(now)
    first = _month(request.GET.get("month", ""), today)
    visible = without_hidden(ComplianceReport.objects.all(), request.user)
    counts = board.numbers(visible, today)
    queues = [
        _queue(request, visible, name, title, now)
        for name, title in (("mine", _("Mine")), ("nobody", _("Nobody's")), ("team", _("The team's")))
    ]
    record_read(
        request,
        ComplianceReport,
        row_ids=[row["report"].pk for one in queues for row in one["rows"]],
        what=ReadKind.LIST,
    )
    context = {
        **admin.site.each_context(request),
        "title": _("Deadline board"),
        "today": today,
        "cards": [
            {
                "title": one.title,
                "count": count_text(counts[one.name], board.MAX_COUNTED),
                "tone": _TONES[one.name] if counts[one.name] else Tone.GOOD,
                "url": list_url("compliance.ComplianceReport", f"board={one.name}"),
            }
            for one in board.SELECTIONS.values()
        ],
        "queues": queues,
        "first": first,
        "weeks": [[(day, _day_url(day.day)) for day in week] for week in board.month(visible, first, today)],
        "before": f"{first - timedelta(days=1):%Y-%m}",
        "after": f"{first + timedelta(days=32):%Y-%m}",
        "url": reverse("admin:compliance_compliancereport_board"),
    }
    return TemplateResponse(request, "admin/compliance/compliancereport/board.html", context)


def _month(text: str, today: date) -> date:
    try:
        return date.fromisoformat(f"{text}-01")
    except ValueError:
        return today.replace(day=1)


def _day_url(day: date) -> str:
    return list_url(
        "compliance.ComplianceReport",
        f"board=open&due_date__year={day.year}&due_date__month={day.month}&due_date__day={day.day}",
    )


def _queue(request: HttpRequest, visible: Any, name: str, title: str, now: Any) -> dict[str, Any]:
    rows = list(
        queue(visible, name, request).select_related("assigned_to", "user").order_by("due_date", "pk")[: LISTED + 1]
    )
    today = board.bank_day(now)
    return {
        "name": name,
        "title": title,
        "url": list_url("compliance.ComplianceReport", f"whose={name}"),
        "is_cut": len(rows) > LISTED,
        "rows": [
            {
                "report": report,
                "url": report_url(report.pk),
                "left": (report.due_date - today).days,
                "age": badge(*_AGES[level]) if (level := board.age_of(report, now)) else "",
            }
            for report in rows[:LISTED]
        ],
    }
