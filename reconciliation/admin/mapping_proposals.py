"""Proposals: the table to read, and the addresses of the queue and the workbench."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dwaybank.admin import columns, display
from dwaybank.admin.base import BackOfficeModelAdmin
from dwaybank.admin.filters import only_one
from integrations.admin.shared import account, bank_transaction
from reconciliation.admin import queue_views, workbench
from reconciliation.admin.candidates import percent
from reconciliation.admin.queue import queue_url, work_url
from reconciliation.admin.shared import OUTCOME_TONES, PROPOSAL_TONES, reason_words
from reconciliation.models import MappingProposal

_STATUS = columns.badge("proposal_status", PROPOSAL_TONES, label=gettext_lazy("status"))
_OUTCOME = columns.badge("outcome", OUTCOME_TONES)
_REASON = columns.column("reason", lambda row: reason_words(row.reason) or display.NOTHING)
_DAY = columns.day("transaction_date", label=gettext_lazy("date"))
_CLAIMED = columns.link("claimed_by", "dwaybank.User", label=gettext_lazy("claimed by"))
_PROBABILITY = columns.column(
    "probability", lambda row: display.NOTHING if row.probability is None else percent(row.probability)
)
_MARGIN = columns.column("margin", lambda row: display.NOTHING if row.margin is None else percent(row.margin))
_DESCRIPTION = columns.column("description", lambda row: row.description or gettext_lazy("(no text)"))


@admin.register(MappingProposal)
class MappingProposalScreen(BackOfficeModelAdmin):
    """To read: written by matching; decided in the workbench."""

    list_display = (
        _DAY,
        _DESCRIPTION,
        columns.movement(),
        account(),
        _STATUS,
        _OUTCOME,
        _REASON,
        _PROBABILITY,
        _CLAIMED,
    )
    list_display_links = (_DESCRIPTION,)
    list_filter = ("proposal_status", "outcome", only_one("account", "account"), only_one("run", "run"))
    list_select_related = ("account", "claimed_by", "bank_transaction", "run")
    never_loaded = ("run__parameters", "run__ledger_offsets")
    not_in_lists = ("candidates",)
    ordering = ("-transaction_date", "-pk")
    sorted_only_when_small = True
    uuid_search = ("pk", "bank_transaction_id", "group_id")
    search_help_text = gettext_lazy("The id of the proposal, of the bank transaction or of the group.")
    sections = (
        ("", (_DAY, _DESCRIPTION, columns.movement(), account(), bank_transaction(), _STATUS)),
        (gettext_lazy("Found"), (_OUTCOME, _REASON, _PROBABILITY, _MARGIN, "is_exact", columns.json("candidates"))),
        (gettext_lazy("Work"), (_CLAIMED, columns.time("claimed_at", label=gettext_lazy("claimed")))),
        (
            gettext_lazy("Record"),
            (
                columns.link("run", "reconciliation.MappingRun", label=gettext_lazy("run")),
                columns.code("group_id", label=gettext_lazy("group")),
                "version",
                columns.code("id"),
                columns.time("created_at"),
                columns.time("updated_at"),
            ),
        ),
    )

    def get_urls(self) -> list[URLPattern]:
        """With the queue and the workbench."""
        wrap, name = self.admin_site.admin_view, "reconciliation_mappingproposal"
        return [
            path("queue/", wrap(queue_views.queue_view), name=f"{name}_queue"),
            path("queue/act/", wrap(queue_views.act_view), name=f"{name}_act"),
            path("<uuid:proposal_id>/work/", wrap(workbench.work_view), name=f"{name}_work"),
            path("undo/<uuid:decision_id>/", wrap(workbench.undo_view), name=f"{name}_undo"),
            path("line/<uuid:bank_transaction_id>/", wrap(workbench.line_view), name=f"{name}_line"),
            *super().get_urls(),
        ]

    def list_links(self, request: HttpRequest) -> list[tuple[str, str]]:
        """The queue."""
        return [(_("Open the queue"), queue_url())]

    def object_links(self, request: HttpRequest, row: Any) -> list[tuple[str, str]]:
        """The workbench."""
        return [(_("Open in the workbench"), work_url(row.pk))]
