"""The table ``compliance_report_versions``."""

from __future__ import annotations

import pgtrigger
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from dwaybank.db.constraints import DatabaseForeignKey, OnDelete, foreign_key
from dwaybank.db.fields import timestamp_field, uuid_key
from dwaybank.db.triggers import refuse


class ComplianceReportVersion(models.Model):
    """What a report said after one edit, whole, so that any two versions can be laid side by side.

    Written by ``compliance.drafting`` with each edit; never changed. ``changed_by`` is empty where a rule made the
    edit (a late record).
    """

    id = uuid_key()
    report = foreign_key("compliance.ComplianceReport", related_name="versions")
    version = models.IntegerField()
    content = models.JSONField()
    reason = models.TextField(blank=True, db_default="")
    changed_by = foreign_key("dwaybank.User", null=True, blank=True, db_column="changed_by")
    changed_at = timestamp_field()

    class Meta:
        db_table = "compliance_report_versions"
        verbose_name = _("version of a report")
        verbose_name_plural = _("versions of reports")
        constraints = [
            DatabaseForeignKey(
                field="report", on_delete=OnDelete.CASCADE, name="compliance_report_versions_report_id_fkey"
            ),
            DatabaseForeignKey(
                field="changed_by", on_delete=OnDelete.REFUSE, name="compliance_report_versions_changed_by_fkey"
            ),
            models.UniqueConstraint(
                fields=["report", "version"],
                name="idx_compliance_report_versions_unique",
                violation_error_message=_("This version of the report is written already."),
            ),
        ]
        triggers = [
            refuse(
                "compliance_report_versions_append_only",
                pgtrigger.Update,
                gettext_noop("A version of a report is never changed."),
            ),
            # going with its report is the one way out
            refuse(
                "compliance_report_versions_no_delete",
                pgtrigger.Delete,
                gettext_noop("A version of a report is never deleted by itself."),
                condition=pgtrigger.Condition("pg_trigger_depth() = 0"),
            ),
        ]

    def __str__(self) -> str:
        return _("Version %(number)s") % {"number": self.version}
