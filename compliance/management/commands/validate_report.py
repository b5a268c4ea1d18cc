"""Command ``validate_report``: is this report fit to be filed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from compliance.fintrac.checking import CHECKED_TYPES, Checked, NoReport, check_report, parse_report
from compliance.fintrac.codes import ReportType
from compliance.fintrac.findings import Severity

LARGEST_FILE = 50 * 1024 * 1024


class Command(BaseCommand):
    """Check a report's JSON, from here or elsewhere, in its shape and by the business rules.

    A file needs no database. The argument names a file, or the id of a stored report: ``_document`` is the one place
    that turns it into a report, the checks after it do not care where it came from.
    """

    help = (
        "Check the JSON of an LCTR or STR (or of an order to delete one): its shape and the business rules. "
        "Exit code: 0 fit to be filed (there may be warnings), 1 rejects found, 2 no report."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """The file and how to answer."""
        parser.add_argument("report", metavar="FILE.json|ID", help="the report's JSON, or the id of a stored report")
        parser.add_argument(
            "--type", choices=[one.name for one in CHECKED_TYPES], help="check as this type, whatever the report says"
        )
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        """Check, print, and end with the exit code."""
        report_type = ReportType[options["type"]] if options["type"] else None
        try:
            checked = check_report(_document(options["report"]), now=timezone.now(), report_type=report_type)
        except NoReport as refusal:
            raise CommandError(f"{options['report']}: {refusal}", returncode=2) from None
        if options["json"]:
            self.stdout.write(json.dumps(as_json(options["report"], checked), indent=2, ensure_ascii=False))
        else:
            self._print(options["report"], checked)
        if checked.rejects:
            raise SystemExit(1)

    def _print(self, name: str, checked: Checked) -> None:
        for finding in checked.findings:
            style = self.style.ERROR if finding.severity is Severity.REJECT else self.style.WARNING
            self.stdout.write(style(f"{finding.severity}: {finding.path or '/'} [{finding.code}]"))
            self.stdout.write(f"  {finding.en}\n  {finding.fr}")
        warnings = len(checked.findings) - checked.rejects
        what = f"deletion of {checked.report_type.name}" if checked.is_deletion else checked.report_type.name
        verdict = self.style.ERROR("not fit to be filed") if checked.rejects else self.style.SUCCESS("fit to be filed")
        counts = f"{checked.rejects} rejects, {warnings} warnings"
        self.stdout.write(f"{name}: {what} {checked.reference or '(no reference)'}: {verdict}; {counts}")


def _document(source: str) -> dict[str, Any]:
    """The parsed report that the argument names. Raises NoReport."""
    path = Path(source)
    if not path.exists() and (stored := _stored(source)) is not None:
        return stored
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise NoReport(f"The file is larger than {LARGEST_FILE // 1024 // 1024} MiB; no report is.")
        data = path.read_bytes()
    except OSError as error:
        raise NoReport(f"The file cannot be read: {error.strerror}. Check the path and its permissions.") from None
    return parse_report(data)


def _stored(source: str) -> dict[str, Any] | None:
    """The payload of the stored report with this id; None where the argument is no id. Raises NoReport."""
    try:
        identifier = UUID(source)
    except ValueError:
        return None
    # only here is a database needed: a file is checked without one
    from compliance.drafting import ReportRefused
    from compliance.models import ComplianceReport
    from compliance.reviewing import payload
    from dwaybank.actor import Actor
    from dwaybank.enums import ReadKind
    from dwaybank.reads import record_read

    report = ComplianceReport.objects.filter(pk=identifier).first()
    if report is None:
        raise NoReport("There is no stored report with this id.")
    record_read(Actor(None, "command:validate_report"), report, what=ReadKind.EXPORT)
    try:
        return payload(report, timezone.now()).document
    except ReportRefused as refusal:
        raise NoReport(str(refusal)) from None


def as_json(name: str, checked: Checked) -> dict[str, Any]:
    """The result for machines."""
    return {
        "file": name,
        "type": checked.report_type.name,
        "reference": checked.reference,
        "deletion": checked.is_deletion,
        "valid": not checked.rejects,
        "rejects": checked.rejects,
        "warnings": len(checked.findings) - checked.rejects,
        "findings": [finding.as_json() for finding in checked.findings],
    }
