"""Application configuration."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class IntegrationsConfig(AppConfig):
    """Connections, statements, bank transactions, errors."""

    name = "integrations"
    verbose_name = _("Bank integration")

    def ready(self) -> None:
        """Register system checks, bank connectors, tables whose secrets are sealed, and rules of retention."""
        from dwaybank.key_rotation import register_sealed_table
        from integrations import (
            checks,  # noqa: F401 - registers by import
            retention_rules,
        )
        from integrations.banks.configured import register_connectors
        from integrations.credentials import CONNECTION_SECRETS, WEBHOOK_SECRETS

        register_connectors()
        register_sealed_table(CONNECTION_SECRETS)
        register_sealed_table(WEBHOOK_SECRETS)
        retention_rules.register()
