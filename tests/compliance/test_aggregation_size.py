"""The 24-hour rule over many receipts holds one window of them, not all."""

from __future__ import annotations

import tracemalloc
from zoneinfo import ZoneInfo

from compliance.aggregation import AggregationRule, WindowRule, reportable_sets
from tests.benchmarks.aggregating import receipts


def peak(count: int) -> int:
    rule = AggregationRule(WindowRule(ZoneInfo("America/Toronto")))
    tracemalloc.start()
    try:
        for _ in reportable_sets(receipts(count), rule):
            pass
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_memory_does_not_grow_with_the_receipts() -> None:
    assert peak(16_000) < peak(4_000) * 1.3
