"""What happened to personal data in a period: consents, purges, readers."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q

from compliance import deadlines
from compliance.models import PrivacyBreach
from compliance.periodic.texts import iso
from dwaybank.enums import AuditAction
from dwaybank.models import AuditEvent, ReadEvent, SystemLog, User
from integrations.enums import ErrorSeverity
from integrations.models import BankConnection, IntegrationError


def audit(begins: datetime, ends: datetime) -> dict[str, Any]:
    """The audit of [begins, ends). Readers are named by the id of their person and their e-mail address."""
    return {
        "kind": "privacy_audit",
        "consents": _consents(begins, ends),
        "purged": _purged(begins, ends),
        "reads": _reads(begins, ends),
        "breaches": _breaches(begins, ends),
    }


def _consents(begins: datetime, ends: datetime) -> dict[str, Any]:
    given = Q(consent_given_at__gte=begins, consent_given_at__lt=ends)
    expired = Q(consent_expires_at__gte=begins, consent_expires_at__lt=ends)
    revoked = Q(deleted_at__gte=begins, deleted_at__lt=ends)
    standing = Q(consent_given_at__lt=ends) & (Q(deleted_at__isnull=True) | Q(deleted_at__gte=ends))
    standing &= Q(consent_expires_at__isnull=True) | Q(consent_expires_at__gte=ends)
    counts = {
        "given": Count("pk", filter=given),
        "expired": Count("pk", filter=expired),
        "revoked": Count("pk", filter=revoked),
        "standing_at_the_end": Count("pk", filter=standing),
        "without_an_end": Count("pk", filter=standing & Q(consent_expires_at__isnull=True)),
    }
    rows = BankConnection.objects.values("bank_id").annotate(**counts).order_by("bank_id")
    return {"totals": BankConnection.objects.aggregate(**counts), "by_bank": list(rows)}


def _purged(begins: datetime, ends: datetime) -> dict[str, Any]:
    deleted = (
        AuditEvent.objects.filter(action=AuditAction.DELETE, occurred_at__gte=begins, occurred_at__lt=ends)
        .values_list("table_name")
        .annotate(rows=Count("pk"))
        .order_by("table_name")
    )
    runs = SystemLog.objects.filter(created_at__gte=begins, created_at__lt=ends).order_by("created_at")
    return {
        "audited_rows_deleted": dict(deleted),
        "maintenance": [
            {"at": iso(run.created_at), "what": run.message, "counts": run.metadata} for run in runs[:1_000]
        ],
    }


def _reads(begins: datetime, ends: datetime) -> list[dict[str, Any]]:
    rows = list(
        ReadEvent.objects.filter(read_at__gte=begins, read_at__lt=ends)
        .values("reader_id", "run", "table_name", "what")
        .annotate(times=Count("pk"))
        .order_by("table_name", "what", "reader_id", "run")
    )
    people = dict(User.objects.filter(pk__in={row["reader_id"] for row in rows}).values_list("pk", "email"))
    return [
        {
            "reader": str(row["reader_id"]) if row["reader_id"] else None,
            "email": people.get(row["reader_id"]),
            "run": row["run"],
            "table": row["table_name"],
            "what": row["what"],
            "times": row["times"],
        }
        for row in rows
    ]


def _breaches(begins: datetime, ends: datetime) -> dict[str, Any]:
    """Recorded breaches, and what a person has to assess as one (PIPEDA 10.1): severe errors that touched customers and
    of which no breach is recorded.

    Whether one is a breach, and whether it may do significant harm, the system does not know: ``real_risk`` is null.
    """
    of_it = PrivacyBreach.objects.filter(integration_error=OuterRef("pk"))
    severe = IntegrationError.objects.filter(
        ~Exists(of_it),
        occurred_at__gte=begins,
        occurred_at__lt=ends,
        error_severity__in=[ErrorSeverity.HIGH, ErrorSeverity.CRITICAL],
        affected_users_count__gt=0,
    ).order_by("occurred_at", "pk")
    recorded = PrivacyBreach.objects.filter(determined_at__gte=begins, determined_at__lt=ends)
    return {
        "recorded": [
            {
                "record": str(one.pk),
                **({"error": str(one.integration_error_id)} if one.integration_error_id else {}),
                "determined_at": iso(one.determined_at),
                "people": one.people_affected,
                "real_risk": one.real_risk,
                "reported_at": iso(one.reported_at),
                "people_told_at": iso(one.people_told_at),
                "deadline": deadlines.breach_report_due(one.determined_at).explanation,
            }
            for one in recorded.order_by("determined_at", "pk")[:1_000]
        ],
        "to_be_assessed": [
            {
                "error": str(error.pk),
                "occurred_at": iso(error.occurred_at),
                "type": error.error_type,
                "customers": error.affected_users_count,
                "deadline": deadlines.breach_report_due(error.occurred_at).explanation,
                "real_risk": None,
            }
            for error in severe[:1_000]
        ],
        "count": severe.count(),
    }
