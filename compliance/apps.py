"""Application configuration."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ComplianceConfig(AppConfig):
    """Regulatory reports."""

    name = "compliance"
    verbose_name = _("Compliance")

    def ready(self) -> None:
        """Make the rules of retention known; give the demo a case of suspicion and reports."""
        from compliance import retention_rules
        from compliance.demo import suspicion
        from compliance.demo_filing import filing_service
        from compliance.demo_reporting import reporting
        from integrations.demo import register_companion, register_step

        retention_rules.register()
        register_step("suspicion", suspicion)
        register_step("reporting", reporting)
        register_companion("filing", filing_service)
