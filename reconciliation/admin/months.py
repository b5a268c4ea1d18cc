"""Each month of an account: how far it is mapped, as a picture, as figures, and as CSV."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from dwaybank.admin import display
from dwaybank.admin.display import link, list_url
from dwaybank.admin.panels import Panel, register_panel
from reconciliation.mapping.loading import sql_of

MOST_MONTHS: Final = 24
CSV_COLUMNS: Final = ("month", "bank_lines", "mapped", "settled", "waiting", "bank_sum", "waiting_sum")


@dataclass(frozen=True, slots=True)
class Month:
    """One month: lines of the bank, and what became of them. ``settled``: charges that were reversed."""

    month: date
    bank_lines: int
    mapped: int
    settled: int
    waiting: int
    bank_sum: Decimal
    waiting_sum: Decimal

    @property
    def done(self) -> float:
        """Share of the lines that wait no longer."""
        return (self.mapped + self.settled) / self.bank_lines if self.bank_lines else 1.0


def months_of(account_id: UUID, most: int = MOST_MONTHS) -> list[Month]:
    """The account's months, newest first."""
    with connection.cursor() as cursor:
        cursor.execute(sql_of("months"), {"account_id": account_id, "most": most})
        return [Month(*row) for row in cursor.fetchall()]


def months_csv(account_id: UUID) -> HttpResponse:
    """All months as a file; every cell is a date or a number, so nothing in it is a formula."""
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="months-{account_id}.csv"'
    writer = csv.writer(response)
    writer.writerow(CSV_COLUMNS)
    for one in months_of(account_id, most=1_200):
        figures = (one.bank_lines, one.mapped, one.settled, one.waiting, one.bank_sum, one.waiting_sum)
        writer.writerow((f"{one.month:%Y-%m}", *figures))
    return response


def months_panel(request: HttpRequest, row: Any) -> Panel:
    """The months with their progress; what waits leads to its lines."""
    return Panel(
        "Month by month",
        ("Month", "Progress", "Bank lines", "Mapped", "Reversed", "Waiting", "Bank sum", "Waiting sum"),
        [_cells(row.pk, one) for one in months_of(row.pk)],
        empty="No bank line yet.",
        numeric=("Bank lines", "Mapped", "Reversed", "Waiting", "Bank sum", "Waiting sum"),
    )


def _cells(account_id: UUID, one: Month) -> Sequence[object]:
    query = (
        f"account={account_id}&transaction_date__year={one.month.year}&transaction_date__month={one.month.month}"
        "&processing_status__exact=imported"
    )
    waiting: object = display.number(one.waiting)
    if one.waiting:
        waiting = link(list_url("integrations.BankTransaction", query), one.waiting)
    return (
        f"{one.month:%Y-%m}",
        _progress(one),
        display.number(one.bank_lines),
        display.number(one.mapped),
        display.number(one.settled),
        waiting,
        display.money(one.bank_sum, signed=True),
        display.money(one.waiting_sum, signed=True),
    )


def _progress(one: Month) -> SafeString:
    """A bar; its text says the same."""
    share = f"{one.done:.0%}"
    return format_html(
        '<progress max="{}" value="{}" aria-label="{} of {} done">{}</progress> {}',
        one.bank_lines,
        one.mapped + one.settled,
        share,
        f"{one.month:%Y-%m}",
        share,
        share,
    )


register_panel(
    "reconciliation.TransactionReconciliationStatus",
    "months",
    months_panel,
    permission="reconciliation.view_transactionreconciliationstatus",
    rank=10,
)
