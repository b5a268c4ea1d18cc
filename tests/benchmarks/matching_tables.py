"""The tables of docs/matching.md, printed anew: ``python -m tests.benchmarks --rows 6000 tables``."""

from __future__ import annotations

from collections.abc import Iterator

from reconciliation.matching import Scores, Side, match, score
from tests.benchmarks.matching_oracle import oracle
from tests.benchmarks.matching_shapes import SHAPES
from tests.benchmarks.matching_world import SETTINGS, World, build

_ORACLE_SEEDS, _ACCEPTED_SEEDS = (1, 2), (1, 2, 3)


def run(count: int) -> Iterator[dict[str, object]]:
    """F1 of oracle and engine by seed, then errors among what was accepted over all seeds, by setting and shape."""
    known: dict[tuple[str, str, int], Scores] = {}
    for shape in SHAPES:
        worlds = [_world("hard", shape, seed, count) for seed in _ORACLE_SEEDS]
        for seed, world in zip(_ORACLE_SEEDS, worlds, strict=True):
            known["hard", shape, seed] = _scored(world)
        yield {
            "table": "F1, hard setting",
            "shape": shape,
            "seeds": _ORACLE_SEEDS,
            "oracle": [_percent(oracle(world, SETTINGS["hard"])[0].f1) for world in worlds],
            "engine": [_percent(known["hard", shape, seed].all.f1) for seed in _ORACLE_SEEDS],
        }
    for setting in ("hard", "hostile"):
        for shape in SHAPES:
            scores = [
                (known.get((setting, shape, seed)) or _scored(_world(setting, shape, seed, count))).accepted
                for seed in _ACCEPTED_SEEDS
            ]
            found, right = sum(one.found for one in scores), sum(one.right for one in scores)
            yield {
                "table": "accepted",
                "setting": setting,
                "shape": shape,
                "seeds": _ACCEPTED_SEEDS,
                "wrong": found - right,
                "accepted": found,
                "precision": _percent(right / found if found else None),
                "share": _percent(found / sum(one.wanted for one in scores)),
            }


def _world(setting: str, shape: str, seed: int, count: int) -> World:
    kind, pace = SHAPES[shape]
    return build(kind, SETTINGS[setting], count, seed=seed, days=max(int(count / pace), 30))


def _scored(world: World) -> Scores:
    return score(match(Side.of(world.bank), Side.of(world.ledger)), world.answers)


def _percent(value: float | None) -> float | None:
    return None if value is None else round(100 * value, 2)
