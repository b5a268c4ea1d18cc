"""The table ``retention_plans``."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from dwaybank.db.constraints import DatabaseForeignKey, OnDelete, foreign_key
from dwaybank.db.fields import timestamp_field, uuid_key
from dwaybank.db.indexes import Index


class RetentionPlan(models.Model):
    """One purge: counted by one person, approved by another, then carried out once.

    ``rows_due`` is what the dry run counted at ``due_at``; the purge removes what was due at that moment and nothing
    that fell due since. Written by ``dwaybank.retention``.
    """

    id = uuid_key()
    rule_name = models.CharField(_("retention rule"), max_length=63)
    due_at = models.DateTimeField(_("due as of"))
    rows_due = models.IntegerField()
    rows_held = models.IntegerField(_("rows under a legal hold"), db_default=0)
    planned_by = foreign_key("dwaybank.User", db_column="planned_by")
    planned_at = timestamp_field()
    approved_by = foreign_key("dwaybank.User", null=True, blank=True, db_column="approved_by")
    approved_at = models.DateTimeField(null=True, blank=True)
    executed_at = models.DateTimeField(null=True, blank=True)
    rows_purged = models.IntegerField(null=True, blank=True)
    created_at = timestamp_field()
    updated_at = timestamp_field()

    class Meta:
        db_table = "retention_plans"
        verbose_name = _("retention plan")
        permissions = [("plan_purge", "Can plan a purge"), ("approve_purge", "Can approve a purge")]
        indexes = [Index(fields=["rule_name", "-due_at"], name="idx_retention_plans_rule")]
        constraints = [
            DatabaseForeignKey(field="planned_by", on_delete=OnDelete.REFUSE, name="retention_plans_planned_by_fkey"),
            DatabaseForeignKey(field="approved_by", on_delete=OnDelete.REFUSE, name="retention_plans_approved_by_fkey"),
            models.CheckConstraint(
                condition=models.Q(approved_by__isnull=True, approved_at__isnull=True)
                | models.Q(approved_by__isnull=False, approved_at__isnull=False),
                name="retention_plans_approval_check",
                violation_error_message=_("An approval has a person and a time."),
            ),
            models.CheckConstraint(
                condition=models.Q(approved_by__isnull=True) | ~models.Q(approved_by=models.F("planned_by")),
                name="retention_plans_two_people_check",
                violation_error_message=_("A purge is approved by somebody else than who planned it."),
            ),
            models.CheckConstraint(
                condition=models.Q(executed_at__isnull=True, rows_purged__isnull=True)
                | models.Q(executed_at__isnull=False, rows_purged__isnull=False, approved_by__isnull=False),
                name="retention_plans_executed_check",
                violation_error_message=_("Nothing is purged before a second person approved the plan."),
            ),
            models.CheckConstraint(
                condition=models.Q(rows_due__gte=0, rows_held__gte=0),
                name="retention_plans_counts_check",
                violation_error_message=_("A count is zero or more."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rule_name}, {self.due_at:%Y-%m-%d}"
