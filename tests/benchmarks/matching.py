"""How well and how fast the matching engine is, on generated accounts of three shapes and three settings."""

from __future__ import annotations

import resource
import time
from collections.abc import Iterator

from reconciliation.matching import Result, Side, match, score
from tests.benchmarks.matching_shapes import SHAPES
from tests.benchmarks.matching_trades import TRADES
from tests.benchmarks.matching_world import SETTINGS, World, build

_SCALE = 10
_ACCURACY_ROWS = 6_000


def run(count: int) -> Iterator[dict[str, object]]:
    """Accuracy of each setting and shape, then speed at ``count`` and ten times as many lines a side."""
    for setting_name, setting in SETTINGS.items():
        for shape_name, (shape, pace) in SHAPES.items():
            rows = min(count, _ACCURACY_ROWS)
            world = build(shape, setting, rows, days=max(int(rows / pace), 30))
            result, _ = _timed(world)
            yield {"setting": setting_name, "shape": shape_name, "lines": len(world.bank), **_quality(result, world)}
    for name, build_trade in TRADES.items():
        world = build_trade(min(count, _ACCURACY_ROWS))
        yield {"setting": "trade", "shape": name, "lines": len(world.bank), **_quality(_timed(world)[0], world)}
    yield from _speed(count)


def _quality(result: Result, world: World) -> dict[str, object]:
    scores = score(result, world.answers)
    counts = result.counts()["bank"]
    return {
        "f1": _percent(scores.all.f1),
        "precision": _percent(scores.all.precision),
        "recall": _percent(scores.all.recall),
        "accepted_precision": _percent(scores.accepted.precision),
        "accepted_share": _percent(scores.accepted.share),
        "f1_interchangeable_as_equal": _percent(scores.all_interchangeable.f1),
        "ambiguous": counts["ambiguous"],
    }


def _speed(count: int) -> Iterator[dict[str, object]]:
    """Lines a second, and how much more a line costs when there are ten times as many over ten times the days."""
    shape, pace = SHAPES["retail card"]
    first: float | None = None
    for rows in (count, count * _SCALE):
        world = build(shape, SETTINGS["hard"], rows, days=max(int(rows / (pace * 10)), 30))
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        _, seconds = _timed(world)
        lines = len(world.bank) + len(world.ledger)
        cost = seconds / lines
        yield {
            "what": "speed, hard retail card, fifty movements a day",
            "ratio_of_seconds_per_line_to_smaller_run": None if first is None else round(cost / first, 2),
            "lines": lines,
            "lines_per_second": round(1 / cost),
            "more_peak_memory_mb": (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024,
        }
        first = first or cost


def _timed(world: World) -> tuple[Result, float]:
    bank, ledger = Side.of(world.bank), Side.of(world.ledger)
    start = time.perf_counter()
    result = match(bank, ledger)
    return result, time.perf_counter() - start


def _percent(value: float | None) -> float | None:
    return None if value is None else round(100 * value, 2)
