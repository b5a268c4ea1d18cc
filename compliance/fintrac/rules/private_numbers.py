"""Numbers that must not leave: social insurance numbers and payment card numbers, found by their check digit."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import Final

# Not inside a longer number or word, but after the word itself ("SIN046454286"); the separator is the same twice.
_SOCIAL_INSURANCE: Final = re.compile(
    r"(?:(?<=SIN)|(?<=NAS)|(?<!\w)(?<![0-9][.,-]))[0-9]{3}([ ./-]?)[0-9]{3}\1[0-9]{3}(?!\w|[.,-][0-9])", re.IGNORECASE
)
_CARD: Final = re.compile(r"(?<![0-9A-Za-z])[0-9](?:[ -]?[0-9]){12,18}(?![0-9A-Za-z])")


def _plain(text: str) -> str:
    """Digits and blanks of any script and width as plain ones."""
    return " ".join(unicodedata.normalize("NFKC", text).split())


def luhn_valid(digits: str) -> bool:
    """Whether the last digit checks the others (ISO/IEC 7812-1, annex B)."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if place % 2 else 1)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def social_insurance_numbers(text: str) -> Iterator[str]:
    """Runs of nine digits with the check digit of a social insurance number, as digits only."""
    for match in _SOCIAL_INSURANCE.finditer(_plain(text)):
        digits = re.sub("[^0-9]", "", match.group())
        if luhn_valid(digits):
            yield digits


def holds_social_insurance_number(text: str) -> bool:
    """Whether there is one in the text."""
    return next(social_insurance_numbers(text), None) is not None


def card_numbers(text: str) -> Iterator[str]:
    """Runs of 13 to 19 digits with a card's check digit, as digits only."""
    for match in _CARD.finditer(_plain(text)):
        digits = re.sub("[^0-9]", "", match.group())
        if luhn_valid(digits) and set(digits) != {"0"}:
            yield digits


def with_masked_card_numbers(text: str) -> str:
    """The text on one line, with each card number reduced to its first six and last four digits."""

    def mask(match: re.Match[str]) -> str:
        digits = re.sub("[^0-9]", "", match.group())
        return digits[:6] + "*" * (len(digits) - 10) + digits[-4:] if luhn_valid(digits) else match.group()

    return _CARD.sub(mask, _plain(text))
