"""Per external account, how far its bank transactions are mapped: the view ``transaction_reconciliation_status``."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Func, IntegerField, OuterRef, QuerySet
from django.http import HttpRequest
from django.urls import URLPattern, path
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dwaybank.admin import columns, display
from dwaybank.admin.base import BackOfficeModelAdmin
from dwaybank.admin.display import list_url
from dwaybank.l10n import count_text
from dwaybank.models import Account
from integrations.admin.shared import customer
from reconciliation.admin.month_progress import month_csv_view, month_url, month_view
from reconciliation.admin.most_waiting import MostWaitingFirst, open_lines
from reconciliation.admin.queue import MAX_COUNTED, queue_url
from reconciliation.admin.reviewing import VIEW
from reconciliation.models import TransactionReconciliationStatus

_ACCOUNT = columns.column(
    "account", lambda row: display.object_link("dwaybank.Account", row.account_id, row.account_name)
)
_PERIOD = columns.column(
    "period",
    lambda row: (
        display.NOTHING
        if row.earliest_transaction is None
        else f"{row.earliest_transaction} \u2013 {row.latest_transaction}"
    ),
)
_WAITING = columns.column(
    "waiting",
    lambda row: format_html('<span class="number">{}</span>', count_text(row.waiting, MAX_COUNTED)),
    plain=lambda row: row.waiting,
)
_DIFFERENCE = columns.money("reconciliation_difference", label=gettext_lazy("difference"), currency=None, signed=True)


@admin.register(TransactionReconciliationStatus)
class TransactionReconciliationStatusScreen(BackOfficeModelAdmin):
    """To read: a view, whose every row sums up one account's transactions; so few are shown at a time."""

    list_display = (
        "account_name",
        "external_bank_name",
        customer(),
        _WAITING,
        columns.number("total_bank_transactions", label=gettext_lazy("bank rows")),
        columns.number("mapped_transactions", label=gettext_lazy("mapped")),
        columns.number("unmapped_transactions", label=gettext_lazy("not mapped")),
        columns.money("total_bank_amount", label=gettext_lazy("bank sum"), currency=None, signed=True),
        columns.money("total_mapped_amount", label=gettext_lazy("mapped sum"), currency=None, signed=True),
        _DIFFERENCE,
        columns.number("discrepancies"),
    )
    list_per_page = 10
    order_words = gettext_lazy(
        "Accounts with most lines waiting for a person come first, counted among the 5,000 oldest lines."
    )
    list_select_related = ("user",)
    ordering = ("account_id",)
    uuid_search = ("pk", "user_id")
    search_help_text = gettext_lazy("The id of the account or of its customer.")
    sections = (
        ("", (_ACCOUNT, "external_bank_name", customer(), _PERIOD)),
        (
            gettext_lazy("Rows"),
            (
                columns.number("total_bank_transactions", label=gettext_lazy("bank rows")),
                columns.number("mapped_transactions", label=gettext_lazy("mapped")),
                columns.number("unmapped_transactions", label=gettext_lazy("not mapped")),
                _WAITING,
                columns.number("automatic_mappings", label=gettext_lazy("mapped automatically")),
                columns.number("manual_mappings", label=gettext_lazy("mapped by hand")),
                columns.number("discrepancies"),
            ),
        ),
        (
            gettext_lazy("Sums, money in +, money out -"),
            (
                columns.money("total_bank_amount", label=gettext_lazy("bank"), currency=None, signed=True),
                columns.money(
                    "total_mapped_amount", label=gettext_lazy("mapped in the ledger"), currency=None, signed=True
                ),
                _DIFFERENCE,
                columns.time("last_import", label=gettext_lazy("last import")),
            ),
        ),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """With the lines that wait, counted for the rows shown alone, to ``MAX_COUNTED`` and no further."""
        # in the order of the index: unordered, a queue of one account alone is read whole for each of the others
        theirs = open_lines().filter(account=OuterRef("pk")).order_by("transaction_date", "pk")
        waiting = ArraySubquery(theirs.values("pk")[: MAX_COUNTED + 1])
        rows: QuerySet[Any] = super().get_queryset(request)
        counted: QuerySet[Any] = rows.annotate(
            waiting=Func(waiting, function="cardinality", output_field=IntegerField())
        )
        return counted

    def get_paginator(self, request: HttpRequest, queryset: QuerySet[Any], *args: Any, **options: Any) -> Any:
        """Most work first; what a search finds is one row or few."""
        if request.GET.get("q"):
            return super().get_paginator(request, queryset, *args, **options)
        return MostWaitingFirst(queryset, *args, **options, **self.counting(request))

    def counting(self, request: HttpRequest) -> dict[str, Any]:
        """The accounts are counted instead of the view's rows, each of which would be summed up for it."""
        accounts = None if request.GET.get("q") else Account.objects.filter(is_external=True, deleted_at=None)
        return {"count_of": accounts}

    def get_urls(self) -> list[URLPattern]:
        """With the month's picture and its CSV."""
        wrap, name = self.admin_site.admin_view, "reconciliation_transactionreconciliationstatus"
        return [
            path("<uuid:account_id>/month/", wrap(month_view), name=f"{name}_month"),
            path("<uuid:account_id>/month.csv", wrap(month_csv_view), name=f"{name}_month_csv"),
            *super().get_urls(),
        ]

    def object_links(self, request: HttpRequest, row: Any) -> list[tuple[str, str]]:
        """The month as a picture, and the account's bank transactions that no one mapped yet."""
        links = [(_("Month by day"), month_url(row.pk))]
        if request.user.has_perm(VIEW):
            links.append((_("Work on this account's queue"), queue_url(f"whose=all&account={row.pk}")))
        if not request.user.has_perm("integrations.view_banktransaction"):
            return links
        query = f"account={row.pk}&processing_status__exact=imported"
        return [*links, (_("Not yet mapped"), list_url("integrations.BankTransaction", query))]
