"""Mappings: which bank transaction is which ledger transaction."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse

from dwaybank.admin import columns, display
from dwaybank.admin.base import BackOfficeModelAdmin, as_uuid
from dwaybank.admin.display import admin_url
from dwaybank.admin.refusals import refusal_message
from reconciliation import decisions
from reconciliation.admin.shared import MAPPING_TONES, TYPE_TONES
from reconciliation.admin.workbench_view import shown_history
from reconciliation.decisions import DecisionRefused
from reconciliation.models import TransactionMapping

_STATUS = columns.badge("reconciliation_status", MAPPING_TONES, label="status")
_TYPE = columns.badge("mapping_type", TYPE_TONES, label="made")
_LEDGER = columns.link("transaction", "dwaybank.Transaction", label="ledger transaction")
_BANK = columns.link(
    "bank_transaction",
    "integrations.BankTransaction",
    label="bank transaction",
    text=lambda key: f"{key.transaction_date} {key.external_transaction_id}",
)
_CONFIDENCE = columns.column(
    "mapping_confidence",
    lambda row: display.NOTHING if row.mapping_confidence is None else f"{row.mapping_confidence:.0%}",
    label="confidence",
)
_DISCREPANCY = columns.money("discrepancy_amount", label="discrepancy", currency=None)
_REVIEWER = columns.link("reviewed_by", "dwaybank.User", label="reviewed by")


@admin.register(TransactionMapping)
class TransactionMappingScreen(BackOfficeModelAdmin):
    """To read: mappings are made by matching and by reviewers' decisions."""

    list_display = (
        columns.time("created_at", label="made on"),
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
    search_help_text = "The id of the mapping, the ledger transaction or the bank transaction."
    sections = (
        ("", (_BANK, _LEDGER, _STATUS, _TYPE, _CONFIDENCE, "mapping_algorithm")),
        ("Discrepancy", (_DISCREPANCY, columns.text("discrepancy_reason", label="reason"))),
        ("Review", (_REVIEWER, columns.time("reviewed_at"), columns.text("review_notes", label="notes"))),
        ("Record", (columns.code("id"), columns.time("created_at"), columns.time("updated_at"))),
    )

    def get_urls(self) -> list[URLPattern]:
        """With the page on which a mapping is decided anew."""
        decide: Callable[..., HttpResponse] = self.admin_site.admin_view(self.decide_view)
        return [
            path("<uuid:object_id>/decide/", decide, name="reconciliation_transactionmapping_decide"),
            *super().get_urls(),
        ]

    def object_links(self, request: HttpRequest, row: Any) -> list[tuple[str, str]]:
        """To decide anew, for who may."""
        if not request.user.has_perm("reconciliation.decide_mapping"):
            return []
        return [("Decide anew", reverse("admin:reconciliation_transactionmapping_decide", args=[row.pk]))]

    def decide_view(self, request: HttpRequest, object_id: UUID) -> HttpResponse:
        """Correct, dispute or unmap, each with its note; and take back decisions on the line."""
        if not request.user.has_perm("reconciliation.decide_mapping"):
            raise PermissionDenied
        related = TransactionMapping.objects.select_related("transaction", "bank_transaction")
        mapping = related.filter(pk=object_id).first()
        if mapping is None:
            return self.not_found(request, str(object_id))
        if request.method == "POST":
            return self._decide(request, mapping)
        context = {
            **self.admin_site.each_context(request),
            "title": "Decide a mapping anew",
            "opts": self.opts,
            "mapping": mapping,
            "history": shown_history(mapping.bank_transaction_id),
            "may_undo": True,
        }
        return TemplateResponse(request, "admin/reconciliation/transactionmapping/decide.html", context)

    def _decide(self, request: HttpRequest, mapping: TransactionMapping) -> HttpResponse:
        post, note = request.POST, request.POST.get("note", "")
        actor = self.actor(request, note)
        ids = [pk for text in post.get("ledger_ids", "").replace(",", " ").split() if (pk := as_uuid(text))]
        acts: dict[str, Callable[[], Any]] = {
            "correct": lambda: decisions.correct(
                mapping.pk, ids, actor=actor, note=note, reason=post.get("reason", "")
            ),
            "dispute": lambda: decisions.dispute(mapping.pk, actor=actor, note=note),
            "unmap": lambda: decisions.unmap(mapping.pk, actor=actor, note=note),
            "undo": lambda: decisions.undo(as_uuid(post.get("undo", "")) or UUID(int=0), actor=actor),
        }
        try:
            if post.get("decision") not in acts:
                raise DecisionRefused("Nothing was decided: the page did not say what.")
            if post["decision"] == "correct" and not ids:
                raise DecisionRefused("Name the ledger transaction it is: the id from its page.")
            acts[post["decision"]]()
        except DecisionRefused as error:
            messages.error(request, str(error))
            return HttpResponseRedirect(request.get_full_path())
        except DatabaseError as error:
            if (message := refusal_message(error)) is None:
                raise
            messages.error(request, f"{message} Nothing was changed.")
            return HttpResponseRedirect(request.get_full_path())
        messages.success(request, "Decided. The line's history has it.")
        return HttpResponseRedirect(admin_url("integrations.BankTransaction", mapping.bank_transaction_id))
