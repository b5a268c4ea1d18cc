"""The table ``compliance_reports``."""

from __future__ import annotations

from datetime import timedelta

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from compliance.enums import ComplianceStatus, ReportStatus, ReportType, SubmitKind, TransactionRole
from dwaybank.db.constraints import DatabaseForeignKey, OnDelete, foreign_key, values_check
from dwaybank.db.fields import MoneyField, timestamp_field, uuid_key
from dwaybank.db.indexes import Index
from dwaybank.db.triggers import refuse


class ComplianceReport(models.Model):
    """One report a regulator or auditor must see, from draft to acknowledgement.

    A report that was ever submitted is kept for five years (PCMLTFR record keeping): the database refuses
    to delete it, also through the deletion of its user, and to forget when it was submitted.

    Moves between states are guarded by the trigger ``compliance_reports_moves``: draft → under review → submitted →
    accepted or rejected, each back to draft by a change. Content (``report_data`` and the report's transactions)
    changes in a draft only; each change is a ``version``. Who approves is not who prepared it; going back to draft
    voids the approval. ``window_start`` to ``set_key`` say which set of receipts an LCTR is about: one report per
    window and set. ``due_rule``, ``due_basis`` and ``due_basis_at`` say why it is due when it is; the day changes only
    with a reason. Written by ``compliance.drafting``, ``reviewing`` and ``filing``.
    """

    id = uuid_key()
    user = foreign_key("dwaybank.User", null=True, blank=True)
    report_type = models.CharField(max_length=50, choices=ReportType.choices)
    report_period_start = models.DateField()
    report_period_end = models.DateField()
    report_status = models.CharField(
        _("status"),
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
    # Added for the way from draft to acknowledgement
    report_reference = models.CharField(max_length=100, null=True, blank=True)
    version = models.IntegerField(db_default=1)
    submit_kind = models.CharField(
        _("next filing"), max_length=10, choices=SubmitKind.choices, db_default=SubmitKind.SUBMIT
    )
    delete_reason = models.SmallIntegerField(null=True, blank=True)
    change_reason = models.TextField(blank=True, db_default="")
    prepared_by = foreign_key("dwaybank.User", null=True, blank=True, db_column="prepared_by")
    assigned_to = foreign_key("dwaybank.User", null=True, blank=True, db_column="assigned_to")
    assigned_at = models.DateTimeField(null=True, blank=True)
    approved_by = foreign_key("dwaybank.User", null=True, blank=True, db_column="approved_by")
    approved_at = models.DateTimeField(null=True, blank=True)
    approved_version = models.IntegerField(null=True, blank=True)
    grounds_established_at = models.DateTimeField(_("grounds to suspect established"), null=True, blank=True)
    window_start = models.DateTimeField(null=True, blank=True)
    window_end = models.DateTimeField(null=True, blank=True)
    aggregation_role = models.CharField(max_length=20, choices=TransactionRole.choices, blank=True, db_default="")
    aggregation_party = models.CharField(max_length=100, blank=True, db_default="")
    set_key = models.CharField(max_length=64, null=True, blank=True)
    due_rule = models.CharField(max_length=50, blank=True, db_default="")
    due_basis = models.CharField(max_length=100, blank=True, db_default="")
    due_basis_at = models.DateTimeField(null=True, blank=True)
    not_required_reason = models.TextField(_("why it is not required"), blank=True, db_default="")
    not_required_by = foreign_key("dwaybank.User", null=True, blank=True, db_column="not_required_by")
    not_required_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "compliance_reports"
        verbose_name = _("compliance report")
        permissions = [
            ("review_report", "Can approve a report or send it back"),
            ("file_report", "Can file a report"),
            ("view_suspicion", "Can see reports on suspicion"),
        ]
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
            # "filed this month": the board's number
            Index(
                fields=["submitted_at"],
                name="idx_compliance_reports_submitted",
                condition=models.Q(submitted_at__isnull=False),
            ),
            # "due, and nobody has handed it in": the board's numbers and calendar
            Index(
                fields=["due_date", "id"],
                name="idx_compliance_reports_open",
                condition=models.Q(report_status__in=["draft", "under_review", "rejected"]),
            ),
            # "mine", and "nobody's"
            Index(
                fields=["assigned_to", "due_date"],
                name="idx_compliance_reports_assigned",
                condition=models.Q(report_status__in=["draft", "under_review", "rejected"]),
            ),
            # "the report of this window and party", when late records arrive
            Index(
                fields=["window_start", "aggregation_role", "aggregation_party"],
                name="idx_compliance_reports_window",
                condition=models.Q(window_start__isnull=False),
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
            *(
                DatabaseForeignKey(field=name, on_delete=OnDelete.REFUSE, name=f"compliance_reports_{name}_fkey")
                for name in ("prepared_by", "assigned_to", "approved_by", "not_required_by")
            ),
            values_check("submit_kind", SubmitKind, "compliance_reports_submit_kind_check"),
            models.CheckConstraint(
                condition=models.Q(submit_kind="delete", delete_reason__isnull=False, delete_reason__in=[3, 4])
                | ~models.Q(submit_kind="delete") & models.Q(delete_reason__isnull=True),
                name="compliance_reports_delete_reason_check",
                violation_error_message=_("A deletion says whether it is a duplicate (3) or submitted in error (4)."),
            ),
            models.CheckConstraint(
                condition=models.Q(assigned_to__isnull=True, assigned_at__isnull=True)
                | models.Q(assigned_to__isnull=False, assigned_at__isnull=False),
                name="compliance_reports_assignment_check",
                violation_error_message=_("An assignment has a person and a time."),
            ),
            models.CheckConstraint(
                condition=models.Q(approved_by__isnull=True, approved_at__isnull=True, approved_version__isnull=True)
                | models.Q(approved_by__isnull=False, approved_at__isnull=False, approved_version__isnull=False),
                name="compliance_reports_approval_check",
                violation_error_message=_("An approval has a person, a time and the version that was approved."),
            ),
            models.CheckConstraint(
                condition=models.Q(approved_by__isnull=True)
                | models.Q(prepared_by__isnull=True)
                | ~models.Q(approved_by=models.F("prepared_by")),
                name="compliance_reports_two_people_check",
                violation_error_message=_("Who prepared a report cannot approve it."),
            ),
            models.CheckConstraint(
                condition=models.Q(not_required_by__isnull=True, not_required_at__isnull=True, not_required_reason="")
                | models.Q(not_required_by__isnull=False, not_required_at__isnull=False, compliance_status="exempt")
                & ~models.Q(not_required_reason=""),
                name="compliance_reports_not_required_check",
                violation_error_message=_("That a report is not required is a decision: person, time and reason."),
            ),
            models.CheckConstraint(
                condition=models.Q(window_start__isnull=True, window_end__isnull=True)
                | models.Q(
                    window_start__isnull=False,
                    window_end__isnull=False,
                    window_end__gt=models.F("window_start"),
                    window_end__lte=models.F("window_start") + timedelta(hours=24),
                ),
                name="compliance_reports_window_check",
                violation_error_message=_(
                    "A window is longer than nothing and at most 24 hours (SOR/2002-184 s. 126)."
                ),
            ),
            models.CheckConstraint(
                condition=models.Q(aggregation_role__in=["", *TransactionRole.values]),
                name="compliance_reports_role_check",
                violation_error_message=_("This is no role by which transactions are reported together."),
            ),
            models.UniqueConstraint(
                fields=["report_reference"],
                name="idx_compliance_reports_reference",
                violation_error_message=_("A report reference is used once and for ever."),
            ),
            models.UniqueConstraint(
                fields=["set_key"],
                name="idx_compliance_reports_set",
                violation_error_message=_("There is a report of this window and set already."),
            ),
        ]
        triggers = [
            refuse(
                "compliance_reports_retention_guard",
                pgtrigger.Delete,
                gettext_noop("This report was submitted and must be kept for five years: it cannot be deleted."),
                condition=pgtrigger.Condition(
                    "COALESCE(OLD.submitted_at, OLD.updated_at, CURRENT_TIMESTAMP) + INTERVAL '5 years' "
                    "> CURRENT_TIMESTAMP AND "
                    "(OLD.submitted_at IS NOT NULL OR OLD.report_status IN ('submitted', 'accepted', 'rejected'))"
                ),
                hint=gettext_noop(
                    "Deactivate the user instead of deleting it; the report can be purged after five years."
                ),
            ),
            refuse(
                "compliance_reports_submission_guard",
                pgtrigger.Update,
                gettext_noop("The time at which a report was submitted cannot be removed."),
                condition=pgtrigger.Condition("OLD.submitted_at IS NOT NULL AND NEW.submitted_at IS NULL"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_report_type_display()} {self.report_period_start} \u2013 {self.report_period_end}"
