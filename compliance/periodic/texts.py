"""Values as they stand in a drafted report."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone

from compliance.fintrac.rules.private_numbers import with_masked_card_numbers

_MOST = 1_000


def iso(moment: datetime | None) -> str | None:
    """A time on the bank's clock, with its offset."""
    return timezone.localtime(moment).isoformat(timespec="seconds") if moment else None


def harmless(text: str | None) -> str | None:
    """A free text, cut, with card numbers masked."""
    return with_masked_card_numbers(text[:_MOST]) if text else None
