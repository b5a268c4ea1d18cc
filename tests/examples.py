"""How often a property is tried: a share of its examples in every run, all of them in ``make test-long``."""

from __future__ import annotations

import os
from typing import Final

_LEAST: Final = 8
_SHARE: Final = 4


def examples(number: int) -> int:
    """For ``max_examples``: ``number`` with ALL_EXAMPLES=1 (``make test-long``), else a quarter, and eight at least.

    Examples of developers' machines differ from run to run, so that the quarters add up."""
    if os.environ.get("ALL_EXAMPLES"):
        return number
    return min(number, max(_LEAST, number // _SHARE))
