"""The table ``compliance_reports``."""

from __future__ import annotations

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models

from compliance.enums import ComplianceStatus, ReportStatus, ReportType
from dwaybank.db.constraints import DatabaseForeignKey, OnDelete, foreign_key, values_check
from dwaybank.db.fields import MoneyField, timestamp_field, uuid_key
from dwaybank.db.indexes import Index
from dwaybank.db.triggers import refuse


class ComplianceReport(models.Model):
    """One report a regulator or auditor must see, from draft to acknowledgement.

    A report that was ever submitted is kept for five years (PCMLTFR record keeping): the database refuses
    to delete it, also through the deletion of its user, and to forget when it was submitted.
    """

    id = uuid_key()
    user = foreign_key("dwaybank.User", null=True, blank=True)
    report_type = models.CharField(max_length=50, choices=ReportType.choices)
    report_period_start = models.DateField()
    report_period_end = models.DateField()
    report_status = models.CharField(
        "status",
        max_length=20,
        null=True,
        blank=True,
        choices=ReportStatus.choices,
        db_default=ReportStatus.DRAFT,
    )
    fintrac_report_number = models.CharField(max_length=50, null=True, blank=True)
    transaction_threshold_amount = MoneyField(null=True, blank=True)
    suspicious_activity_indicators = ArrayField(models.TextField(), null=True, blank=True)
    report_data = models.JSONField()
    report_summary = models.JSONField(null=True, blank=True)
    submitted_to = models.CharField(max_length=100, null=True, blank=True)
    submission_method = models.CharField(max_length=50, null=True, blank=True)
    submitted_at = models.DateTimeField(null=True, blank=True)
    submitted_by = foreign_key("dwaybank.User", null=True, blank=True, db_column="submitted_by")
    acknowledgment_received_at = models.DateTimeField(null=True, blank=True)
    response_received_at = models.DateTimeField(null=True, blank=True)
    response_status = models.CharField(max_length=50, null=True, blank=True)
    response_data = models.JSONField(null=True, blank=True)
    due_date = models.DateField()
    compliance_status = models.CharField(
        max_length=20,
        null=True,
        blank=True,
        choices=ComplianceStatus.choices,
        db_default=ComplianceStatus.PENDING,
    )
    created_at = timestamp_field()
    updated_at = timestamp_field()

    class Meta:
        db_table = "compliance_reports"
        verbose_name = "compliance report"
        indexes = [
            Index(fields=["user"], name="idx_compliance_reports_user_id"),
            Index(fields=["report_type"], name="idx_compliance_reports_type"),
            Index(fields=["report_status"], name="idx_compliance_reports_status"),
            Index(fields=["due_date"], name="idx_compliance_reports_due_date"),
            Index(fields=["report_period_start", "report_period_end"], name="idx_compliance_reports_period"),
            # "what is late"
            Index(
                fields=["due_date"],
                name="idx_compliance_reports_overdue",
                condition=models.Q(compliance_status=ComplianceStatus.OVERDUE),
            ),
        ]
        constraints = [
            DatabaseForeignKey(field="user", on_delete=OnDelete.CASCADE, name="compliance_reports_user_id_fkey"),
            DatabaseForeignKey(
                field="submitted_by", on_delete=OnDelete.REFUSE, name="compliance_reports_submitted_by_fkey"
            ),
            values_check("report_type", ReportType, "compliance_reports_type_check"),
            values_check("report_status", ReportStatus, "compliance_reports_status_check"),
            values_check("compliance_status", ComplianceStatus, "compliance_reports_compliance_status_check"),
        ]
        triggers = [
            refuse(
                "compliance_reports_retention_guard",
                pgtrigger.Delete,
                "This report was submitted and must be kept for five years: it cannot be deleted.",
                condition=pgtrigger.Condition(
                    "COALESCE(OLD.submitted_at, OLD.updated_at, CURRENT_TIMESTAMP) + INTERVAL '5 years' "
                    "> CURRENT_TIMESTAMP AND "
                    "(OLD.submitted_at IS NOT NULL OR OLD.report_status IN ('submitted', 'accepted', 'rejected'))"
                ),
                hint="Deactivate the user instead of deleting it; the report can be purged after five years.",
            ),
            refuse(
                "compliance_reports_submission_guard",
                pgtrigger.Update,
                "The time at which a report was submitted cannot be removed.",
                condition=pgtrigger.Condition("OLD.submitted_at IS NOT NULL AND NEW.submitted_at IS NULL"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.report_type} {self.report_period_start} to {self.report_period_end}"
