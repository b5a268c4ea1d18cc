"""Texts to words that can be compared: accents, card prefixes, store numbers and places set aside, numbers kept apart.

Whole columns are cleaned at once: characters in C over one joined text, words through a cache.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from reconciliation.matching.vocabulary import CHANNEL_WORDS, MEANS, PLACES, SYNONYMS

_COMBINING = re.compile("[\u0300-\u036f]")
# Apostrophes join (HORTON'S = HORTONS), a dot inside a name joins (A.B.C), everything else that is no letter splits.
_JOINING = str.maketrans("", "", "'\u2019`\u00b4")
_NOT_WORD = re.compile(r"[^A-Z0-9\n]+")
_NOT_REFERENCE = re.compile(r"[^A-Z0-9\n]+")
_REFERENCE_WORD = re.compile(r"^(?:CHQ|CHEQUE|CHECK|CK|REF|NO|INV|FACT|FACTURE)(?=\d)", re.MULTILINE)
_E_TRANSFER = re.compile(r"\bE[- ]?(?=(?:TRANSFER|TRF|TFR|VIREMENT)\b)|\bVIREMENT (?=INTERAC\b)")
_MASKED_CARD = re.compile(r"\b[X*]{2,}[ -]?\d{2,6}\b|\*{2,}\d{2,6}")
_DATE_IN_TEXT = re.compile(r"\b(?:19|20)\d\d[-/.]\d\d[-/.]\d\d\b|\b\d\d[/:]\d\d(?:[/:]\d\d(?:\d\d)?)?\b")

MIN_NUMBER = 4
"""Fewer digits are no reference."""
MAX_WORDS = 6
MAX_ASIDES = 4


@dataclass(frozen=True)
class CleanText:
    """The words of each text in its order, and the numbers that could be references."""

    words: list[tuple[str, ...]]
    numbers: list[tuple[str, ...]]
    asides: list[tuple[str, ...]]
    """What names no payee and may still group lines: means of payment, places, short numbers (a unit, a store)."""


def clean_texts(texts: Sequence[str]) -> CleanText:
    """Words and numbers of every text; a text of channel words and places alone has no words."""
    if not texts:
        return CleanText([], [], [])
    joined = _folded("\n".join([text.replace("\n", " ") for text in texts]))
    joined = _DATE_IN_TEXT.sub(" ", joined)
    joined = _MASKED_CARD.sub(" ", joined)
    joined = _E_TRANSFER.sub("", joined)
    joined = _NOT_WORD.sub(" ", joined.translate(_JOINING))
    words: list[tuple[str, ...]] = []
    numbers: list[tuple[str, ...]] = []
    asides: list[tuple[str, ...]] = []
    cache: dict[str, str | None] = {}
    for text in joined.split("\n"):
        kept: list[str] = []
        found: tuple[str, ...] = ()
        aside: list[str] = []
        for word in text.split():
            try:
                meaning = cache[word]
            except KeyError:
                meaning = cache[word] = _meaning(word)
            if meaning is None:
                continue
            if meaning[0] == "~":
                aside.append(meaning[1:])
            elif meaning[0] == "#":
                found = (*found, meaning[1:])
                if len(meaning) <= MIN_NUMBER:
                    aside.append(meaning[1:])
            elif meaning not in kept:
                kept.append(meaning)
        words.append(tuple(kept[:MAX_WORDS]))
        numbers.append(found[:3])
        asides.append(tuple(dict.fromkeys(aside))[:MAX_ASIDES])
    return CleanText(words, numbers, asides)


def clean_references(references: Sequence[str]) -> list[str]:
    """Each reference without separators and leading zeros, in capitals; empty where it says nothing."""
    distinct = dict.fromkeys(references)
    joined = _NOT_REFERENCE.sub("", _folded("\n".join([text.replace("\n", " ") for text in distinct])))
    bare = [text.lstrip("0") for text in _REFERENCE_WORD.sub("", joined).split("\n")]
    # letters alone are a reference only where they are many
    said = ["" if text.isalpha() and len(text) < MIN_NUMBER else text for text in bare]
    cleaned = dict(zip(distinct, said, strict=True)) if distinct else {}
    return [cleaned[reference] for reference in references]


def _folded(text: str) -> str:
    """Capitals without accents."""
    text = text.upper()
    if text.isascii():
        return text
    text = text.replace("Œ", "OE").replace("Æ", "AE").replace("ß", "SS")
    return _COMBINING.sub("", unicodedata.normalize("NFKD", text)).upper()


def _meaning(word: str) -> str | None:
    """The word to compare, ``#`` and digits for a number, ``~`` and an aside, or None for what says nothing."""
    if not word.isalpha():
        digits = sum(c.isdigit() for c in word)
        bare = word.lstrip("0")
        if digits >= MIN_NUMBER and len(bare) >= MIN_NUMBER - 1:
            return f"#{bare}"
        # 7ELEVEN, 407ETR: a name with a digit in it
        return word if len(word) - digits >= 3 else f"~{bare}" if bare else None
    if word in MEANS or word in PLACES:
        return f"~{MEANS.get(word, word)}"
    if word in CHANNEL_WORDS or len(word) < 2:
        return None
    return SYNONYMS.get(word, word)
