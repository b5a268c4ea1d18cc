"""Both sides as numbers: accounts, amounts, words, references. Made once per run, read by every step."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from reconciliation.matching.blocks import codes
from reconciliation.matching.cleaning import MAX_ASIDES, MAX_WORDS, clean_references, clean_texts
from reconciliation.matching.texts import Bags, make_bags, skeleton
from reconciliation.matching.types import Bools, Floats, Ints, Memory, Side
from reconciliation.matching.vocabulary import REVERSAL_WORDS

_BEGINNING = 3
_MOST_DIGITS = 9
MAX_NUMBERS = 4
"""The reference and up to three numbers found in the description."""


@dataclass(frozen=True)
class Columns:
    """One side. All arrays have one entry per line."""

    days: Ints
    cents: Ints
    account: Ints
    amount_key: Ints
    """Account and signed amount as one number, shared by both sides."""
    numbers: Ints
    """(lines, MAX_NUMBERS): reference first, then numbers in the text; -1 where there is none."""
    serial: Ints
    """The first of its numbers that is one to count with, -1 without: invoices and orders follow each other."""
    name_key: Ints
    """The line's most telling word, -1 without words."""
    asides: Ints
    """(lines, MAX_ASIDES): means of payment, places, short numbers in the text; -1 where there is none."""
    marks: Ints
    """Of these the short numbers."""

    def __len__(self) -> int:
        return len(self.days)


@dataclass(frozen=True)
class Prepared:
    """Both sides and what they share."""

    bank: Columns
    ledger: Columns
    texts: Bags
    """Words of counterparty and description together."""
    parties: Bags
    """Words of the counterparty alone."""
    number_count: Ints
    """Per number: on how many lines of both sides it stands."""
    reversal_words: tuple[Bools, Bools]
    """Per line (bank, ledger), whether its text speaks of a reversal."""
    beginnings: tuple[Ints, Ints]
    """(lines, 2 * words) of bank and ledger: the first letters of each word as a number, then its first consonants; -1
    where there is none."""
    span: float
    """Days from the first to the last ledger line."""


def prepare(bank: Side, ledger: Side, memory: Memory) -> Prepared:
    """Clean, number and count everything once."""
    split = len(bank)
    said = _Said.of(bank, ledger, memory)
    bags = make_bags(said.words, said.bank, said.ledger)
    of_line = np.concatenate([said.bank, said.ledger])
    numbers, counts, serial = _numbers([*bank.references, *ledger.references], said.numbers, of_line)
    asides, marks = _asides(said.asides, of_line)
    cents = np.concatenate([bank.cents, ledger.cents])
    account_codes = codes([*bank.accounts, *ledger.accounts], split=split)
    keys = codes(np.concatenate(account_codes), cents, split=split)
    reversal = np.array([not REVERSAL_WORDS.isdisjoint(words) for words in said.own_words], dtype=bool)
    span = float(ledger.days[-1] - ledger.days[0] + 1) if len(ledger) else 1.0
    return Prepared(
        bank=Columns(
            bank.days,
            bank.cents,
            account_codes[0],
            keys[0],
            numbers[:split],
            serial[:split],
            bags.key[bags.bank],
            asides[:split],
            marks[:split],
        ),
        ledger=Columns(
            ledger.days,
            ledger.cents,
            account_codes[1],
            keys[1],
            numbers[split:],
            serial[split:],
            bags.key[bags.ledger],
            asides[split:],
            marks[split:],
        ),
        texts=bags,
        parties=make_bags(said.parties, said.bank, said.ledger),
        number_count=counts,
        reversal_words=(reversal[said.bank], reversal[said.ledger]),
        beginnings=_beginnings(bags),
        span=span,
    )


def _beginnings(bags: Bags) -> tuple[Ints, Ints]:
    """A cut or misspelt word mostly keeps its beginning, an abbreviated one its first consonants."""
    known: dict[str, int] = {}
    cut = np.array([known.setdefault(word[:_BEGINNING], len(known)) for word in bags.words] or [-1])
    skeletons = [skeleton(word) for word in bags.words]
    bare = np.array([known.setdefault(f"~{word}", len(known)) if word else -1 for word in skeletons] or [-1])
    table = np.concatenate([np.where(bags.table >= 0, of_word[bags.table], -1) for of_word in (cut, bare)], axis=1)
    return table[bags.bank], table[bags.ledger]


@dataclass(frozen=True)
class _Said:
    """What lines say: payees come back, so that of many lines' texts only some are different."""

    bank: Ints
    """Per bank line, which of the texts it has."""
    ledger: Ints
    words: list[tuple[str, ...]]
    """Per text: words of counterparty and description."""
    own_words: list[tuple[str, ...]]
    """The same without what aliases add."""
    parties: list[tuple[str, ...]]
    numbers: list[tuple[str, ...]]
    asides: list[tuple[str, ...]]

    @classmethod
    def of(cls, bank: Side, ledger: Side, memory: Memory) -> _Said:
        texts: dict[tuple[str, str, bool], int] = {}
        with_aliases = bool(memory.aliases)
        # aliases are of the bank's texts: where there are some, the same text of the ledger is another
        places = [
            np.array(
                [texts.setdefault((*said, other), len(texts)) for said in zip(*columns, strict=True)], dtype=np.int64
            )
            for columns, other in (
                ((bank.counterparties, bank.descriptions), False),
                ((ledger.counterparties, ledger.descriptions), with_aliases),
            )
        ]
        cleaned = clean_texts([f"{party} {text}" if party else text for party, text, _ in texts])
        stated = _clean_once([party for party, _, _ in texts])
        known = _aliases(memory)
        parties = [
            party or (known.get(words, ()) if known and not other else ())
            for party, words, (_, _, other) in zip(stated, cleaned.words, texts, strict=True)
        ]
        # A counterparty known by its alias belongs to the text as a stated one does.
        words = [
            text if party == own else (*party, *text)[:MAX_WORDS]
            for text, party, own in zip(cleaned.words, parties, stated, strict=True)
        ]
        return cls(places[0], places[1], words, cleaned.words, parties, cleaned.numbers, cleaned.asides)


def _clean_once(texts: list[str]) -> list[tuple[str, ...]]:
    """The words of each text, of equal ones cleaned once."""
    place: dict[str, int] = {}
    places = [place.setdefault(text, len(place)) for text in texts]
    words = clean_texts(list(place)).words
    return [words[at] for at in places]


def _aliases(memory: Memory) -> dict[tuple[str, ...], tuple[str, ...]]:
    """Words of a bank's text → words of the counterparty that reviewers know by it."""
    known = sorted(memory.aliases.items())
    sources = clean_texts([text for text, _ in known]).words
    targets = clean_texts([name for _, name in known]).words
    return {source: target for source, target in zip(sources, targets, strict=True) if source and target}


def _numbers(references: list[str], in_texts: list[tuple[str, ...]], text: Ints) -> tuple[Ints, Ints, Ints]:
    """(lines, MAX_NUMBERS) numbers of the references and of digits in each line's ``text``, the lines of each number,
    and what each line counts with."""
    known: dict[str, int] = {}
    of_reference = [
        known.setdefault(reference, len(known)) if reference else -1 for reference in clean_references(references)
    ]
    first = np.array(of_reference, dtype=np.int64)[:, None]
    table = np.concatenate([first, _table(in_texts, MAX_NUMBERS - 1, known)[text]], axis=1)
    counts = np.bincount(table[table >= 0].ravel(), minlength=max(len(known), 1))
    value = np.array([_value(number) for number in known] or [-1], dtype=np.int64)
    countable = np.where(table >= 0, value[table], -1)
    place = np.argmax(countable >= 0, axis=1)
    return table, np.asarray(counts, dtype=np.int64), countable[np.arange(len(table)), place]


def _asides(in_texts: list[tuple[str, ...]], text: Ints) -> tuple[Ints, Ints]:
    """(lines, MAX_ASIDES) numbers of what was set aside, and of the short numbers among it."""
    known: dict[str, int] = {}
    table = _table(in_texts, MAX_ASIDES, known)
    short = np.array([any(c.isdigit() for c in word) for word in known] or [False])
    marks = np.where((table >= 0) & short[table], table, -1)
    return table[text], marks[text]


def _table(found: Sequence[tuple[str, ...]], most: int, known: dict[str, int]) -> Ints:
    """(texts, ``most``) numbers of the words of each text, new ones added to ``known``; -1 where there is none."""
    table = np.full((len(found), most), -1, dtype=np.int64)
    places, numbers = [], []
    for row, words in enumerate(found):
        for place, word in enumerate(words[:most], start=row * most):
            places.append(place)
            numbers.append(known.setdefault(word, len(known)))
    table.ravel()[places] = numbers
    return table


def _value(number: str) -> int:
    """INV2231: 2231; -1 for what is too long to be counted up."""
    digits = "".join(c for c in number if c.isdigit())
    return int(digits) if 0 < len(digits) <= _MOST_DIGITS else -1


def local_density(cents: Ints, of: Ints, neighbours: int = 24) -> Floats:
    """Expected number of lines of exactly the amount ``of[i]`` by chance, from the amounts around it.

    Amounts of whole dollars and of whole ten dollars are commoner than their neighbours and are counted
    among themselves. ``cents`` are all amounts of the side, both signed.
    """
    result = np.zeros(len(of))
    classes, wanted = _roundness(cents), _roundness(of)
    for roundness, step in ((0, 1), (1, 100), (2, 1000)):
        among = np.sort(cents[classes == roundness])
        rows = np.flatnonzero(wanted == roundness)
        if not len(rows):
            continue
        if len(among) < 2:
            result[rows] = 0.5 * step / 10_000.0
            continue
        k = min(neighbours, len(among) - 1)
        at = np.searchsorted(among, of[rows])
        low = np.clip(at - k // 2, 0, len(among) - 1 - k)
        width = np.maximum((among[low + k] - among[low]) / step, np.abs(of[rows]) * 0.02 / step)
        result[rows] = np.minimum(k / np.maximum(width, 1.0), len(among) * 1.0)
    return result


def _roundness(cents: Ints) -> Ints:
    return np.where(cents % 1000 == 0, 2, np.where(cents % 100 == 0, 1, 0))
