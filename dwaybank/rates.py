"""Rates as settings write them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

_RATE: Final = re.compile(r"(\d{1,6})/(\d{0,4})([smh])")
_UNITS: Final = {"s": 1, "m": 60, "h": 3600}


@dataclass(frozen=True, slots=True)
class Rate:
    """So many requests in so many seconds; none at all counts nothing."""

    most: int
    seconds: int


def rate_of(text: str) -> Rate | None:
    """``60/10m``: sixty in ten minutes; ``off`` for no limit. Raises ValueError."""
    if text == "off":
        return None
    match = _RATE.fullmatch(text)
    if match is None or not int(match[1]) or match[2] == "0":
        raise ValueError(f"{text!r} is no rate: write it like 60/10m (sixty in ten minutes; s, m or h), or off.")
    return Rate(int(match[1]), int(match[2] or 1) * _UNITS[match[3]])
