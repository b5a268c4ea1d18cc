"""Currency codes, and how many decimals a currency has (ISO 4217): formats without a decimal point depend on it."""

from __future__ import annotations

import re
from decimal import Decimal

from integrations.feeds.problems import LineError, ProblemCode, shown

_CODE = re.compile(r"[A-Z]{3}")
_CENTS = 2
# ISO 4217, list one: every currency whose minor unit is not a hundredth.
_DECIMALS = {
    **dict.fromkeys(
        [
            "BIF",
            "CLP",
            "DJF",
            "GNF",
            "ISK",
            "JPY",
            "KMF",
            "KRW",
            "PYG",
            "RWF",
            "UGX",
            "UYI",
            "VND",
            "VUV",
            "XAF",
            "XOF",
            "XPF",
        ],
        0,
    ),
    **dict.fromkeys(["BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"], 3),
    **dict.fromkeys(["CLF", "UYW"], 4),
}
_TOO_LARGE = 10**13  # NUMERIC(15,2)


def currency_code(text: str) -> str:
    """An ISO 4217 code in capitals; LineError where the text is none."""
    code = text.strip().upper()
    if not _CODE.fullmatch(code):
        raise LineError(ProblemCode.CURRENCY_UNREADABLE, f"The currency {shown(text)} is not a three-letter code.")
    return code


def is_currency_code(text: str) -> bool:
    """Whether the text has the form of an ISO 4217 code."""
    return _CODE.fullmatch(text) is not None


def decimals(currency: str) -> int:
    """The number of decimals that amounts in this currency have."""
    return _DECIMALS.get(currency, _CENTS)


def from_minor_units(number: int, currency: str) -> Decimal:
    """The amount of ``number`` smallest units (cents), exact, with two decimals.

    Raises LineError (``amount_too_precise``, ``amount_too_large``) where two decimals cannot hold it.
    """
    scale = decimals(currency)
    whole, part = divmod(abs(number) * 10**_CENTS, 10**scale)
    if part:
        raise LineError(
            ProblemCode.AMOUNT_TOO_PRECISE,
            f"The amount {shown(str(number))} in {currency} has more than two decimals and is not rounded.",
        )
    if whole >= _TOO_LARGE * 10**_CENTS:
        raise LineError(
            ProblemCode.AMOUNT_TOO_LARGE,
            f"The amount {shown(str(number))} has more than 13 digits before the decimal sign.",
        )
    return Decimal(-whole if number < 0 else whole).scaleb(-_CENTS)
