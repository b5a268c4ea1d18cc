"""Application configuration."""

from django.apps import AppConfig


class ComplianceConfig(AppConfig):
    """Regulatory reports."""

    name = "compliance"
    verbose_name = "Compliance"
