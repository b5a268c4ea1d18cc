"""Statement files: what was handed in, what became of it; and the way in for new ones."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib import admin
from django.db.models import F, Func, IntegerField, QuerySet
from django.http import HttpRequest
from django.template.defaultfilters import filesizeformat
from django.urls import URLPattern, path, reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from dwaybank.admin import columns, display
from dwaybank.admin.base import BackOfficeModelAdmin
from dwaybank.admin.filters import only_one
from dwaybank.translation import Text
from integrations.admin import profile_editor, upload
from integrations.admin.shared import FILE_TONES, customer
from integrations.enums import FileStatus
from integrations.models import StatementFile

_STATUS = columns.badge("file_status", FILE_TONES, label=_("status"))
_SIZE = columns.column("size", lambda row: filesizeformat(row.size_bytes))


def short_status(row: StatementFile) -> SafeString:
    """The status in a word or two, for the list."""
    text = str(row.get_file_status_display()).split(",")[0]
    return display.badge(text, FILE_TONES.get(row.file_status, display.Tone.QUIET))


@admin.register(StatementFile)
class StatementFileScreen(BackOfficeModelAdmin):
    """To read; and to import new files, with the permission for it. The bytes stay out of every list and page."""

    list_display = (
        columns.time("created_at", label=_("handed in"), sort="created_at"),
        "file_name",
        columns.column("file_status", short_status, label=_("status")),
        columns.column("problems", lambda row: display.number(row.problem_count)),
        customer("owner"),
        "bank_id",
        "file_format",
    )
    list_display_links = ("file_name",)
    list_filter = ("file_status", "bank_id", only_one("owner", "customer"))
    list_select_related = ("owner",)
    never_loaded = ("content",)
    not_in_lists = ("problems",)
    date_hierarchy = "created_at"
    ordering = ("-created_at",)
    uuid_search = ("pk", "owner_id")
    email_search = ("owner__email",)
    text_search = ("sha256",)
    search_help_text = _("The file's id or whole SHA-256, or its customer's e-mail address or id.")
    sections = (
        ("", ("file_name", customer("owner"), "bank_id", "file_format", _STATUS)),
        (
            _("Record"),
            (
                columns.code("sha256", label="SHA-256"),
                _SIZE,
                columns.time("created_at", label=_("handed in")),
                columns.id_link("uploaded_by", "dwaybank.User", label=_("handed in by")),
                columns.time("updated_at", label=_("last change")),
                columns.code("id"),
            ),
        ),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Lists count the problems in the database instead of loading them."""
        queryset: QuerySet[Any] = super().get_queryset(request)
        if not self._is_list(request):
            return queryset
        count = Func(F("problems"), function="jsonb_array_length", output_field=IntegerField())
        annotated: QuerySet[Any] = queryset.annotate(problem_count=count)
        return annotated

    def get_urls(self) -> list[URLPattern]:
        """With the pages of the import."""
        wrap = self.admin_site.admin_view
        return [
            path("import/", wrap(upload.upload_view), name="integrations_statementfile_import"),
            path("review/", wrap(upload.review_view), name="integrations_statementfile_review"),
            path("confirm/", wrap(upload.confirm_view), name="integrations_statementfile_confirm"),
            path(
                "<uuid:file_id>/describe/",
                wrap(profile_editor.describe_view),
                name="integrations_statementfile_describe",
            ),
            *super().get_urls(),
        ]

    def list_links(self, request: HttpRequest) -> Sequence[tuple[Text, str]]:
        """The way in."""
        if not request.user.has_perm(upload.PERMISSION):
            return []
        return [(gettext("Import statement files"), reverse("admin:integrations_statementfile_import"))]

    def object_links(self, request: HttpRequest, row: Any) -> Sequence[tuple[Text, str]]:
        """A file that waits is reviewed and imported."""
        if row.file_status == FileStatus.RECEIVED and request.user.has_perm(upload.PERMISSION):
            return [(gettext("Review and import"), upload.review_url([row.pk]))]
        return []
