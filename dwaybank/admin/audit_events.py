"""The audit trail: every change of an audited row."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.contrib import admin
from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from dwaybank.admin import columns, display
from dwaybank.admin.base import BackOfficeModelAdmin, as_uuid
from dwaybank.admin.history import ACTION_TONES, changes_of
from dwaybank.confidential import confidential_permission
from dwaybank.enums import AuditAction
from dwaybank.models import ArchivedAuditEvent, AuditEvent, User
from dwaybank.models.audit_events import DECISIONS


def model_of(table: str) -> type[Model] | None:
    """The model of an audited table."""
    return next((model for model in apps.get_models() if model._meta.db_table == table), None)


def permission_to_see(model: type[Model]) -> str:
    """The permission that reading the table's audit takes: what is registered as confidential, else the permission to
    view its rows; a table between two others counts as the first of them (a person's roles as the person)."""
    if confidential := confidential_permission(model._meta.db_table):
        return confidential
    if model._meta.auto_created and isinstance(model._meta.auto_created, type):
        model = model._meta.auto_created
    return f"{model._meta.app_label}.view_{model._meta.model_name}"


def row_link(table: str, row_id: str, view: str) -> SafeString:
    """A link to a page of the row, where its table has a screen; nothing for a run's rows."""
    if not row_id:
        return display.NOTHING
    model = model_of(table)
    if model is None or not admin.site.is_registered(model):
        return display.code(row_id)
    text = display.short_id(as_uuid(row_id) or row_id)
    return display.link(display.admin_url(model._meta.label, row_id, view), text)


def visible_tables(request: HttpRequest) -> list[str]:
    """Tables whose rows this person may see: a suspicion must not be readable from its traces."""
    return [
        model._meta.db_table
        for model in apps.get_models(include_auto_created=True)
        if request.user.has_perm(permission_to_see(model))
    ]


def changed_fields(event: AuditEvent | ArchivedAuditEvent) -> SafeString | str:
    """Names of the fields of a change; an added or deleted row has them all."""
    return ", ".join(event.changed_columns) if event.action == AuditAction.UPDATE else display.NOTHING


def changes(event: AuditEvent | ArchivedAuditEvent) -> SafeString:
    """Field by field, old and new."""
    context = {"changes": changes_of(event, model_of(event.table_name))}
    return SafeString(render_to_string("admin/includes/field_changes.html", context))


class Decisions(admin.SimpleListFilter):
    """Who approved what: only events in which somebody decided."""

    title = _("kind")
    parameter_name = "decisions"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """One choice beside all."""
        return [("1", gettext("Decisions and approvals"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any] | None:
        """Over the index of decisions."""
        return queryset.filter(DECISIONS) if self.value() == "1" else None


_ROW = columns.column("row_id", lambda event: row_link(event.table_name, event.row_id, "history"), label=_("row"))
_ACTION = columns.badge("action", ACTION_TONES)
_REASON = columns.kept("reason")


@admin.register(AuditEvent)
class AuditEventScreen(BackOfficeModelAdmin):
    """To read. Of each table only who may see its rows may see its changes."""

    list_display = (
        columns.time("occurred_at", label=_("time")),
        _ACTION,
        "table_name",
        _ROW,
        columns.column("fields", changed_fields),
        columns.id_link("actor_id", "dwaybank.User", label=_("person")),
        "run",
        _REASON,
    )
    list_filter = (Decisions, "action")
    filter_columns = ("table_name", "row_id", "actor_id")
    date_hierarchy = "occurred_at"
    ordering = ("-pk",)
    not_in_lists = ("old_values", "new_values")
    uuid_search = ("actor_id", "row_id")
    text_search = ("row_id",)
    search_help_text = _("The id of the changed row, the id or e-mail address of who acted, or the name of a setting.")
    sections = (
        (
            "",
            (
                columns.time("occurred_at", label=_("time")),
                _ACTION,
                "table_name",
                _ROW,
                columns.column("changes", changes),
            ),
        ),
        (
            _("Who and why"),
            (
                columns.id_link("actor_id", "dwaybank.User", label=_("person")),
                "run",
                "run_id",
                _REASON,
                "database_role",
            ),
        ),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Only of tables this person may see."""
        queryset = super().get_queryset(request)
        if getattr(request.user, "is_superuser", False):
            return queryset
        return queryset.filter(table_name__in=visible_tables(request))

    def search_condition(self, term: str) -> Q | None:
        """By acting person, or by row: with the names of all tables, so that the index on (table, row) serves."""
        if "@" in term:
            return Q(actor_id__in=User.objects.filter(email=term.lower()).values("pk"))
        identifier = as_uuid(term)
        tables = [model._meta.db_table for model in apps.get_models()]
        by_row = Q(table_name__in=tables, row_id=str(identifier or term))
        return by_row | Q(actor_id=identifier) if identifier else by_row


@admin.register(ArchivedAuditEvent)
class ArchivedAuditEventScreen(AuditEventScreen):
    """Events past seven years; found by their row."""

    list_filter = ("action",)  # type: ignore[assignment]
    uuid_search = ("row_id",)  # type: ignore[assignment]

    def search_condition(self, term: str) -> Q | None:
        """By row only: of the archive, nothing else has an index."""
        tables = [model._meta.db_table for model in apps.get_models()]
        return Q(table_name__in=tables, row_id=str(as_uuid(term) or term))
