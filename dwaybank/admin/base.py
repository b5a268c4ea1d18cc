"""One base class for all screens: read-only unless a screen says otherwise, and cheap at ten million rows.

What a screen declares: ``sections`` (everything shown), ``editable_fields`` (what of it may change), ``can_add``,
``uuid_search``/``email_search``/``text_search`` (indexed columns that a search term is compared with), ``sortable_by``,
``never_loaded`` (secrets and large content), ``not_in_lists``, ``reads_logged`` (who sees its rows is written down).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Final
from uuid import UUID

from django.contrib import admin, messages
from django.contrib.admin.utils import flatten_fieldsets, unquote
from django.contrib.admin.widgets import AdminSplitDateTime
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError
from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.decorators import method_decorator
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from dwaybank.actor import Actor, set_actor
from dwaybank.admin.changelist import BackOfficeChangeList
from dwaybank.admin.display import list_url
from dwaybank.admin.exporting import export_list
from dwaybank.admin.history import MAX_ENTRIES, HistoryEntry, audit_history
from dwaybank.admin.paginator import BoundedPaginator
from dwaybank.admin.panels import panels_for
from dwaybank.admin.refusals import refusal_message
from dwaybank.enums import ReadKind
from dwaybank.models import User
from dwaybank.reads import record_read
from dwaybank.translation import Text

if TYPE_CHECKING:
    ModelAdminBase = admin.ModelAdmin[Any]
else:
    ModelAdminBase = admin.ModelAdmin


# what an address may do with a filter's column
_COMPARISONS: Final = frozenset({"id", "exact", "in", "isnull", "gt", "gte", "lt", "lte", "year", "month", "day"})


def acting_person(request: HttpRequest) -> User:
    """Who is signed in. Raises PermissionDenied for nobody."""
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user


class BackOfficeModelAdmin(ModelAdminBase):
    """A screen of one table. Nothing is ever deleted here."""

    # heading → names of fields, or columns; "" for no heading
    sections: ClassVar[Sequence[tuple[Text, Sequence[Any]]]] = ()
    can_add: ClassVar[bool] = False
    editable_fields: ClassVar[tuple[str, ...]] = ()
    uuid_search: ClassVar[tuple[str, ...]] = ("pk",)
    email_search: ClassVar[tuple[str, ...]] = ()
    text_search: ClassVar[tuple[str, ...]] = ()
    filter_columns: ClassVar[tuple[str, ...]] = ()
    never_loaded: ClassVar[tuple[str, ...]] = ()
    not_in_lists: ClassVar[tuple[str, ...]] = ()
    # True where each look at a row is logged (dwaybank.reads)
    reads_logged: ClassVar[bool] = False
    # True where no index serves the order: then only a list of few rows is sorted
    sorted_only_when_small: ClassVar[bool] = False
    # in which order the list stands, where that is not plain to see
    order_words: ClassVar[Text] = ""

    actions = None
    list_per_page = 50
    list_max_show_all = 0
    show_facets = admin.ShowFacets.NEVER
    show_full_result_count = False
    sortable_by: ClassVar[tuple[str, ...]] = ()
    save_as = False

    # --- What may be done

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Only where the screen is made for it."""
        return self.can_add and super().has_add_permission(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Only where the screen has fields to change."""
        return bool(self.editable_fields) and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Never."""
        return False

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """By the permission to view; the permission to change gives it only where this screen changes anything."""
        name = f"{self.opts.app_label}.view_{self.opts.model_name}"
        return request.user.has_perm(name) or self.has_change_permission(request, obj)

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **options: Any) -> Any:
        """A time is two inputs, day and hour: each says which, and of what."""
        field: Any = super().formfield_for_dbfield(db_field, request, **options)
        if isinstance(getattr(field, "widget", None), AdminSplitDateTime):
            for part, word in zip(field.widget.widgets, (_("Date"), _("Time")), strict=True):
                part.attrs["aria-label"] = f"{field.label}: {word}"
        return field

    # --- Lists

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Without secrets and large content; lists also without what only the object's page shows."""
        related = self.list_select_related if isinstance(self.list_select_related, list | tuple) else ()
        queryset = super().get_queryset(request).defer(*self.never_loaded)
        if related:
            queryset = queryset.select_related(*related)
        return queryset.defer(*self.not_in_lists) if self._is_list(request) and self.not_in_lists else queryset

    def _is_list(self, request: HttpRequest) -> bool:
        return bool(request.resolver_match and str(request.resolver_match.url_name).endswith(("_changelist", "_csv")))

    def get_changelist(self, request: HttpRequest, **options: Any) -> type[BackOfficeChangeList]:
        """The back office's own list page."""
        return BackOfficeChangeList

    def get_sortable_by(self, request: HttpRequest) -> Any:
        """The declared names, and the columns made with ``sort``."""
        columns = self.get_list_display(request)
        return [*self.sortable_by, *(c for c in columns if callable(c) and getattr(c, "admin_order_field", None))]

    def get_search_fields(self, request: HttpRequest) -> tuple[str, ...]:
        """A search box wherever a term can be looked up."""
        return self.uuid_search + self.email_search + self.text_search

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Rows that hold the term exactly, in columns with an index; a term that fits none says so."""
        term = search_term.strip()
        if not term:
            return queryset, False
        condition = self.search_condition(term)
        if condition is None:
            said = _("\u201c%(term)s\u201d cannot be searched for here.") % {"term": term}
            messages.error(request, f"{said} {self.search_help_text or ''}")
            return queryset.none(), False
        return queryset.filter(condition), False

    def search_condition(self, term: str) -> Q | None:
        """The condition for one term, by its shape: an id, an e-mail address, or a text."""
        if (identifier := as_uuid(term)) is not None and self.uuid_search:
            return _any_of(self.uuid_search, identifier)
        if "@" in term and self.email_search:
            return _any_of(self.email_search, term.lower())
        return _any_of(self.text_search, term) if self.text_search else None

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest | None = None) -> bool:
        """Only the declared filters: any other column could be guessed at, or scanned for, by address.

        Nor may an address reach through a filter into the related row (``user__password__startswith``).
        """
        names = {self.date_hierarchy, *self.filter_columns}
        for declared in self.list_filter:
            if isinstance(declared, str):
                names.add(declared)
            elif isinstance(declared, tuple) and isinstance(declared[0], str):
                names.add(declared[0])
            elif parameter := getattr(declared, "parameter_name", None):
                names.add(parameter)
        name, *comparisons = lookup.split("__")
        return name in names and _COMPARISONS.issuperset(comparisons)

    def get_urls(self) -> list[URLPattern]:
        """With the list as CSV."""
        name = f"{self.opts.app_label}_{self.opts.model_name}_csv"
        return [path("csv/", self.admin_site.admin_view(self.csv_view), name=name), *super().get_urls()]

    @method_decorator(require_GET)
    def csv_view(self, request: HttpRequest) -> HttpResponseBase:
        """The rows of the list under its filters, as CSV."""
        return export_list(self, request)

    # --- Pages

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Everything that is shown and not declared editable."""
        editable = {*self.editable_fields, "reason"}
        return [name for name in flatten_fieldsets(self.get_fieldsets(request, obj)) if name not in editable]

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """The sections, and the reason of the change where the form asks for one."""
        declared = [(heading or None, {"fields": tuple(names)}) for heading, names in self.get_sections(obj)]
        asks = "reason" in getattr(self.form, "declared_fields", {})
        may_change = self.has_change_permission(request, obj) if obj else self.has_add_permission(request)
        return [*declared, (_("Reason"), {"fields": ("reason",)})] if asks and may_change else declared

    def get_sections(self, row: Any) -> Sequence[tuple[Text, Sequence[Any]]]:
        """What is shown of this row, or for None, asked of a new one."""
        return self.sections

    def object_links(self, request: HttpRequest, row: Any) -> Sequence[tuple[Text, str]]:
        """Buttons of an object's page: (text, address)."""
        return []

    def list_links(self, request: HttpRequest) -> Sequence[tuple[Text, str]]:
        """Buttons of the list page: (text, address)."""
        return []

    def render_change_form(
        self,
        request: HttpRequest,
        context: dict[str, Any],
        add: bool = False,
        change: bool = False,
        form_url: str = "",
        obj: Any = None,
    ) -> HttpResponse:
        """With the panels that apps registered for this table."""
        self.log_read(request, ReadKind.PAGE, [obj] if obj else [])
        label = f"{self.opts.app_label}.{self.opts.model_name}"
        context.setdefault("panels", panels_for(request, label, obj) if obj else [])
        context["object_links"] = self.object_links(request, obj) if obj else []
        context.update(show_save_and_add_another=False, show_save_and_continue=False)
        if obj:
            context["title"] = capfirst(str(self.opts.verbose_name))
        return super().render_change_form(request, context, add, change, form_url, obj)

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        """The list, with the buttons of this table; for who comes without a filter, under their own first one."""
        from dwaybank.admin.saved_filters import default_filter  # its screen stands on this class

        if beginning := default_filter(request):
            return beginning  # type: ignore[return-value]
        context = {"list_links": self.list_links(request), **(extra_context or {})}
        response = super().changelist_view(request, context)
        changelist = (getattr(response, "context_data", None) or {}).get("cl")
        if changelist is not None:
            self.log_read(request, ReadKind.LIST, changelist.result_list)
        return response  # type: ignore[return-value]

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """What the database refuses is a message on the same page, and nothing is changed."""
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except DatabaseError as error:
            message = refusal_message(error) if request.method == "POST" else None
            if message is None:
                raise
            messages.error(request, message)
            return HttpResponseRedirect(request.get_full_path())

    def not_found(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Say that there is no such row, and go to the list."""
        messages.warning(
            request,
            _("There is no such row: %(what)s %(id)s.") % {"what": self.opts.verbose_name, "id": unquote(object_id)},
        )
        return HttpResponseRedirect(list_url(f"{self.opts.app_label}.{self.opts.model_name}"))

    def _get_obj_does_not_exist_redirect(self, request: HttpRequest, opts: Any, object_id: str) -> HttpResponse:
        return self.not_found(request, object_id)

    # --- Reading, writing and history

    def log_read(self, request: HttpRequest, what: ReadKind, rows: Iterable[Any]) -> None:
        """Write down who sees these rows, where this screen's reads are logged; an empty list shows nobody."""
        ids = [row.pk for row in rows] if self.reads_logged else []
        if ids:
            record_read(request, self.model, row_ids=ids, what=what)

    def actor(self, request: HttpRequest, reason: str = "") -> Actor:
        """The signed-in person, for the audit trail."""
        return Actor(acting_person(request).pk, "admin", reason)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Tell the database who writes and why, in the transaction that writes; write only what was changed."""
        set_actor(self.actor(request, self.change_reason(form)))
        if not change:
            super().save_model(request, obj, form, change)
            return
        columns = {field.name for field in self.opts.concrete_fields}
        written = {name for name in form.changed_data if name in columns} | self.prepare_change(request, obj, form)
        if written:
            obj.save(update_fields=sorted(written))

    def change_reason(self, form: Any) -> str:
        """Why the person changes this, as the form says."""
        return str(form.cleaned_data.get("reason", ""))

    def prepare_change(self, request: HttpRequest, obj: Any, form: Any) -> set[str]:
        """Set what follows from the change on ``obj``; returns the names of these fields."""
        return set()

    def get_paginator(
        self,
        request: HttpRequest,
        queryset: QuerySet[Any],
        per_page: int,
        orphans: int = 0,
        allow_empty_first_page: bool = True,
    ) -> BoundedPaginator:
        """Pages of a list, counted as ``counting`` says."""
        return BoundedPaginator(queryset, per_page, orphans, allow_empty_first_page, **self.counting(request))

    def counting(self, request: HttpRequest) -> dict[str, Any]:
        """Where the rows need not be counted: ``count_of`` or ``known`` of ``BoundedPaginator``."""
        return {}

    def get_history(self, request: HttpRequest, row: Model) -> list[HistoryEntry]:
        """What the history page shows, newest first."""
        return audit_history(row)

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The recorded changes of one row, field by field."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        row = self.get_object(request, unquote(object_id))
        if row is None:
            return self.not_found(request, object_id)
        if not self.has_view_permission(request, row):
            raise PermissionDenied
        self.log_read(request, ReadKind.HISTORY, [row])
        entries = self.get_history(request, row)
        context = {
            **self.admin_site.each_context(request),
            "title": _("History"),
            "subtitle": str(row),
            "module_name": str(self.opts.verbose_name_plural),
            "entries": entries,
            "is_cut": len(entries) >= MAX_ENTRIES,
            "object": row,
            "opts": self.opts,
            **(extra_context or {}),
        }
        return TemplateResponse(request, "admin/object_history.html", context)


def as_uuid(text: str) -> UUID | None:
    """The UUID that the text is, or None."""
    try:
        return UUID(text)
    except ValueError:
        return None


def valid_uuid(text: str) -> UUID:
    """The UUID of an address. Raises ValidationError."""
    if (identifier := as_uuid(text)) is None:
        raise ValidationError(_("This is no id."))
    return identifier


def _any_of(columns: Sequence[str], value: object) -> Q:
    condition = Q()
    for name in columns:
        condition |= Q(**{name: value})
    return condition
