"""What reports are made of and what was filed of them: to read, a table each. The report's page shows them together."""

from __future__ import annotations

from typing import Final

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from compliance.admin.visibility import HiddenSuspicions
from compliance.enums import FilingOutcome
from compliance.models import (
    ComplianceAcknowledgement,
    ComplianceFiling,
    ComplianceReportTransaction,
    ComplianceReportVersion,
)
from dwaybank.admin import columns
from dwaybank.admin.display import Tone
from dwaybank.admin.filters import only_one

OUTCOME_TONES: Final[dict[str, Tone]] = {
    FilingOutcome.ACCEPTED: Tone.GOOD,
    FilingOutcome.ACCEPTED_WITH_WARNINGS: Tone.WAITING,
    FilingOutcome.REJECTED: Tone.BAD,
    FilingOutcome.PENDING: Tone.INFO,
    FilingOutcome.FAILED: Tone.BAD,
    FilingOutcome.UNKNOWN: Tone.BAD,
}
_REPORT = columns.link("report", "compliance.ComplianceReport")


@admin.register(ComplianceReportTransaction)
class ReportTransactionScreen(HiddenSuspicions):
    """To read: detection and cases write them."""

    list_display = (
        _REPORT,
        "position",
        "transaction_role",
        columns.time("occurred_at", label=_("took place")),
        "amount_cad",
    )
    list_display_links = ("position",)
    list_filter = (only_one("report", _("report")), only_one("cash_record", _("cash record")))
    list_select_related = ("report", "cash_record")
    not_in_lists = ("snapshot",)
    ordering = ("report", "position")
    uuid_search = ("pk", "report_id", "cash_record_id")
    search_help_text = _("The id of the report or of the cash record.")
    sections = (
        (
            "",
            (
                _REPORT,
                "position",
                "transaction_role",
                columns.time("window_start"),
                columns.time("window_end"),
                columns.time("occurred_at", label=_("took place")),
                "amount_cad",
                columns.link("cash_record", "compliance.LargeCashRecord"),
            ),
        ),
        (_("As filed"), (columns.json("snapshot"),)),
        (_("Record"), (columns.code("id"), columns.time("created_at"), columns.time("updated_at"))),
    )


@admin.register(ComplianceReportVersion)
class ReportVersionScreen(HiddenSuspicions):
    """To read: each edit writes one."""

    list_display = (
        columns.time("changed_at", label=_("changed")),
        _REPORT,
        "version",
        "reason",
        columns.link("changed_by", "dwaybank.User", label=_("changed by")),
    )
    list_filter = (only_one("report", "report"),)
    list_select_related = ("report", "changed_by")
    not_in_lists = ("content",)
    ordering = ("report", "-version")
    uuid_search = ("pk", "report_id")
    search_help_text = _("The id of the version or of its report.")
    sections = (
        (
            "",
            (
                _REPORT,
                "version",
                "reason",
                columns.link("changed_by", "dwaybank.User", label=_("changed by")),
                columns.time("changed_at", label=_("changed")),
            ),
        ),
        (_("Content"), (columns.json("content"),)),
        (_("Record"), (columns.code("id"),)),
    )


@admin.register(ComplianceFiling)
class FilingScreen(HiddenSuspicions):
    """To read: each attempt writes one, before anything is sent."""

    list_display = (
        columns.time("filed_at", label=_("filed"), sort="filed_at"),
        _REPORT,
        "submit_kind",
        "method",
        columns.code("reference"),
        columns.link("filed_by", "dwaybank.User", label=_("filed by")),
    )
    list_filter = ("method", "submit_kind", only_one("report", "report"))
    list_select_related = ("report", "filed_by")
    never_loaded = ("payload",)
    date_hierarchy = "filed_at"
    ordering = ("-filed_at",)
    uuid_search = ("pk", "report_id")
    search_help_text = _("The id of the filing or of its report.")
    sections = (
        (
            "",
            (
                _REPORT,
                "version",
                "submit_kind",
                "method",
                columns.code("reference"),
                "record_number",
                columns.code("sha256", label=_("SHA-256")),
                columns.link("filed_by", "dwaybank.User", label=_("filed by")),
                columns.time("filed_at", label=_("filed")),
            ),
        ),
        (_("Record"), (columns.code("id"), columns.time("created_at"))),
    )


@admin.register(ComplianceAcknowledgement)
class AcknowledgementScreen(HiddenSuspicions):
    """To read: what the service answered."""

    report_path = "filing__report__"
    list_display = (
        columns.time("received_at", label=_("received"), sort="received_at"),
        columns.link("filing", "compliance.ComplianceFiling"),
        columns.badge("outcome", OUTCOME_TONES),
        "status_code",
        columns.code("external_uuid"),
    )
    list_filter = ("outcome", only_one("filing", "filing"))
    list_select_related = ("filing",)
    not_in_lists = ("messages", "said")
    ordering = ("-received_at",)
    uuid_search = ("pk", "filing_id")
    search_help_text = _("The id of the answer or of its filing.")
    sections = (
        (
            "",
            (
                columns.link("filing", "compliance.ComplianceFiling"),
                columns.badge("outcome", OUTCOME_TONES),
                "status_code",
                columns.code("external_uuid"),
                columns.time("received_at", label=_("received")),
                columns.link("received_by", "dwaybank.User", label=_("recorded by")),
            ),
        ),
        (_("Answer"), (columns.json("said", label=_("message")), columns.json("messages"))),
        (_("Record"), (columns.code("id"),)),
    )
