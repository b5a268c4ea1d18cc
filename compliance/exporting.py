"""A report to take away: the exact JSON that is filed, and a PDF to read."""

from __future__ import annotations

import hashlib
from datetime import datetime
from io import BytesIO
from typing import Any
from xml.sax.saxutils import escape

from django.utils.translation import gettext as _
from reportlab.lib.pagesizes import LETTER
from reportlab.lib.styles import getSampleStyleSheet
from reportlab.platypus import Flowable, Paragraph, SimpleDocTemplate, Spacer

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
    """The report for people: every field under its name, with the checksum of the JSON. Raises as ``export_json``."""
    data = export_json(report, now)
    is_filed = report.report_type in FILED_WITH_FINTRAC
    document = payload(report, now).document if is_filed else report.report_data
    styles = getSampleStyleSheet()
    period = f"{report.report_period_start} \u2013 {report.report_period_end}"
    title = f"{report.get_report_type_display()} {report.report_reference or period}"
    parts: list[Flowable] = [
        Paragraph(escape(title), styles["Title"]),
        Paragraph(
            escape(
                f"{report.get_report_status_display()}; version {report.version}; printed {now:%Y-%m-%d %H:%M %Z}; "
                f"confidential. SHA-256 of the JSON: {hashlib.sha256(data).hexdigest()}"
            ),
            styles["Normal"],
        ),
        Spacer(1, 12),
    ]
    _describe(document, parts, styles, 0)
    target = BytesIO()
    SimpleDocTemplate(target, pagesize=LETTER, title=title, invariant=1).build(parts)
    return target.getvalue()


def _describe(value: Any, parts: list[Flowable], styles: Any, depth: int) -> None:
    """Fields of an object as lines, inner objects under headings; empty lists are left out."""
    for name, inner in value.items() if isinstance(value, dict) else enumerate(value, start=1):
        if inner in ([], {}):
            continue
        if isinstance(inner, dict | list):
            heading = styles["Heading2" if depth == 0 else "Heading4"]
            parts.append(Paragraph(escape(str(name)), heading))
            _describe(inner, parts, styles, depth + 1)
        else:
            indent = "&nbsp;" * 4 * depth
            parts.append(Paragraph(f"{indent}<b>{escape(str(name))}</b>: {escape(str(inner))}", styles["Normal"]))
