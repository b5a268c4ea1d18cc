"""The table ``integration_errors``."""

from __future__ import annotations

from typing import Final

from django.db import models
from django.utils.translation import gettext_lazy as _

from dwaybank.db.constraints import DatabaseForeignKey, OnDelete, foreign_key, values_check
from dwaybank.db.expressions import CurrentTimestamp
from dwaybank.db.fields import timestamp_field, uuid_key
from dwaybank.db.indexes import Index
from integrations.enums import BusinessImpact, ErrorSeverity, ErrorType, ResolutionStatus

OPEN: Final = (ResolutionStatus.NEW, ResolutionStatus.IN_PROGRESS, ResolutionStatus.ESCALATED)
"""What somebody has to look at still."""
_UNRESOLVED = [ResolutionStatus.NEW, ResolutionStatus.IN_PROGRESS]
WORST_FIRST: Final = tuple(reversed(ErrorSeverity.values))
# 0 is the worst: the triage queue's order, and its index's
SEVERITY_RANK = models.Case(
    *(models.When(error_severity=severity, then=models.Value(rank)) for rank, severity in enumerate(WORST_FIRST)),
    output_field=models.IntegerField(),
)


class IntegrationError(models.Model):
    """Something that went wrong while bringing data in, and what was done about it.

    Written by imports, syncs and webhooks; triaged by staff (status, note). Details hold no secret.
    """

    id = uuid_key()
    connection = foreign_key("integrations.BankConnection", null=True, blank=True)
    user = foreign_key("dwaybank.User", null=True, blank=True)
    error_type = models.CharField(max_length=50, choices=ErrorType.choices)
    error_severity = models.CharField(_("severity"), max_length=20, choices=ErrorSeverity.choices)
    error_code = models.CharField(max_length=50, null=True, blank=True)
    error_message = models.TextField()
    operation_type = models.CharField(max_length=50, null=True, blank=True)
    bank_id = models.CharField(_("bank"), max_length=20, null=True, blank=True)
    external_account_id = models.CharField(max_length=255, null=True, blank=True)
    error_details = models.JSONField(null=True, blank=True)
    stack_trace = models.TextField(null=True, blank=True)
    request_data = models.JSONField(null=True, blank=True)
    response_data = models.JSONField(null=True, blank=True)
    resolution_status = models.CharField(
        max_length=20,
        null=True,
        blank=True,
        choices=ResolutionStatus.choices,
        db_default=ResolutionStatus.NEW,
    )
    resolution_method = models.CharField(max_length=50, null=True, blank=True)
    resolved_at = models.DateTimeField(null=True, blank=True)
    resolved_by = foreign_key("dwaybank.User", null=True, blank=True, db_column="resolved_by")
    resolution_notes = models.TextField(null=True, blank=True)
    affected_users_count = models.IntegerField(null=True, db_default=0)
    business_impact = models.CharField(max_length=20, null=True, blank=True, choices=BusinessImpact.choices)
    estimated_downtime_minutes = models.IntegerField(null=True, blank=True)
    retry_count = models.IntegerField(null=True, db_default=0)
    last_retry_at = models.DateTimeField(null=True, blank=True)
    next_retry_at = models.DateTimeField(null=True, blank=True)
    max_retries = models.IntegerField(null=True, db_default=3)
    notification_sent = models.BooleanField(null=True, db_default=False)
    notification_sent_at = models.DateTimeField(null=True, blank=True)
    escalated = models.BooleanField(null=True, db_default=False)
    escalated_at = models.DateTimeField(null=True, blank=True)
    occurred_at = models.DateTimeField(db_default=CurrentTimestamp())
    created_at = timestamp_field()
    updated_at = timestamp_field()

    class Meta:
        db_table = "integration_errors"
        verbose_name = _("integration error")
        indexes = [
            Index(fields=["connection"], name="idx_integration_errors_connection_id"),
            Index(fields=["user"], name="idx_integration_errors_user_id"),
            Index(fields=["occurred_at"], name="idx_integration_errors_occurred_at"),
            Index(fields=["resolution_status"], name="idx_integration_errors_resolution_status"),
            Index(fields=["error_type"], name="idx_integration_errors_error_type"),
            Index(fields=["error_severity"], name="idx_integration_errors_severity"),
            Index(fields=["bank_id"], name="idx_integration_errors_bank_id"),
            # "the triage queue", worst and oldest first
            Index(
                SEVERITY_RANK,
                "occurred_at",
                "id",
                name="idx_integration_errors_triage",
                condition=models.Q(resolution_status__in=[*OPEN]),
            ),
            # "what is unresolved of one severity"
            Index(
                fields=["error_severity", "occurred_at"],
                name="idx_integration_errors_unresolved",
                condition=models.Q(resolution_status__in=_UNRESOLVED),
            ),
            # "what to try again now"
            Index(
                fields=["next_retry_at"],
                name="idx_integration_errors_retry",
                condition=models.Q(next_retry_at__isnull=False, resolution_status=ResolutionStatus.NEW),
            ),
        ]
        constraints = [
            DatabaseForeignKey(
                field="connection", on_delete=OnDelete.SET_NULL, name="integration_errors_connection_id_fkey"
            ),
            DatabaseForeignKey(field="user", on_delete=OnDelete.SET_NULL, name="integration_errors_user_id_fkey"),
            DatabaseForeignKey(
                field="resolved_by", on_delete=OnDelete.REFUSE, name="integration_errors_resolved_by_fkey"
            ),
            values_check("error_type", ErrorType, "integration_errors_type_check"),
            values_check("error_severity", ErrorSeverity, "integration_errors_severity_check"),
            values_check("resolution_status", ResolutionStatus, "integration_errors_resolution_status_check"),
            values_check("business_impact", BusinessImpact, "integration_errors_business_impact_check"),
        ]

    def __str__(self) -> str:
        return f"{self.get_error_severity_display()} {self.get_error_type_display()} {self.error_code or ''} {self.pk}"
