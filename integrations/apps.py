"""Application configuration."""

from django.apps import AppConfig


class IntegrationsConfig(AppConfig):
    """Connections, statements, bank transactions, errors."""

    name = "integrations"
    verbose_name = "Bank integration"

    def ready(self) -> None:
        """Register the system checks."""
        from integrations import checks  # noqa: F401 - registers by import
