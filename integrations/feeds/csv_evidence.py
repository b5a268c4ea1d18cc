"""What the running balance of a table shows about its amounts: which sign, or which column, is money out.

A balance that follows from row to row is strong evidence, but not proof: on a card whose balance is the amount owed,
every sign is the other way round. So this only ever supports a proposal that a person looks at.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from enum import Enum
from itertools import pairwise

from integrations.feeds.amounts import parse_amount
from integrations.feeds.problems import LineError

_LEAST_LINKS = 2
_MOSTLY = 0.8


class Follows(Enum):
    """How the balance moves with the amounts."""

    WITH = "with"  # the balance rises by a positive amount
    AGAINST = "against"  # the balance falls by a positive amount


def balance_follows(amounts: Sequence[Decimal | None], balances: Sequence[Decimal | None]) -> Follows | None:
    """How the balance follows the amounts, read from the top or from the bottom; None where it does not clearly.

    Both have one element per row in file order, None where a cell is blank or unreadable.
    """
    links = [
        (above, below, first, last)
        for (above, first), (below, last) in pairwise(zip(amounts, balances, strict=True))
        if above is not None and below is not None and first is not None and last is not None
    ]
    rising = max(_agreeing(links, 1))
    falling = max(_agreeing(links, -1))
    best = max(rising, falling)
    if rising == falling or best < max(_LEAST_LINKS, _MOSTLY * len(links)):
        return None
    return Follows.WITH if rising > falling else Follows.AGAINST


def money_cells(cells: Sequence[str]) -> list[Decimal | None]:
    """The amounts of a column, None where a cell holds none."""
    return [_amount(cell) for cell in cells]


def _agreeing(links: Sequence[tuple[Decimal, Decimal, Decimal, Decimal]], sign: int) -> tuple[int, int]:
    """Links that add up with the oldest row on top, and with the newest on top."""
    oldest = sum(bool(below) and last - first == sign * below for above, below, first, last in links)
    newest = sum(bool(above) and first - last == sign * above for above, below, first, last in links)
    return oldest, newest


def _amount(cell: str) -> Decimal | None:
    try:
        return parse_amount(cell)
    except LineError:
        return None
