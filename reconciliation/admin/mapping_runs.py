"""Runs of the matching engine: over what, with what parameters, with what outcome."""

from __future__ import annotations

from collections.abc import Sequence

from django.contrib import admin
from django.http import HttpRequest
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _

from dwaybank.admin import columns, display
from dwaybank.admin.base import BackOfficeModelAdmin
from dwaybank.admin.filters import only_one
from dwaybank.l10n import number_text
from dwaybank.translation import Text
from integrations.admin.shared import account
from reconciliation.admin.replay import replay_url, replay_view
from reconciliation.admin.reviewing import VIEW
from reconciliation.enums import ProposalOutcome
from reconciliation.models import MappingRun

_OUTCOME_WORDS = {str(one): one.label for one in ProposalOutcome} | {"matched": _("matched")}


def _outcomes(row: MappingRun) -> str:
    found = [(name, row.outcomes.get(name, 0)) for name in _OUTCOME_WORDS]
    return ", ".join(f"{str(_OUTCOME_WORDS[name]).lower()} {number_text(count)}" for name, count in found if count)


_OUTCOMES = columns.column("outcomes", _outcomes)
_HASH = columns.column("run_hash", lambda row: display.code(f"{row.run_hash[:16]}\u2026"), label=_("run hash"))
_BY = columns.link("created_by", "dwaybank.User", label=_("started by"))


@admin.register(MappingRun)
class MappingRunScreen(BackOfficeModelAdmin):
    """To read: written by each run."""

    list_display = (
        columns.time("created_at", label=_("run")),
        account(),
        columns.number("bank_lines", label=_("bank lines")),
        columns.number("ledger_lines", label=_("ledger lines")),
        _OUTCOMES,
        "seconds",
        _HASH,
    )
    list_filter = (only_one("account", "account"),)
    list_select_related = ("account", "created_by")
    not_in_lists = ("parameters", "ledger_offsets")
    ordering = ("-created_at",)
    uuid_search = ("pk", "account_id")
    search_help_text = _("The id of the run or of its account.")
    sections = (
        ("", (account(), "since", columns.time("created_at", label=_("run")), _BY)),
        (
            _("Lines"),
            (
                columns.number("bank_lines", label=_("bank lines")),
                columns.number("ledger_lines", label=_("ledger lines")),
                "seconds",
                _OUTCOMES,
                columns.json("ledger_offsets", label=_("reversed within the ledger")),
            ),
        ),
        (_("Record"), (columns.code("run_hash", label=_("run hash")), columns.json("parameters"), columns.code("id"))),
    )

    def get_urls(self) -> list[URLPattern]:
        """With the page that tries other thresholds."""
        view = self.admin_site.admin_view(replay_view)
        return [path("replay/", view, name="reconciliation_mappingrun_replay"), *super().get_urls()]

    def list_links(self, request: HttpRequest) -> Sequence[tuple[Text, str]]:
        """To try other thresholds, for who sees bank lines."""
        return [(_("Try other thresholds"), replay_url())] if request.user.has_perm(VIEW) else []
