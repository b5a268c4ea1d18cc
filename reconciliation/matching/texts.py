"""How alike two cleaned texts are, over columns of pairs.

Words count by rarity (inverse document frequency). A word agrees when equal, when one is the other cut short
or abbreviated, or when few letters differ. The likeness of two texts is the share of the poorer text's weight
that is found in the other: extra words (a place, a note of the bookkeeper) take nothing away. This is
Cohen, Ravikumar and Fienberg's SoftTFIDF with containment in place of the cosine.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from rapidfuzz.distance import JaroWinkler, LCSseq
from rapidfuzz.fuzz import ratio
from rapidfuzz.process import cpdist

from reconciliation.matching.cleaning import MAX_WORDS
from reconciliation.matching.types import Bools, Floats, Ints

_SIMILAR = 0.88
_PREFIX = 3
_SQUASHED = 5
_CHUNK = 200_000
_CONSONANTS = 3
_VOWELS = str.maketrans("", "", "AEIOUY")
_PRIOR_LINES = 2.0
"""Lines that a word seen once or twice is given on the other side."""


@dataclass(frozen=True)
class Bags:
    """Texts of both sides as distinct bags of words, each bag a row of word numbers padded with -1."""

    bank: Ints
    """Bag of each bank line."""
    ledger: Ints
    words: list[str]
    rarity: Floats
    """Per word: -log of the share of lines (both sides) that hold it."""
    returns: tuple[Floats, Floats]
    """Per word of a bank line, and of a ledger line: the greatest share of its lines whose partner can hold it too."""
    table: Ints
    """(bags, MAX_WORDS) word numbers."""
    squashed: list[str]
    """Per bag: its words written together."""
    key: Ints
    """Per bag: its rarest word that several lines share, -1 without words."""

    def has_words(self) -> Bools:
        """Per bag: whether it says anything."""
        return np.asarray(self.table[:, 0] >= 0)


@dataclass(frozen=True)
class Likeness:
    """Per pair: likeness in 0..1, and the chance that an unrelated line holds the rarest agreeing word."""

    score: Floats
    chance: Floats


def make_bags(texts: Sequence[tuple[str, ...]], bank: Ints, ledger: Ints) -> Bags:
    """Number the words and bags of both sides; ``bank`` and ``ledger`` say for each line which of ``texts`` it has."""
    bags: dict[tuple[str, ...], int] = {}
    rows = np.array([bags.setdefault(words, len(bags)) for words in texts], dtype=np.int64)
    numbers: dict[str, int] = {}
    table = np.full((max(len(bags), 1), MAX_WORDS), -1, dtype=np.int64)
    for row, words in enumerate(bags):
        for place, word in enumerate(words):
            table[row, place] = numbers.setdefault(word, len(numbers))
    of_line = rows[np.concatenate([bank, ledger])]
    lines_per_bag = np.bincount(of_line, minlength=len(table)).astype(np.float64)
    counts = np.zeros(len(numbers) + 1)
    for place in range(MAX_WORDS):
        np.add.at(counts, table[:, place], lines_per_bag)
    counts = np.maximum(counts[:-1], 1.0) if numbers else np.zeros(0)
    lines = tuple(_lines_of_words(table, side, len(numbers)) for side in (of_line[: len(bank)], of_line[len(bank) :]))
    with_words = float(lines_per_bag[table[:, 0] >= 0].sum())
    # A pair's own two lines do not make a word common; before any are seen, a word is on one line in fifty.
    rarity = -np.log(np.minimum((np.maximum(counts - 2.0, 0.0) + 1.0) / (with_words + 50.0), 0.999))
    return Bags(
        bank=of_line[: len(bank)],
        ledger=of_line[len(bank) :],
        words=list(numbers),
        rarity=rarity,
        returns=(_returns(list(numbers), lines[0], lines[1]), _returns(list(numbers), lines[1], lines[0])),
        table=table,
        squashed=["".join(words) for words in bags] or [""],
        key=_keys(table, counts, rarity),
    )


def _lines_of_words(table: Ints, bag_of_line: Ints, words: int) -> Floats:
    lines = np.bincount(bag_of_line, minlength=len(table))
    held = np.zeros(words + 1)
    for place in range(MAX_WORDS):
        held += np.bincount(table[:, place] % (words + 1), lines, minlength=words + 1)
    return held[:-1]


def _returns(words: list[str], here: Floats, there: Floats) -> Floats:
    """How much of a word's lines the other side's lines of that word, cut or abbreviated too, can be partners of.

    "DEPOSIT" on each bank line and on no ledger line is how this bank writes: that it is missing says nothing.
    """
    like = np.zeros(len(words))
    for keys in ([word[:_PREFIX] for word in words], [skeleton(word) for word in words]):
        numbers: dict[str, int] = {}
        place = np.array([numbers.setdefault(key, len(numbers)) for key in keys], dtype=np.int64)
        found = np.bincount(place, there, minlength=1)[place] if len(words) else like
        like = np.maximum(like, np.where(np.array([bool(key) for key in keys], dtype=bool), found, 0.0))
    return np.asarray(np.minimum((like + _PRIOR_LINES) / (here + _PRIOR_LINES), 1.0))


def skeleton(word: str) -> str:
    """BANOR and BNR: BNR; empty where too little is left."""
    bare = word[0] + word[1:].translate(_VOWELS)
    return bare[:_CONSONANTS] if len(bare) >= _CONSONANTS else ""


def _keys(table: Ints, counts: Floats, rarity: Floats) -> Ints:
    """Per bag the rarest word held by two lines or more (else its rarest word)."""
    if not len(rarity):
        return np.full(len(table), -1, dtype=np.int64)
    score = np.where(table >= 0, np.where(counts[table] >= 2, 100.0, 0.0) + rarity[table], -1.0)
    best = np.argmax(score, axis=1)
    return np.asarray(np.take_along_axis(table, best[:, None], axis=1)[:, 0])


def compare(bags: Bags, left: Ints, right: Ints, *, one_side: bool = False) -> Likeness:
    """Likeness of bag ``left[i]`` (of the bank) with bag ``right[i]`` (of the ledger, or of ``one_side`` both); each
    distinct pair is compared once."""
    if not len(left):
        return Likeness(np.zeros(0), np.ones(0))
    size = np.int64(len(bags.table))
    distinct, back = np.unique(left * size + right, return_inverse=True)
    score, chance = np.zeros(len(distinct)), np.ones(len(distinct))
    for start in range(0, len(distinct), _CHUNK):
        part = slice(start, start + _CHUNK)
        score[part], chance[part] = _compare_distinct(
            bags, distinct[part] // size, distinct[part] % size, one_side=one_side
        )
    return Likeness(score[back], chance[back])


def _compare_distinct(bags: Bags, left: Ints, right: Ints, *, one_side: bool) -> tuple[Floats, Floats]:
    a, b = bags.table[left], bags.table[right]
    weight_a = np.where(a >= 0, bags.rarity[a], 0.0) if len(bags.rarity) else np.zeros(a.shape)
    weight_b = np.where(b >= 0, bags.rarity[b], 0.0) if len(bags.rarity) else np.zeros(b.shape)
    best_a, best_b = np.zeros(a.shape), np.zeros(b.shape)
    rarest = np.zeros(len(a))
    for i in range(MAX_WORDS):
        for j in range(MAX_WORDS):
            equal = (a[:, i] == b[:, j]) & (a[:, i] >= 0)
            best_a[equal, i] = 1.0
            best_b[equal, j] = 1.0
            rarest = np.where(equal, np.maximum(rarest, weight_a[:, i]), rarest)
    _near_words(bags, a, b, best_a, best_b, rarest)
    if not one_side and len(bags.rarity):
        weight_a, weight_b = weight_a * bags.returns[0][a], weight_b * bags.returns[1][b]
    total_a, total_b = weight_a.sum(axis=1), weight_b.sum(axis=1)
    found_a, found_b = (best_a * weight_a).sum(axis=1), (best_b * weight_b).sum(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        score = np.maximum(np.where(total_a > 0, found_a / total_a, 0.0), np.where(total_b > 0, found_b / total_b, 0.0))
    chance = np.exp(-rarest)
    poor = np.flatnonzero((score < 0.5) & (a[:, 0] >= 0) & (b[:, 0] >= 0))
    _written_together(bags, left, right, poor, score, chance)
    return np.minimum(score, 1.0), chance


def _near_words(bags: Bags, a: Ints, b: Ints, best_a: Floats, best_b: Floats, rarest: Floats) -> None:
    """Cut, abbreviated and misspelt words, among those that found no equal; raises the last three arrays.

    A misspelt word is rare by its spelling; as evidence it counts no more than the word it stands for.
    """
    if not len(bags.words):
        return
    initials = np.array([ord(word[0]) for word in bags.words], dtype=np.int64)
    first_a, first_b = np.where(a >= 0, initials[a], -1), np.where(b >= 0, initials[b], -2)
    found: list[tuple[Ints, Ints, Ints]] = []
    for x in range(MAX_WORDS):
        for y in range(MAX_WORDS):
            here = np.flatnonzero((first_a[:, x] == first_b[:, y]) & (best_a[:, x] < 1) & (best_b[:, y] < 1))
            found.append((here, np.full(len(here), x), np.full(len(here), y)))
    rows, i, j = (np.concatenate(columns) for columns in zip(*found, strict=True))
    if not len(rows):
        return
    size = np.int64(len(bags.words))
    distinct, back = np.unique(a[rows, i] * size + b[rows, j], return_inverse=True)
    near = _word_likeness(
        [bags.words[word] for word in (distinct // size).tolist()],
        [bags.words[word] for word in (distinct % size).tolist()],
    )[back]
    np.maximum.at(best_a, (rows, i), near)
    np.maximum.at(best_b, (rows, j), near)
    np.maximum.at(rarest, rows, near * np.minimum(bags.rarity[a[rows, i]], bags.rarity[b[rows, j]]))


def _word_likeness(left: list[str], right: list[str]) -> Floats:
    """0 or a likeness from 0.8 to 1 for words with the same first letter."""
    short = np.array([min(len(x), len(y)) for x, y in zip(left, right, strict=True)], dtype=np.int64)
    near = np.asarray(cpdist(left, right, scorer=JaroWinkler.similarity, dtype=np.float64))
    near = np.where((near >= _SIMILAR) & (short >= 4), near, 0.0)
    within = np.asarray(cpdist(left, right, scorer=LCSseq.similarity, dtype=np.int64)) == short
    near = np.where(within & (short >= _PREFIX), np.maximum(near, 0.8), near)
    prefix = np.array([x.startswith(y) or y.startswith(x) for x, y in zip(left, right, strict=True)], dtype=bool)
    return np.where(prefix & (short >= _PREFIX), np.maximum(near, 0.95), near)


def _written_together(bags: Bags, left: Ints, right: Ints, rows: Ints, score: Floats, chance: Floats) -> None:
    """TIMHORTO beside TIM HORTONS: names compared without blanks, up to the shorter one's end."""
    if not len(rows):
        return
    pairs = [
        (bags.squashed[x], bags.squashed[y]) for x, y in zip(left[rows].tolist(), right[rows].tolist(), strict=True)
    ]
    short = np.array([min(len(x), len(y)) for x, y in pairs], dtype=np.int64)
    alike = (
        np.asarray(
            cpdist(
                [x[:n] for (x, _), n in zip(pairs, short.tolist(), strict=True)],
                [y[:n] for (_, y), n in zip(pairs, short.tolist(), strict=True)],
                scorer=ratio,
                dtype=np.float64,
            )
        )
        / 100.0
    )
    good = (alike >= 0.85) & (short >= _SQUASHED)
    score[rows[good]] = np.maximum(score[rows[good]], alike[good])
    chance[rows[good]] = np.minimum(chance[rows[good]], 0.005)
