"""One statement line (:61:) with its details (:86:) to one FeedTransaction.

The grammar of the fields is that of the library mt-940. What it lets pass is checked here: days that are not in the
calendar, digits other than 0 to 9, amounts without their comma or with several, more than two decimals.

What each part means here:

* ``amount``: C in, D out; RC takes back a credit (out), RD takes back a debit (in).
* ``transaction_date`` and ``posted_date`` are the entry date, whose year is the one nearest to the value date; without
  an entry date they are the value date.
* ``bank_reference`` is what stands behind ``//``, else the customer's reference; NONREF is none.
* ``transaction_code`` is the SWIFT code such as NTRF; ``description`` joins :86: and the supplementary details.
"""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

from mt940.tags import FinalOpeningBalance, Statement, StatementASNB

from integrations.feeds.amounts import parse_amount
from integrations.feeds.cleaning import clean, collapsed, joined_description
from integrations.feeds.contract import BalanceKind, FeedBalance, FeedTransaction
from integrations.feeds.currencies import currency_code
from integrations.feeds.dates import parse_short_date
from integrations.feeds.problems import LineError, ProblemCode, shown
from integrations.feeds.source import CODE_LIMIT, IDENTIFIER_LIMIT, within
from integrations.feeds.swift_fields import SwiftField

_LINE = Statement().re
# References of up to 34 characters, as the Dutch ASN Bank writes them.
_LONG_REFERENCE = StatementASNB().re
_BALANCE = FinalOpeningBalance().re
_EXPECTED = re.compile(r"[0-9]{6}(?:[0-9]{4})?E[CD]", re.IGNORECASE)
_AMOUNT = re.compile(r"[0-9]{1,15},[0-9]*")
_SUBFIELD = re.compile(r"\?[0-9]{2}")
_STRUCTURED = re.compile(r"[0-9]{3}\s?\?[0-9]{2}")
_NO_REFERENCE = frozenset({"", "NONREF", "NOREF", "NOTPROVIDED"})
_MARKS = frozenset({"C", "D", "RC", "RD"})
_WHOLE = re.compile(r"[0-9]{1,13}")
_CODE_OF_ROW = re.compile(r"[NSF][A-Z0-9]{3}")
_LONGEST_LINE = 500


def is_expected(field: SwiftField) -> bool:
    """Whether the line announces a movement that is only expected (EC, ED in an MT942)."""
    return _EXPECTED.match(field.value) is not None


def read_line(field: SwiftField, details: SwiftField | None, currency: str, *, at_end: bool) -> FeedTransaction:
    """The transaction of a :61: and the :86: that follows it; LineError where it cannot be taken.

    ``at_end`` says that the file stops inside the line, so that its amount may be cut.
    """
    first, *more = [clean(line) for line in field.lines]
    value = "\n".join([first, collapsed(" ".join(more))]) if more else first
    match = (_LINE.match(value) or _LONG_REFERENCE.match(value)) if len(first) <= _LONGEST_LINE else None
    if match is None or match["status"].upper() not in _MARKS:
        raise LineError(
            ProblemCode.UNEXPECTED_LINE,
            f"The statement line {shown(first)} is not written as date, direction, amount and code.",
        )
    if at_end and not match["id"]:
        raise LineError(
            ProblemCode.FILE_TRUNCATED, "The file stops inside this line, so its amount may be cut. Download it again."
        )
    valued = parse_short_date(f"{match['year']}{match['month']}{match['day']}")
    entered = _entry_date((match["entry_month"] or "").strip(), (match["entry_day"] or "").strip(), valued, first)
    written = match["amount"]
    is_whole = _WHOLE.fullmatch(written) and _CODE_OF_ROW.fullmatch(match["id"] or "")
    magnitude = amount_of(f"{written}," if is_whole else written)
    mark = match["status"].upper()
    text = clean(details.value) if details is not None else ""
    references = [collapsed(match[name] or "") for name in ("bank_reference", "customer_reference")]
    reference = next((r for r in references if r.upper() not in _NO_REFERENCE), "")
    return FeedTransaction(
        line=field.line,
        amount=magnitude if mark in ("C", "RD") else Decimal("0.00") - magnitude,
        currency=currency,
        transaction_date=entered,
        description=joined_description(_plain(text), match["extra_details"] or ""),
        raw={"61": clean(field.value), **({"86": text} if details is not None else {})},
        posted_date=entered,
        value_date=valued,
        transaction_code=within(CODE_LIMIT, "The code", collapsed(match["id"] or "")) or None,
        bank_reference=within(IDENTIFIER_LIMIT, "The reference", reference) or None,
    )


def without_comma(field: SwiftField) -> bool:
    """Whether the amount of a readable line lacks its decimal comma, so that it may be wrong a hundredfold."""
    match = _LINE.match(clean(field.lines[0])) or _LONG_REFERENCE.match(clean(field.lines[0]))
    return match is not None and "," not in match["amount"]


def read_balance(field: SwiftField, kind: BalanceKind) -> FeedBalance:
    """A balance field; LineError where it cannot be read."""
    value = clean(field.lines[0]).strip()
    match = _BALANCE.match(value)
    if match is None or match.end() != len(value):
        raise LineError(ProblemCode.BALANCE_UNREADABLE, f"The balance {shown(value)} is not readable.")
    amount = amount_of(match["amount"])
    day = parse_short_date(f"{match['year']}{match['month']}{match['day']}")
    signed = Decimal("0.00") - amount if match["status"].upper() == "D" else amount
    return FeedBalance(kind, signed, currency_code(match["currency"]), day)


def amount_of(written: str) -> Decimal:
    """A SWIFT amount: digits, one comma, and the decimals behind it. LineError for anything else."""
    if not _AMOUNT.fullmatch(written):
        raise LineError(
            ProblemCode.AMOUNT_UNREADABLE, f"The amount {shown(written)} is not written with one decimal comma."
        )
    whole, _, decimals = written.partition(",")
    return parse_amount(f"{whole}.{decimals or '0'}")


def _entry_date(month: str, day: str, valued: date, written: str) -> date:
    """The entry date in the year that brings it nearest to the value date; the value date where none is given."""
    if not (month and day):
        return valued
    candidates = []
    for year in (valued.year - 1, valued.year, valued.year + 1):
        try:
            candidates.append(parse_short_date(f"{year:04d}{month}{day}"))
        except LineError:
            continue  # 29 February has no such day in most years
    if not candidates:
        raise LineError(
            ProblemCode.DATE_UNREADABLE, f"The entry date {shown(month + day)} in {shown(written)} is no day (MMDD)."
        )
    return min(candidates, key=lambda found: abs((found - valued).days))


def _plain(text: str) -> str:
    """Details on one line; the numbers of German-style subfields (?20) are left out, their texts are not."""
    flat = collapsed(text)
    return collapsed(_SUBFIELD.sub(" ", flat)) if _STRUCTURED.match(flat) else flat
