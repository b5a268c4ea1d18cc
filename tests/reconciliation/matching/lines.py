"""Short ways to write lines in tests."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from reconciliation.matching import Line, Match, Parameters, Result, Side, match


def line(line_id: str, day: str, amount: str, text: str = "", reference: str = "", party: str = "") -> Line:
    """``day`` is MM-DD of 2026."""
    return Line(line_id, date.fromisoformat(f"2026-{day}"), Decimal(amount), text, reference, party)


def matched(bank: list[Line], ledger: list[Line], parameters: Parameters | None = None) -> Result:
    return match(Side.of(bank), Side.of(ledger), parameters)


def pairs(result: Result) -> set[tuple[str, str]]:
    """All proposed pairs of ids."""
    return {(b, row) for found in result.proposed_matches() for b in found.bank_ids for row in found.ledger_ids}


def only(result: Result) -> Match:
    """The single match of a result."""
    (found,) = result.matches()
    return found
