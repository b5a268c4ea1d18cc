"""Application configuration."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReconciliationConfig(AppConfig):
    """Mappings and balance comparisons."""

    name = "reconciliation"
    verbose_name = _("Reconciliation")

    def ready(self) -> None:
        """Match and compare after each import and sync; give the demo a ledger and some conflicts."""
        from integrations.demo import register_step
        from integrations.importing import register_follower
        from integrations.retention_rules import register_duty
        from integrations.syncing import register_listener
        from reconciliation.demo import ledger_and_matches
        from reconciliation.demo_balances import balances_and_conflicts
        from reconciliation.retention_rules import mapped_lately
        from reconciliation.tasks import compare_after_sync, match_and_compare_later

        register_follower("reconciliation", match_and_compare_later)
        register_listener("balances", compare_after_sync)
        register_duty("transaction_mappings", mapped_lately)
        register_step("ledger", ledger_and_matches)
        register_step("balances", balances_and_conflicts)
