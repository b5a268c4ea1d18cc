"""Application configuration of the ground floor and of its admin site."""

from pathlib import Path

from django.apps import AppConfig
from django.conf import settings
from django.contrib.admin.apps import AdminConfig


class BackOfficeAdminConfig(AdminConfig):
    """Django's admin with the back office's own site class."""

    default_site = "dwaybank.admin.site.BackOfficeSite"


class DwaybankConfig(AppConfig):
    """People, ledger, configuration, audit."""

    name = "dwaybank"
    verbose_name = "DwayBank"

    def ready(self) -> None:
        """Register the system checks, the ground floor's admin screens, and its secrets."""
        from django.apps import apps

        from dwaybank import checks, runs  # noqa: F401 - register by import
        from dwaybank.admin import screens  # noqa: F401 - registers by import, once the site stands
        from dwaybank.key_rotation import register_sealed_rows
        from dwaybank.sign_in import guard  # noqa: F401 - new sessions are bound from the first sign-in on
        from dwaybank.sign_in.rotating import SECOND_FACTORS
        from dwaybank.translation import translate_names

        register_sealed_rows(SECOND_FACTORS)
        translate_names(app for app in apps.get_app_configs() if Path(app.path).parent == settings.BASE_DIR)
