"""Copies of transactions as they are filed, and whole payloads out of them.

A copy is ``{"transaction": …, "definitions": […]}`` in the regulator's shape, with ids of its own. ``payload_of`` joins
the copies of a report: the same party with the same details is defined once.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from compliance import definitions
from compliance.aggregation import THRESHOLD
from compliance.enums import PartyRole, ReportType, SubmitKind, TransactionRole
from compliance.fintrac import lctr
from compliance.fintrac.building import (
    AGGREGATION_OF_ROLE,
    Deletion,
    Filer,
    Payload,
    Report,
    change_of,
    deletion_of,
    read_report,
)
from compliance.fintrac.codes import AccountType, AggregationType, CashMethod, DeleteReason, Disposition, Relationship
from compliance.fintrac.codes import ReportType as TypeCode
from compliance.fintrac.json_shape import to_json
from compliance.fintrac.parties import DefinitionList
from compliance.models import ComplianceReport, ComplianceReportTransaction, LargeCashParty, LargeCashRecord


def of_cash_record(record: LargeCashRecord, parties: Sequence[LargeCashParty]) -> dict[str, Any]:
    """The copy of one receipt of cash. ``parties`` come with their ``party``. Raises NotThisShape, ValueError."""
    defined = DefinitionList()
    roles: dict[str, list[LargeCashParty]] = {}
    for one in parties:
        roles.setdefault(one.party_role, []).append(one)
    zone = ZoneInfo(record.zone)
    transaction = lctr.Transaction(
        record.location_id,
        lctr.LargeCashTransactionDetails(
            threshold_indicator=record.amount_cad >= THRESHOLD,
            date_time_of_transaction=record.received_at.astimezone(zone),
            method_code=CashMethod.of(record.method_code),
            method_other=record.method_other or None,
            date_time_of_posting=record.posted_at.astimezone(zone) if record.posted_at else None,
            reporting_entity_transaction_reference=record.reference,
            purpose=record.purpose or None,
        ),
        (_starting(record, roles, defined),),
        tuple(_completing(record, one, roles, defined) for one in _dispositions(record)),
    )
    return {"transaction": to_json(transaction), "definitions": to_json(defined.definitions)}


def _starting(
    record: LargeCashRecord, roles: Mapping[str, list[LargeCashParty]], defined: DefinitionList
) -> lctr.StartingAction:
    sources = [defined.refer(definitions.named(one.party)) for one in roles.get(PartyRole.SOURCE, ())]
    behalf = []
    for one in roles.get(PartyRole.ON_BEHALF_OF, ()):
        ref = defined.refer(definitions.detailed(one.party))
        details = lctr.OnBehalfOfDetails(
            one.party.client_number or None, one.party.email or None, _relationship(one), one.relationship_other or None
        )
        behalf.append(lctr.OnBehalfOf(ref.type_code, ref.ref_id, details))
    conductors = []
    for one in roles.get(PartyRole.CONDUCTOR, ()):
        # cash to a business account: the conductor's name suffices (Sch. 1 Part E)
        named_only = bool(record.business_account)
        ref = defined.refer(definitions.named(one.party) if named_only else definitions.detailed(one.party))
        details_of = (
            lctr.ConductorDetails(on_behalf_of_indicator=bool(behalf))
            if named_only
            else lctr.ConductorDetails(one.party.client_number or None, one.party.email or None, bool(behalf))
        )
        conductors.append(lctr.Conductor(ref.type_code, ref.ref_id, details_of, tuple(behalf)))
    return lctr.StartingAction(
        lctr.StartingDetails(
            record.amount,
            record.currency,
            record.how_obtained or None,
            bool(sources) or bool(record.source_of_cash),
            bool(record.business_account),
        ),
        tuple(lctr.Participant(ref.type_code, ref.ref_id) for ref in sources),
        tuple(conductors),
    )


def _dispositions(record: LargeCashRecord) -> list[dict[str, Any]]:
    first = {
        "code": record.disposition_code,
        "other": record.disposition_other,
        "amount": record.amount,
        "currency": record.currency,
        "reference": record.disposition_reference,
        "institution_number": record.institution_number,
        "branch_number": record.branch_number,
        "account_number": record.account_number,
        "account_type": record.account_type,
        "account_type_other": record.account_type_other,
        "account_currency": record.account_currency,
        "account_opened": record.account_opened,
    }
    further = [
        {**one, "amount": Decimal(one["amount"]) if one.get("amount") else None} for one in record.further_dispositions
    ]
    taken = sum((one["amount"] for one in further if one["amount"]), Decimal(0))
    if further and taken < record.amount:
        first["amount"] = record.amount - taken
    return [first, *further]


def _completing(
    record: LargeCashRecord,
    one: Mapping[str, Any],
    roles: Mapping[str, list[LargeCashParty]],
    defined: DefinitionList,
) -> lctr.CompletingAction:
    holders = [defined.refer(definitions.named(party.party)) for party in roles.get(PartyRole.HOLDER, ())]
    account = None
    if one.get("account_number"):
        account = lctr.Account(
            one.get("institution_number") or None,
            one.get("branch_number") or None,
            one["account_number"],
            AccountType.of(one.get("account_type") or None),
            one.get("account_type_other") or None,
            one.get("account_currency") or None,
            one.get("account_opened") or None,
            tuple(lctr.AccountHolder(ref.type_code, ref.ref_id) for ref in holders),
        )
    beneficiaries = []
    for party in roles.get(PartyRole.BENEFICIARY, ()):
        ref = defined.refer(definitions.detailed(party.party))
        details = lctr.BeneficiaryDetails(
            party.party.client_number or None,
            party.party.email or None,
            _relationship(party),
            party.relationship_other or None,
        )
        beneficiaries.append(lctr.Beneficiary(ref.type_code, ref.ref_id, details))
    involved = [defined.refer(definitions.named(party.party)) for party in roles.get(PartyRole.INVOLVED, ())]
    return lctr.CompletingAction(
        lctr.CompletingDetails(
            Disposition.of(one.get("code")),
            one.get("other") or None,
            one.get("amount"),
            one.get("currency") or record.currency,
            exchange_rate=record.exchange_rate,
            reference_number=one.get("reference") or None,
            account=account,
            involvement_indicator=bool(involved),
        ),
        tuple(lctr.Participant(ref.type_code, ref.ref_id) for ref in involved),
        tuple(beneficiaries),
    )


def _relationship(one: LargeCashParty) -> Relationship | None:
    return Relationship.of(one.relationship_code)


# --- Whole payloads


def payload_of(
    report: ComplianceReport, transactions: Iterable[ComplianceReportTransaction], filer: Filer, zone: ZoneInfo
) -> Payload:
    """What would be filed of the report now. Raises NotThisShape where a copy has no place in it."""
    made: Report = read_report(document_of(report, transactions, filer, zone))
    if report.submit_kind == SubmitKind.CHANGE:
        return change_of(made)
    if report.submit_kind == SubmitKind.DELETE:
        reason = DeleteReason.of(report.delete_reason)
        if reason is None:
            raise ValueError(_("A deletion has a reason."))
        order: Deletion = deletion_of(made, reason)
        return order
    return made


def document_of(
    report: ComplianceReport, transactions: Iterable[ComplianceReportTransaction], filer: Filer, zone: ZoneInfo
) -> dict[str, Any]:
    """The report as JSON, before it is read strictly: what the checks look at also where a copy is broken."""
    refs: dict[str, str] = {}
    defined: list[dict[str, Any]] = []
    made = []
    for one in transactions:
        own = {}
        for definition in one.snapshot.get("definitions", []):
            plain = {name: value for name, value in definition.items() if name != "refId"}
            key = json.dumps(plain, sort_keys=True)
            if key not in refs:
                refs[key] = f"D{len(refs) + 1}"
                defined.append({**plain, "refId": refs[key]})
            own[definition.get("refId")] = refs[key]
        made.append(_renamed(one.snapshot.get("transaction", {}), own))
    is_str = report.report_type == ReportType.FINTRAC_STR
    details: dict[str, Any] = {
        "reportTypeCode": int(TypeCode.STR if is_str else TypeCode.LCTR),
        "submitTypeCode": 1,
        "reportingEntityNumber": filer.reporting_entity_number,
        "submittingReportingEntityNumber": filer.submitter,
        "reportingEntityReportReference": report.report_reference or "",
        "reportingEntityContactId": filer.contact_id,
        "activitySectorCode": int(filer.activity_sector),
    }
    if directive := report.report_data.get("ministerial_directive"):
        details["ministerialDirectiveCode"] = directive
    document: dict[str, Any] = {"reportDetails": details}
    if is_str:
        document |= _suspicion(report)
    else:
        details["twentyFourHourRule"] = _window(report, zone)
    return {**document, "definitions": defined, "transactions": made}


def _renamed(value: Any, refs: Mapping[Any, str]) -> Any:
    if isinstance(value, dict):
        return {
            name: refs.get(inner, inner) if name == "refId" else _renamed(inner, refs) for name, inner in value.items()
        }
    return [_renamed(inner, refs) for inner in value] if isinstance(value, list) else value


def _window(report: ComplianceReport, zone: ZoneInfo) -> dict[str, Any]:
    role = report.aggregation_role
    code = (
        AggregationType.NOT_APPLICABLE
        if role in ("", TransactionRole.SINGLE, TransactionRole.SUSPICIOUS)
        else {str(key): value for key, value in AGGREGATION_OF_ROLE.items()}[role]
    )
    window: dict[str, Any] = {"aggregationTypeCode": int(code)}
    if report.window_start and report.window_end:
        last = datetime.fromtimestamp(report.window_end.timestamp() - 1, UTC)
        window |= {
            "periodStart": to_json(report.window_start.astimezone(zone)),
            "periodEnd": to_json(last.astimezone(zone)),
        }
    return window


def narrative_text(report: ComplianceReport) -> str:
    """Facts, context and indicators as the one text that is filed."""
    parts = report.report_data.get("narrative", {})
    return "\n\n".join(
        text for name in ("facts", "context", "indicators") if (text := str(parts.get(name) or "").strip())
    )


def _suspicion(report: ComplianceReport) -> dict[str, Any]:
    stored = report.report_data.get("suspicion", {})
    details: dict[str, Any] = {
        "publicPrivatePartnershipProjectNameCodes": stored.get("projects", []),
        "politicallyExposedPersonIncludedIndicator": bool(stored.get("politically_exposed")),
    }
    if text := narrative_text(report):
        details["descriptionOfSuspiciousActivity"] = text
    if (kind := stored.get("type")) is not None:
        details["suspicionTypeCode"] = kind
    document: dict[str, Any] = {
        "detailsOfSuspicion": details,
        "relatedReports": report.report_data.get("related_reports", []),
    }
    if action := str(report.report_data.get("narrative", {}).get("action") or "").strip():
        document["actionTaken"] = {"description": action}
    return document
