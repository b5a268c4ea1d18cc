"""How fast the 24-hour rule is and how much memory it holds, beside just making the same receipts."""

from __future__ import annotations

import random
import time
import tracemalloc
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from compliance.aggregation import AggregationRule, CashReceipt, WindowRule, reportable_sets

_RULE = AggregationRule(WindowRule(ZoneInfo("America/Toronto")))
_PER_DAY = 2_740  # a million a year


def receipts(count: int, *, seed: int = 7) -> Iterator[CashReceipt]:
    """``count`` receipts in order of time, made as they are asked for; one in ten for somebody else."""
    source = random.Random(seed)
    moment = datetime(2025, 1, 1, tzinfo=UTC)
    step = timedelta(days=1) / _PER_DAY
    for number in range(count):
        moment += step
        conductor = f"p{source.randrange(40_000)}"
        behalf = (f"p{source.randrange(40_000)}",) if source.random() < 0.1 else ()
        beneficiary = f"p{source.randrange(4_000)}" if source.random() < 0.3 else conductor
        amount = Decimal(source.randrange(2_000, 1_200_000)) / 100
        yield CashReceipt(str(number), moment, amount, (conductor,), behalf, (beneficiary,))


def run(count: int) -> Iterator[dict[str, object]]:
    """The rule over ``count`` receipts and over a tenth of them: time per receipt and peak memory of both."""
    baseline = _seconds(receipts(count))
    start = time.perf_counter()
    sets = sum(1 for _ in reportable_sets(receipts(count), _RULE))
    seconds = time.perf_counter() - start
    tenth, whole = _peak(count // 10), _peak(count)
    yield {
        "times_slower_than_making_the_receipts": round(seconds / baseline, 1),
        "peak_memory_to_that_of_a_tenth": round(whole / tenth, 2),
        "seconds_per_million": round(seconds / count * 1_000_000, 1),
        "receipts_per_second": round(count / seconds),
        "sets": sets,
        "peak_memory_mb": round(whole / 1e6, 1),
    }


def _seconds(work: Iterator[object]) -> float:
    start = time.perf_counter()
    for _ in work:
        pass
    return time.perf_counter() - start


def _peak(count: int) -> int:
    tracemalloc.start()
    for _ in reportable_sets(receipts(count), _RULE):
        pass
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak
