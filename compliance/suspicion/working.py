"""What people do with the transactions of an STR while it is a draft: state one, confirm all, copy parties anew."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from compliance.drafting import ReportRefused, locked, write_version
from compliance.enums import ReportStatus, ReportType
from compliance.models import ComplianceReport, ComplianceReportTransaction
from compliance.parties import customer_party, newest_by_key
from compliance.suspicion import stating
from compliance.suspicion.drafting import copied
from dwaybank.actor import Actor, set_actor


@contextmanager
def _draft(report_id: UUID, seen_version: int, actor: Actor, at: datetime) -> Iterator[ComplianceReport]:
    """The locked draft, of which a new version is kept at the end. Raises ReportRefused."""
    with transaction.atomic():
        report = locked(report_id)
        if report.report_type != ReportType.FINTRAC_STR:
            raise ReportRefused(_("Only of a report on suspicion are transactions stated here."))
        if report.version != seen_version:
            raise ReportRefused(_("The report was changed meanwhile. Look at it as it is now, and change it again."))
        if (report.report_status or ReportStatus.DRAFT) != ReportStatus.DRAFT:
            raise ReportRefused(_("Only a draft can be changed. Take the report back to draft first."))
        set_actor(actor)
        yield report
        report.version += 1
        report.save(update_fields=["version"])
        write_version(report, actor, at)


def _kept(one: ComplianceReportTransaction, said: stating.Statement, parties: Any) -> ComplianceReportTransaction:
    one.snapshot = {**one.snapshot, **copied(said, parties)}
    return one


def state(
    *, report_id: UUID, transaction_id: UUID, changes: dict[str, Any], seen_version: int, actor: Actor, at: datetime
) -> None:
    """State one transaction; whoever states it confirms it. Raises ReportRefused, also for a party nobody knows."""
    with _draft(report_id, seen_version, actor, at) as report:
        one = report.transactions.filter(pk=transaction_id).first()
        said = stating.stored(one.snapshot) if one else None
        if one is None or said is None:
            raise ReportRefused(_("This report has no such transaction."))
        said = replace(said, **changes, confirmed=True)
        parties = newest_by_key(said.keys)
        if unknown := sorted(said.keys - parties.keys()):
            raise ReportRefused(
                _("There is no party with the key %(key)s; enter the party first.") % {"key": unknown[0]}
            )
        _kept(one, said, parties).save(update_fields=["snapshot"])


def confirm_all(
    *,
    report_id: UUID,
    method_code: int | None,
    location_id: str,
    conductors: tuple[str, ...],
    seen_version: int,
    actor: Actor,
    at: datetime,
) -> int:
    """A person has looked at every transaction; how many were confirmed now.

    ``method_code``, ``location_id`` and ``conductors`` (keys of parties) fill what is empty; what stands stays.
    """
    with _draft(report_id, seen_version, actor, at) as report:
        found = [
            (one, said)
            for one in report.transactions.order_by("position")
            if (said := stating.stored(one.snapshot)) and not said.confirmed
        ]
        changed = [
            (
                one,
                replace(
                    said,
                    method_code=said.method_code or method_code,
                    location_id=said.location_id or location_id,
                    conductors=said.conductors or conductors,
                    confirmed=True,
                ),
            )
            for one, said in found
        ]
        parties = newest_by_key({*conductors, *(key for _one, said in changed for key in said.keys)})
        if unknown := [key for key in conductors if key not in parties]:
            raise ReportRefused(
                _("There is no party with the key %(key)s; enter the party first.") % {"key": unknown[0]}
            )
        ComplianceReportTransaction.objects.bulk_update(
            [_kept(one, said, parties) for one, said in changed], ["snapshot"]
        )
    return len(changed)


def refresh(*, report_id: UUID, seen_version: int, actor: Actor, at: datetime) -> None:
    """Copy the parties anew as they are known now, and the customer where only now a party is entered."""
    with _draft(report_id, seen_version, actor, at) as report:
        found = [
            (one, said) for one in report.transactions.order_by("position") if (said := stating.stored(one.snapshot))
        ]
        if customer := customer_party(report.user_id):
            found = [(one, stating.with_customer(said, customer)) for one, said in found]
        parties = newest_by_key(each for _one, said in found for each in said.keys)
        ComplianceReportTransaction.objects.bulk_update(
            [_kept(one, said, parties) for one, said in found], ["snapshot"]
        )
