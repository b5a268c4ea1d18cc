"""Which ledger transactions stand for others, so that batches map one to one."""

from __future__ import annotations

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from dwaybank.admin import columns
from dwaybank.admin.base import BackOfficeModelAdmin
from dwaybank.admin.filters import only_one
from reconciliation.models import TransactionPart

_WHOLE = columns.link("parent", "dwaybank.Transaction", label=_("the whole"))
_PART = columns.link("part", "dwaybank.Transaction", label=_("part"))


@admin.register(TransactionPart)
class TransactionPartScreen(BackOfficeModelAdmin):
    """To read: made and taken away by decisions and by matching."""

    list_display = (_WHOLE, _PART, "made", columns.time("created_at", label=_("made on")))
    list_display_links = ("made",)
    list_filter = ("made", only_one("parent", "whole"))
    list_select_related = ("parent", "part")
    never_loaded = ("parent__transaction_metadata", "part__transaction_metadata")
    ordering = ("-created_at",)
    sorted_only_when_small = True
    uuid_search = ("pk", "parent_id", "part_id")
    search_help_text = _("The id of the row, of the whole or of the part.")
    sections = (
        ("", (_WHOLE, _PART, "made")),
        (_("Record"), (columns.code("id"), columns.time("created_at"))),
    )
