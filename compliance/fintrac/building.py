"""Whole payloads: a new report, its change, its deletion; as the exact bytes to send, and back.

The bytes are what is hashed, kept and sent; nothing re-writes them afterwards.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, TypeAlias

from compliance.aggregation import THRESHOLD, CashReceipt, ReportableSet, Role
from compliance.fintrac import lctr, suspicious
from compliance.fintrac.checking import report_type_of
from compliance.fintrac.codes import (
    ActivitySector,
    AggregationType,
    DeleteReason,
    MinisterialDirective,
    ReportType,
    SubmitType,
)
from compliance.fintrac.json_shape import from_json, to_json
from compliance.fintrac.parties import CashDefinition, Definition

AGGREGATION_OF_ROLE: Final = {
    Role.BENEFICIARY: AggregationType.BENEFICIARY,
    Role.CONDUCTOR: AggregationType.CONDUCTOR,
    Role.ON_BEHALF_OF: AggregationType.ON_BEHALF_OF,
}


@dataclass(frozen=True, slots=True)
class Filer:
    """Who files: numbers that FINTRAC gave the bank (seven digits) and the id of its contact."""

    reporting_entity_number: int
    contact_id: int
    submitting_entity_number: int | None = None  # a service provider; None is the bank itself
    activity_sector: ActivitySector = ActivitySector.BANK

    @property
    def submitter(self) -> int:
        return self.submitting_entity_number or self.reporting_entity_number


@dataclass(frozen=True, slots=True)
class DeleteDetails:
    """Which report, and why it goes."""

    report_type_code: ReportType
    submit_type_code: SubmitType
    reporting_entity_number: int
    submitting_reporting_entity_number: int
    reporting_entity_report_reference: str
    report_submit_reason_code: DeleteReason


@dataclass(frozen=True, slots=True)
class Deletion:
    report_details: DeleteDetails


Report: TypeAlias = lctr.LargeCashReport | suspicious.SuspiciousReport
Payload: TypeAlias = Report | Deletion

REPORT_CLASSES: Final[dict[ReportType, type[Any]]] = {
    ReportType.LCTR: lctr.LargeCashReport,
    ReportType.STR: suspicious.SuspiciousReport,
}


def large_cash_report(
    *,
    filer: Filer,
    reference: str,
    found: ReportableSet,
    definitions: Sequence[CashDefinition],
    transactions: Sequence[lctr.Transaction],
) -> lctr.LargeCashReport:
    """The LCTR of one reportable set.

    ``transactions`` are in the order of ``found.receipts`` and as many: ValueError otherwise. Window, role and each
    threshold indicator come from the set, so that the report says what the rule found.
    """
    if len(transactions) != len(found.receipts):
        raise ValueError(
            f"The set has {len(found.receipts)} receipts and {len(transactions)} transactions were given; "
            "give one for each, in the same order."
        )
    aggregation = AGGREGATION_OF_ROLE[found.legs[0].role] if found.legs else AggregationType.NOT_APPLICABLE
    details = lctr.ReportDetails(
        report_type_code=ReportType.LCTR,
        submit_type_code=SubmitType.SUBMIT,
        reporting_entity_number=filer.reporting_entity_number,
        submitting_reporting_entity_number=filer.submitter,
        reporting_entity_report_reference=reference,
        reporting_entity_contact_id=filer.contact_id,
        twenty_four_hour_rule=lctr.TwentyFourHourRule(aggregation, found.window.start, found.window.last_second),
        activity_sector_code=filer.activity_sector,
    )
    stated = tuple(_with_threshold(one, receipt) for one, receipt in zip(transactions, found.receipts, strict=True))
    return lctr.LargeCashReport(details, tuple(definitions), stated)


def _with_threshold(transaction: lctr.Transaction, receipt: CashReceipt) -> lctr.Transaction:
    details = transaction.large_cash_transaction_details
    reached = receipt.amount_cad >= THRESHOLD
    return replace(transaction, large_cash_transaction_details=replace(details, threshold_indicator=reached))


def suspicious_report(
    *,
    filer: Filer,
    reference: str,
    suspicion: suspicious.DetailsOfSuspicion,
    definitions: Sequence[Definition],
    transactions: Sequence[suspicious.Transaction],
    action_taken: str | None,
    related: Sequence[suspicious.RelatedReport] = (),
    directive: MinisterialDirective | None = None,
) -> suspicious.SuspiciousReport:
    """An STR. Under a directive both narratives stay empty."""
    details = suspicious.ReportDetails(
        report_type_code=ReportType.STR,
        submit_type_code=SubmitType.SUBMIT,
        reporting_entity_number=filer.reporting_entity_number,
        submitting_reporting_entity_number=filer.submitter,
        reporting_entity_report_reference=reference,
        reporting_entity_contact_id=filer.contact_id,
        activity_sector_code=filer.activity_sector,
        ministerial_directive_code=directive,
    )
    action = suspicious.ActionTaken(action_taken) if action_taken is not None else None
    return suspicious.SuspiciousReport(
        details, suspicion, tuple(definitions), tuple(transactions), tuple(related), action
    )


def change_of(report: Report) -> Report:
    """The same report as a change: the full body again, under the same reference."""
    if isinstance(report, lctr.LargeCashReport):
        return replace(report, report_details=replace(report.report_details, submit_type_code=SubmitType.CHANGE))
    return replace(report, report_details=replace(report.report_details, submit_type_code=SubmitType.CHANGE))


def deletion_of(report: Report, reason: DeleteReason) -> Deletion:
    """The order to delete a report that was filed."""
    details = report.report_details
    return Deletion(
        DeleteDetails(
            report_type_code=details.report_type_code,
            submit_type_code=SubmitType.DELETE,
            reporting_entity_number=details.reporting_entity_number,
            submitting_reporting_entity_number=details.submitting_reporting_entity_number,
            reporting_entity_report_reference=details.reporting_entity_report_reference,
            report_submit_reason_code=reason,
        )
    )


def payload_bytes(payload: Payload) -> bytes:
    """The exact file: UTF-8 JSON, the same for the same payload."""
    return json.dumps(to_json(payload), ensure_ascii=False, separators=(",", ":")).encode()


def read_report(document: dict[str, Any]) -> Report:
    """The payload of a parsed LCTR or STR.

    Raises NotThisShape where a value has no place in it, NoReport where it is neither.
    """
    report: Report = from_json(REPORT_CLASSES[report_type_of(document)], document)
    return report
