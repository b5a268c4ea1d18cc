"""A proposal's evidence in the reader's language.

Proposals keep what the engine said as English sentences (``reconciliation.matching.words``,
``reconciliation.mapping``), so each kind of sentence is recognised here and said anew. One that is not recognised is
shown as it stands.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from django.utils.translation import gettext, gettext_lazy, ngettext

from dwaybank.translation import Text

_PLAIN: Final[dict[str, Text]] = {
    "same amount": gettext_lazy("same amount"),
    "same day": gettext_lazy("same day"),
    "same reference": gettext_lazy("same reference"),
    "references differ": gettext_lazy("references differ"),
    "its reference is on another line": gettext_lazy("its reference is on another line"),
    "counterparty agrees": gettext_lazy("counterparty agrees"),
    "counterparty partly agrees": gettext_lazy("counterparty partly agrees"),
    "counterparty differs": gettext_lazy("counterparty differs"),
    "no text to compare": gettext_lazy("no text to compare"),
}
_TEXTS: Final[dict[str, Text]] = {
    "agrees": gettext_lazy("text agrees: %(texts)s"),
    "partly agrees": gettext_lazy("text partly agrees: %(texts)s"),
    "differs": gettext_lazy("text differs: %(texts)s"),
}


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
    return str(_TEXTS[found["verdict"]]) % {"texts": found["texts"]}


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
        return str(_PLAIN[said])
    for pattern, say in _PATTERNS:
        if found := pattern.fullmatch(said):
            return say(found)
    return said
