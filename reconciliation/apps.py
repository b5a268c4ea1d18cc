"""Application configuration."""

from django.apps import AppConfig


class ReconciliationConfig(AppConfig):
    """Mappings and balance comparisons."""

    name = "reconciliation"
    verbose_name = "Reconciliation"

    def ready(self) -> None:
        """Match after each import; give the demo a ledger."""
        from integrations.demo import register_step
        from integrations.importing import register_follower
        from reconciliation.demo import ledger_and_matches
        from reconciliation.tasks import match_later

        register_follower("matching", match_later)
        register_step("ledger", ledger_and_matches)
