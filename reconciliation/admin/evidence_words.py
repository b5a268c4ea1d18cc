"""A proposal's evidence in the reader's language.

Proposals keep what the engine said as English sentences (``reconciliation.matching.words``,
``reconciliation.mapping``), so each kind of sentence is recognised here and said anew. One that is not recognised is
shown as it stands.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from django.utils.translation import gettext, gettext_noop, ngettext

from dwaybank.translation import translated

_PLAIN: Final = frozenset(
    {
        gettext_noop("same amount"),
        gettext_noop("same day"),
        gettext_noop("same reference"),
        gettext_noop("references differ"),
        gettext_noop("its reference is on another line"),
        gettext_noop("same number in both texts"),
        gettext_noop("other numbers in the texts"),
        gettext_noop("counterparty agrees"),
        gettext_noop("counterparty partly agrees"),
        gettext_noop("counterparty differs"),
        gettext_noop("no text to compare"),
    }
)
_TEXTS: Final = (
    gettext_noop("text agrees: %(texts)s"),
    gettext_noop("text partly agrees: %(texts)s"),
    gettext_noop("text differs: %(texts)s"),
)


def _later(count: int) -> str:
    return ngettext("%(count)s day later at the bank", "%(count)s days later at the bank", count)


def _earlier(count: int) -> str:
    return ngettext("%(count)s day earlier at the bank", "%(count)s days earlier at the bank", count)


def _days(found: re.Match[str]) -> str:
    count = int(found["count"])
    return (_later(count) if found["way"] == "later" else _earlier(count)) % {"count": count}


def _amount(found: re.Match[str]) -> str:
    return gettext("amount differs by %(amount)s") % {"amount": found["amount"]}


def _text(found: re.Match[str]) -> str:
    kind = next(one for one in _TEXTS if one.startswith(f"text {found['verdict']}:"))
    return str(translated(kind)) % {"texts": found["texts"]}


def _batch(found: re.Match[str]) -> str:
    count, rest = int(found["count"]), found["rest"]
    if found["side"] == "ledger":
        words = ngettext("%(count)s ledger line adds up to it", "%(count)s ledger lines add up to it", count)
        but = ngettext(
            "%(count)s ledger line adds up to it, but for %(amount)s",
            "%(count)s ledger lines add up to it, but for %(amount)s",
            count,
        )
    else:
        words = ngettext("%(count)s bank line adds up to it", "%(count)s bank lines add up to it", count)
        but = ngettext(
            "%(count)s bank line adds up to it, but for %(amount)s",
            "%(count)s bank lines add up to it, but for %(amount)s",
            count,
        )
    return (but if rest else words) % {"count": count, "amount": rest}


_PATTERNS: Final[tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], str]], ...]] = (
    (re.compile(r"(?P<count>\d+) days? (?P<way>later|earlier) at the bank"), _days),
    (re.compile(r"amount differs by (?P<amount>.+)"), _amount),
    (re.compile(r"text (?P<verdict>agrees|partly agrees|differs): (?P<texts>.*)", re.DOTALL), _text),
    (re.compile(r"(?P<count>\d+) (?P<side>ledger|bank) lines? add up to it(?:, but for (?P<rest>.+))?"), _batch),
)


def evidence_words(said: str) -> str:
    """The engine's English sentence, in the reader's language."""
    if said in _PLAIN:
        return str(translated(said))
    for pattern, say in _PATTERNS:
        if found := pattern.fullmatch(said):
            return say(found)
    return said
