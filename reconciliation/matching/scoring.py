"""How right a result is, given the answers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from reconciliation.matching.result import Result
from reconciliation.matching.types import Side

Pair = tuple[str, str]


@dataclass(frozen=True)
class Score:
    """Counts of pairs; a batch of n parts is n pairs."""

    found: int
    right: int
    wanted: int

    @property
    def precision(self) -> float | None:
        """Share of the found pairs that are right; None if none was found."""
        return self.right / self.found if self.found else None

    @property
    def recall(self) -> float | None:
        """Share of the wanted pairs that were found; None if none was wanted."""
        return self.right / self.wanted if self.wanted else None

    @property
    def f1(self) -> float | None:
        """Harmonic mean of precision and recall."""
        return 2 * self.right / (self.found + self.wanted) if self.found + self.wanted else None

    @property
    def share(self) -> float | None:
        """Found pairs for each wanted one."""
        return self.found / self.wanted if self.wanted else None


@dataclass(frozen=True)
class Scores:
    """All matches, and those accepted without a person; literally, and with interchangeable lines as equal."""

    all: Score
    accepted: Score
    all_interchangeable: Score
    accepted_interchangeable: Score


def score(result: Result, answers: Iterable[Pair]) -> Scores:
    """Compare the proposed and the accepted matches with the answers (pairs of ids)."""
    wanted = set(answers)
    found: list[Pair] = []
    accepted: list[Pair] = []
    for match in result.proposed_matches():
        pairs = [(b, l) for b in match.bank_ids for l in match.ledger_ids]  # noqa: E741
        found += pairs
        if match.accepted:
            accepted += pairs
    looks = (_looks(result.bank), _looks(result.ledger))
    return Scores(
        _literal(found, wanted),
        _literal(accepted, wanted),
        _as_classes(found, wanted, looks),
        _as_classes(accepted, wanted, looks),
    )


def _literal(found: list[Pair], wanted: set[Pair]) -> Score:
    return Score(len(found), sum(pair in wanted for pair in found), len(wanted))


def _as_classes(found: list[Pair], wanted: set[Pair], looks: tuple[dict[str, int], dict[str, int]]) -> Score:
    """Lines of one side that are equal in every column but the id count as one line."""

    def classes(pairs: Iterable[Pair]) -> Counter[tuple[int | str, int | str]]:
        return Counter((looks[0].get(b, b), looks[1].get(l, l)) for b, l in pairs)  # noqa: E741

    return Score(len(found), (classes(found) & classes(wanted)).total(), len(wanted))


def _looks(side: Side) -> dict[str, int]:
    numbers: dict[tuple[object, ...], int] = {}
    columns = zip(
        side.ids,
        side.days.tolist(),
        side.cents.tolist(),
        side.descriptions,
        side.references,
        side.counterparties,
        side.accounts,
        strict=True,
    )
    return {line_id: numbers.setdefault(tuple(rest), len(numbers)) for line_id, *rest in columns}
