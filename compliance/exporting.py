"""A report to take away: the exact JSON that is filed, and a PDF to read."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime

from django.utils.translation import gettext as _

from compliance.drafting import ReportRefused
from compliance.models import ComplianceReport
from compliance.reviewing import FILED_WITH_FINTRAC, payload, plain_bytes


def export_json(report: ComplianceReport, now: datetime) -> bytes:
    """The bytes of the last filing where the report has left, else those that would be filed now.

    Raises ReportRefused where the content has no place in the regulator's shape yet.
    """
    filing = report.filings.filter(version=report.version).order_by("-filed_at").first()
    if filing is not None:
        return bytes(filing.payload)
    if report.report_type not in FILED_WITH_FINTRAC:
        return plain_bytes(report)
    made = payload(report, now)
    if not made.data:
        raise ReportRefused(_("The report is not in the regulator's shape yet; look at its checklist."))
    return made.data


def export_pdf(report: ComplianceReport, now: datetime) -> bytes:
    """The same report for people, with the checksum of the JSON. Raises as ``export_json``."""
    from compliance.printing import pdf_of  # loads reportlab, which most processes never need

    data = export_json(report, now)
    period = f"{report.report_period_start} \u2013 {report.report_period_end}"
    return pdf_of(
        json.loads(data),
        title=f"{report.get_report_type_display()} {report.report_reference or period}",
        remark=_("%(status)s; version %(version)s; printed %(time)s; confidential. SHA-256 of the JSON: %(checksum)s")
        % {
            "status": report.get_report_status_display(),
            "version": report.version,
            "time": f"{now:%Y-%m-%d %H:%M %Z}",
            "checksum": hashlib.sha256(data).hexdigest(),
        },
    )
