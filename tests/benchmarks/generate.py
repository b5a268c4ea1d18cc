"""Plausible rows for benchmarks: seeded, so that every run measures the same work."""

from __future__ import annotations

import random
from datetime import date, timedelta
from typing import Final

from tests.integrations.statements_text import Row

_SHOPS = ("TIM HORTONS", "RIVERBEND FOODS", "PRAIRIE FUELS", "CORYDON BOOKS", "DÉPANNEUR DU COIN", "CITY PARKING")
_TOWNS = ("TORONTO ON", "WINNIPEG MB", "MONTREAL QC", "HALIFAX NS", "CALGARY AB")


SEED: Final = 7


def rows(count: int, *, seed: int = SEED, first_id: int = 0) -> list[Row]:
    """``count`` movements over two years, with ids, oldest first."""
    random_source = random.Random(seed)
    start = date(2024, 11, 1)
    made = []
    for number in range(count):
        day = start + timedelta(days=number * 730 // count)
        cents = random_source.randint(100, 30_000)
        sign = "" if random_source.random() < 0.1 else "-"
        text = f"{random_source.choice(_SHOPS)} #{random_source.randint(1, 9999)} {random_source.choice(_TOWNS)}"
        made.append(Row(day.isoformat(), f"{sign}{cents // 100}.{cents % 100:02d}", text, f"B{first_id + number:010d}"))
    return made
