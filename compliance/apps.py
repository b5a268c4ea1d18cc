"""Application configuration."""

from django.apps import AppConfig


class ComplianceConfig(AppConfig):
    """Regulatory reports."""

    name = "compliance"
    verbose_name = "Compliance"

    def ready(self) -> None:
        """Make the rules of retention known."""
        from compliance import retention_rules

        retention_rules.register()
