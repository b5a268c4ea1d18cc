"""Legal holds and purges: who stops one, who plans one, who approves it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dwaybank import retention
from dwaybank.actor import acting_as
from dwaybank.admin import columns
from dwaybank.admin.base import BackOfficeModelAdmin, acting_person
from dwaybank.admin.display import admin_url, list_url
from dwaybank.admin.forms import PersonField, ReasonForm
from dwaybank.models import LegalHold, RetentionPlan
from dwaybank.reauth import ensure_recent_sign_in
from dwaybank.translation import Text


class HoldForm(ReasonForm):
    """What is held and why; later, the reason for its release."""

    reason = forms.CharField(label=gettext_lazy("Why this must be kept"), max_length=500)
    user = PersonField(label=gettext_lazy("Person (e-mail address)"), required=False)

    class Meta:
        model = LegalHold
        fields = ("user", "table_name", "row_id", "rule_name", "reason")

    def clean_rule_name(self) -> str:
        """A rule that there is."""
        name = str(self.cleaned_data["rule_name"]).strip()
        if name:
            try:
                retention.retention_rule(name)
            except retention.RetentionRefused as refusal:
                raise forms.ValidationError(str(refusal)) from None
        return name


@admin.register(LegalHold)
class LegalHoldScreen(BackOfficeModelAdmin):
    """Placed and released here; what a hold covers, no command and no page deletes."""

    can_add = True
    form = HoldForm
    list_display = (
        columns.column("subject", str, label=gettext_lazy("hold")),
        "reason",
        columns.time("placed_at", label=gettext_lazy("placed")),
        columns.time("released_at", label=gettext_lazy("released")),
    )
    filter_columns = ("user", "row_id", "rule_name")
    ordering = ("-placed_at",)
    sorted_only_when_small = True
    uuid_search = ("pk", "user_id", "row_id")
    search_help_text = gettext_lazy("The id of the hold, the person or the row.")
    sections = (
        (
            "",
            (
                columns.link("user", "dwaybank.User", label=gettext_lazy("person")),
                "table_name",
                "row_id",
                "rule_name",
                columns.text("reason"),
                columns.time("placed_at", label=gettext_lazy("placed")),
                columns.link("placed_by", "dwaybank.User", label=gettext_lazy("placed by")),
            ),
        ),
        (
            gettext_lazy("Release"),
            (
                columns.time("released_at", label=gettext_lazy("released")),
                columns.link("released_by", "dwaybank.User", label=gettext_lazy("released by")),
                columns.text("release_reason", label=gettext_lazy("why")),
            ),
        ),
        (gettext_lazy("Record"), (columns.code("id"),)),
    )

    def get_sections(self, row: Any) -> Any:
        """A new hold asks for one subject and the reason."""
        return self.sections if row else (("", ("user", "table_name", "row_id", "rule_name", "reason")),)

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """The reason is a field of the hold itself."""
        return [(heading or None, {"fields": tuple(names)}) for heading, names in self.get_sections(obj)]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """All of a hold that stands."""
        return super().get_readonly_fields(request, obj) if obj else ()

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """In the name of who places it."""
        obj.placed_by = acting_person(request)
        super().save_model(request, obj, form, change)

    def get_urls(self) -> list[URLPattern]:
        """And the release."""
        release = path(
            "<path:object_id>/release/", self.admin_site.admin_view(self.release), name="dwaybank_legalhold_release"
        )
        return [release, *super().get_urls()]

    def object_links(self, request: HttpRequest, row: Any) -> Sequence[tuple[Text, str]]:
        """A hold that stands may be released."""
        if row.released_at or not self.has_add_permission(request):
            return []
        return [(_("Release"), reverse("admin:dwaybank_legalhold_release", args=[row.pk]))]

    def release(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Ask for the reason, then release."""
        row = self.get_object(request, object_id)
        if not self.has_add_permission(request):
            raise PermissionDenied
        if row is None:
            return self.not_found(request, object_id)
        reason = request.POST.get("reason", "").strip()
        if request.method == "POST" and reason and not row.released_at:
            row.released_by, row.released_at, row.release_reason = acting_person(request), timezone.now(), reason
            with acting_as(self.actor(request, reason)):
                row.save(update_fields=["released_by", "released_at", "release_reason"])
            messages.success(request, _("The hold is released."))
            return HttpResponseRedirect(admin_url("dwaybank.LegalHold", row.pk))
        context = {
            **self.admin_site.each_context(request),
            "title": _("Release a legal hold"),
            "row": row,
            "opts": self.opts,
            "asked": request.method == "POST",
        }
        return TemplateResponse(request, "admin/dwaybank/legalhold/release.html", context)


@admin.register(RetentionPlan)
class RetentionPlanScreen(BackOfficeModelAdmin):
    """What is due, planned by one person and approved by another; ``purge_expired --execute`` carries it out."""

    list_display = (
        "rule_name",
        columns.time("due_at", label=gettext_lazy("due as of")),
        columns.number("rows_due", label=gettext_lazy("rows due")),
        columns.number("rows_held", label=gettext_lazy("held")),
        columns.time("approved_at", label=gettext_lazy("approved")),
        columns.time("executed_at", label=gettext_lazy("carried out")),
        columns.number("rows_purged", label=gettext_lazy("removed")),
    )
    filter_columns = ("rule_name",)
    ordering = ("-due_at",)
    sorted_only_when_small = True
    uuid_search = ("pk",)
    search_help_text = gettext_lazy("The id of the plan.")
    sections = (
        (
            "",
            (
                "rule_name",
                columns.time("due_at", label=gettext_lazy("due as of")),
                columns.number("rows_due", label=gettext_lazy("rows due")),
                columns.number("rows_held", label=gettext_lazy("rows under a legal hold")),
                columns.link("planned_by", "dwaybank.User", label=gettext_lazy("planned by")),
                columns.time("planned_at", label=gettext_lazy("planned")),
            ),
        ),
        (
            gettext_lazy("Approval and removal"),
            (
                columns.link("approved_by", "dwaybank.User", label=gettext_lazy("approved by")),
                columns.time("approved_at", label=gettext_lazy("approved")),
                columns.time("executed_at", label=gettext_lazy("carried out")),
                columns.number("rows_purged", label=gettext_lazy("rows removed")),
            ),
        ),
        (gettext_lazy("Record"), (columns.code("id"),)),
    )

    def get_urls(self) -> list[URLPattern]:
        """And what is due, and the approval."""
        view = self.admin_site.admin_view
        return [
            path("due/", view(self.due), name="dwaybank_retentionplan_due"),
            path("<path:object_id>/approve/", view(self.approve), name="dwaybank_retentionplan_approve"),
            *super().get_urls(),
        ]

    def list_links(self, request: HttpRequest) -> Sequence[tuple[Text, str]]:
        """To what is due now."""
        may = request.user.has_perm("dwaybank.plan_purge")
        return [(_("What is due"), reverse("admin:dwaybank_retentionplan_due"))] if may else []

    def object_links(self, request: HttpRequest, row: Any) -> Sequence[tuple[Text, str]]:
        """A plan that waits may be approved by somebody else."""
        may = request.user.has_perm("dwaybank.approve_purge") and request.user.pk != row.planned_by_id
        if row.approved_at or not may:
            return []
        return [(_("Approve"), reverse("admin:dwaybank_retentionplan_approve", args=[row.pk]))]

    def due(self, request: HttpRequest) -> HttpResponse:
        """The dry run of every rule; each may be planned."""
        if not request.user.has_perm("dwaybank.plan_purge"):
            raise PermissionDenied
        now = timezone.now()
        if request.method == "POST":
            try:
                rule = retention.retention_rule(request.POST.get("rule", ""))
                plan = retention.plan_purge(rule=rule, at=now, by=acting_person(request))
            except retention.RetentionRefused as refusal:
                messages.error(request, str(refusal))
                return HttpResponseRedirect(reverse("admin:dwaybank_retentionplan_due"))
            messages.success(request, _("Planned; somebody else approves it."))
            return HttpResponseRedirect(admin_url("dwaybank.RetentionPlan", plan.pk))
        context = {
            **self.admin_site.each_context(request),
            "title": _("What is past its retention"),
            "rows": [retention.count_due(rule, now) for rule in retention.retention_rules()],
            "opts": self.opts,
        }
        return TemplateResponse(request, "admin/dwaybank/retentionplan/due.html", context)

    def approve(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Show what would go, then approve."""
        if not request.user.has_perm("dwaybank.approve_purge"):
            raise PermissionDenied
        row = self.get_object(request, object_id)
        if row is None:
            return self.not_found(request, object_id)
        if request.method == "POST":
            ensure_recent_sign_in(request)
            try:
                retention.approve_purge(plan=row, by=acting_person(request), at=timezone.now())
                messages.success(
                    request,
                    _("Approved. It is carried out next night, or at once by: manage.py purge_expired --execute"),
                )
            except retention.RetentionRefused as refusal:
                messages.error(request, str(refusal))
            return HttpResponseRedirect(admin_url("dwaybank.RetentionPlan", row.pk))
        try:
            rule = retention.retention_rule(row.rule_name)
        except retention.RetentionRefused as refusal:
            messages.error(request, str(refusal))
            return HttpResponseRedirect(list_url("dwaybank.RetentionPlan"))
        context = {
            **self.admin_site.each_context(request),
            "title": _("Approve a purge"),
            "row": row,
            "rule": rule,
            "opts": self.opts,
        }
        return TemplateResponse(request, "admin/dwaybank/retentionplan/approve.html", context)
