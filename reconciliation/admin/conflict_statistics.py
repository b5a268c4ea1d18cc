"""Statistics of balance comparisons per account and bank, from ``get_balance_sync_stats()``."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final

from django.contrib import admin
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from dwaybank.admin import display
from dwaybank.admin.charts import Chart, row
from dwaybank.admin.panels import Panel, register_panel
from integrations.enums import Bank
from reconciliation.admin.account_coverage import coverage_url
from reconciliation.admin.conflict_pictures import coverage_of_account
from reconciliation.admin.conflict_queue import VIEW, queue_url
from reconciliation.admin.reviewing import require, today
from reconciliation.balancing.loading import rows_of
from reconciliation.models import BalanceConflict

PERIODS: Final = (7, 30, 90, 365)
MOST_ACCOUNTS: Final = 200


@dataclass
class BankSums:
    """What the accounts of one bank add up to."""

    syncs: int = 0
    conflicts: int = 0
    resolved: int = 0
    reviews: int = 0
    largest: Decimal = field(default=Decimal("0.00"))


@require_GET
def statistics_view(request: HttpRequest) -> HttpResponse:
    """Accounts compared in the period, those with most conflicts first, and their banks."""
    require(request, VIEW)
    asked = request.GET.get("days", "")
    days = int(asked) if asked in map(str, PERIODS) else 30
    found = rows_of("statistics", {"days": days, "most": MOST_ACCOUNTS + 1})
    now = timezone.now()
    banks: dict[str, BankSums] = defaultdict(BankSums)
    accounts = []
    for pk, name, currency, bank, syncs, conflicts, resolved, reviews, average, largest, last in found[:MOST_ACCOUNTS]:
        label = str(Bank(bank).label) if bank else _("No bank")
        sums = banks[label]
        sums.syncs, sums.conflicts = sums.syncs + syncs, sums.conflicts + conflicts
        sums.resolved, sums.reviews = sums.resolved + resolved, sums.reviews + reviews
        sums.largest = max(sums.largest, largest or Decimal(0))
        accounts.append(
            {
                "name": name,
                "url": queue_url(f"account={pk}"),
                "bank": label,
                "numbers": (syncs, conflicts, resolved, reviews),
                "average": display.money(average, currency),
                "largest": display.money(largest, currency),
                "last": display.moment(last, now),
            }
        )
    chart = Chart(
        title=_("Conflicts by bank"),
        label_heading=_("Bank"),
        series=[_("Settled"), _("Open")],
        rows=[row(name, [one.resolved, one.conflicts - one.resolved]) for name, one in sorted(banks.items())],
        kind="bar",
        is_stacked=True,
    )
    context = {
        **admin.site.each_context(request),
        "title": _("Balance statistics"),
        "opts": BalanceConflict._meta,
        "days": days,
        "periods": [(one, one == days) for one in PERIODS],
        "accounts": accounts,
        "is_cut": len(found) > MOST_ACCOUNTS,
        "most": MOST_ACCOUNTS,
        "banks": sorted(banks.items()),
        "chart": chart,
        "queue_url": queue_url(),
    }
    return TemplateResponse(request, "admin/reconciliation/balanceconflict/statistics.html", context)


def account_panel(request: HttpRequest, account: Any) -> Panel | None:
    """The last 30 days of an account's comparisons, on its page."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM get_balance_sync_stats(%s, 30)", [account.pk])
        syncs, conflicts, resolved, reviews, average, largest, last = cursor.fetchone()
    headings = (
        _("Comparisons"),
        _("Conflicts"),
        _("Settled"),
        _("Needed a person"),
        _("Average"),
        _("Largest"),
        _("Last"),
    )
    return Panel(
        _("Balance comparisons, 30 days"),
        headings,
        [
            (
                display.number(syncs),
                display.number(conflicts),
                display.number(resolved),
                display.number(reviews),
                display.money(average, account.currency),
                display.money(largest, account.currency),
                display.moment(last, timezone.now()),
            )
        ]
        if syncs
        else [],
        empty=_("Not compared in the last 30 days."),
        numeric=headings[:6],
        more=(_("Its conflicts"), queue_url(f"account={account.pk}")),
    )


def coverage_panel(request: HttpRequest, account: Any) -> Panel:
    """Where an account's last twelve months are not covered, twice, or do not add up."""
    calendar = coverage_of_account(account, today())
    return Panel(
        _("Days covered by statements and syncs"),
        (_("From"), _("To"), _("Days"), _("What")),
        [(one["first"], one["last"], one["days"], one["words"]) for one in reversed(calendar["troubles"])],
        empty=_("Every day is covered once, and balances and rows add up.")
        if calendar["is_known"]
        else _("No statement or sync is known."),
        numeric=(_("Days"),),
        more=(_("The calendar"), coverage_url(account.pk)),
    )


register_panel("dwaybank.Account", "coverage", coverage_panel, permission=VIEW, rank=61)
register_panel("dwaybank.Account", "balances", account_panel, permission=VIEW, rank=60)
