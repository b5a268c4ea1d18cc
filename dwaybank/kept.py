"""Sentences that rows keep, said in the reader's language: what readers, imports, syncs and connectors noted of a file,
a line or a bank, reasons that a program gave the audit, and what triggers of the database raise.

A row keeps the English sentence as it was written: it is evidence. The French catalogues hold each such sentence under
the context CONTEXT with its values named (``The amount %(text)s is not a number.``); which are these is read from the
code by ``make messages``. A stored sentence is recognised by the words around its values (ADR 0026). What nobody
recognises, such as what a bank or a person wrote, is shown as it stands.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Any, Final

from django.utils.text import capfirst
from django.utils.translation import get_language, override
from django.utils.translation.trans_real import translation

from dwaybank.l10n import money_text, number_text

CONTEXT: Final = "kept"
_VALUE: Final = re.compile(r"%\((\w+)\)[sd]")
# a sentence ends and another begins; or a remark in parentheses
_BETWEEN: Final = re.compile(r"(?<=[.!?]) (?=[A-Z(\u201c\"'])")
# with thousands or decimals, or with a currency
_FIGURE: Final = re.compile(r"([+-]?(?:\d{1,3}(?:,\d{3})+|\d+(?=[. ]))(?:\.\d+)?)(?: ([A-Z]{3}))?")
# longer is no sentence of ours, and nobody waits for it to be compared
_LONGEST: Final = 4_000
_MOST_SENTENCES: Final = 12
_DEEPEST: Final = 4
# values that may be the name of a field or of a bank, which no word of ours replaces
_NAMES: Final = frozenset({"name", "what"})
# letters around its values by which a sentence is told: one that is kept, one that is otherwise said on screens
_LEAST_LETTERS: Final = 4
_LEAST_OF_SCREENS: Final = 12
# what stands between the values of a list
_LISTS: Final = ("; ", " or ", " and ", ", ")  # kept


@dataclass(frozen=True, slots=True)
class _Sentence:
    """A known sentence: the words around its values, the names of the values, and its translation."""

    words: tuple[str, ...]
    names: tuple[str, ...]
    translated: str

    def values(self, text: str) -> dict[str, str] | None:
        """The values with which the text is this sentence, or None. Takes time as the text is long, no more."""
        first, *between = self.words
        if not between:
            return {} if text == first else None
        last = between.pop()
        if not (text.startswith(first) and text.endswith(last) and len(text) >= len(first) + len(last)):
            return None
        place, end, found = len(first), len(text) - len(last), []
        for words in between:
            at = text.find(words, place, end)
            if at < 0:
                return None
            found.append(text[place:at])
            place = at + len(words)
        found.append(text[place:end])
        # a value within a sentence is no end of another one; at the end it may be whole sentences
        if any(_BETWEEN.search(value) for value in (found if last else found[:-1])):
            return None
        return dict(zip(self.names, found, strict=True))

    def said_with(self, values: Mapping[str, str]) -> str:
        """The translation with these values."""
        return _VALUE.sub(lambda match: values[match[1]], self.translated)


class _Known:
    """All known sentences of one language, the most telling first."""

    def __init__(self, language: str) -> None:
        self._whole: dict[str, str] = {}
        self._filled: list[_Sentence] = []
        for key, said in translation(language)._catalog.items():  # type: ignore[attr-defined]
            if not isinstance(key, str):
                continue  # a plural
            context, separator, text = key.rpartition("\x04")
            if separator and context != CONTEXT:
                continue
            parts = _VALUE.split(text)
            if len(parts) == 1:
                # the same words of a screen give way
                if separator or text not in self._whole:
                    self._whole[text] = said
            elif sum(map(str.isalpha, "".join(parts[::2]))) >= (_LEAST_LETTERS if separator else _LEAST_OF_SCREENS):
                self._filled.append(_Sentence(tuple(parts[::2]), tuple(parts[1::2]), said))
        self._filled.sort(key=lambda one: -len("".join(one.words)))

    def translated(self, text: str, depth: int = 0) -> str | None:
        """The text in this language, or None where it is not known."""
        if text in self._whole:
            return self._whole[text]
        if depth > _DEEPEST:
            return None
        for one in self._filled:
            values = one.values(text)
            if values is not None:
                return one.said_with({name: self._value(name, value, depth + 1) for name, value in values.items()})
        return self._of_something(text, depth + 1) or self._sentences(text, depth + 1)

    def _sentences(self, text: str, depth: int) -> str | None:
        """A text of several sentences: the first ones that are known together, then the rest."""
        parts = _BETWEEN.split(text, _MOST_SENTENCES)
        for count in range(len(parts) - 1, 0, -1):
            first, rest = " ".join(parts[:count]), " ".join(parts[count:])
            if (said := self.translated(first, depth)) is not None:
                return f"{said} {self.translated(rest, depth) or rest}"
        return None

    def _of_something(self, text: str, depth: int) -> str | None:
        """What a sentence is about, a colon, and the sentence."""
        about, mark, sentence = text.partition(": ")
        said = self.translated(sentence, depth) if mark and not _BETWEEN.search(about) else None
        return f"{about}\u00a0: {said}" if said else None

    def _value(self, name: str, value: str, depth: int) -> str:
        """A value as the language writes it: a figure, words of ours, or as it stands; what is quoted stays, and names
        of fields."""
        text = value.strip()
        if not text or text[0] in "\"'\u201c" or (name in _NAMES and " " not in text):
            return value
        if figure := _FIGURE.fullmatch(text):
            number, currency = Decimal(figure[1].replace(",", "")), figure[2]
            places = len(figure[1].partition(".")[2])
            said = money_text(number, currency) if currency else number_text(number, places)
        elif known := self.translated(text, depth):
            said = known
        elif (label := self._whole.get(capfirst(text))) and text.islower():
            said = label.lower()
        else:
            said = self._list(text, depth)
        return value.replace(text, said)

    def _list(self, text: str, depth: int) -> str:
        """Several values in a row, each by itself."""
        for mark in _LISTS:
            parts = text.split(mark)
            said = [self.translated(part, depth) for part in parts]
            # commas stand in much else
            if any(said) and (mark != ", " or all(said)):
                word = mark.strip()
                return mark.replace(word, self._whole.get(word, word)).join(map(_either, said, parts))
        return text


def _either(said: str | None, stands: str) -> str:
    return said or stands


@lru_cache(maxsize=4)
def _known(language: str) -> _Known:
    return _Known(language)


@lru_cache(maxsize=4_096)
def _in_language(text: str, language: str) -> str:
    known = _known(language)
    return "\n".join(known.translated(line) or line for line in text.split("\n"))


def in_english() -> AbstractContextManager[None]:
    """Within it, what is said is said as rows keep it, whatever language asked for it."""
    return override("en-ca")


def kept_text(text: str | None) -> str:
    """A stored sentence in the reader's language; as it stands in English, and where it is not one of ours."""
    language = get_language() or ""
    if not text or not language.startswith("fr") or len(text) > _LONGEST:
        return text or ""
    return _in_language(text, language)


def kept_values(value: Any) -> Any:
    """Stored JSON of ours (never a bank's) with every text in it in the reader's language; keys stay."""
    if isinstance(value, Mapping):
        return {key: kept_values(one) for key, one in value.items()}
    if isinstance(value, list):
        return [kept_values(one) for one in value]
    return kept_text(value) if isinstance(value, str) else value
