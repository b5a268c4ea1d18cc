"""Amounts as reviewers type them, in either language: 1234.56, 1,234.56 and 1 234,56 $ are the same."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from django.utils.translation import gettext as _

from dwaybank.l10n import is_french
from integrations.feeds.amounts import parse_amount
from integrations.feeds.problems import LineError, ProblemCode


def typed_amount(text: str) -> Decimal:
    """The signed amount, with two decimals, never rounded. ``1,234`` is thousands in English, and none in French.

    Raises ValueError, in words for people, for what is none."""
    try:
        return parse_amount(text)
    except LineError as error:
        if error.code == ProblemCode.AMOUNT_AMBIGUOUS and not is_french():
            return parse_amount(text.replace(",", ""))
        raise ValueError(_("“%(amount)s” is no amount. Write it as 12.34.") % {"amount": text}) from None


def typed_magnitude(text: str) -> Decimal | None:
    """The amount without its sign; None for none and for what cannot be read, which ``misread`` tells."""
    try:
        return abs(typed_amount(text))
    except ValueError:
        return None


def misread(query: Mapping[str, str], *names: str) -> list[str]:
    """What to say of the amounts of a filter that cannot be read, and so do not narrow it."""
    said = []
    for name in names:
        if text := query.get(name, "").strip()[:50]:
            try:
                typed_amount(text)
            except ValueError as error:
                said.append(str(error))
    return said
