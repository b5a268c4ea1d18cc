"""The worked example of docs/matching.md is what the engine says."""

from __future__ import annotations

import csv
import io
import re

import pytest

from reconciliation.matching import Match, Result, match
from reconciliation.matching.files import in_words, read_side
from tests.conftest import REPOSITORY

DOCUMENT = (REPOSITORY / "docs" / "matching.md").read_text("utf-8")


@pytest.fixture(scope="module")
def result() -> Result:
    bank, ledger = re.findall(r"```csv\n(.*?)```", DOCUMENT, re.DOTALL)
    return match(read_side(bank.encode(), "bank"), read_side(ledger.encode(), "ledger"))


def rows_of(result: Result) -> list[str]:
    def row(found: Match) -> str:
        cells = (
            " + ".join(found.bank_ids),
            " + ".join(found.ledger_ids),
            str(found.outcome),
            f"{found.probability:.3f}",
            f"{found.margin:.3f}",
            "yes" if found.accepted else "no",
            in_words(result, found),
        )
        return f"| {' | '.join(cells)} |"

    return [row(found) for found in result.matches()]


def test_the_table_of_matches_is_the_engines(result: Result) -> None:
    table = re.findall(r"^\| B.*\|$", DOCUMENT, re.MULTILINE)
    assert table == rows_of(result)


def test_the_candidates_shown_are_the_engines(result: Result) -> None:
    shown = next(csv.reader(io.StringIO(re.findall(r"candidates of B3: (.*)", DOCUMENT)[0])))
    row = result.bank.ids.index("B3")
    assert [part.strip() for part in shown] == [
        f"{candidate.ledger_id} {candidate.probability:.3f}" for candidate in result.candidates(row)
    ]


def test_the_lines_left_over_are_the_engines(result: Result) -> None:
    left = {row for row, outcome in zip(result.bank.ids, result.bank_outcomes, strict=True) if outcome == "unmatched"}
    assert f"Left over at the bank: {', '.join(sorted(left))}." in DOCUMENT
    ((side, charge, reversal),) = result.offset_pairs()
    assert f"Taken out as charge and reversal ({side} side): {charge} and {reversal}." in DOCUMENT
