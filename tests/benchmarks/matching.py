"""How well the matching engine matches generated accounts: three shapes in three settings, trades, desks."""

from __future__ import annotations

from collections.abc import Iterator

from reconciliation.matching import Result, Side, match, score
from tests.benchmarks.matching_desks import DESKS
from tests.benchmarks.matching_shapes import SHAPES
from tests.benchmarks.matching_trades import TRADES
from tests.benchmarks.matching_world import SETTINGS, World, build

_ACCURACY_ROWS = 6_000


def run(count: int) -> Iterator[dict[str, object]]:
    """Accuracy of each setting and shape."""
    for setting_name, setting in SETTINGS.items():
        for shape_name, (shape, pace) in SHAPES.items():
            rows = min(count, _ACCURACY_ROWS)
            world = build(shape, setting, rows, days=max(int(rows / pace), 30))
            result = match(Side.of(world.bank), Side.of(world.ledger))
            yield {"setting": setting_name, "shape": shape_name, "lines": len(world.bank), **_quality(result, world)}
    for name, build_trade in (TRADES | DESKS).items():
        world = build_trade(min(count, _ACCURACY_ROWS))
        yield {
            "setting": "trade",
            "shape": name,
            "lines": len(world.bank),
            **_quality(match(Side.of(world.bank), Side.of(world.ledger)), world),
        }


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


def _percent(value: float | None) -> float | None:
    return None if value is None else round(100 * value, 2)
