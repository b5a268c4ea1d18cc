"""The table ``indicator_settings``: how the bank runs each indicator of suspicion."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from compliance.enums import IndicatorMode
from dwaybank.db.constraints import values_check
from dwaybank.db.fields import timestamp_field, uuid_key


class IndicatorSetting(models.Model):
    """One indicator's mode and the parameters that differ from those delivered (name → text; types are the
    indicator's). No row: as delivered, in shadow. ``version`` grows with every change, and each alert names the one it
    was raised under; what each version was stands in the audit trail.
    """

    id = uuid_key()
    indicator = models.CharField(max_length=50)
    mode = models.CharField(max_length=10, choices=IndicatorMode.choices, db_default=IndicatorMode.SHADOW)
    parameters = models.JSONField(blank=True, db_default=models.Value({}, models.JSONField()))
    version = models.IntegerField(db_default=1, editable=False)
    created_at = timestamp_field()
    updated_at = timestamp_field()

    class Meta:
        db_table = "indicator_settings"
        verbose_name = _("suspicion indicator")
        constraints = [
            values_check("mode", IndicatorMode, "indicator_settings_mode_check"),
            models.CheckConstraint(
                condition=models.Q(version__gte=1),
                name="indicator_settings_version_check",
                violation_error_message=_("Versions count from 1."),
            ),
            models.UniqueConstraint(
                fields=["indicator"],
                name="idx_indicator_settings_indicator",
                violation_error_message=_("This indicator has its settings already."),
            ),
        ]

    def __str__(self) -> str:
        return self.indicator
