"""The search box over bank transactions: every term becomes a condition that an index serves.

What can be written, joined by blanks; all of it must hold:

* a row's id (UUID)
* ``coffee roasters``: words of the description, without accents, in any order
* ``12.34``, ``amount:12.34`` (either direction), ``amount:-12.34`` (money out), ``amount:+12.34`` (money in)
* ``2026-10-05``, ``date:2026-10-05``, ``date:2026-10``, ``date:2026``
* ``merchant:tim hortons``, ``code:POS``, ``ref:000123``: whole values, as the import understood them
* ``fitid:…``: the bank's own id of a row in an OFX file; ``account:…``: an account's number or id
* ``raw.NAME:value``: a field of the bank's record exactly as written; ``raw."Description 1":value``
* ``statement:…``, ``source:csv-td``, ``line:7`` and any other ``NAME:value`` of the normalised record

A value goes on to the next ``NAME:``; quotes hold one together that has a colon in it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import zip_longest
from typing import Any, Final
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _

from dwaybank.errors import DomainError
from dwaybank.models import Account
from integrations.importing.accounts import account_key
from integrations.importing.normalising import words_of
from integrations.models import BankTransactionKey, LinkedAccount

_LONGEST: Final = 500
_MAX_TERMS: Final = 20
_MAX_ACCOUNTS: Final = 50
# NAME: or raw."a name": at the beginning or behind a blank; a quoted value, or text up to the next NAME:
_NAME: Final = re.compile(r'(?:^|(?<=\s))(?P<name>raw\.(?:"[^"]+"|[^\s:"]+)|[A-Za-z_][\w.$#-]*):', re.IGNORECASE)
_QUOTED: Final = re.compile(r'\s*"(?P<value>[^"]*)"')
_AMOUNT: Final = re.compile(r"(?P<sign>[+-]?)\$?(?P<whole>\d{1,3}(?:,\d{3})+|\d{1,13})(?:[.](?P<cents>\d{1,2}))?")
_AMOUNT_WORD: Final = re.compile(r"[+-]?\$?\d[\d,]*\.\d{2}")
_DAY: Final = re.compile(r"(?P<year>\d{4})(?:-(?P<month>\d{1,2})(?:-(?P<day>\d{1,2}))?)?")
_DAY_WORD: Final = re.compile(r"\d{4}-\d{2}(?:-\d{2})?")


class SearchError(DomainError):
    """What was written cannot be searched for; the text says what can."""


@dataclass(frozen=True, slots=True)
class Term:
    """One condition as written; without a name, free words."""

    name: str
    value: str


def bank_transaction_condition(text: str) -> Q:
    """The condition for what was written. Raises SearchError where it cannot be understood.

    Runs one short query for an id and for ``account:``; none otherwise.
    """
    text = text.strip()
    if len(text) > _LONGEST:
        raise SearchError(_("The search is longer than %(LONGEST)s characters.") % {"LONGEST": _LONGEST})
    if (identifier := _uuid(text)) is not None:
        return _by_id(identifier)
    condition = Q()
    for term in terms(text):
        condition &= _CONDITIONS.get(term.name.lower(), _other)(term)
    return condition


def terms(text: str) -> list[Term]:
    """The terms of a search. Raises SearchError where a name has no value, or where there is nothing."""
    found = list(_terms(text))
    if not found:
        raise SearchError(_("Nothing to search for: write words of two letters or more, or NAME:value."))
    if len(found) > _MAX_TERMS:
        raise SearchError(_("More than %(MAX_TERMS)s conditions at once.") % {"MAX_TERMS": _MAX_TERMS})
    return found


def _terms(text: str) -> Iterator[Term]:
    names = [match for match in _NAME.finditer(text) if text[: match.start()].count('"') % 2 == 0]
    yield from _free_terms(text[: names[0].start()] if names else text)
    for match, following in zip_longest(names, names[1:]):
        name = match["name"].replace('"', "")
        rest = text[match.end() : following.start() if following else len(text)]
        quoted = _QUOTED.match(rest)
        value, behind = (quoted["value"], rest[quoted.end() :]) if quoted else (rest.strip(), "")
        if not value.strip():
            raise SearchError(
                _("\u201c%(name)s:\u201d needs a value behind the colon, without which it says nothing.")
                % {"name": name}
            )
        yield Term(name, value)
        yield from _free_terms(behind)


def _free_terms(text: str) -> Iterator[Term]:
    """Words outside any NAME:value; an amount or a date among them is read as such."""
    words = []
    for word in text.replace('"', " ").split():
        if _DAY_WORD.fullmatch(word):
            yield Term("date", word)
        elif _AMOUNT_WORD.fullmatch(word):
            yield Term("amount", word)
        else:
            words.append(word)
    if words:
        yield Term("", " ".join(words))


def _words(term: Term) -> Q:
    found = words_of(term.value)
    if not found:
        raise SearchError(
            _("\u201c%(value)s\u201d has no word of two letters or figures to search for.") % {"value": term.value}
        )
    return Q(normalized_data__contains={"words": found})


def _by_id(identifier: UUID) -> Q:
    """By key and date, so that one partition is read."""
    day = BankTransactionKey.objects.filter(pk=identifier).values_list("transaction_date", flat=True).first()
    return Q(pk=identifier, transaction_date=day) if day else Q(pk__in=[])


def _id(term: Term) -> Q:
    if (identifier := _uuid(term.value)) is None:
        raise SearchError(
            _("\u201c%(value)s\u201d is no id: an id has 32 figures and letters in five groups.")
            % {"value": term.value}
        )
    return _by_id(identifier)


def _merchant(term: Term) -> Q:
    return Q(normalized_data__contains={"merchant": " ".join(term.value.upper().split())})


def _code(term: Term) -> Q:
    return _normalized("code", term.value) | _normalized("code", term.value.upper())


def _reference(term: Term) -> Q:
    return _normalized("reference", term.value)


def _fitid(term: Term) -> Q:
    return Q(raw_data__contains={"FITID": term.value})


def _account(term: Term) -> Q:
    """By number (with or without blanks and dashes), by a name a bank uses, or by id."""
    if (identifier := _uuid(term.value)) is not None:
        return Q(account_id=identifier)
    named = Account.objects.filter(external_account_id=term.value).values_list("pk", flat=True)
    linked = LinkedAccount.objects.filter(account_key=account_key(term.value)).values_list("account_id", flat=True)
    accounts = {*named[:_MAX_ACCOUNTS], *linked[:_MAX_ACCOUNTS]}
    if not accounts:
        raise SearchError(
            _("No account is known by the number \u201c%(value)s\u201d. Write the whole number.")
            % {"value": term.value}
        )
    return Q(account_id__in=sorted(accounts))


def _amount(term: Term) -> Q:
    match = _AMOUNT.fullmatch(term.value.replace(" ", ""))
    if match is None:
        raise SearchError(
            _("\u201c%(value)s\u201d is no amount: write it like 12.34, or -12.34 for money out.")
            % {"value": term.value}
        )
    figures = f"{int(match['whole'].replace(',', ''))}.{(match['cents'] or '').ljust(2, '0')}"
    money_in, money_out = _normalized("amount", figures), _normalized("amount", f"-{figures}")
    return {"+": money_in, "-": money_out}.get(match["sign"], money_in | money_out)


def _date(term: Term) -> Q:
    match = _DAY.fullmatch(term.value)
    try:
        if match is None:
            raise ValueError
        year, month, day = (int(match[part]) if match[part] else None for part in ("year", "month", "day"))
        first = date(year or 0, month or 1, day or 1)
        if day:
            return Q(transaction_date=first)
        end = (first + timedelta(days=31 if month else 366)).replace(day=1)
        end = end if month else date(first.year + 1, 1, 1)
    except (ValueError, OverflowError):
        raise SearchError(
            _("\u201c%(value)s\u201d is no date: write 2026-10-05, 2026-10 for a month, or 2026 for a year.")
            % {"value": term.value}
        ) from None
    return Q(transaction_date__gte=first, transaction_date__lt=end)


def _other(term: Term) -> Q:
    """A field of the bank's own record, or of the normalised one."""
    if term.name.lower().startswith("raw."):
        return Q(raw_data__contains={term.name[len("raw.") :]: term.value})
    condition = _normalized(term.name.lower(), term.value)
    if term.value.isascii() and term.value.isdigit() and len(term.value) < 19:
        condition |= _normalized(term.name.lower(), int(term.value))
    return condition


def _normalized(name: str, value: Any) -> Q:
    return Q(normalized_data__contains={name: value})


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text.strip()) if len(text.strip()) == 36 else None
    except ValueError:
        return None


_CONDITIONS: Final = {
    "": _words,
    "id": _id,
    "merchant": _merchant,
    "code": _code,
    "ref": _reference,
    "reference": _reference,
    "fitid": _fitid,
    "account": _account,
    "amount": _amount,
    "date": _date,
}
