"""Mappings: which bank transaction is which ledger transaction."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dwaybank.admin import columns, display
from dwaybank.admin.base import BackOfficeModelAdmin
from dwaybank.admin.history import HistoryEntry, run_entry
from reconciliation.admin import mapped_line
from reconciliation.admin.reviewing import VIEW, may_decide
from reconciliation.admin.shared import MAPPING_TONES, TYPE_TONES
from reconciliation.models import TransactionMapping

_STATUS = columns.badge("reconciliation_status", MAPPING_TONES, label=gettext_lazy("status"))
_TYPE = columns.badge("mapping_type", TYPE_TONES, label=gettext_lazy("made"))
_LEDGER = columns.link("transaction", "dwaybank.Transaction", label=gettext_lazy("ledger transaction"))
_BANK = columns.link(
    "bank_transaction",
    "integrations.BankTransaction",
    label=gettext_lazy("bank transaction"),
    text=lambda key: f"{key.transaction_date} {key.external_transaction_id}",
)
_CONFIDENCE = columns.column(
    "mapping_confidence",
    lambda row: display.NOTHING if row.mapping_confidence is None else f"{row.mapping_confidence:.0%}",
    label=gettext_lazy("confidence"),
)
_DISCREPANCY = columns.money("discrepancy_amount", label=gettext_lazy("discrepancy"), currency=None)
_REVIEWER = columns.link("reviewed_by", "dwaybank.User", label=gettext_lazy("reviewed by"))


@admin.register(TransactionMapping)
class TransactionMappingScreen(BackOfficeModelAdmin):
    """To read: made by matching and by reviewers' decisions; changed by decisions, which have a page of their own."""

    list_display = (
        columns.time("created_at", label=gettext_lazy("made on")),
        _BANK,
        _LEDGER,
        _STATUS,
        _TYPE,
        _CONFIDENCE,
        _DISCREPANCY,
        _REVIEWER,
    )
    list_filter = ("reconciliation_status", "mapping_type")
    list_select_related = ("transaction", "bank_transaction", "reviewed_by")
    never_loaded = ("transaction__transaction_metadata",)
    ordering = ("-created_at",)
    sorted_only_when_small = True
    uuid_search = ("pk", "transaction_id", "bank_transaction_id")
    search_help_text = gettext_lazy("The id of the mapping, the ledger transaction or the bank transaction.")
    sections = (
        ("", (_BANK, _LEDGER, _STATUS, _TYPE, _CONFIDENCE, "mapping_algorithm")),
        (gettext_lazy("Discrepancy"), (_DISCREPANCY, columns.text("discrepancy_reason", label=gettext_lazy("reason")))),
        (
            gettext_lazy("Review"),
            (_REVIEWER, columns.time("reviewed_at"), columns.text("review_notes", label=gettext_lazy("notes"))),
        ),
        (gettext_lazy("Record"), (columns.code("id"), columns.time("created_at"), columns.time("updated_at"))),
    )

    def get_urls(self) -> list[URLPattern]:
        """With the page of decisions on a mapped line."""
        return [
            path(
                "<uuid:mapping_id>/decide/",
                self.admin_site.admin_view(mapped_line.decide_view),
                name="reconciliation_transactionmapping_decide",
            ),
            *super().get_urls(),
        ]

    def get_history(self, request: HttpRequest, row: Any) -> list[HistoryEntry]:
        """What became of it, and which run made it where that is recorded with the run's other mappings."""
        made = run_entry(row, TransactionMapping._meta.db_table)
        changed = super().get_history(request, row)
        return [*changed, made] if made else changed

    def object_links(self, request: HttpRequest, row: Any) -> list[tuple[str, str]]:
        """Correct, dispute, unmap; to who only looks, the history."""
        if not request.user.has_perm(VIEW):
            return []
        text = _("Correct, dispute or unmap") if may_decide(request) else _("Decisions")
        return [(text, display.admin_url("reconciliation.TransactionMapping", row.pk, "decide"))]
