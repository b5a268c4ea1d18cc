"""The table ``system_config``: numbers that operators may tune."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from dwaybank.db.fields import timestamp_field


class SystemConfig(models.Model):
    """One setting as text; ``dwaybank.config`` knows its type and meaning. Changes are audited."""

    key = models.CharField(max_length=100, primary_key=True)
    value = models.TextField()
    description = models.TextField(null=True, blank=True)
    created_at = timestamp_field()
    updated_at = timestamp_field()

    class Meta:
        db_table = "system_config"
        verbose_name = _("setting")

    def __str__(self) -> str:
        return self.key
