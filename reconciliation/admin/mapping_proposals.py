"""The queue of bank lines that wait for a reviewer, and the way into the workbench."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.db import DatabaseError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils.html import format_html
from django.utils.safestring import SafeString

from dwaybank.admin import columns, display
from dwaybank.admin.base import BackOfficeModelAdmin
from dwaybank.admin.filters import only_one
from dwaybank.admin.refusals import refusal_message
from integrations.admin.shared import account
from reconciliation import decisions
from reconciliation.admin.proposal_filters import (
    AgeFilter,
    AmountFilter,
    ClaimFilter,
    ConfidenceFilter,
    OutcomeFilter,
    StatusFilter,
)
from reconciliation.admin.wording import OUTCOME_TONES, PROPOSAL_TONES, reason_words
from reconciliation.admin.workbench import Workbench
from reconciliation.decisions import DecisionRefused, Seen
from reconciliation.enums import ProposalOutcome
from reconciliation.models import MappingProposal

_OUTCOME = columns.badge("outcome", OUTCOME_TONES, label="found")
_STATUS = columns.badge("proposal_status", PROPOSAL_TONES, label="status")
_LINE = columns.column("description", lambda row: row.description or "(no text)", label="bank line")
_CONFIDENCE = columns.column(
    "probability",
    lambda row: display.NOTHING if row.probability is None else f"{row.probability:.1%}",
    label="confidence",
)
_REASON = columns.column("reason", lambda row: reason_words(row.reason) or display.NOTHING)


@admin.action(description="Approve the selected exact or likely matches", permissions=["decide"])
def approve_selected(screen: Any, request: HttpRequest, queryset: QuerySet[MappingProposal]) -> None:
    """Approve each on its own, and say for each that was not, why."""
    approved, skipped = 0, []
    for proposal in queryset.order_by("transaction_date", "pk"):
        if proposal.outcome != ProposalOutcome.MATCHED:
            skipped.append((proposal, f"{proposal.get_outcome_display().lower()}: needs a look of its own"))
            continue
        version = request.POST.get(f"version-{proposal.pk}", "")
        seen = Seen(proposal.pk, int(version) if version.isdigit() else proposal.version)
        try:
            decisions.approve(seen, actor=screen.actor(request, "approved with others"), note="approved with others")
        except DecisionRefused as error:
            skipped.append((proposal, str(error)))
        except DatabaseError as error:
            if (message := refusal_message(error)) is None:
                raise
            skipped.append((proposal, message))
        else:
            approved += 1
    if approved:
        messages.success(request, f"{approved} approved.")
    for proposal, why in skipped:
        messages.warning(request, f"Skipped {proposal}: {why}")


@admin.action(description="Claim the selected lines", permissions=["decide"])
def claim_selected(screen: Any, request: HttpRequest, queryset: QuerySet[MappingProposal]) -> None:
    """Take those that nobody has."""
    ids = list(queryset.values_list("pk", flat=True))
    taken = decisions.claim(ids, actor=screen.actor(request))
    messages.success(request, f"{taken} of {len(ids)} are yours now.")
    if taken < len(ids):
        messages.warning(request, f"{len(ids) - taken} are somebody else's, or no longer wait.")


@admin.action(description="Release the selected lines", permissions=["decide"])
def release_selected(screen: Any, request: HttpRequest, queryset: QuerySet[MappingProposal]) -> None:
    """Give back those that are mine."""
    released = decisions.release(list(queryset.values_list("pk", flat=True)), actor=screen.actor(request))
    messages.success(request, f"{released} released.")


@admin.register(MappingProposal)
class MappingProposalScreen(BackOfficeModelAdmin):
    """The queue, oldest first; each line opens in the workbench."""

    actions = [approve_selected, claim_selected, release_selected]  # type: ignore[assignment]
    list_display = (
        columns.day("transaction_date", label="date", sort="transaction_date"),
        _LINE,
        columns.movement("amount", sort="amount"),
        account(),
        _OUTCOME,
        _REASON,
        _CONFIDENCE,
        columns.link("claimed_by", "dwaybank.User", label="reviewer"),
    )
    list_display_links = (_LINE,)
    list_filter = (
        StatusFilter,
        ClaimFilter,
        OutcomeFilter,
        AgeFilter,
        AmountFilter,
        ConfidenceFilter,
        only_one("account", "account"),
    )
    list_select_related = ("account", "claimed_by")
    not_in_lists = ("candidates",)
    ordering = ("transaction_date",)
    uuid_search = ("pk", "bank_transaction_id", "account_id")
    search_help_text = "The id of a proposal, a bank transaction or an account."
    sections = (("", (_LINE, _STATUS)),)

    def has_decide_permission(self, request: HttpRequest) -> bool:
        """Who may decide."""
        return request.user.has_perm("reconciliation.decide_mapping")

    def get_actions(self, request: HttpRequest) -> Any:
        """Only for who may decide; never Django's own deletion."""
        actions = super().get_actions(request)
        actions.pop("delete_selected", None)
        return actions

    @admin.display(description="")
    def action_checkbox(self, obj: MappingProposal) -> SafeString:
        """Checked where the match is exact; with the version that this page shows."""
        box = forms.CheckboxInput(
            {"class": "action-select", "aria-label": f"Select {obj}"}, lambda value: bool(obj.is_exact)
        )
        version = forms.HiddenInput().render(f"version-{obj.pk}", obj.version)
        return format_html("{}{}", box.render(ACTION_CHECKBOX_NAME, str(obj.pk)), version)

    def get_urls(self) -> list[URLPattern]:
        """With the search for ledger transactions, which the workbench loads in part."""
        search: Callable[..., HttpResponse] = self.admin_site.admin_view(self.ledger_view)
        return [
            path("<uuid:object_id>/ledger/", search, name="reconciliation_mappingproposal_ledger"),
            *super().get_urls(),
        ]

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """The workbench of one line."""
        return Workbench(self, request).respond(object_id)

    def ledger_view(self, request: HttpRequest, object_id: Any) -> HttpResponse:
        """Ledger transactions to choose from, as a part of the page."""
        return Workbench(self, request).ledger(str(object_id))
