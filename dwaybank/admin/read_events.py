"""The log of reads: who looked at sensitive rows."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from dwaybank.admin import columns, display
from dwaybank.admin.audit_events import row_link, visible_tables
from dwaybank.admin.base import BackOfficeModelAdmin, as_uuid
from dwaybank.models import ReadEvent


def seen(event: ReadEvent) -> SafeString | str:
    """The row, or how many."""
    if len(event.row_ids) == 1:
        return row_link(event.table_name, event.row_ids[0], "change")
    return gettext("%(count)d rows") % {"count": len(event.row_ids)} if event.row_ids else display.NOTHING


def all_seen(event: ReadEvent) -> SafeString:
    """Links to all rows seen."""
    links = ((row_link(event.table_name, row_id, "change"),) for row_id in event.row_ids)
    return format_html_join(", ", "{}", links) or display.NOTHING


_TIME = columns.time("read_at", label=_("time"))
_READER = columns.id_link("reader_id", "dwaybank.User", label=_("person"))


@admin.register(ReadEvent)
class ReadEventScreen(BackOfficeModelAdmin):
    """To read. Of each table only who may see its rows may see who else saw them."""

    list_display = (
        columns.time("read_at", label=_("time")),
        "what",
        "table_name",
        columns.column("rows", seen),
        _READER,
    )
    list_filter = ("what",)
    filter_columns = ("table_name", "reader_id")
    date_hierarchy = "read_at"
    ordering = ("-pk",)
    uuid_search = ("reader_id",)
    text_search = ("row_ids",)
    search_help_text = _("The id of a row, to see who looked at it, or of a person, to see what they looked at.")
    sections = (
        ("", (_TIME, "what", "table_name", columns.column("rows", all_seen))),
        (_("Who and how"), (_READER, columns.code("path"), "run", columns.code("request_id", label=_("request")))),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Only of tables this person may see."""
        queryset = super().get_queryset(request)
        if getattr(request.user, "is_superuser", False):
            return queryset
        return queryset.filter(table_name__in=visible_tables(request))

    def search_condition(self, term: str) -> Q | None:
        """By reader, or by a row that was seen."""
        identifier = as_uuid(term)
        by_row = Q(row_ids__contains=[str(identifier or term)])
        return by_row | Q(reader_id=identifier) if identifier else by_row
