"""The regulator's codes that are letters: countries, currencies, virtual currencies, provinces and states.

The values stand in ``code_lists.toml``; a test holds them against the description where it is at hand.
"""

from __future__ import annotations

import tomllib
from importlib.resources import files
from typing import Final

_TABLE: Final = tomllib.loads(files("compliance.fintrac").joinpath("code_lists.toml").read_text("utf-8"))

LISTS: Final[dict[str, frozenset[str]]] = {
    name: frozenset(_TABLE[name].split()) for name in ("country", "currency", "virtual-currency")
}
# By country; in all others provinces are names.
PROVINCES: Final[dict[str, frozenset[str]]] = {
    country: frozenset(codes.split()) for country, codes in _TABLE["provinces"].items()
}
OTHER_VIRTUAL_CURRENCY: Final = "OTH"
