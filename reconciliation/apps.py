"""Application configuration."""

from django.apps import AppConfig


class ReconciliationConfig(AppConfig):
    """Mappings and balance comparisons."""

    name = "reconciliation"
    verbose_name = "Reconciliation"
