"""The soak, short: every fault once as planned, then a storm while a worker is killed; afterwards the bank's truth.

The long one is a command: ``python -m tests.soak``.
"""

from __future__ import annotations

import pytest

from tests.servers import process_environment
from tests.soak.running import Options, soak


@pytest.mark.long
@pytest.mark.django_db(transaction=True)
def test_short_soak_ends_with_the_banks_truth() -> None:
    findings = soak(
        Options(
            connections=6,
            seconds=3,
            kills=1,
            seed=6,
            days=10,
            plans=("storm",),
            queues="syncs",
            hang_seconds=0.3,
        ),
        process_environment(),
    )

    assert findings.problems == []
    assert findings.figures["workers killed"] == 1
    assert findings.figures["compared"]["accounts"] == 18
