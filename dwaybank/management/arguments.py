"""Values of command lines: each refused in words that say how to write it, with argparse's exit code 2."""

from __future__ import annotations

from argparse import ArgumentTypeError
from datetime import date
from decimal import Decimal, InvalidOperation


def day(text: str) -> date:
    """A day, as 2026-10-01. Raises ArgumentTypeError."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ArgumentTypeError(f"{text!r} is not a day: write it as 2026-10-01") from None


def share(text: str) -> float:
    """A probability, from 0 to 1. Raises ArgumentTypeError."""
    try:
        value = float(text)
    except ValueError:
        value = -1
    if not 0 <= value <= 1:
        raise ArgumentTypeError(f"{text!r} does not lie between 0 and 1: write it as 0.97")
    return value


def amount(text: str) -> Decimal:
    """A magnitude with two decimals at most. Raises ArgumentTypeError."""
    try:
        value = Decimal(text)
    except InvalidOperation:
        value = Decimal(-1)
    if not value.is_finite() or not 0 <= value < 10**13 or value != value.quantize(Decimal("0.01")):
        raise ArgumentTypeError(f"{text!r} is not an amount: write it as 5.00")
    return value


def days(text: str) -> int:
    """A number of days, to about a year. Raises ArgumentTypeError."""
    if not (text.isascii() and text.isdigit() and int(text[:4]) <= 400):
        raise ArgumentTypeError(f"{text!r} is not a number of days from 0 to 400")
    return int(text)
