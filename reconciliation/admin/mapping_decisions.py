"""The log of reviewers' decisions, and the decisions of one bank line as its pages show them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import admin
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dwaybank.admin import columns, display
from dwaybank.admin.base import BackOfficeModelAdmin
from dwaybank.admin.display import Tone
from dwaybank.admin.filters import only_one
from integrations.admin.shared import account, bank_transaction
from reconciliation.admin.shared import DECISION_TONES
from reconciliation.enums import DecisionKind
from reconciliation.models import MappingDecision
from reconciliation.models.mapping_decisions import on_line

MAX_SHOWN = 50
_WHEN = columns.time("decided_at", label=gettext_lazy("decided"))
_WHAT = columns.badge("decision", DECISION_TONES)
_BY = columns.link("decided_by", "dwaybank.User", label=gettext_lazy("by"))
_UNDOES = columns.link("undoes", "reconciliation.MappingDecision", label=gettext_lazy("takes back"))


@dataclass(frozen=True, slots=True)
class PastDecision:
    """One decision of a line; ``can_undo``: the newest one that stands."""

    pk: UUID
    what: SafeString
    kind: str
    who: str
    when: SafeString
    note: str
    undone: bool
    can_undo: bool


def decisions_of(bank_transaction_id: UUID) -> list[PastDecision]:
    """The newest decisions on a bank line, alone or with others, newest first, in one query."""
    found = (
        MappingDecision.objects.filter(on_line(bank_transaction_id))
        .select_related("decided_by")
        .defer("before", "after")
        .order_by()
    )
    # sorted here: asked for in order, the database might read all decisions from the newest on to find a line's few
    rows = sorted(found, key=lambda row: (row.decided_at, row.pk), reverse=True)[:MAX_SHOWN]
    undone = {row.undoes_id for row in rows if row.undoes_id}
    standing = [row.pk for row in rows if row.decision != DecisionKind.UNDO and row.pk not in undone]
    now = timezone.now()
    return [
        PastDecision(
            pk=row.pk,
            what=display.badge(row.get_decision_display(), DECISION_TONES.get(row.decision, Tone.QUIET)),
            kind=row.get_decision_display(),
            who=str(row.decided_by),
            when=display.moment(row.decided_at, now),
            note=row.note,
            undone=row.pk in undone,
            can_undo=standing[:1] == [row.pk],
        )
        for row in rows
    ]


@admin.register(MappingDecision)
class MappingDecisionScreen(BackOfficeModelAdmin):
    """To read: an event is never changed."""

    list_display = (_WHEN, _WHAT, bank_transaction(), account(), _BY, "note")
    list_filter = (only_one("account", "account"), only_one("decided_by", "reviewer"))
    list_select_related = ("account", "bank_transaction", "decided_by", "undoes")
    never_loaded = ("undoes__before", "undoes__after")
    not_in_lists = ("before", "after")
    ordering = ("-decided_at",)
    sorted_only_when_small = True
    uuid_search = ("pk", "bank_transaction_id")
    search_help_text = gettext_lazy("The id of the decision or of the bank transaction.")
    sections = (
        ("", (_WHAT, bank_transaction(), account(), _BY, _WHEN, columns.text("note"), _UNDOES)),
        (gettext_lazy("Before and after"), (columns.json("before"), columns.json("after"))),
        (gettext_lazy("Record"), (columns.code("id"),)),
    )

    def object_links(self, request: Any, row: Any) -> list[tuple[str, str]]:
        """Where the line stands now, with its whole history and the way to undo."""
        from reconciliation.admin.queue import line_url

        return [(_("Where the line stands"), line_url(row.bank_transaction_id))]
