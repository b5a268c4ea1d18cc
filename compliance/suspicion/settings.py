"""How the bank runs the indicators: modes and parameters from ``indicator_settings``, typed by the declared rule."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from compliance.enums import IndicatorMode
from compliance.indicators import INDICATORS, Indicator
from compliance.indicators.contract import Value
from compliance.models import IndicatorSetting
from dwaybank.errors import DomainError

_NUMBER: Final = re.compile(r"[0-9]+(\.[0-9]{1,2})?")
_TIME: Final = re.compile(r"([0-9]+) ?([dh])")
_HOURS: Final = {"h": 1, "d": 24}


@dataclass(frozen=True, slots=True)
class Running:
    """One indicator as it runs now."""

    indicator: Indicator
    mode: IndicatorMode
    values: Mapping[str, Any]
    version: int

    def recorded(self) -> dict[str, Any]:
        """For the row of a run."""
        return {
            "rule": self.indicator.version,
            "version": self.version,
            "mode": str(self.mode),
            "parameters": {name: text_of(value) for name, value in self.values.items()},
        }


def text_of(value: Value) -> str:
    """A parameter as people write it: ``10000.00``, ``3``, ``24 h``, ``24 h, 3 d``."""
    if isinstance(value, tuple):
        return ", ".join(text_of(part) for part in value)
    if isinstance(value, timedelta):
        hours = int(value.total_seconds() // 3600)
        return f"{hours // 24} d" if hours % 24 == 0 and hours > 24 else f"{hours} h"
    return str(value)


def value_of(text: str, like: Value) -> Value:
    """The value of the same type as ``like`` that ``text`` says. Raises ValueError naming what to write instead."""
    if isinstance(like, tuple):
        parts = [value_of(part.strip(), like[0]) for part in text.split(",") if part.strip()]
        if not parts or len(set(parts)) != len(parts):
            raise ValueError(_("write one or more different values, separated by commas"))
        return tuple(parts)  # type: ignore[return-value]
    if isinstance(like, timedelta):
        found = _TIME.fullmatch(text)
        if not found or not int(found[1]):
            raise ValueError(_("write a time such as 24 h or 3 d"))
        return timedelta(hours=int(found[1]) * _HOURS[found[2]])
    if isinstance(like, str):
        return _zone(text)
    if not _NUMBER.fullmatch(text) or not Decimal(text) or (isinstance(like, int) and not text.isdigit()):
        raise ValueError(
            _("write a whole number above zero") if isinstance(like, int) else _("write an amount above zero")
        )
    return int(text) if isinstance(like, int) else Decimal(text)


def _zone(text: str) -> str:
    try:
        return ZoneInfo(text).key
    except (KeyError, ValueError, OSError):
        raise ValueError(_("write a time zone such as America/Toronto")) from None


def values_of(indicator: Indicator, texts: Mapping[str, str]) -> dict[str, Any]:
    """All values of an indicator, as delivered but for ``texts``. Raises ValueError naming the parameter."""
    delivered = indicator.values()
    changed = {}
    for name, text in texts.items():
        if name not in delivered:
            raise ValueError(_("%(name)s: %(id)s has no such parameter") % {"name": name, "id": indicator.id})
        try:
            changed[name] = value_of(text, delivered[name])
        except ValueError as error:
            raise ValueError(f"{name}: {error}") from None
    return indicator.values(changed)


def running() -> list[Running]:
    """All indicators as they run now, those that are off left out, in the order they are declared.

    Raises DomainError for stored parameters that cannot be read.
    """
    rows = {row.indicator: row for row in IndicatorSetting.objects.all()}
    found = []
    for indicator in INDICATORS.values():
        row = rows.get(indicator.id) or IndicatorSetting(
            indicator=indicator.id, mode=IndicatorMode(indicator.mode), parameters={}, version=1
        )
        if row.mode == IndicatorMode.OFF:
            continue
        try:
            values = values_of(indicator, row.parameters)
        except ValueError as error:
            raise DomainError(
                _("The indicator %(id)s cannot run: %(error)s. Correct it under Suspicion indicators.")
                % {"id": indicator.id, "error": error}
            ) from None
        found.append(Running(indicator, IndicatorMode(row.mode), values, row.version))
    return found
