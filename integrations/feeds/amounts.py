"""Money text to Decimal, exactly or not at all.

What is read: a sign before or after the number (ASCII, or one of Unicode's dashes) or brackets around it, which
accountants write for a minus, one dollar sign on either side, blanks of any kind around and as thousands separators, a
decimal point or a decimal comma, thousands in groups of three. What is not: letters (so no NaN, no Infinity, no
exponent), digits other than 0-9, fractions of a cent, numbers that NUMERIC(15,2) cannot hold, and numbers that can be
read in two ways.
"""

from __future__ import annotations

import re
from decimal import Decimal

from integrations.feeds.problems import LineError, ProblemCode, shown

_MAX_TEXT = 64
_MAX_WHOLE_DIGITS = 13  # NUMERIC(15,2)
_CENT_DIGITS = 2

# Hyphens, dashes and the minus sign that spreadsheets and web pages put in place of "-".
_DASHES = str.maketrans(dict.fromkeys("\u2010\u2011\u2012\u2013\u2212\ufe63\uff0d", "-"))

_POINT = re.compile(r"(?P<whole>[0-9]*)\.(?P<cents>[0-9]+)")
_COMMA = re.compile(r"(?P<whole>[0-9]*),(?P<cents>[0-9]+)")
_WHOLE = re.compile(r"(?P<whole>[0-9]+)(?P<cents>)")
_COMMA_GROUPS = re.compile(r"(?P<whole>[0-9]{1,3}(?:,[0-9]{3})+)(?:\.(?P<cents>[0-9]+))?")
_POINT_GROUPS = re.compile(
    r"(?P<whole>[0-9]{1,3}(?:\.[0-9]{3})+),(?P<cents>[0-9]+)|(?P<many>[0-9]{1,3}(?:\.[0-9]{3}){2,})"
)
_BLANK_GROUPS = re.compile(r"(?P<whole>[0-9]{1,3}(?: [0-9]{3})+)(?:[.,](?P<cents>[0-9]+))?")


def parse_amount(text: str) -> Decimal:
    """The amount in ``text``, in the unit of its currency, with exactly two decimals.

    ``1.230`` is 1.23, since its third decimal says nothing; ``1.234`` is rejected, never rounded. ``1,234``
    is rejected as well: a thousands comma and a decimal comma would differ a thousandfold, and no bank
    writes whole dollars without cents.

    Raises LineError with an ``amount_...`` code.
    """
    bare = text.strip()
    if not bare:
        raise LineError(ProblemCode.AMOUNT_MISSING, "The amount is blank.")
    if len(bare) > _MAX_TEXT:
        raise _unreadable(text)
    sign, number = _without_marks(bare.translate(_DASHES), text)
    whole, cents = _digits(" ".join(number.split()), text)
    return _exact(sign, whole, cents, text)


def _without_marks(bare: str, text: str) -> tuple[str, str]:
    """The sign and the number, once signs, the dollar sign and an accountant's brackets are taken off both ends."""
    marks = ""
    bracketed = re.fullmatch(r"(\$? ?)\(([^()]*)\)", bare)
    if bracketed:
        marks, bare = "-", (bracketed[1] + bracketed[2]).strip()
    while bare and bare[0] in "+-$":
        marks, bare = marks + bare[0], bare[1:].lstrip()
    while bare and bare[-1] in "+-$":
        marks, bare = marks + bare[-1], bare[:-1].rstrip()
    signs = marks.replace("$", "")
    if len(signs) > 1 or marks.count("$") > 1:
        raise _unreadable(text)
    return ("-" if signs == "-" else ""), bare


def _digits(number: str, text: str) -> tuple[str, str]:
    """Digits before and after the decimal sign."""
    if _COMMA_GROUPS.fullmatch(number) and number.count(",") == 1 and "." not in number:
        raise LineError(
            ProblemCode.AMOUNT_AMBIGUOUS,
            f"The amount {shown(text)} can mean thousands or thousandths: write it with its cents.",
        )
    for form in (_WHOLE, _POINT, _COMMA_GROUPS, _COMMA, _POINT_GROUPS, _BLANK_GROUPS):
        match = form.fullmatch(number)
        if match:
            groups = match.groupdict()
            whole = groups["whole"] or groups.get("many") or ""
            return re.sub("[^0-9]", "", whole), groups["cents"] or ""
    raise _unreadable(text)


def _exact(sign: str, whole: str, cents: str, text: str) -> Decimal:
    cents = cents.rstrip("0")
    whole = whole.lstrip("0")
    if len(cents) > _CENT_DIGITS:
        raise LineError(
            ProblemCode.AMOUNT_TOO_PRECISE,
            f"The amount {shown(text)} has more than two decimals and is not rounded.",
        )
    if len(whole) > _MAX_WHOLE_DIGITS:
        raise LineError(
            ProblemCode.AMOUNT_TOO_LARGE,
            f"The amount {shown(text)} has more than {_MAX_WHOLE_DIGITS} digits before the decimal sign.",
        )
    amount = Decimal(f"{sign}{whole or '0'}.{cents.ljust(_CENT_DIGITS, '0')}")
    return amount if amount else Decimal("0.00")


def _unreadable(text: str) -> LineError:
    return LineError(ProblemCode.AMOUNT_UNREADABLE, f"The amount {shown(text)} is not a number.")
