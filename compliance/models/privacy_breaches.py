"""The table ``privacy_breaches``: the record of every breach of safeguards."""

from __future__ import annotations

from typing import Final

import pgtrigger
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from dwaybank.db.constraints import DatabaseForeignKey, OnDelete, foreign_key
from dwaybank.db.fields import timestamp_field, uuid_key
from dwaybank.db.indexes import Index
from dwaybank.db.triggers import refuse

OPEN_BREACH: Final = models.Q(real_risk__isnull=True) | models.Q(
    models.Q(reported_at__isnull=True) | models.Q(people_told_at__isnull=True), real_risk=True
)
"""Not assessed yet, or the risk is real and the Commissioner or the people have not been told (PIPEDA 10.1)."""


class PrivacyBreach(models.Model):
    """One breach of safeguards, harmful or not (PIPEDA 10.3; SOR/2018-64 s. 6): kept 24 months after it was determined.

    ``real_risk`` of significant harm is null until somebody has assessed it, with the reason; where it is real, the
    Commissioner and the people are told as soon as feasible (PIPEDA 10.1), and the times stand here. The texts are what
    a report to the Commissioner holds (SOR/2018-64 s. 2). ``integration_error`` is the error that it came to light by,
    which has one record. Written by compliance staff in the admin.
    """

    id = uuid_key()
    determined_at = models.DateTimeField(_("determined"))
    happened = models.CharField(_("when it happened"), max_length=100, blank=True, db_default="")
    description = models.TextField(_("what happened"))
    data_affected = models.TextField(_("which data"), blank=True, db_default="")
    people_affected = models.IntegerField(_("people affected"), null=True, blank=True)
    real_risk = models.BooleanField(_("real risk of significant harm"), null=True, blank=True)
    risk_reason = models.TextField(_("why"), blank=True, db_default="")
    reported_at = models.DateTimeField(_("reported to the Commissioner"), null=True, blank=True)
    people_told_at = models.DateTimeField(_("people told"), null=True, blank=True)
    steps_taken = models.TextField(_("what was done to reduce the harm"), blank=True, db_default="")
    told_how = models.TextField(_("how people are told"), blank=True, db_default="")
    contact = models.CharField(_("who answers questions"), max_length=200, blank=True, db_default="")
    integration_error = foreign_key("integrations.IntegrationError", null=True, blank=True)
    recorded_by = foreign_key("dwaybank.User", null=True, blank=True, db_column="recorded_by")
    created_at = timestamp_field()
    updated_at = timestamp_field()

    class Meta:
        db_table = "privacy_breaches"
        verbose_name = _("breach of safeguards")
        verbose_name_plural = _("breaches of safeguards")
        indexes = [
            # "the breaches of a period"
            Index(fields=["determined_at"], name="idx_privacy_breaches_determined"),
            # the card of the first page
            Index(fields=["determined_at"], name="idx_privacy_breaches_open", condition=OPEN_BREACH),
        ]
        constraints = [
            DatabaseForeignKey(
                field="integration_error", on_delete=OnDelete.REFUSE, name="privacy_breaches_integration_error_id_fkey"
            ),
            # also "the record of this error"
            models.UniqueConstraint(
                fields=["integration_error"],
                name="idx_privacy_breaches_error",
                condition=models.Q(integration_error__isnull=False),
                violation_error_message=_("This error has a record already: complete that one."),
            ),
            DatabaseForeignKey(
                field="recorded_by", on_delete=OnDelete.REFUSE, name="privacy_breaches_recorded_by_fkey"
            ),
            models.CheckConstraint(
                condition=~models.Q(description=""),
                name="privacy_breaches_description_check",
                violation_error_message=_("Say what happened."),
            ),
            models.CheckConstraint(
                condition=models.Q(people_affected__isnull=True) | models.Q(people_affected__gte=0),
                name="privacy_breaches_people_check",
                violation_error_message=_("The number of people is zero or more."),
            ),
            models.CheckConstraint(
                condition=models.Q(real_risk__isnull=True) | ~models.Q(risk_reason=""),
                name="privacy_breaches_risk_check",
                violation_error_message=_("An assessment of the risk says why."),
            ),
            models.CheckConstraint(
                condition=models.Q(reported_at__isnull=True) | models.Q(reported_at__gte=models.F("determined_at")),
                name="privacy_breaches_reported_check",
                violation_error_message=_("A breach is reported after it was determined."),
            ),
        ]
        triggers = [
            refuse(
                "privacy_breaches_retention_guard",
                pgtrigger.Delete,
                gettext_noop(
                    "The record of a breach is kept for 24 months after it was determined: it cannot be deleted."
                ),
                condition=pgtrigger.Condition("OLD.determined_at + INTERVAL '24 months' > CURRENT_TIMESTAMP"),
            ),
        ]

    def __str__(self) -> str:
        return _("breach of %(day)s") % {"day": f"{self.determined_at:%Y-%m-%d}"}
