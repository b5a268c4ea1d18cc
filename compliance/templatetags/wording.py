"""What the regulator and the checks say, in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django import template

from compliance.wording import said as said_by
from compliance.wording import said_in, severity_words
from dwaybank.l10n import money_text

register = template.Library()


@register.filter
def said(one: Any) -> str:
    """A finding, a code, or a stored message with both languages."""
    return said_in(one) if isinstance(one, Mapping) else said_by(one)


@register.filter
def severity(code: object) -> str:
    """How grave a finding is."""
    return severity_words(str(code))


@register.filter
def money(amount: Decimal | str | None) -> str:
    """Canadian dollars as the reader's language writes them; empty for none. A text is one of stored JSON."""
    return "" if amount is None else money_text(Decimal(amount), "CAD")
