"""All business rules over one report."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from compliance.fintrac.codes import ActivitySector, ReportType, SubmitType
from compliance.fintrac.findings import Finding
from compliance.fintrac.rules import catalogue as rule
from compliance.fintrac.rules.context import Context, RuleSettings
from compliance.fintrac.rules.document import Node
from compliance.fintrac.rules.large_cash import all_below_threshold, check_large_cash
from compliance.fintrac.rules.parties import check_parties
from compliance.fintrac.rules.suspicious import check_suspicious
from compliance.fintrac.rules.transactions import check_past_day
from compliance.fintrac.rules.wording import check_wording


def check_rules(
    document: Any, report_type: ReportType, *, now: datetime, settings: RuleSettings | None = None
) -> list[Finding]:
    """Every breach of a business rule in a parsed LCTR or STR. ``now`` is aware.

    Reads damaged reports too: what has no right shape is left to ``check_schema``.
    """
    report, context = Node(document), Context(now, settings or RuleSettings())
    return list(_findings(report, report_type, context))


def check_deletion(document: Any, report_type: ReportType) -> list[Finding]:
    """Every breach of a business rule in a parsed order to delete."""
    details = Node(document)["reportDetails"]
    findings = list(_numbers(details, report_type))
    if details["submitTypeCode"].code != SubmitType.DELETE:
        findings.append(rule.DELETE_TYPE.finding(details["submitTypeCode"].path))
    return findings


def _findings(report: Node, report_type: ReportType, context: Context) -> Iterator[Finding]:
    details = report["reportDetails"]
    yield from _numbers(details, report_type)
    if details["submitTypeCode"].code not in (SubmitType.SUBMIT, SubmitType.CHANGE):
        yield rule.SUBMIT_TYPE.finding(details["submitTypeCode"].path)
    sector = details["activitySectorCode"]
    if sector.code is None:
        yield rule.ACTIVITY_SECTOR.finding(sector.path)
    elif sector.code != ActivitySector.BANK:
        yield rule.ACTIVITY_SECTOR_BANK.finding(sector.path, found=sector.code)
    is_cash = report_type is ReportType.LCTR
    yield from check_large_cash(report, context) if is_cash else check_suspicious(report, context)
    yield from check_parties(report, context, softened=is_cash and all_below_threshold(report))
    for definition in report.items("definitions"):
        yield from check_past_day(definition["dateOfBirth"], context)
    yield from check_wording(report, context)


def _numbers(details: Node, report_type: ReportType) -> Iterator[Finding]:
    code = details["reportTypeCode"]
    if code.code != report_type:
        yield rule.REPORT_TYPE.finding(code.path, found=code.value, wanted=int(report_type))
    for name in ("reportingEntityNumber", "submittingReportingEntityNumber"):
        number = details[name].value
        if isinstance(number, int | float) and (number % 1 or not 1_000_000 <= number <= 9_999_999):
            yield rule.ENTITY_NUMBER.finding(details[name].path)
