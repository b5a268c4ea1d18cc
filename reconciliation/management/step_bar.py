"""A bar for the steps of matching, on a terminal."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from tqdm import tqdm

from reconciliation.matching import STEPS


@contextmanager
def step_bar(more: int = 0) -> Iterator[Callable[[str], None]]:
    """What matching calls with the name of each step; ``more`` steps are the caller's own."""
    # disable=None: tqdm shows the bar on a terminal and nothing in a pipe
    with tqdm(total=len(STEPS) + more, unit="step", disable=None, leave=False) as bar:

        def progress(step: str) -> None:
            bar.set_description(step)
            bar.update()

        yield progress
