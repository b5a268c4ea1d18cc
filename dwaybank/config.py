"""The tunable numbers of ``system_config``: type, meaning and default of each, in one place."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from dwaybank.errors import DomainError
from dwaybank.models import SystemConfig

_AMOUNT: Final = re.compile(r"[0-9]+(?:\.[0-9]+)?")


def _boolean(text: str) -> bool:
    if text not in {"true", "false"}:
        raise ValueError(_("write true or false"))
    return text == "true"


def _whole_number(text: str) -> int:
    if not (text.isascii() and text.isdigit()):
        raise ValueError(_("write a whole number such as 4"))
    return int(text)


def _months_of_a_breach(text: str) -> int:
    months = _whole_number(text)
    if not 24 <= months <= 1200:
        raise ValueError(_("write a number of months from 24 (SOR/2018-64 s. 6) to 1200"))
    return months


def _amount(text: str) -> Decimal:
    # Decimal() takes other scripts' digits and underscores, which PostgreSQL's numeric does not.
    if not _AMOUNT.fullmatch(text):
        raise ValueError(_("write an amount of zero or more, such as 1.00"))
    return Decimal(text)


def _share(text: str) -> Decimal:
    share = _amount(text)
    if share > 1:
        raise ValueError(_("write a number from 0 to 1, such as 0.98"))
    return share


def _pattern(text: str) -> str:
    try:
        re.compile(text)
    except re.error as error:
        raise ValueError(_("write a regular expression (%(error)s)") % {"error": error}) from None
    if not text.strip():
        raise ValueError(_("write a regular expression such as cash deposit"))
    return text


@dataclass(frozen=True, slots=True)
class Setting:
    """One row of ``system_config``: key, how its text is read, value as delivered, meaning."""

    key: str
    parse: Callable[[str], Any]
    default: str
    description: str


BANK_INTEGRATION_ENABLED: Final = Setting(
    "bank_integration_enabled",
    _boolean,
    "true",
    gettext_noop("Enable bank integration features"),
)
SYNC_FREQUENCY_HOURS: Final = Setting(
    "sync_frequency_hours",
    _whole_number,
    "4",
    gettext_noop("Default synchronization frequency in hours"),
)
BALANCE_DISCREPANCY_THRESHOLD: Final = Setting(
    "balance_discrepancy_threshold",
    _amount,
    "1.00",
    gettext_noop("Balance discrepancy threshold in CAD"),
)
MAX_SYNC_RETRIES: Final = Setting(
    "max_sync_retries",
    _whole_number,
    "3",
    gettext_noop("Maximum number of sync retries before failure"),
)
MAPPING_ACCEPT_PROBABILITY: Final = Setting(
    "mapping_accept_probability",
    _share,
    "0.985",
    gettext_noop("A match is accepted without a person from this probability on"),
)
MAPPING_ACCEPT_MARGIN: Final = Setting(
    "mapping_accept_margin",
    _share,
    "0.95",
    gettext_noop("A match is accepted without a person only if it leads its rival by this"),
)
MAPPING_AMOUNT_TOLERANCE: Final = Setting(
    "mapping_amount_tolerance",
    _amount,
    "5.00",
    gettext_noop("Difference of amounts that a fee may make, whatever the amount"),
)
MAPPING_MAX_LAG_DAYS: Final = Setting(
    "mapping_max_lag_days",
    _whole_number,
    "45",
    gettext_noop("No bank line is matched to a ledger transaction further away in days"),
)
MAPPING_REJECTION_HALF_LIFE_DAYS: Final = Setting(
    "mapping_rejection_half_life_days",
    _whole_number,
    "180",
    gettext_noop("Days after which a rejected pair counts half"),
)
BALANCE_ONE_PERSON_THRESHOLD: Final = Setting(
    "balance_one_person_threshold",
    _amount,
    "0",
    gettext_noop("Balance conflicts up to this need one person; 0: always two"),
)
BALANCE_TIMING_DAYS: Final = Setting(
    "balance_timing_days",
    _whole_number,
    "3",
    gettext_noop("Days that the bank may take to book what the ledger has already"),
)
SUSPICION_LOOKBACK_DAYS: Final = Setting(
    "suspicion_lookback_days",
    _whole_number,
    "400",
    gettext_noop("Days of movements that the indicators of suspicion look back on"),
)
SUSPICION_CASH_PATTERN: Final = Setting(
    "suspicion_cash_pattern",
    _pattern,
    "cash dep|atm dep|abm dep|coin dep|dep gab|d[eé]p[oô]t (en )?esp[eè]ces",
    gettext_noop("Regular expression (PostgreSQL's) of descriptions that say a movement is of cash"),
)
PRIVACY_BREACH_RECORD_MONTHS: Final = Setting(
    "privacy_breach_record_months",
    _months_of_a_breach,
    "60",
    gettext_noop("Months that the record of a breach of safeguards is kept; the law asks for 24 at least"),
)

SETTINGS: Final = {
    setting.key: setting
    for setting in (
        BANK_INTEGRATION_ENABLED,
        SYNC_FREQUENCY_HOURS,
        BALANCE_DISCREPANCY_THRESHOLD,
        MAX_SYNC_RETRIES,
        MAPPING_ACCEPT_PROBABILITY,
        MAPPING_ACCEPT_MARGIN,
        MAPPING_AMOUNT_TOLERANCE,
        MAPPING_MAX_LAG_DAYS,
        MAPPING_REJECTION_HALF_LIFE_DAYS,
        BALANCE_ONE_PERSON_THRESHOLD,
        BALANCE_TIMING_DAYS,
        SUSPICION_LOOKBACK_DAYS,
        SUSPICION_CASH_PATTERN,
        PRIVACY_BREACH_RECORD_MONTHS,
    )
}


def read(setting: Setting) -> Any:
    """The setting's value in its own type; the value as delivered where the row is missing.

    Raises DomainError when the stored text cannot be read.
    """
    row = SystemConfig.objects.filter(key=setting.key).first()
    return _parsed(setting, row.value if row else setting.default)


def _parsed(setting: Setting, text: str) -> Any:
    try:
        return setting.parse(text)
    except ValueError as error:
        raise DomainError(
            _("The setting %(key)s is %(text)s: %(why)s. Correct it under Settings.")
            % {"key": setting.key, "text": repr(text), "why": error}
        ) from None


def unreadable() -> list[str]:
    """For each stored setting that cannot be read, the message ``read`` would raise."""
    messages = []
    for row in SystemConfig.objects.filter(key__in=SETTINGS).order_by("key"):
        try:
            _parsed(SETTINGS[row.key], row.value)
        except DomainError as error:
            messages.append(str(error))
    return messages


def install_defaults() -> None:
    """Add the settings that have no row yet, with the values as delivered."""
    SystemConfig.objects.bulk_create(
        [SystemConfig(key=s.key, value=s.default, description=s.description) for s in SETTINGS.values()],
        ignore_conflicts=True,
    )
