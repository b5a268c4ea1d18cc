"""Indicators of suspicion: declared rules over movements of money."""

from typing import Final

from compliance.indicators import behaviour, structuring
from compliance.indicators.contract import Alert, Flow, History, Indicator, Mode, Movement, Parameter, Profile

INDICATORS: Final[dict[str, Indicator]] = {
    indicator.id: indicator
    for indicator in (
        structuring.BAND,
        structuring.JUST_BELOW,
        structuring.LOCATIONS,
        structuring.CONDUCTORS,
        structuring.RECORD_LIMITS,
        behaviour.PASS_THROUGH,
        behaviour.DORMANT,
        behaviour.ROUND_SUMS,
        behaviour.PROFILE,
        behaviour.THIRD_PARTIES,
    )
}

__all__ = ["INDICATORS", "Alert", "Flow", "History", "Indicator", "Mode", "Movement", "Parameter", "Profile"]
