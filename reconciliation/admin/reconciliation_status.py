"""Per external account, how far its bank transactions are mapped: the view ``transaction_reconciliation_status``."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse

from dwaybank.admin import columns, display
from dwaybank.admin.base import BackOfficeModelAdmin
from dwaybank.admin.display import list_url
from dwaybank.admin.paginator import BoundedPaginator
from dwaybank.models import Account
from integrations.admin.shared import customer
from reconciliation.admin.months import months_csv
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
_DIFFERENCE = columns.money("reconciliation_difference", label="difference", currency=None, signed=True)


@admin.register(TransactionReconciliationStatus)
class TransactionReconciliationStatusScreen(BackOfficeModelAdmin):
    """To read: a view, whose every row sums up one account's transactions; so few are shown at a time."""

    list_display = (
        "account_name",
        "external_bank_name",
        customer(),
        columns.number("total_bank_transactions", label="bank rows"),
        columns.number("mapped_transactions", label="mapped"),
        columns.number("unmapped_transactions", label="not mapped"),
        columns.money("total_bank_amount", label="bank sum", currency=None, signed=True),
        columns.money("total_mapped_amount", label="mapped sum", currency=None, signed=True),
        _DIFFERENCE,
        columns.number("discrepancies"),
    )
    list_per_page = 20
    list_select_related = ("user",)
    ordering = ("account_id",)
    uuid_search = ("pk", "user_id")
    search_help_text = "The id of the account or of its customer."
    sections = (
        ("", (_ACCOUNT, "external_bank_name", customer(), _PERIOD)),
        (
            "Rows",
            (
                columns.number("total_bank_transactions", label="bank rows"),
                columns.number("mapped_transactions", label="mapped"),
                columns.number("unmapped_transactions", label="not mapped"),
                columns.number("automatic_mappings", label="mapped automatically"),
                columns.number("manual_mappings", label="mapped by hand"),
                columns.number("discrepancies"),
            ),
        ),
        (
            "Sums, money in +, money out -",
            (
                columns.money("total_bank_amount", label="bank", currency=None, signed=True),
                columns.money("total_mapped_amount", label="mapped in the ledger", currency=None, signed=True),
                _DIFFERENCE,
                columns.time("last_import", label="last import"),
            ),
        ),
    )

    def get_paginator(
        self,
        request: HttpRequest,
        queryset: QuerySet[Any],
        per_page: int,
        orphans: int = 0,
        allow_empty_first_page: bool = True,
    ) -> BoundedPaginator:
        """Counts the accounts instead of the view's rows, each of which would be summed up to be counted."""
        accounts = None if request.GET.get("q") else Account.objects.filter(is_external=True, deleted_at=None)
        return BoundedPaginator(queryset, per_page, orphans, allow_empty_first_page, count_of=accounts)

    def object_links(self, request: HttpRequest, row: Any) -> list[tuple[str, str]]:
        """The account's lines that wait, and its months as a file."""
        links = [("CSV of the months", reverse("admin:reconciliation_status_months_csv", args=[row.pk]))]
        if request.user.has_perm("reconciliation.view_mappingproposal"):
            links.insert(0, ("Lines that wait", list_url("reconciliation.MappingProposal", f"account={row.pk}")))
        return links

    def get_urls(self) -> list[URLPattern]:
        """With the months as CSV."""
        months: Callable[..., HttpResponse] = self.admin_site.admin_view(self.months_view)
        return [
            path("<uuid:account_id>/months.csv", months, name="reconciliation_status_months_csv"),
            *super().get_urls(),
        ]

    def months_view(self, request: HttpRequest, account_id: UUID) -> HttpResponse:
        """The months of one account."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        if not Account.objects.filter(pk=account_id, is_external=True).exists():
            return self.not_found(request, str(account_id))
        return months_csv(account_id)
