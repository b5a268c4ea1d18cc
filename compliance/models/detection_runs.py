"""The table ``detection_runs``: each search for suspicious movements."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from dwaybank.db.constraints import DatabaseForeignKey, OnDelete, foreign_key
from dwaybank.db.fields import timestamp_field, uuid_key
from dwaybank.db.indexes import Index


class DetectionRun(models.Model):
    """One run of all indicators, with the settings it used and what came out. Written by
    ``compliance.suspicion.detecting`` in the transaction of the run; never changed.

    ``new_since``: only customers of whom something came in from then on were looked at; NULL for all.
    ``settings``: indicator → version, mode, parameters. ``outcomes``: indicator → fires, alerts that are new.
    """

    id = uuid_key()
    started_at = models.DateTimeField()
    new_since = models.DateTimeField(null=True, blank=True)
    looked_back_to = models.DateField()
    movements = models.IntegerField()
    left_out = models.IntegerField(_("left out: other currencies"), db_default=0)
    settings = models.JSONField()
    outcomes = models.JSONField()
    seconds = models.DecimalField(max_digits=10, decimal_places=3)
    created_by = foreign_key("dwaybank.User", null=True, blank=True, db_column="created_by")
    created_at = timestamp_field()

    class Meta:
        db_table = "detection_runs"
        verbose_name = _("detection run")
        indexes = [Index(fields=["-started_at"], name="idx_detection_runs_started_at")]
        constraints = [
            DatabaseForeignKey(field="created_by", on_delete=OnDelete.REFUSE, name="detection_runs_created_by_fkey"),
        ]

    def __str__(self) -> str:
        return f"{self.started_at:%Y-%m-%d %H:%M} {self.pk}"
