"""What changed between two versions of a report, field by field."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from compliance.admin.finding_groups import readable


@dataclass(frozen=True, slots=True)
class Difference:
    """One field: its JSON Pointer, and its value in both versions; "" where it is not there."""

    path: str
    before: str
    after: str

    @property
    def text(self) -> str:
        """The path in words."""
        return readable(self.path)


def differences(before: Any, after: Any) -> list[Difference]:
    """Every leaf that differs, in order of its path."""
    old, new = dict(_leaves(before)), dict(_leaves(after))
    return [
        Difference(path, old.get(path, ""), new.get(path, ""))
        for path in sorted(old.keys() | new.keys())
        if old.get(path) != new.get(path)
    ]


def _leaves(value: Any, path: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _leaves(inner, f"{path}/{name}")
    elif isinstance(value, list):
        for place, inner in enumerate(value):
            yield from _leaves(inner, f"{path}/{place}")
    elif value is not None:
        yield path, str(value)
