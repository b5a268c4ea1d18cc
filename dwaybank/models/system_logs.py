"""The table ``system_logs``: what maintenance did."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from dwaybank.db.constraints import values_check
from dwaybank.db.fields import timestamp_field, uuid_key
from dwaybank.db.indexes import Index
from dwaybank.enums import LogLevel


class SystemLog(models.Model):
    """One line written by a maintenance function or command, with its counts in ``metadata``."""

    id = uuid_key()
    level = models.CharField(max_length=10, choices=LogLevel.choices)
    message = models.TextField()
    metadata = models.JSONField(null=True, blank=True)
    created_at = timestamp_field()

    class Meta:
        db_table = "system_logs"
        verbose_name = _("maintenance log line")
        indexes = [Index(fields=["-created_at"], name="idx_system_logs_created_at")]
        constraints = [values_check("level", LogLevel, "system_logs_level_check")]

    def __str__(self) -> str:
        return f"{self.get_level_display()} {self.message}"
