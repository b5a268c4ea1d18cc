"""Command ``evaluate_matching``: match two files, without a database, and say how well."""

from __future__ import annotations

import csv
import json
import os
import time
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from reconciliation.management.step_bar import step_bar
from reconciliation.matching import Outcome, Result, Score, Scores, match, score
from reconciliation.matching.files import PAIR_COLUMNS, FileRefused, pair_rows, read_answers, read_side

OPPOSITE_SIGNS = (
    "The two files seem to use opposite signs: hardly any bank amount stands in the ledger as it is, and most stand "
    "there with the other sign. Nothing was turned round. Multiply the amounts of one file by -1 and run this again."
)
_MATCHED = (Outcome.MATCHED, Outcome.DISCREPANCY, Outcome.BATCH)


class Command(BaseCommand):
    """Try the matching engine on two files before it goes live."""

    help = (
        "Match the bank lines of one CSV file with the ledger lines of another; the database is not touched. Columns: "
        "id, date (ISO), amount (signed), description, and if there are any reference and counterparty. With answers "
        "(bank_id, ledger_id; a batch is several rows) it says how many of the matches are right."
    )
    requires_system_checks = []
    requires_migrations_checks = False

    def add_arguments(self, parser: CommandParser) -> None:
        """The two sides, the answers, and how to print."""
        parser.add_argument("bank", metavar="BANK.csv", help="lines of the bank")
        parser.add_argument("ledger", metavar="LEDGER.csv", help="lines of the ledger")
        parser.add_argument("--answers", metavar="ANSWERS.csv", help="which lines belong together")
        parser.add_argument("--out", metavar="PAIRS.csv", help="write each match here, with its evidence in words")
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        """Read, match, print."""
        start = time.perf_counter()
        if options["out"]:
            _require_writable(options["out"])
        try:
            bank = read_side(_bytes(options["bank"]), options["bank"])
            ledger = read_side(_bytes(options["ledger"]), options["ledger"])
            path = options["answers"]
            answers = read_answers(_bytes(path), path, bank, ledger) if path else None
        except FileRefused as error:
            raise CommandError(str(error), returncode=2) from error
        with step_bar() as progress:
            result = match(bank, ledger, progress=progress)
        report = describe(result, time.perf_counter() - start)
        if result.opposite_accounts:
            self.stderr.write(self.style.WARNING(OPPOSITE_SIGNS))
        if answers is not None:
            report |= describe_scores(score(result, answers))
        if options["out"]:
            _write(options["out"], result)
        if options["json"]:
            self.stdout.write(json.dumps(report, indent=2))
        else:
            self._print(report)

    def _print(self, report: dict[str, Any]) -> None:
        for name, value in report.items():
            if isinstance(value, dict):
                words = ", ".join(f"{key.replace('_', ' ')} {_shown(item)}" for key, item in value.items())
                self.stdout.write(f"{name.replace('_', ' ')}: {words}")
            else:
                self.stdout.write(f"{name.replace('_', ' ')}: {_shown(value)}")


def describe(result: Result, seconds: float) -> dict[str, Any]:
    """Counts of bank lines, the time of reading and matching, the run hash."""
    counts = result.counts()
    lines = len(result.bank) + len(result.ledger)
    accepted = sum(len(found.bank_ids) for found in result.matches() if found.accepted)
    return {
        "bank_lines": len(result.bank),
        "ledger_lines": len(result.ledger),
        "matched": sum(counts["bank"][outcome] for outcome in _MATCHED),
        "ambiguous": counts["bank"][Outcome.AMBIGUOUS],
        "unmatched": counts["bank"][Outcome.UNMATCHED],
        "offset": counts["bank"][Outcome.OFFSET],
        "automatically_accepted": accepted,
        "seconds": round(seconds, 3),
        "lines_per_second": round(lines / seconds) if seconds else 0,
        "opposite_signs": bool(result.opposite_accounts),
        "run_hash": result.run_hash,
        "outcomes": counts,
    }


def describe_scores(scores: Scores) -> dict[str, Any]:
    """Precision, recall and F1 of all matches (at the top level too) and of the accepted ones."""
    every = _figures(scores.all)
    return {
        "precision": every["precision"],
        "recall": every["recall"],
        "f1": every["f1"],
        "all": every,
        "accepted": _figures(scores.accepted) | {"share": _rounded(scores.accepted.share)},
        "interchangeable_as_equal": {
            "f1": _rounded(scores.all_interchangeable.f1),
            "accepted_precision": _rounded(scores.accepted_interchangeable.precision),
        },
    }


def _figures(score: Score) -> dict[str, float | int | None]:
    return {
        "precision": _rounded(score.precision),
        "recall": _rounded(score.recall),
        "f1": _rounded(score.f1),
        "pairs": score.found,
        "right": score.right,
        "wanted": score.wanted,
    }


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 6)


def _shown(value: object) -> str:
    if isinstance(value, dict):
        return "(" + ", ".join(f"{key} {item}" for key, item in value.items()) + ")"
    return "none" if value is None else str(value)


def _bytes(path: str) -> bytes:
    try:
        return Path(path).read_bytes()
    except OSError as error:
        raise FileRefused(path, [f"{error.strerror}. Check the path and its permissions."]) from error


def _require_writable(path: str) -> None:
    """Before an hour of matching, not after it. Raises CommandError."""
    target = Path(path)
    if not os.access(target if target.exists() else target.parent, os.W_OK) or target.is_dir():
        raise CommandError(f"{path} cannot be written. Check the folder and its permissions.", returncode=2)


def _write(path: str, result: Result) -> None:
    try:
        with Path(path).open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(PAIR_COLUMNS)
            writer.writerows(pair_rows(result))
    except OSError as error:
        raise CommandError(f"{path} cannot be written: {error.strerror}.", returncode=2) from error
