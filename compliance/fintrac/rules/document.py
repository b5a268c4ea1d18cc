"""Walking a parsed JSON report that may be damaged: every step says where it is, none fails."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from compliance.fintrac.schema import AMOUNT as _AMOUNT


@dataclass(frozen=True, slots=True)
class Node:
    """A value of the report with its JSON Pointer; what is not there, or of another kind, reads as None or empty."""

    value: Any
    path: str = ""

    def __getitem__(self, name: str) -> Node:
        inner = self.value.get(name) if isinstance(self.value, dict) else None
        return Node(inner, f"{self.path}/{name}")

    def items(self, name: str) -> list[Node]:
        """The entries of the list ``name``."""
        inner = self[name]
        entries = inner.value if isinstance(inner.value, list) else []
        return [Node(entry, f"{inner.path}/{place}") for place, entry in enumerate(entries)]

    def has(self, name: str) -> bool:
        """Whether the field is there and not empty; False and 0 are there."""
        inner = self[name].value
        return inner is not None and inner not in ("", [], {}) and not (isinstance(inner, str) and not inner.strip())

    @property
    def text(self) -> str:
        return self.value if isinstance(self.value, str) else ""

    @property
    def code(self) -> int | None:
        return self.value if isinstance(self.value, int) and not isinstance(self.value, bool) else None

    @property
    def amount(self) -> Decimal | None:
        """The amount, where the text is one of the regulator's form."""
        return Decimal(self.text) if _AMOUNT.fullmatch(self.text) else None

    @property
    def moment(self) -> datetime | None:
        """The moment with its offset, where there is such a time (also in UTC: years 1 to 9999)."""
        try:
            moment = datetime.fromisoformat(self.text)
            if moment.tzinfo is None:
                return None
            moment.astimezone(UTC)
        except (ValueError, OverflowError):
            return None
        return moment

    @property
    def day(self) -> date | None:
        try:
            return date.fromisoformat(self.text)
        except ValueError:
            return None


def texts(node: Node) -> Iterator[tuple[str, Node]]:
    """Every text of the report with the name of its field; texts of a list have the list's name."""
    if isinstance(node.value, dict):
        for name in node.value:
            yield from _named(str(name), node[name])


def _named(name: str, node: Node) -> Iterator[tuple[str, Node]]:
    if isinstance(node.value, str):
        yield name, node
    elif isinstance(node.value, dict):
        yield from texts(node)
    elif isinstance(node.value, list):
        for place, entry in enumerate(node.value):
            yield from _named(name, Node(entry, f"{node.path}/{place}"))


def objects(node: Node) -> Iterator[Node]:
    """The node and every object within it."""
    if isinstance(node.value, dict):
        yield node
        for name in node.value:
            yield from objects(node[name])
    elif isinstance(node.value, list):
        for place, entry in enumerate(node.value):
            yield from objects(Node(entry, f"{node.path}/{place}"))
