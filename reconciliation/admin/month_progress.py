"""How far a month of one account is reconciled: a picture with its table, the lines behind it, and CSV."""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from django.contrib import admin
from django.db.models import Count, OuterRef, Q, QuerySet, Subquery, Sum
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from dwaybank.admin import display
from dwaybank.admin.csv_text import BOM, csv_line, plain_text
from dwaybank.admin.display import list_url
from dwaybank.enums import ReadKind
from dwaybank.l10n import percent_text
from dwaybank.models import Account
from dwaybank.reads import record_read
from dwaybank.reauth import ensure_recent_sign_in
from integrations.enums import ProcessingStatus
from integrations.models import BankTransaction
from reconciliation.admin.queue import queue_url
from reconciliation.admin.reviewing import VIEW, require, today
from reconciliation.decisions.locking import signed
from reconciliation.models import TransactionMapping, TransactionReconciliationStatus

PERMISSION: Final = "reconciliation.view_transactionreconciliationstatus"
_SETTLED: Final = (ProcessingStatus.MAPPED, ProcessingStatus.PROCESSED)
_WIDTH, _HEIGHT, _TOP, _BOTTOM, _LEFT = 900, 180, 14, 24, 34
_COLUMNS: Final = (
    gettext_lazy("date"),
    gettext_lazy("description"),
    gettext_lazy("amount"),
    gettext_lazy("currency"),
    gettext_lazy("status"),
    gettext_lazy("ledger transaction"),
    gettext_lazy("ledger date"),
    gettext_lazy("ledger text"),
    gettext_lazy("mapping"),
    gettext_lazy("difference"),
    gettext_lazy("reason"),
    gettext_lazy("reviewed by"),
    gettext_lazy("bank transaction"),
)


@dataclass(frozen=True, slots=True)
class Day:
    """One day of the month: how many lines, how many of them settled; and its bar in the picture's units."""

    day: date
    total: int
    settled: int
    amount: Any
    url: str
    x: float
    width: float
    open_y: float
    open_height: float
    settled_y: float
    settled_height: float

    @property
    def open(self) -> int:
        """Lines that wait."""
        return self.total - self.settled


def month_url(account_id: UUID, month: date | None = None, view: str = "month") -> str:
    """Address of an account's month; without one, of its newest."""
    address = reverse(f"admin:reconciliation_transactionreconciliationstatus_{view}", args=[account_id])
    return address + (f"?month={month:%Y-%m}" if month else "")


@require_GET
def month_view(request: HttpRequest, account_id: UUID) -> HttpResponse:
    """The month as bars, one a day, and as a table."""
    require(request, PERMISSION)
    account = _account(account_id)
    month = _month(request, account)
    days = _days(account, month)
    total, settled = sum(day.total for day in days), sum(day.settled for day in days)
    context = {
        **admin.site.each_context(request),
        "title": f"{account.account_name}, {date_format(month, 'F Y')}",
        "opts": TransactionReconciliationStatus._meta,
        "account": account,
        "month": month,
        "days": days,
        "total": total,
        "settled": settled,
        "open": total - settled,
        "share": percent_text(Decimal(100 * settled // total) / 100) if total else "",
        "most": max((day.total for day in days), default=0),
        "size": (_WIDTH, _HEIGHT),
        "axis": (_LEFT, _HEIGHT - _BOTTOM, _WIDTH),
        "top": _TOP + 4,
        "earlier_url": month_url(account.pk, _shifted(month, -1)),
        "later_url": month_url(account.pk, _shifted(month, 1)) if _shifted(month, 1) <= today() else "",
        "csv_url": month_url(account.pk, month, "month_csv"),
        "work_url": queue_url(f"whose=all&account={account.pk}") if request.user.has_perm(VIEW) else "",
        "open_url": _lines_url(account, month, "imported,error"),
    }
    return TemplateResponse(request, "admin/reconciliation/reconciliationstatus/month.html", context)


@require_GET
def month_csv_view(request: HttpRequest, account_id: UUID) -> StreamingHttpResponse:
    """The month's lines with what each is mapped to, a row at a time."""
    require(request, PERMISSION)
    ensure_recent_sign_in(request)
    account = _account(account_id)
    month = _month(request, account)
    record_read(request, account, what=ReadKind.EXPORT)
    response = StreamingHttpResponse(_csv_rows(account, month), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="reconciliation-{account.pk}-{month:%Y-%m}.csv"'
    return response


def _account(account_id: UUID) -> Account:
    account = Account.objects.filter(pk=account_id, is_external=True, deleted_at=None).first()
    if account is None:
        raise Http404(_("There is no such external account."))
    return account


def _month(request: HttpRequest, account: Account) -> date:
    """The month of the address; else that of the account's newest line; else this one."""
    asked = re.fullmatch(r"(\d{4})-(\d{2})", request.GET.get("month", ""), re.ASCII)
    if asked and 1900 <= int(asked[1]) <= 9998 and 1 <= int(asked[2]) <= 12:
        return date(int(asked[1]), int(asked[2]), 1)
    newest = BankTransaction.objects.filter(account=account, transaction_date__lte=today())
    day = newest.order_by("-transaction_date").values_list("transaction_date", flat=True).first()
    return (day or today()).replace(day=1)


def _shifted(month: date, by: int) -> date:
    return (month + timedelta(days=31) if by > 0 else month - timedelta(days=1)).replace(day=1)


def _lines(account: Account, month: date) -> QuerySet[BankTransaction]:
    """The month's lines that count: one partition."""
    rows = BankTransaction.objects.filter(
        account=account, transaction_date__gte=month, transaction_date__lt=_shifted(month, 1)
    )
    return rows.exclude(processing_status=ProcessingStatus.DUPLICATE)


def _lines_url(account: Account, month: date, states: str = "", day: int | None = None) -> str:
    parts = [f"account={account.pk}", f"transaction_date__year={month.year}", f"transaction_date__month={month.month}"]
    if day:
        parts.append(f"transaction_date__day={day}")
    if states:
        parts.append(f"processing_status__in={states}")
    return list_url("integrations.BankTransaction", "&".join(parts))


def _days(account: Account, month: date) -> list[Day]:
    """Every day of the month, in one query."""
    found = {
        row["transaction_date"]: row
        for row in _lines(account, month)
        .values("transaction_date")
        .annotate(
            total=Count("pk"),
            settled=Count("pk", filter=Q(processing_status__in=_SETTLED)),
            money_in=Sum("amount", filter=Q(transaction_type="credit")),
            money_out=Sum("amount", filter=Q(transaction_type="debit")),
        )
        .order_by("transaction_date")
    }
    most = max((row["total"] for row in found.values()), default=0) or 1
    last = calendar.monthrange(month.year, month.month)[1]
    step, room = (_WIDTH - _LEFT) / last, _HEIGHT - _TOP - _BOTTOM
    days = []
    for number in range(1, last + 1):
        day = month.replace(day=number)
        row = found.get(day, {"total": 0, "settled": 0, "money_in": None, "money_out": None})
        net = Decimal(row["money_in"] or 0) - Decimal(row["money_out"] or 0)
        settled, whole = room * row["settled"] / most, room * row["total"] / most
        base = _HEIGHT - _BOTTOM
        days.append(
            Day(
                day=day,
                total=row["total"],
                settled=row["settled"],
                amount=display.money(net, account.currency, signed=True),
                url=_lines_url(account, month, day=number),
                x=round(_LEFT + step * (number - 1) + step * 0.15, 1),
                width=round(step * 0.7, 1),
                open_y=round(base - whole, 1),
                open_height=round(whole - settled, 1),
                settled_y=round(base - settled, 1),
                settled_height=round(settled, 1),
            )
        )
    return days


# --- CSV


def _csv_rows(account: Account, month: date) -> Iterator[str]:
    yield BOM + csv_line([str(one) for one in _COLUMNS])
    mapping = TransactionMapping.objects.filter(bank_transaction_id=OuterRef("pk"))
    rows = (
        _lines(account, month)
        .annotate(
            mapping_kind=Subquery(mapping.values("mapping_type")[:1]),
            difference=Subquery(mapping.values("discrepancy_amount")[:1]),
            difference_reason=Subquery(mapping.values("discrepancy_reason")[:1]),
            ledger_day=Subquery(mapping.values("transaction__transaction_date")[:1]),
            ledger_text=Subquery(mapping.values("transaction__description")[:1]),
            reviewer=Subquery(mapping.values("reviewed_by__email")[:1]),
        )
        .defer("raw_data", "normalized_data")
        .order_by("transaction_date", "pk")
    )
    for row in rows.iterator(chunk_size=2_000):
        yield csv_line(_csv_row(row))


def _csv_row(row: Any) -> Sequence[object]:
    return (
        row.transaction_date.isoformat(),
        plain_text(row.raw_description or ""),
        signed(row),
        row.currency,
        row.processing_status,
        row.mapped_transaction_id or "",
        row.ledger_day.isoformat() if row.ledger_day else "",
        plain_text(row.ledger_text or ""),
        row.mapping_kind or "",
        "" if row.difference is None else row.difference,
        plain_text(row.difference_reason or ""),
        plain_text(row.reviewer or ""),
        row.pk,
    )
