"""Operational risk from the system's own data (OSFI): incidents with their 24-hour clock, and the events of a period.

An incident is a critical integration error: it touches a payment system, data or customers (OSFI technology and cyber
incident advisory). Fields follow what the incident form asks for; what the system cannot know is null, to be
completed by a person, and never guessed.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Avg, Count, F, Q, Sum

from compliance import deadlines
from compliance.periodic.texts import harmless, iso
from integrations.enums import BusinessImpact, ErrorSeverity, ResolutionStatus
from integrations.models import BankSyncLog, IntegrationError

_FINISHED = (ResolutionStatus.RESOLVED, ResolutionStatus.IGNORED)


def incidents(begins: datetime, ends: datetime) -> list[UUID]:
    """Ids of the critical integration errors that occurred in [begins, ends), oldest first."""
    critical = IntegrationError.objects.filter(
        error_severity=ErrorSeverity.CRITICAL, occurred_at__gte=begins, occurred_at__lt=ends
    )
    return list(critical.order_by("occurred_at", "pk").values_list("pk", flat=True))


def incident(error_id: UUID) -> dict[str, Any]:
    """The incident report of one critical error, as far as the system knows. Raises DoesNotExist."""
    error = IntegrationError.objects.get(pk=error_id)
    deadline = deadlines.osfi_incident_due(error.occurred_at)
    resolved = error.resolution_status in _FINISHED
    return {
        "kind": "incident",
        "stage": "post-incident" if resolved else "initial",
        "status": "resolved" if resolved else "active",
        "incident": str(error.pk),
        "occurred_at": iso(error.occurred_at),
        "detected_at": iso(error.created_at or error.occurred_at),
        "due_at": iso(deadline.due_at),
        "deadline": deadline.explanation,
        "type": error.error_type,
        "code": error.error_code,
        "severity": error.error_severity,
        "description": harmless(error.error_message),
        "third_party": error.bank_id,
        "operation": error.operation_type,
        "business_impact": error.business_impact,
        "customers_affected": error.affected_users_count,
        "downtime_minutes": error.estimated_downtime_minutes,
        "escalated_at": iso(error.escalated_at),
        "resolved_at": iso(error.resolved_at),
        "remediation": harmless(error.resolution_notes),
        # of these only a person knows
        "sites_and_business_lines": None,
        "systems_affected": None,
        "data_affected": None,
        "media_or_public_attention": None,
        "recovery_plan_activated": None,
        "estimated_recovery": None,
        "estimated_loss": None,
        "root_cause": None,
        "threat_tactics_and_indicators": None,
        "notified": None,
        "contact": None,
    }


def period(begins: datetime, ends: datetime) -> dict[str, Any]:
    """The operational events of [begins, ends): counts, downtime, and how long things took."""
    errors = IntegrationError.objects.filter(occurred_at__gte=begins, occurred_at__lt=ends)
    syncs = BankSyncLog.objects.filter(started_at__gte=begins, started_at__lt=ends)
    near_miss = Q(business_impact=BusinessImpact.NONE, error_severity__in=[ErrorSeverity.HIGH, ErrorSeverity.CRITICAL])
    totals = errors.aggregate(
        events=Count("pk"),
        critical=Count("pk", filter=Q(error_severity=ErrorSeverity.CRITICAL)),
        unresolved=Count("pk", filter=~Q(resolution_status__in=_FINISHED)),
        escalated=Count("pk", filter=Q(escalated=True)),
        near_misses=Count("pk", filter=near_miss),
        downtime_minutes=Sum("estimated_downtime_minutes"),
        customers_affected=Sum("affected_users_count"),
        mean_resolution=Avg(F("resolved_at") - F("occurred_at"), filter=Q(resolved_at__isnull=False)),
    )
    mean = totals.pop("mean_resolution")
    counted = syncs.aggregate(syncs=Count("pk"), failed=Count("pk", filter=Q(sync_status__in=["failed", "timeout"])))
    return {
        "kind": "operational_events",
        "totals": {
            **{name: value or 0 for name, value in totals.items()},
            "mean_resolution_minutes": round(mean.total_seconds() / 60) if mean else None,
        },
        "by_bank_and_type": [
            {"bank": bank or "", "type": kind, "severity": severity, "events": events}
            for bank, kind, severity, events in errors.values_list("bank_id", "error_type", "error_severity")
            .annotate(events=Count("pk"))
            .order_by("bank_id", "error_type", "error_severity")
        ],
        "syncs": counted,
        "incidents": [str(pk) for pk in incidents(begins, ends)],
        # of the events of operational risk these a person knows: Basel's event types, losses, limits passed
        "loss_events_by_type": None,
        "gross_loss": None,
        "recoveries": None,
        "key_risk_indicators_passed": None,
        "risk_appetite_passed": None,
        "tolerance_for_disruption_passed": None,
    }
