"""Regulatory reports. Only drafts change here; filing comes with its own rules."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Final

from django.contrib import admin
from django.http import HttpRequest
from django.urls import URLPattern, reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from compliance.admin import board, bulk_filing, period_drafts, report_page
from compliance.admin.report_shared import report_url
from compliance.admin.visibility import HiddenSuspicions
from compliance.enums import ComplianceStatus, ReportStatus, TransactionRole
from compliance.models import ComplianceReport
from compliance.wording import why_due
from dwaybank.admin import columns, display
from dwaybank.admin.display import Tone
from dwaybank.admin.forms import PersonField, ReasonForm
from dwaybank.l10n import number_text

_REPORT_TONES: Final[dict[str, Tone]] = {
    ReportStatus.DRAFT: Tone.WAITING,
    ReportStatus.UNDER_REVIEW: Tone.INFO,
    ReportStatus.SUBMITTED: Tone.INFO,
    ReportStatus.ACCEPTED: Tone.GOOD,
    ReportStatus.REJECTED: Tone.BAD,
}
_COMPLIANCE_TONES: Final[dict[str, Tone]] = {
    ComplianceStatus.PENDING: Tone.WAITING,
    ComplianceStatus.COMPLIANT: Tone.GOOD,
    ComplianceStatus.OVERDUE: Tone.BAD,
    ComplianceStatus.NON_COMPLIANT: Tone.BAD,
    ComplianceStatus.EXEMPT: Tone.QUIET,
}
_STATUS = columns.badge("report_status", _REPORT_TONES, label=gettext_lazy("status"))
_COMPLIANCE = columns.badge("compliance_status", _COMPLIANCE_TONES, label=gettext_lazy("compliance"))
_CUSTOMER = columns.link("user", "dwaybank.User", label=gettext_lazy("customer"))
_PERIOD = columns.column(
    "period", lambda row: f"{row.report_period_start} \u2013 {row.report_period_end}", label=gettext_lazy("period")
)


class ReportForm(ReasonForm):
    """What a draft says of itself: kind, whom, which period, by when."""

    user = PersonField(
        label=gettext_lazy("Customer's e-mail address"),
        required=False,
        help_text=gettext_lazy("Leave empty for a report on no single customer."),
    )

    class Meta:
        model = ComplianceReport
        fields = (
            "report_type",
            "user",
            "report_period_start",
            "report_period_end",
            "due_date",
            "transaction_threshold_amount",
        )

    def clean(self) -> dict[str, Any]:
        """A period ends after it starts."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        start, end = cleaned.get("report_period_start"), cleaned.get("report_period_end")
        if start and end and end < start:
            self.add_error("report_period_end", _("The period ends before it starts."))
        return cleaned

    def save(self, commit: bool = True) -> Any:
        """A new draft holds no data yet."""
        if self.instance.report_data is None:
            self.instance.report_data = {}
        return super().save(commit)


def summary_facts(report: ComplianceReport) -> SafeString:
    """What the summary keeps, under words, in the reader's language; what nobody named stands under its own key."""
    kept = dict(report.report_summary or {})
    facts: dict[str, Any] = {}
    if total := kept.pop("total_cad", None):
        facts[_("sum")] = display.money(Decimal(total), "CAD")
    for key, words in (("receipts", _("receipts")), ("movements", _("movements"))):
        if key in kept:
            facts[words] = number_text(kept.pop(key))
    roles = dict(TransactionRole.choices)
    if legs := [str(roles.get(leg["role"], leg["role"])) for leg in kept.pop("legs", [])]:
        facts[_("added up by")] = ", ".join(legs)
    if kept.pop("why", "") or report.due_rule:
        facts[_("due")] = why_due(report)
    return display.json_table({**facts, **kept})


@admin.register(ComplianceReport)
class ComplianceReportScreen(HiddenSuspicions):
    """Seen only by people with the compliance permission, so that no suspicion is known outside."""

    report_path = ""
    can_add = True
    editable_fields = (
        "report_type",
        "user",
        "report_period_start",
        "report_period_end",
        "due_date",
        "transaction_threshold_amount",
    )
    form = ReportForm
    list_display = (
        columns.day("due_date", label=gettext_lazy("due"), sort="due_date"),
        "report_type",
        _PERIOD,
        _CUSTOMER,
        _STATUS,
        _COMPLIANCE,
        columns.link("assigned_to", "dwaybank.User", label=gettext_lazy("whose")),
        columns.time("submitted_at", label=gettext_lazy("submitted")),
    )
    list_display_links = ("report_type",)
    list_filter = (board.BoardFilter, board.WhoseFilter, "report_status", "report_type", "compliance_status")
    list_select_related = ("user", "submitted_by", "assigned_to")
    not_in_lists = ("report_data", "report_summary", "response_data", "suspicious_activity_indicators")
    date_hierarchy = "due_date"
    ordering = ("due_date",)
    uuid_search = ("pk", "user_id")
    email_search = ("user__email",)
    search_help_text = gettext_lazy("The report's id, or its customer's e-mail address or id.")
    draft_sections = (
        ("", ("report_type", "user", "report_period_start", "report_period_end", "due_date")),
        (gettext_lazy("Threshold"), ("transaction_threshold_amount",)),
    )
    read_sections = (
        (
            "",
            (
                "report_type",
                _CUSTOMER,
                _PERIOD,
                columns.day("due_date", label=gettext_lazy("due")),
                columns.money("transaction_threshold_amount", label=gettext_lazy("threshold"), currency=None),
            ),
        ),
    )
    tracking_sections = (
        (gettext_lazy("Status"), (_STATUS, _COMPLIANCE, "fintrac_report_number")),
        (
            gettext_lazy("Content"),
            (
                columns.listing("suspicious_activity_indicators", label=gettext_lazy("indicators")),
                columns.json("report_data", label=gettext_lazy("data")),
                columns.column("report_summary", summary_facts, label=gettext_lazy("summary")),
            ),
        ),
        (
            gettext_lazy("Filing"),
            (
                "submitted_to",
                "submission_method",
                columns.time("submitted_at", label=gettext_lazy("submitted")),
                columns.link("submitted_by", "dwaybank.User", label=gettext_lazy("submitted by")),
                columns.time("acknowledgment_received_at", label=gettext_lazy("acknowledged")),
                columns.time("response_received_at", label=gettext_lazy("answered")),
                "response_status",
                columns.json("response_data", label=gettext_lazy("answer")),
            ),
        ),
        (gettext_lazy("Record"), (columns.code("id"), columns.time("created_at"), columns.time("updated_at"))),
    )

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A report that left the draft stays as it is."""
        return super().has_change_permission(request, obj) and (obj is None or obj.report_status == ReportStatus.DRAFT)

    def get_sections(self, row: Any) -> Any:
        """Fields of a draft can be filled in; later they are to read."""
        if row is None:
            return self.draft_sections
        shown = self.draft_sections if row.report_status == ReportStatus.DRAFT else self.read_sections
        return (*shown, *self.tracking_sections)

    def get_urls(self) -> list[URLPattern]:
        """And the board, and the page on which a report is worked on."""
        return [
            *board.urls(),
            *bulk_filing.urls(),
            *period_drafts.urls(),
            *report_page.urls(),
            *super().get_urls(),
        ]

    def list_links(self, request: HttpRequest) -> list[tuple[str, str]]:
        """To the board, and for who may, to filing and drafting."""
        links = [(_("Deadline board"), reverse("admin:compliance_compliancereport_board"))]
        if request.user.has_perm(bulk_filing.FILE):
            links.append((_("File approved reports"), reverse("admin:compliance_compliancereport_filing")))
        if request.user.has_perm(period_drafts.CHANGE):
            links.append((_("Draft a report of a period"), reverse("admin:compliance_compliancereport_period")))
        return links

    def object_links(self, request: HttpRequest, row: Any) -> list[tuple[str, str]]:
        """To the page on which it is worked on."""
        return [(_("Work on the report"), report_url(row.pk))]
