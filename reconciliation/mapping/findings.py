"""The engine's result as rows for the database: mappings, groups, proposals. No database here."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final
from uuid import UUID, uuid5

from reconciliation.enums import GroupMade
from reconciliation.matching import Candidate, Evidence, Match, Offset, Outcome, Result, Side, from_cents

MOST_CANDIDATES: Final = 5
_NAMES: Final = UUID("8b6c3a52-6f0e-4c0a-9a55-7a1f4c1d2e30")  # of ids that follow from what they stand for
_EXACT: Final = 0.9


@dataclass
class Accepted:
    """What a run maps by itself, as rows of the staging tables (``sql/mapping/stage.sql``) in the order of their
    columns, and the matches that wait for a person."""

    mappings: list[tuple[Any, ...]] = field(default_factory=list)
    groups: list[tuple[Any, ...]] = field(default_factory=list)
    waiting: list[Match] = field(default_factory=list)
    done: set[str] = field(default_factory=set)
    """Bank lines that need no proposal: mapped here, or in the run for teaching only."""


def accepted(result: Result, taught: frozenset[str], rejected: Mapping[tuple[str, str], float]) -> Accepted:
    """What to map. Lines that stand in the run for teaching only are left out; a pair that a reviewer rejected, as
    long as that is remembered, is never accepted without a person."""
    found = Accepted(done=set(taught))
    rows = {pk: row for row, pk in enumerate(result.bank.ids)}
    ledger = {pk: row for row, pk in enumerate(result.ledger.ids)}
    for match in result.matches():
        if taught and not taught.isdisjoint(match.bank_ids):
            continue
        if match.accepted and _fits(match) and not (rejected and _was_rejected(match, rejected)):
            _accept(found, match, result, rows, ledger)
            found.done.update(match.bank_ids)
        else:
            found.waiting.append(match)
    return found


def proposals(result: Result, found: Accepted) -> Iterator[tuple[Any, ...]]:
    """Rows of ``found_proposals``: one for each line that is not mapped, its candidates best first."""
    rows = {pk: row for row, pk in enumerate(result.bank.ids)}
    done = set(found.done)
    for match in found.waiting:
        yield from _proposals(match, result, rows, done)
        done.update(match.bank_ids)
    for pair in result.offset_pairs():
        if pair.side == "bank" and not done.intersection((pair.charge_id, pair.reversal_id)):
            yield from _offset(pair)
            done.update((pair.charge_id, pair.reversal_id))
    for pk, row in rows.items():
        if pk not in done:
            candidates = [as_json(one) for one in result.candidates(row, MOST_CANDIDATES)]
            yield _proposal(pk, pk, Outcome.UNMATCHED, "", None, None, False, candidates)


def _was_rejected(match: Match, rejected: Mapping[tuple[str, str], float]) -> bool:
    return any((bank, ledger) in rejected for bank in match.bank_ids for ledger in match.ledger_ids)


def _fits(match: Match) -> bool:
    """Parts that the back office makes of a ledger transaction agree with it to the cent; others wait for a person."""
    return len(match.bank_ids) == 1 or not match.difference


def _accept(found: Accepted, match: Match, result: Result, bank: Mapping[str, int], ledger: Mapping[str, int]) -> None:
    confidence = Decimal(str(round(match.probability, 2)))
    if len(match.bank_ids) == len(match.ledger_ids) == 1:
        reason = str(match.reason or "unknown")
        found.mappings.append((match.bank_ids[0], match.ledger_ids[0], confidence, match.difference, reason))
    elif len(match.bank_ids) == 1:
        _whole(found, match, result.ledger, ledger, confidence)
    else:
        _parts(found, match, result.bank, bank, confidence)


def _whole(found: Accepted, match: Match, side: Side, rows: Mapping[str, int], confidence: Decimal) -> None:
    """One bank line of several ledger transactions: a whole is made of them, and mapped."""
    line = match.bank_ids[0]
    whole = uuid5(_NAMES, f"whole {line} {' '.join(sorted(match.ledger_ids))}")
    total = from_cents(sum(int(side.cents[rows[pk]]) for pk in match.ledger_ids))
    text = f"Batch of {len(match.ledger_ids)}"
    for part in match.ledger_ids:
        found.groups.append((whole, part, GroupMade.PARENT.value, whole, line, total, text))
    found.mappings.append((line, whole, confidence, match.difference, str(match.reason or "unknown")))


def _parts(found: Accepted, match: Match, side: Side, rows: Mapping[str, int], confidence: Decimal) -> None:
    """Several bank lines of one ledger transaction: a part is made for each, and mapped."""
    whole = match.ledger_ids[0]
    for line in match.bank_ids:
        part = uuid5(_NAMES, f"part {line} {whole}")
        amount = from_cents(int(side.cents[rows[line]]))
        found.groups.append((whole, part, GroupMade.PARTS.value, part, line, amount, "Part of a batch"))
        found.mappings.append((line, part, confidence, Decimal(0), ""))


def _proposals(match: Match, result: Result, rows: Mapping[str, int], done: Set[str]) -> Iterator[tuple[Any, ...]]:
    """The match as a proposal for each of its bank lines, its candidates best first."""
    group = " ".join(sorted(match.bank_ids)) if len(match.bank_ids) > 1 else match.bank_ids[0]
    single = len(match.bank_ids) == len(match.ledger_ids) == 1
    outcome = Outcome.BATCH if not single and match.outcome == Outcome.MATCHED else match.outcome
    for line in match.bank_ids:
        if line in done:
            continue
        others = [as_json(one) for one in result.candidates(rows[line], MOST_CANDIDATES)]
        candidates = _best_first(match, others) if single else [_batch_json(match), *others]
        exact = single and outcome == Outcome.MATCHED and not match.difference and match.probability >= _EXACT
        reason = str(match.reason or "")
        yield _proposal(line, group, outcome, reason, match.probability, match.margin, exact, candidates)


def _best_first(match: Match, candidates: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The candidates with the assignment's choice first; of a difference with the reason for it."""
    chosen = [one for one in candidates if one["ledger_ids"] == list(match.ledger_ids)]
    if chosen and match.difference:
        chosen[0]["difference_reason"] = str(match.reason or "unknown")
    return chosen + [one for one in candidates if one["ledger_ids"] != list(match.ledger_ids)]


def _batch_json(match: Match) -> dict[str, Any]:
    several = (
        f"{len(match.ledger_ids)} ledger lines" if len(match.ledger_ids) > 1 else f"{len(match.bank_ids)} bank lines"
    )
    words = f"{several} add up to it" + (f", but for {match.difference}" if match.difference else "")
    return {
        "ledger_ids": list(match.ledger_ids),
        "bank_ids": list(match.bank_ids),
        "probability": f"{match.probability:.4f}",
        "difference": str(match.difference),
        "difference_reason": str(match.reason or "unknown") if match.difference else None,
        "reason": None,
        "evidence": [{"field": "amount", "words": words, "weight": 0.0}],
    }


def _offset(pair: Offset) -> Iterator[tuple[Any, ...]]:
    group = " ".join(sorted((pair.charge_id, pair.reversal_id)))
    for line in (pair.charge_id, pair.reversal_id):
        yield _proposal(line, group, Outcome.OFFSET, "reversed", None, None, False, [])


def _proposal(
    line: str,
    group: str,
    outcome: Outcome,
    reason: str,
    probability: float | None,
    margin: float | None,
    exact: bool,
    candidates: list[dict[str, Any]],
) -> tuple[Any, ...]:
    return (
        line,
        uuid5(_NAMES, f"group {group}"),
        str(outcome),
        reason,
        None if probability is None else round(Decimal(probability), 4),
        None if margin is None else round(Decimal(max(margin, 0.0)), 4),
        exact,
        json.dumps(candidates),
    )


def as_json(candidate: Candidate) -> dict[str, Any]:
    """One candidate as proposals keep it."""
    return {
        "ledger_ids": [candidate.ledger_id],
        "probability": f"{candidate.probability:.4f}",
        "difference": str(candidate.difference),
        "reason": str(candidate.reason) if candidate.reason else None,
        "evidence": [_evidence(one) for one in candidate.evidence],
    }


def _evidence(one: Evidence) -> dict[str, Any]:
    return {"field": str(one.field), "words": one.words, "weight": round(one.weight, 2)}
