"""Pictures of a conflict: both balances over time, and the days that statements and syncs cover."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dwaybank.admin.charts import Chart, row
from dwaybank.models import Account
from integrations.models import AccountSync, BankStatement
from reconciliation.balances import Anchor, Covered, Period, Rows, coverage, stretches
from reconciliation.balancing.loading import rows_of
from reconciliation.models import BalanceConflict

_MOST_POINTS: Final = 120
_BEFORE: Final = timedelta(days=14)
_MONTHS: Final = 4
SIGNS: Final = {
    Covered.STATEMENT: ("S", gettext_lazy("covered by a statement")),
    Covered.SYNC: ("s", gettext_lazy("covered by syncs")),
    Covered.OVERLAP: ("2", gettext_lazy("covered by several statements")),
    Covered.MISMATCH: ("!", gettext_lazy("balances and rows do not add up")),
    Covered.GAP: ("\u2013", gettext_lazy("not covered")),
}


def balance_chart(conflict: BalanceConflict) -> Chart | None:
    """Both balances at the end of each day, comparable with each other, with the day they part."""
    gaps = [(date.fromisoformat(day), Decimal(gap)) for day, gap in conflict.explanation.get("curve", [])]
    last = conflict.bank_day
    first = min((conflict.parted_on or (gaps[0][0] if gaps else last)) - _BEFORE, last - timedelta(days=28))
    sums = dict(
        rows_of(
            "daily_sums",
            {
                "account_id": conflict.account_id,
                "currency": conflict.currency,
                "first_day": first,
                "last_day": last,
            },
        )
    )
    step = -(-((last - first).days + 1) // _MOST_POINTS)
    rows, balance, day = [], conflict.bank_balance, last
    while day >= first:
        if (last - day).days % step == 0 or day == conflict.parted_on:
            rows.append(row(day, [balance, balance - _gap_on(gaps, day, conflict.gap)], conflict.currency))
        balance -= sums.get(day, Decimal(0))
        day -= timedelta(days=1)
    return Chart(
        title=_("Balance of both sides at the end of each day"),
        label_heading=_("Day"),
        series=[_("Bank"), _("DwayBank")],
        rows=rows[::-1],
        note=_("without what is only timing"),
        mark=conflict.parted_on.isoformat() if conflict.parted_on else "",
        mark_text=_("apart since %(day)s") % {"day": conflict.parted_on} if conflict.parted_on else "",
        is_stepped=True,
    )


def _gap_on(gaps: list[tuple[date, Decimal]], day: date, now: Decimal) -> Decimal:
    """Bank less DwayBank at the end of a day."""
    known = [gap for since, gap in gaps if since <= day]
    return known[-1] if known else gaps[0][1] if gaps else now


@dataclass(frozen=True, slots=True)
class CoveredDay:
    """One cell of the calendar."""

    number: int
    kind: str
    sign: str
    words: str


def coverage_of_conflict(conflict: BalanceConflict) -> dict[str, Any]:
    """The calendar from before the sides parted to the bank's day, a year at most."""
    last = conflict.bank_day
    first = _months_before(conflict.parted_from or conflict.parted_on or last, 1)
    first = min(max(first, _months_before(last, 11)), _months_before(last, _MONTHS - 1))
    return coverage_calendar(conflict.account_id, conflict.currency, first, last)


def coverage_of_account(account: Account, last: date) -> dict[str, Any]:
    """The calendar of a year, until a day."""
    return coverage_calendar(account.pk, account.currency or "CAD", _months_before(last, 11), last)


def coverage_calendar(account_id: UUID, currency: str, first: date, last: date) -> dict[str, Any]:
    """Months with the state of each day, and in words what is not covered, twice, or does not add up."""
    values = {"account_id": account_id, "currency": currency, "since": first - timedelta(days=45)}
    bank = list(zip(*rows_of("bank_rows", values), strict=True)) or [(), (), (), ()]
    periods, anchors = _periods(account_id, currency), _anchors(values, first)
    fetched = _fetched(account_id, currency)
    days = coverage(first.toordinal(), last.toordinal(), periods, anchors, Rows.of(*bank), fetched)
    starts = [one.start for one in periods] + [one.day + 1 for one in anchors] + [start for start, _end in fetched]
    known = min(starts, default=last.toordinal() + 1)
    days = [one for one in days if one[0] >= known]  # nothing is missing before anything was known
    kinds = dict(days)
    months, day = [], first
    while day <= last:
        cells = []
        for number in range(1, calendar.monthrange(day.year, day.month)[1] + 1):
            kind = kinds.get(day.replace(day=number).toordinal())
            sign, words = SIGNS[kind] if kind else ("", "")
            cells.append(CoveredDay(number, str(kind or "unknown"), sign, str(words)))
        months.append({"month": day, "days": cells})
        day = _months_before(day, -1)
    troubles = [one for one in stretches(days) if one.kind in (Covered.GAP, Covered.OVERLAP, Covered.MISMATCH)]
    return {
        "is_known": bool(days),
        "months": months,
        "legend": [(sign, words, str(kind)) for kind, (sign, words) in SIGNS.items()],
        "troubles": [
            {
                "words": SIGNS[one.kind][1],
                "first": date.fromordinal(one.first),
                "last": date.fromordinal(one.last),
                "days": one.days,
            }
            for one in troubles[-12:]
        ],
    }


def _months_before(day: date, months: int) -> date:
    number = day.year * 12 + day.month - 1 - months
    return date(number // 12, number % 12 + 1, 1)


def _periods(account_id: UUID, currency: str) -> list[Period]:
    rows = BankStatement.objects.filter(
        account_id=account_id, currency=currency, period_start__isnull=False, period_end__isnull=False
    ).values_list("period_start", "period_end", "ties_out")
    return [
        Period(start.toordinal(), end.toordinal(), ties_out)
        for start, end, ties_out in rows.order_by("-period_end")[:200]
        if start is not None and end is not None
    ]


def _fetched(account_id: UUID, currency: str) -> list[tuple[int, int]]:
    """The days that syncs asked for, first and last, each window once."""
    windows = AccountSync.objects.filter(account_id=account_id, currency=currency, window_start__isnull=False)
    found = windows.values_list("window_start", "window_end").distinct().order_by("-window_end")[:400]
    return [(start.toordinal(), end.toordinal()) for start, end in found if start and end]


def _anchors(values: dict[str, Any], first: date) -> list[Anchor]:
    return [
        Anchor(day.toordinal(), cents, is_final=is_final)
        for day, cents, is_final, *_rest in rows_of("anchors", values)
        if day >= first - timedelta(days=45)
    ]
