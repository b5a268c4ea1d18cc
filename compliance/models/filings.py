"""The tables ``compliance_filings`` and ``compliance_acknowledgements``."""

from __future__ import annotations

import pgtrigger
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from compliance.enums import FilingMethod, FilingOutcome, SubmitKind
from dwaybank.db.constraints import DatabaseForeignKey, OnDelete, foreign_key, values_check
from dwaybank.db.fields import timestamp_field, uuid_key
from dwaybank.db.indexes import Index
from dwaybank.db.triggers import refuse


class ComplianceFiling(models.Model):
    """One attempt to file: the exact bytes, their SHA-256, who and when. Never changed.

    Written before anything is sent, so that no attempt is lost; what came back stands in
    ``compliance_acknowledgements``. ``record_number`` is the regulator's, where a person filed by hand.
    """

    id = uuid_key()
    report = foreign_key("compliance.ComplianceReport", related_name="filings")
    version = models.IntegerField()
    submit_kind = models.CharField(_("what"), max_length=10, choices=SubmitKind.choices)
    method = models.CharField(max_length=10, choices=FilingMethod.choices)
    reference = models.CharField(max_length=100)
    payload = models.BinaryField()
    sha256 = models.CharField("SHA-256", max_length=64)
    record_number = models.CharField(max_length=50, blank=True, db_default="")
    filed_by = foreign_key("dwaybank.User", null=True, blank=True, db_column="filed_by")
    filed_at = models.DateTimeField()
    created_at = timestamp_field()

    class Meta:
        db_table = "compliance_filings"
        verbose_name = _("filing")
        indexes = [
            Index(fields=["report", "-filed_at"], name="idx_compliance_filings_report"),
            Index(fields=["filed_at"], name="idx_compliance_filings_filed_at"),
        ]
        constraints = [
            DatabaseForeignKey(field="report", on_delete=OnDelete.CASCADE, name="compliance_filings_report_id_fkey"),
            DatabaseForeignKey(field="filed_by", on_delete=OnDelete.REFUSE, name="compliance_filings_filed_by_fkey"),
            values_check("submit_kind", SubmitKind, "compliance_filings_submit_kind_check"),
            values_check("method", FilingMethod, "compliance_filings_method_check"),
            models.CheckConstraint(
                condition=models.Q(
                    sha256=models.Func(
                        models.Func("payload", function="sha256"),
                        models.Value("hex"),
                        function="encode",
                        output_field=models.TextField(),
                    )
                ),
                name="compliance_filings_sha256_check",
                violation_error_message=_("The checksum is not that of the payload."),
            ),
        ]
        triggers = [
            refuse(
                "compliance_filings_append_only",
                pgtrigger.Update,
                gettext_noop("A filing is never changed: file again."),
            ),
            refuse(
                "compliance_filings_no_delete",
                pgtrigger.Delete,
                gettext_noop("A filing is never deleted by itself."),
                condition=pgtrigger.Condition("pg_trigger_depth() = 0"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_submit_kind_display()} {self.reference}"


class ComplianceAcknowledgement(models.Model):
    """One answer to one filing, or the lack of one. Never changed; a later answer is another row.

    ``messages`` is a list of ``{path, stated_path, severity, rule, code, en, fr}``: ``path`` is a JSON Pointer into the
    payload of the filing. ``answer`` is what the service said as a whole.
    """

    id = uuid_key()
    filing = foreign_key("compliance.ComplianceFiling", related_name="acknowledgements")
    outcome = models.CharField(max_length=30, choices=FilingOutcome.choices)
    status_code = models.IntegerField(null=True, blank=True)
    external_uuid = models.CharField(_("the service's id"), max_length=100, blank=True, db_default="")
    said = models.JSONField(_("message"), blank=True, db_default=models.Value({}, models.JSONField()))
    messages = models.JSONField(blank=True, db_default=models.Value([], models.JSONField()))
    received_by = foreign_key("dwaybank.User", null=True, blank=True, db_column="received_by")
    received_at = models.DateTimeField()
    created_at = timestamp_field()

    class Meta:
        db_table = "compliance_acknowledgements"
        verbose_name = _("acknowledgement")
        indexes = [Index(fields=["filing", "-received_at"], name="idx_compliance_acknowledgements_filing")]
        constraints = [
            DatabaseForeignKey(
                field="filing", on_delete=OnDelete.CASCADE, name="compliance_acknowledgements_filing_id_fkey"
            ),
            DatabaseForeignKey(
                field="received_by", on_delete=OnDelete.REFUSE, name="compliance_acknowledgements_received_by_fkey"
            ),
            values_check("outcome", FilingOutcome, "compliance_acknowledgements_outcome_check"),
        ]
        triggers = [
            refuse(
                "compliance_acknowledgements_append_only",
                pgtrigger.Update,
                gettext_noop("An acknowledgement is never changed; a later answer is another one."),
            ),
            refuse(
                "compliance_acknowledgements_no_delete",
                pgtrigger.Delete,
                gettext_noop("An acknowledgement is never deleted by itself."),
                condition=pgtrigger.Condition("pg_trigger_depth() = 0"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_outcome_display()} {self.received_at:%Y-%m-%d %H:%M}"
