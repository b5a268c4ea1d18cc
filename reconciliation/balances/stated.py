"""The balances that a bank stated, as far as they speak of the end of a day."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from reconciliation.balances.types import Anchor, Rows


def ends_of_days(rows: Rows, anchors: Sequence[Anchor]) -> list[tuple[Anchor, int]]:
    """One anchor a day with its level: what it says less the rows until then. Two of one level agree with the rows
    between them.

    A final anchor stands for its day, else the last stated. One of the middle of a day may lack that day's later rows;
    it is left out where the anchor before it and a later one show that nothing but this was wrong with it.
    """
    by_day: dict[int, Anchor] = {}
    for anchor in anchors:
        if anchor.day not in by_day or anchor.is_final or not by_day[anchor.day].is_final:
            by_day[anchor.day] = anchor
    stated = [by_day[day] for day in sorted(by_day)]
    order = np.argsort(rows.days, kind="stable")
    sums = np.concatenate(([0], np.cumsum(rows.cents[order])))
    until = np.searchsorted(rows.days[order], [one.day for one in stated], side="right")
    levels = [one.cents - int(total) for one, total in zip(stated, sums[until], strict=True)]

    following: list[int] = [-1] * len(stated)  # the next anchor of the same level, none final in between
    seen: dict[int, int] = {}
    for place in range(len(stated) - 1, -1, -1):
        following[place] = seen.get(levels[place], -1)
        if stated[place].is_final:
            seen = {}
        seen[levels[place]] = place
    kept, place = [], 0
    while 0 <= place < len(stated):
        kept.append((stated[place], levels[place]))
        place = following[place] if following[place] > 0 else place + 1
    return kept
