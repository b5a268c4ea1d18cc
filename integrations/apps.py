"""Application configuration."""

from django.apps import AppConfig


class IntegrationsConfig(AppConfig):
    """Connections, statements, bank transactions, errors."""

    name = "integrations"
    verbose_name = "Bank integration"
