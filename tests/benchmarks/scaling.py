"""How time and memory of the matching engine grow: ``--rows`` lines a side, then ten times as many.

``python -m tests.benchmarks --rows 100000 scaling`` goes to 1,000,000 x 1,000,000. Each size runs in a process of its
own, so that its peak of memory is its own; on a terminal a bar names the step.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

from tqdm import tqdm

from reconciliation.matching import STEPS, Side, match
from tests.benchmarks.matching_shapes import SHAPES
from tests.benchmarks.matching_world import SETTINGS, build

SCALE = 10
_PER_DAY = 10


def run(count: int) -> Iterator[dict[str, object]]:
    """Seconds and memory a line, and how much more of them ten times as many lines over ten times the days take."""
    first: dict[str, float] | None = None
    for rows in (count, count * SCALE):
        with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as alone:
            found = alone.submit(measure, rows).result()
        yield {
            "what": "engine alone, hard retail card, fifty movements a day",
            "ratio_of_seconds_per_line_to_smaller_run": _ratio(found, first, "seconds"),
            "ratio_of_memory_per_line_to_smaller_run": _ratio(found, first, "bytes"),
            "lines": int(found["lines"]),
            "lines_per_second": round(found["lines"] / found["seconds"]),
            "seconds": round(found["seconds"], 1),
            "more_peak_memory_mb": round(found["bytes"] / 2**20),
        }
        first = first or found


def measure(rows: int) -> dict[str, float]:
    """Lines, seconds and bytes of one match, what it needs beyond its input, after a small one that loads libraries."""
    shape, pace = SHAPES["retail card"]
    small = build(shape, SETTINGS["hard"], 200, days=30)
    match(Side.of(small.bank), Side.of(small.ledger))
    world = build(shape, SETTINGS["hard"], rows, days=max(int(rows / (pace * _PER_DAY)), 30))
    bank, ledger = Side.of(world.bank), Side.of(world.ledger)
    del world
    with tqdm(total=len(STEPS), unit="step", disable=None, leave=False, file=sys.stderr, desc=f"{rows:,}") as bar:

        def progress(step: str) -> None:
            bar.set_description(f"{rows:,} a side: {step}")
            bar.update()

        # Linux: the peak begins anew from what is held now, else making the lines would hide what matching needs
        Path("/proc/self/clear_refs").write_text("5", "ascii")
        before, start = _held("VmRSS"), time.perf_counter()
        match(bank, ledger, progress=progress)
        seconds = time.perf_counter() - start
    return {"lines": len(bank) + len(ledger), "seconds": seconds, "bytes": max(_held("VmHWM") - before, 0)}


def _held(name: str) -> int:
    """Bytes of this process: resident now (VmRSS) or at most (VmHWM)."""
    status = Path("/proc/self/status").read_text("ascii")
    return int(status.split(f"{name}:")[1].split()[0]) * 1024


def _ratio(found: dict[str, float], first: dict[str, float] | None, name: str) -> float | None:
    if first is None or not first[name]:
        return None
    return round(found[name] / found["lines"] / (first[name] / first["lines"]), 2)
