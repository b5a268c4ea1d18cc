"""Values as they stand in a drafted report."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from django.utils import timezone

from compliance.fintrac.rules.private_numbers import with_masked_card_numbers

_MOST = 1_000
# here null says that nobody was there, and nothing is to be completed
_OF_NOBODY: Final = frozenset({"reads", "completed"})


def iso(moment: datetime | None) -> str | None:
    """A time on the bank's clock, with its offset."""
    return timezone.localtime(moment).isoformat(timespec="seconds") if moment else None


def harmless(text: str | None) -> str | None:
    """A free text, cut, with card numbers masked."""
    return with_masked_card_numbers(text[:_MOST]) if text else None


def unknown_to_the_system(value: Any, path: str = "") -> list[str]:
    """The places (JSON Pointers) of what is null in a draft: for a person to complete."""
    if value is None:
        return [path]
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [
        found for name, one in inner if name not in _OF_NOBODY for found in unknown_to_the_system(one, f"{path}/{name}")
    ]
