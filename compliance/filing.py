"""Filing approved reports: by API, or by hand; each attempt kept before it is made, each answer read back."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.utils.translation import gettext as _

from compliance import policy
from compliance.drafting import ReportRefused, locked
from compliance.enums import ComplianceStatus, FilingMethod, FilingOutcome, ReportStatus, ReportType, SubmitKind
from compliance.fintrac.acknowledgement import Acknowledgement, Outcome
from compliance.fintrac.client import FilingClient, FilingFailed, OutcomeUnknown
from compliance.marking import SaidError, gettext_noop
from compliance.models import ComplianceAcknowledgement, ComplianceFiling, ComplianceReport
from compliance.reviewing import FILED_WITH_FINTRAC, payload, plain_bytes
from compliance.telling import tell_of_rejection
from compliance.wording import in_both
from dwaybank.actor import Actor, acting_as

_RECEIVERS: Final = {
    ReportType.OSFI_RISK: "OSFI",
    ReportType.PRIVACY_AUDIT: "Privacy officer",
    ReportType.PCI_DSS: "Card acquirer",
}
REGULATOR: Final = "FINTRAC"
ClientFactory = Callable[[], AbstractContextManager[FilingClient]]


def default_client() -> FilingClient:
    """A session with the service of the settings. Raises NotConfigured."""
    return FilingClient(policy.filing_settings(), clock=time.monotonic, pause=time.sleep)


def submit_report(
    *, report_id: UUID, actor: Actor, now: Callable[[], datetime], client: ClientFactory = default_client
) -> ComplianceAcknowledgement:
    """File an approved report by API, once: the attempt is written first, an attempt without an answer is looked up.

    Raises ReportRefused where the report may not leave, FilingFailed where no session can be had. A call that the
    service refused leaves the report approved, to be filed again.
    """
    with client() as service:
        lost = _unanswered(report_id)
        filing = lost or _write_attempt(report_id, FilingMethod.API, actor, now())
        data = bytes(filing.payload)
        send = {
            SubmitKind.SUBMIT: service.submit,
            SubmitKind.CHANGE: service.change,
            SubmitKind.DELETE: service.delete,
        }[SubmitKind(filing.submit_kind)]
        try:
            if lost and filing.submit_kind == SubmitKind.SUBMIT and service.find(filing.reference):
                answer = _asked(service, filing)
            else:
                answer = send(data)
        except OutcomeUnknown as error:
            return _write_answer(filing, FilingOutcome.UNKNOWN, in_both(error), actor, now())
        except FilingFailed as error:
            return _write_answer(filing, FilingOutcome.FAILED, in_both(error), actor, now())
    return _write_acknowledgement(filing, answer, actor, now())


@dataclass(frozen=True, slots=True)
class BulkFiled:
    """What became of a bulk file: an answer for each report that was in it, and (reference, why) of those left out."""

    bulk_reference: str
    answers: list[ComplianceAcknowledgement]
    refused: list[tuple[str, str]]


def submit_bulk(
    *,
    report_ids: Sequence[UUID],
    actor: Actor,
    now: Callable[[], datetime],
    client: ClientFactory = default_client,
) -> BulkFiled:
    """File approved first filings as one bulk file; ``fetch_acknowledgements`` learns later what became of each.

    Every attempt is written before the file is sent. A change or deletion, and a report of which an attempt is
    unanswered, is left out: those are filed singly. Raises FilingFailed where no session can be had,
    ReportRefused where nothing is left to send.
    """
    refused: list[tuple[str, str]] = []
    with client() as service:
        filings = []
        for pk in report_ids:
            try:
                filings.append(_bulk_attempt(pk, actor, now()))
            except ReportRefused as error:
                reference = ComplianceReport.objects.values_list("report_reference", flat=True).get(pk=pk)
                refused.append((str(reference), str(error)))
        if not filings:
            raise ReportRefused(_("None of these reports can be filed: %(why)s") % {"why": refused[0][1]})
        digest = hashlib.sha256("".join(sorted(one.sha256 for one in filings)).encode()).hexdigest()
        bulk_reference = f"BULK-{now():%Y%m%d%H%M%S}-{digest[:8]}"
        outcome, said = FilingOutcome.PENDING, _in_bulk(bulk_reference)
        try:
            service.submit_bulk(bulk_reference, f"{bulk_reference}.json", [bytes(one.payload) for one in filings])
        except OutcomeUnknown as error:
            outcome, said = FilingOutcome.UNKNOWN, in_both(error)
        except FilingFailed as error:
            outcome, said = FilingOutcome.FAILED, in_both(error)
    answers = [_write_answer(one, outcome, said, actor, now()) for one in filings]
    return BulkFiled(bulk_reference, answers, refused)


def _in_bulk(name: str) -> dict[str, str]:
    return in_both(SaidError(gettext_noop("in bulk file %(name)s"), name=name))


def _bulk_attempt(report_id: UUID, actor: Actor, at: datetime) -> ComplianceFiling:
    report = ComplianceReport.objects.get(pk=report_id)
    if report.submit_kind != SubmitKind.SUBMIT or _unanswered(report_id):
        raise ReportRefused(_("A change, a deletion, and what was tried before without an answer is filed by itself."))
    return _write_attempt(report_id, FilingMethod.API, actor, at)


def fetch_acknowledgements(
    *, actor: Actor, now: Callable[[], datetime], client: ClientFactory = default_client
) -> list[ComplianceAcknowledgement]:
    """Ask for every report that is submitted and not decided. Raises FilingFailed where no session can be had."""
    waiting = ComplianceReport.objects.filter(report_status=ReportStatus.SUBMITTED).order_by("submitted_at", "pk")
    answers: list[ComplianceAcknowledgement] = []
    if not waiting.exists():
        return answers
    with client() as service:
        for report in waiting.iterator():
            filing = report.filings.filter(method=FilingMethod.API).order_by("-filed_at").first()
            if filing is None:
                continue
            if (listed := service.find(filing.reference)) is None and filing.submit_kind != SubmitKind.DELETE:
                continue
            answer = _asked(service, filing) if listed else None
            if answer is not None and answer.outcome is not Outcome.PENDING:
                answers.append(_write_acknowledgement(filing, answer, actor, now()))
    return answers


def _asked(service: FilingClient, filing: ComplianceFiling) -> Acknowledgement:
    """What the service says now of a report that it lists."""
    document = json.loads(bytes(filing.payload))
    said = service.validations(reference=filing.reference, payloads={filing.reference: document})
    for one in said.acknowledgements:
        if one.reference == filing.reference:
            return one
    outcome = {1000: Outcome.ACCEPTED, 2001: Outcome.ACCEPTED_WITH_WARNINGS}.get(said.status_code or 0, Outcome.PENDING)
    return Acknowledgement(filing.reference, outcome, "", said.status_code, said.en, said.fr, ())


def record_manual_filing(
    *, report_id: UUID, record_number: str, filed_at: datetime, actor: Actor, now: datetime
) -> ComplianceFiling:
    """A person filed the exact JSON on the regulator's site. Raises ReportRefused without number, or in the future."""
    if not record_number.strip():
        raise ReportRefused(_("Enter the record number that its receiver gave."))
    if filed_at > now:
        raise ReportRefused(_("The time of filing lies in the future."))
    return _write_attempt(report_id, FilingMethod.MANUAL, actor, filed_at, record_number.strip())


def record_manual_answer(
    *, report_id: UUID, accepted: bool, text: str, actor: Actor, now: datetime
) -> ComplianceAcknowledgement:
    """What the regulator's site said of a report that was filed by hand. Raises ReportRefused."""
    report = ComplianceReport.objects.get(pk=report_id)
    filing = report.filings.order_by("-filed_at").first()
    if report.report_status != ReportStatus.SUBMITTED or filing is None:
        raise ReportRefused(_("Only a submitted report gets an answer."))
    if not accepted and not text.strip():
        raise ReportRefused(_("Enter why it was rejected."))
    outcome = FilingOutcome.ACCEPTED if accepted else FilingOutcome.REJECTED
    return _write_answer(filing, outcome, {"en": text}, actor, now)


# --- Writing


def _unanswered(report_id: UUID) -> ComplianceFiling | None:
    """The last attempt, where nobody knows what became of it."""
    filing = ComplianceFiling.objects.filter(report=report_id, method=FilingMethod.API).order_by("-filed_at").first()
    if filing is None:
        return None
    last = filing.acknowledgements.order_by("-received_at").first()
    return filing if last is None or last.outcome == FilingOutcome.UNKNOWN else None


def _write_attempt(
    report_id: UUID, method: FilingMethod, actor: Actor, at: datetime, record_number: str = ""
) -> ComplianceFiling:
    with acting_as(actor):
        report = locked(report_id)
        if report.report_status != ReportStatus.UNDER_REVIEW or report.approved_version != report.version:
            raise ReportRefused(_("Only an approved report can be filed: somebody else approves it first."))
        if method == FilingMethod.API and report.report_type not in FILED_WITH_FINTRAC:
            raise ReportRefused(_("This report is not filed by API: hand it in, and record that."))
        data = _exact(report, at)
        filing = ComplianceFiling.objects.create(
            report=report,
            version=report.version,
            submit_kind=report.submit_kind,
            method=method,
            reference=report.report_reference or "",
            payload=data,
            sha256=hashlib.sha256(data).hexdigest(),
            record_number=record_number,
            filed_by_id=actor.user_id,
            filed_at=at,
        )
        if method == FilingMethod.MANUAL:
            report.fintrac_report_number = record_number
            _submitted(report, "manual", actor, at)
        return filing


def _exact(report: ComplianceReport, at: datetime) -> bytes:
    """The bytes to file. Raises ReportRefused where the checks refuse them."""
    if report.report_type not in FILED_WITH_FINTRAC:
        return plain_bytes(report)
    made = payload(report, at)
    if made.checked.rejects or not made.data:
        raise ReportRefused(_("The checks refuse this report. Send it back to draft and correct it."))
    return made.data


def _submitted(report: ComplianceReport, method: str, actor: Actor, at: datetime) -> None:
    report.report_status = ReportStatus.SUBMITTED
    report.submitted_to = _RECEIVERS.get(ReportType(report.report_type), REGULATOR)
    report.submission_method = method
    report.submitted_at = report.submitted_at or at
    report.submitted_by_id = actor.user_id
    report.save(
        update_fields=[
            "report_status",
            "submitted_to",
            "submission_method",
            "submitted_at",
            "submitted_by",
            "fintrac_report_number",
        ]
    )


def _write_acknowledgement(
    filing: ComplianceFiling, answer: Acknowledgement, actor: Actor, at: datetime
) -> ComplianceAcknowledgement:
    messages = [{**asdict(one), "severity": str(one.severity)} for one in answer.messages]
    return _write_answer(
        filing,
        FilingOutcome(str(answer.outcome)),
        {"en": answer.en, "fr": answer.fr},
        actor,
        at,
        status_code=answer.status_code,
        external_uuid=answer.uuid,
        messages=messages,
    )


def _write_answer(
    filing: ComplianceFiling, outcome: FilingOutcome, said: dict[str, Any], actor: Actor, at: datetime, **more: Any
) -> ComplianceAcknowledgement:
    """Keep the answer and move the report: a refused call leaves it approved, all else is submitted."""
    with acting_as(actor):
        report = locked(filing.report_id)
        row = ComplianceAcknowledgement.objects.create(
            filing=filing,
            outcome=outcome,
            said=said,
            received_by_id=actor.user_id,
            received_at=at,
            **more,
        )
        if outcome == FilingOutcome.FAILED:
            return row
        if report.report_status == ReportStatus.UNDER_REVIEW:
            _submitted(report, "api", actor, at)
        _answered(report, outcome, row, at)
        return row


def _answered(report: ComplianceReport, outcome: FilingOutcome, row: ComplianceAcknowledgement, at: datetime) -> None:
    report.response_status = outcome
    report.response_received_at = at
    report.response_data = {"acknowledgement": str(row.pk)}
    fields = ["response_status", "response_received_at", "response_data"]
    if outcome in (FilingOutcome.ACCEPTED, FilingOutcome.ACCEPTED_WITH_WARNINGS):
        report.report_status = ReportStatus.ACCEPTED
        report.acknowledgment_received_at = at
        zone = policy.bank_zone()
        in_time = report.submitted_at is None or report.submitted_at.astimezone(zone).date() <= report.due_date
        report.compliance_status = ComplianceStatus.COMPLIANT if in_time else ComplianceStatus.NON_COMPLIANT
        fields += ["report_status", "acknowledgment_received_at", "compliance_status"]
        if row.external_uuid and not report.fintrac_report_number:
            report.fintrac_report_number = row.external_uuid[:50]
            fields.append("fintrac_report_number")
    elif outcome == FilingOutcome.REJECTED:
        report.report_status = ReportStatus.REJECTED
        fields.append("report_status")
        tell_of_rejection(report, row)
    report.save(update_fields=fields)
