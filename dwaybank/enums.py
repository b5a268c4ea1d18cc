"""Values of the ground floor's choice columns."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Language(models.TextChoices):
    """Languages of the back office, each under its own name in every language."""

    ENGLISH = "en-ca", "English"
    FRENCH = "fr-ca", "Français"


class TransactionType(models.TextChoices):
    """Direction of a movement as the account holder sees it; the amount itself is a magnitude."""

    DEBIT = "debit", _("Debit (money out)")
    CREDIT = "credit", _("Credit (money in)")


class LogLevel(models.TextChoices):
    """Weight of a line in ``system_logs``."""

    DEBUG = "DEBUG", _("Debug")
    INFO = "INFO", _("Info")
    WARNING = "WARNING", _("Warning")
    ERROR = "ERROR", _("Error")


class AuditAction(models.TextChoices):
    """What happened to an audited row."""

    INSERT = "INSERT", _("Added")
    UPDATE = "UPDATE", _("Changed")
    DELETE = "DELETE", _("Deleted")


class MailMode(models.TextChoices):
    """When a person's notifications leave by e-mail."""

    AT_ONCE = "at_once", _("Within minutes")
    DAILY = "daily", _("Once a day")
    NEVER = "never", _("Never")


class ReadKind(models.TextChoices):
    """How sensitive rows were seen."""

    LIST = "list", _("List")
    PAGE = "page", _("Page")
    HISTORY = "history", _("History")
    EXPORT = "export", _("Export")
