"""Integration errors: what went wrong, and what staff did about it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from dwaybank.admin import columns, display
from dwaybank.admin.base import BackOfficeModelAdmin, acting_person
from dwaybank.admin.filters import one_of, only_one
from dwaybank.admin.forms import ModelFormBase
from dwaybank.translation import Text
from integrations.admin.error_triage import act_view, queue_view, triage_url
from integrations.admin.shared import JOINED_SECRETS, RESOLUTION_TONES, SEVERITY_TONES, connection, customer
from integrations.enums import Bank, ErrorOwner, ResolutionStatus
from integrations.models import IntegrationError

_CLOSED: Final = {ResolutionStatus.RESOLVED, ResolutionStatus.IGNORED}
_SEVERITY = columns.badge("error_severity", SEVERITY_TONES, label=_("severity"))
_RESOLUTION = columns.badge("resolution_status", RESOLUTION_TONES, label=_("resolution"))
_MESSAGE = columns.kept("error_message", label=_("message"))
_OCCURRED = columns.time("occurred_at", label=_("occurred"), sort="occurred_at")


def _owner(row: Any) -> Any:
    owner = (row.error_details or {}).get("owner")
    return ErrorOwner(owner).label if owner in ErrorOwner.values else display.NOTHING


class TriageForm(ModelFormBase):
    """Where the error stands, and what was found or done."""

    class Meta:
        model = IntegrationError
        fields = ("resolution_status", "resolution_notes")

    def clean(self) -> dict[str, Any]:
        """Nothing is closed without a word."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        closed = cleaned.get("resolution_status") in _CLOSED
        if closed and not (cleaned.get("resolution_notes") or "").strip():
            self.add_error("resolution_notes", gettext("Say what was found or done before closing this error."))
        return cleaned


@admin.register(IntegrationError)
class IntegrationErrorScreen(BackOfficeModelAdmin):
    """Triage: the status and the note change, what happened does not."""

    editable_fields = ("resolution_status", "resolution_notes")
    form = TriageForm
    list_display = (
        _OCCURRED,
        _SEVERITY,
        _RESOLUTION,
        "error_type",
        _MESSAGE,
        "bank_id",
        customer(),
    )
    list_display_links = (_MESSAGE,)
    list_filter = (
        "resolution_status",
        "error_severity",
        "error_type",
        one_of("bank_id", _("bank"), Bank.choices),
        only_one("connection", "connection"),
    )
    list_select_related = ("user",)
    not_in_lists = ("error_details", "stack_trace", "request_data", "response_data", "resolution_notes")
    date_hierarchy = "occurred_at"
    ordering = ("-occurred_at",)
    uuid_search = ("pk", "connection_id", "user_id")
    email_search = ("user__email",)
    search_help_text = _("The id of the error or of its connection, or its customer's e-mail address or id.")
    sections = (
        (
            "",
            (
                _MESSAGE,
                _SEVERITY,
                "error_type",
                columns.code("error_code", label=_("code")),
                columns.column("owner", _owner, label=_("who has to act")),
                _OCCURRED,
                "operation_type",
            ),
        ),
        (
            _("Triage"),
            (
                "resolution_status",
                "resolution_notes",
                "resolution_method",
                columns.time("resolved_at", label=_("closed")),
                columns.link("resolved_by", "dwaybank.User", label=_("closed by")),
            ),
        ),
        (
            _("Where"),
            (
                connection(),
                customer(),
                "bank_id",
                columns.code("external_account_id", label=_("account at the bank")),
                columns.json("error_details", label=_("details")),
                columns.json("request_data", label=_("request")),
                columns.json("response_data", label=_("response")),
                columns.text("stack_trace", label=_("trace")),
            ),
        ),
        (
            _("Reach and retries"),
            (
                columns.number("affected_users_count", label=_("customers affected")),
                "business_impact",
                "estimated_downtime_minutes",
                columns.number("retry_count", label=_("retries")),
                columns.number("max_retries", label=_("retries at most")),
                columns.time("last_retry_at", label=_("last retry")),
                columns.time("next_retry_at", label=_("next retry")),
                columns.time("notification_sent_at", label=_("notified")),
                columns.time("escalated_at", label=_("escalated")),
            ),
        ),
        (_("Record"), (columns.code("id"), columns.time("created_at"), columns.time("updated_at"))),
    )

    def get_urls(self) -> list[Any]:
        """With the queue and its buttons."""
        view = self.admin_site.admin_view
        return [
            path("triage/", view(queue_view), name="integrations_integrationerror_triage"),
            path("<uuid:error_id>/act/<slug:name>/", view(act_view), name="integrations_integrationerror_act"),
            *super().get_urls(),
        ]

    def list_links(self, request: HttpRequest) -> Sequence[tuple[Text, str]]:
        """The queue."""
        return [(_("Triage queue"), triage_url())]

    def get_queryset(self, request: HttpRequest) -> Any:
        """An error's page also names its connection and who closed it."""
        queryset = super().get_queryset(request)
        if self._is_list(request):
            return queryset
        return queryset.select_related("user", "connection", "resolved_by").defer(*JOINED_SECRETS)

    def formfield_for_dbfield(self, db_field: Any, request: Any, **options: Any) -> Any:
        """A note is a few lines; an error always has a status."""
        field = super().formfield_for_dbfield(db_field, request, **options)
        if isinstance(field, forms.Field) and db_field.name == "resolution_notes":
            field.widget.attrs["rows"] = 4
        if isinstance(field, forms.TypedChoiceField) and db_field.name == "resolution_status":
            field.required = True
            field.choices = ResolutionStatus.choices
        return field

    def prepare_change(self, request: HttpRequest, obj: Any, form: Any) -> set[str]:
        """Closing is signed with time and name; opening again takes the signature away."""
        if "resolution_status" not in form.changed_data:
            return set()
        closed = obj.resolution_status in _CLOSED
        obj.resolved_at = timezone.now() if closed else None
        obj.resolved_by = acting_person(request) if closed else None
        if obj.resolution_status == ResolutionStatus.ESCALATED and not obj.escalated:
            obj.escalated, obj.escalated_at = True, timezone.now()
        return {"resolved_at", "resolved_by", "escalated", "escalated_at"}

    def change_reason(self, form: Any) -> str:
        """The note is the reason."""
        return str(form.cleaned_data.get("resolution_notes") or "")
