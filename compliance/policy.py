"""The bank's written choices for its reports, from the settings: who files, in which windows, under which role."""

from __future__ import annotations

from datetime import time
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.translation import gettext as _

from compliance.aggregation import AggregationRule, Role, WindowRule
from compliance.fintrac.building import Filer
from compliance.fintrac.client import FilingSettings
from compliance.fintrac.rules import RuleSettings
from dwaybank.errors import DomainError


def bank_zone() -> ZoneInfo:
    """The zone of windows, deadlines and the board. Raises DomainError where the setting names none."""
    try:
        return ZoneInfo(settings.CASH_WINDOW_ZONE)
    except (KeyError, ValueError):
        raise DomainError(
            _("CASH_WINDOW_ZONE is %(CASH_WINDOW_ZONE)s, which is no time zone; set one such as America/Toronto.")
            % {"CASH_WINDOW_ZONE": f"{settings.CASH_WINDOW_ZONE!r}"}
        ) from None


def aggregation_rule() -> AggregationRule:
    """Windows and preference of roles. Raises DomainError where a setting cannot be read."""
    try:
        starts_at = time.fromisoformat(settings.CASH_WINDOW_START)
        preference = tuple(Role(name.strip()) for name in settings.CASH_ROLE_PREFERENCE)
        return AggregationRule(WindowRule(bank_zone(), starts_at), preference)
    except ValueError as error:
        raise DomainError(
            _("CASH_WINDOW_START or CASH_ROLE_PREFERENCE cannot be read: %(error)s.") % {"error": error}
        ) from None


def filer() -> Filer:
    """Who files. Numbers that are not set are 0: the checks refuse such a report."""
    return Filer(settings.FINTRAC_ENTITY_NUMBER, settings.FINTRAC_CONTACT_ID)


def rule_settings() -> RuleSettings:
    """Choices of the checks."""
    return RuleSettings(own_names=frozenset({"dwaybank"}))


def filing_settings() -> FilingSettings:
    """Where and as whom to file. Raises NotConfigured."""
    return FilingSettings(
        settings.FINTRAC_API_URL,
        settings.FINTRAC_CLIENT_ID,
        settings.FINTRAC_CLIENT_SECRET,
        timeout=settings.FINTRAC_TIMEOUT,
    )
