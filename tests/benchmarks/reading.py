"""How fast the readers are: rows per second of each layout, beside splitting the same bytes into lines."""

from __future__ import annotations

import time
import tracemalloc
from collections.abc import Callable, Iterator

from integrations.feeds import read_statement
from tests.benchmarks.generate import rows
from tests.integrations.statements_text import cibc_csv, ofx, rbc_csv, td_csv


def run(count: int) -> Iterator[dict[str, object]]:
    """One line per layout."""
    made = rows(count)
    files = {"ofx": ofx(*made), "csv-rbc": rbc_csv(*made), "csv-td": td_csv(*made), "csv-cibc": cibc_csv(*made)}
    for name, data in files.items():
        baseline = _seconds(lambda data=data: [line.split(b",") for line in data.splitlines()])
        seconds = _seconds(lambda data=data: read_statement(data))
        tracemalloc.start()
        read_statement(data)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        yield {
            "layout": name,
            "times_slower_than_splitting_lines": round(seconds / baseline, 1),
            "peak_memory_per_input_byte": round(peak / len(data), 1),
            "rows_per_second": round(count / seconds),
        }


def _seconds(work: Callable[[], object]) -> float:
    best = float("inf")
    for _ in range(3):
        start = time.perf_counter()
        work()
        best = min(best, time.perf_counter() - start)
    return best
