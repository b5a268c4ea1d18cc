"""An explanation as JSON, the way conflicts and comparisons keep it: days as dates, amounts as text."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any, Final

from reconciliation.balances import Answer, Explanation, Ref, Timing
from reconciliation.balancing.loading import to_money

_MOST_POINTS: Final = 200
_MOST_ROWS: Final = 40


def explanation_json(explained: Explanation) -> dict[str, Any]:
    """``answers`` (``cause``, ``parts`` of ``cause``, ``amount``, ``day``, ``rows``, ``rivals``), ``timing``,
    ``neutral``, and ``curve``: (day, bank minus ledger from then on) at each change."""
    first = max(0, len(explained.curve_days) - _MOST_POINTS)
    return {
        "answers": [_answer(one) for one in explained.answers],
        "timing": timing_json(explained.timing),
        "neutral": [_answer(one) for one in explained.neutral[:_MOST_ROWS]],
        "curve": [
            [_day(day), _amount(gap)]
            for day, gap in zip(explained.curve_days[first:], explained.curve_gaps[first:], strict=True)
        ],
        "ever_agreed": explained.ever_agreed,
        "agreed_on": None if explained.agreed_on is None else _day(explained.agreed_on),
        "ledger_balance": _amount(explained.ledger),
    }


def timing_json(timing: Iterable[Timing]) -> list[dict[str, Any]]:
    """What one side has already and the other will have."""
    return [
        {"kind": one.kind, "amount": _amount(one.cents), "day": _day(one.day), "rows": _refs(one.rows)}
        for one in list(timing)[:_MOST_ROWS]
    ]


def _answer(answer: Answer) -> dict[str, Any]:
    return {
        "cause": str(answer.cause),
        "parts": [
            {
                "cause": str(atom.cause),
                "amount": _amount(atom.cents),
                "day": _day(atom.day),
                "first_day": _day(atom.first_day),
                "rows": _refs(atom.rows),
                "rivals": _refs(atom.rivals[:10]),
            }
            for atom in answer.atoms
        ],
    }


def _refs(refs: Iterable[Ref]) -> list[list[str]]:
    return [[str(ref.side), ref.id] for ref in refs]


def _day(day: int) -> str:
    return date.fromordinal(day).isoformat()


def _amount(cents: int) -> str:
    return str(to_money(cents))
