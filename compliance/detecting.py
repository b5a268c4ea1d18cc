"""Which large cash reports are due: the 24-hour rule over the stored receipts, and the drafts that follow from it.

PostgreSQL chooses the receipts that can matter, the pure rule (``compliance.aggregation``) says what they make, window
by window, and each set gets one report: opened once, re-evaluated when a late receipt changes it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib import resources
from itertools import islice
from typing import Any, Final
from uuid import UUID

from django.db import connection, transaction
from django.utils.translation import gettext as _

from compliance.aggregation import AggregationRule, CashReceipt, ReportableSet, reportable_sets
from compliance.deadlines import lctr_due
from compliance.drafting import cash_transactions, due_fields, locked, write_version
from compliance.enums import ReportStatus, ReportType, SubmitKind, TransactionRole
from compliance.models import ComplianceReport
from compliance.policy import aggregation_rule, bank_zone
from dwaybank.actor import Actor, acting_as, set_actor

_BATCH: Final = 500
_EVER: Final = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(slots=True)
class Detected:
    """What one run found and did. ``waiting``: sets whose report is with the regulator and must be looked at again."""

    sets: int = 0
    opened: int = 0
    unchanged: int = 0
    reevaluated: int = 0
    waiting: list[str] = field(default_factory=list)
    no_longer_found: list[str] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """The counts for machines."""
        return {
            "sets": self.sets,
            "opened": self.opened,
            "unchanged": self.unchanged,
            "reevaluated": self.reevaluated,
            "waiting": self.waiting,
            "no_longer_found": self.no_longer_found,
        }


def detect_reportable(*, actor: Actor, now: datetime, since: datetime | None = None) -> Detected:
    """Open and re-evaluate large cash reports. Again with the same records it changes nothing.

    ``since`` looks at windows from that moment's on. Raises DomainError where the bank's windows are not set well.
    """
    rule = aggregation_rule()
    first = rule.windows.window_of(since).start if since else _EVER
    result = Detected()
    found: set[str] = set()
    for batch in _batches(rule, first):
        with acting_as(actor):
            keys = {one.key for one in batch}
            known = set(ComplianceReport.objects.filter(set_key__in=keys).values_list("set_key", flat=True))
            for one in batch:
                found.add(one.key)
                result.sets += 1
                if one.key in known:
                    result.unchanged += 1
                else:
                    _open_or_reevaluate(one, actor, now, result)
    result.no_longer_found = _drafts_without_a_set(first, found)
    return result


def find_sets(rule: AggregationRule, since: datetime = _EVER) -> Iterator[ReportableSet]:
    """Every reportable set of the stored receipts, in order of time; memory holds one window. In a transaction."""
    starts_at = rule.windows.starts_at
    parameters: dict[str, Any] = {
        "zone": str(rule.windows.zone),
        "starts_at": f"{starts_at.hour} hours {starts_at.minute} minutes {starts_at.second} seconds",
        "since": since,
        "threshold": rule.threshold,
    }
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS reportable_candidates")
        cursor.execute(_sql("candidates"), parameters)
        cursor.execute("ANALYZE reportable_candidates")
    with connection.connection.cursor(name="reportable_receipts") as rows:
        rows.itersize = 5_000
        rows.execute(_sql("receipts"))
        yield from reportable_sets((_receipt(row) for row in rows), rule)


def _sql(name: str) -> str:
    """The text of one file of ``sql/detecting``."""
    return resources.files("compliance").joinpath("sql", "detecting", f"{name}.sql").read_text("utf-8")


def _receipt(row: tuple[Any, ...]) -> CashReceipt:
    pk, received_at, amount, conductors, behalf, beneficiaries = row
    return CashReceipt(str(pk), received_at, amount, tuple(conductors), tuple(behalf), tuple(beneficiaries))


def _batches(rule: AggregationRule, since: datetime) -> Iterator[list[ReportableSet]]:
    with transaction.atomic():
        sets = find_sets(rule, since)
        while batch := list(islice(sets, _BATCH)):
            yield batch


def _role_of(found: ReportableSet) -> tuple[str, str]:
    if not found.legs:
        return TransactionRole.SINGLE, found.receipts[0].id
    return str(found.legs[0].role), found.legs[0].party


def _open_or_reevaluate(found: ReportableSet, actor: Actor, now: datetime, result: Detected) -> None:
    role, party = _role_of(found)
    before = (
        ComplianceReport.objects.filter(
            report_type=ReportType.FINTRAC_LCTR,
            window_start=found.window.start,
            aggregation_role=role,
            aggregation_party=party,
        )
        .order_by("-created_at")
        .first()
    )
    if before is None:
        _open(found, role, party, actor, now)
        result.opened += 1
    elif before.report_status == ReportStatus.SUBMITTED:
        result.waiting.append(str(before.report_reference))
    else:
        _reevaluate(locked(before.pk), found, actor, now)
        result.reevaluated += 1


def _columns(found: ReportableSet) -> dict[str, Any]:
    zone = bank_zone()
    deadline = lctr_due([receipt.received_at for receipt in found.receipts], zone)
    first = found.first_received_at
    return {
        "set_key": found.key,
        "report_period_start": found.window.start.astimezone(zone).date(),
        "report_period_end": found.window.last_second.astimezone(zone).date(),
        **due_fields(deadline, first),
        "report_summary": {
            "total_cad": str(found.total_cad),
            "receipts": len(found.receipts),
            "legs": [{"role": str(leg.role), "party": leg.party} for leg in found.legs],
            "why": deadline.explanation,
        },
    }


def _open(found: ReportableSet, role: str, party: str, actor: Actor, now: datetime) -> None:
    report = ComplianceReport.objects.create(
        report_type=ReportType.FINTRAC_LCTR,
        report_reference=f"LCTR-{found.window.start:%Y%m%d}-{found.key[:12]}",
        window_start=found.window.start,
        window_end=found.window.end,
        aggregation_role=role,
        aggregation_party=party,
        transaction_threshold_amount=aggregation_rule().threshold,
        report_data={},
        **_columns(found),
    )
    report.refresh_from_db()
    cash_transactions(report, [UUID(receipt.id) for receipt in found.receipts])
    write_version(report, actor, now)


def _reevaluate(report: ComplianceReport, found: ReportableSet, actor: Actor, now: datetime) -> None:
    """A late or corrected receipt makes another set of the same window and party: the report goes back to draft."""
    why = Actor(actor.user_id, actor.run, "the receipts of its window changed")
    set_actor(why)
    if report.report_status != ReportStatus.DRAFT:
        if report.report_status == ReportStatus.ACCEPTED:
            report.submit_kind = SubmitKind.CHANGE
            report.change_reason = _("A receipt of cash became known after the report was filed.")
        report.report_status = ReportStatus.DRAFT
    if report.not_required_at:
        report.not_required_at, report.not_required_by, report.not_required_reason = None, None, ""
        report.compliance_status = "pending"
    for name, value in _columns(found).items():
        setattr(report, name, value)
    report.save()
    cash_transactions(report, [UUID(receipt.id) for receipt in found.receipts])
    write_version(report, why, now)
    set_actor(actor)


def _drafts_without_a_set(since: datetime, found: set[str]) -> list[str]:
    """Open drafts whose receipts no longer make a set: a person decides that they are not required."""
    drafts = ComplianceReport.objects.filter(
        report_type=ReportType.FINTRAC_LCTR,
        report_status=ReportStatus.DRAFT,
        set_key__isnull=False,
        not_required_at__isnull=True,
        window_start__gte=since,
    ).values_list("set_key", "report_reference")
    return sorted(str(reference) for key, reference in drafts if key not in found)
