"""The run of everything at once, short; the long one is a command: ``python -m tests.soak.living --minutes 10``."""

from __future__ import annotations

import pytest

from tests.soak.living import live


@pytest.mark.long
@pytest.mark.django_db(transaction=True)
def test_everything_at_once_ends_with_every_row_accounted_for() -> None:
    story = live(minutes=0.5)

    assert story.problems == []
    assert story.counts["imports"] > 2
    assert story.counts["workers killed"] > 1
