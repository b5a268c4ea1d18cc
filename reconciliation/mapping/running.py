"""One run: load, match, write; or, dry, say what it would write."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date, datetime
from time import perf_counter
from typing import Any
from uuid import UUID, uuid4

from django.db import connection, transaction
from django.utils import timezone

from dwaybank.actor import Actor, set_actor
from reconciliation.mapping.findings import Accepted, accepted, proposals
from reconciliation.mapping.loading import Loaded, load, parameters, sql_of
from reconciliation.matching import VERSION, Outcome, Parameters, Result, match
from reconciliation.models import MappingRun

ALGORITHM = f"fellegi-sunter-{VERSION}"
Progress = Callable[[str], None]

_COPY = {
    "found_mappings": "(bank_transaction_id, transaction_id, confidence, difference, reason)",
    "found_groups": "(parent_id, part_id, made, new_id, bank_transaction_id, signed_amount, description)",
    "found_proposals": ("(bank_transaction_id, group_id, outcome, reason, probability, margin, is_exact, candidates)"),
}


@dataclass(frozen=True, slots=True)
class RunSummary:
    """What a run found and wrote. ``accepted`` are bank lines mapped without a person, ``created`` those that got a
    ledger transaction by policy, ``waiting`` those that a person must look at, ``outcomes`` bank lines by outcome."""

    run_id: UUID | None
    run_hash: str
    bank_lines: int
    ledger_lines: int
    outcomes: dict[str, int]
    accepted: int
    created: int
    waiting: int
    seconds: float

    @property
    def lines_per_second(self) -> float:
        """Lines of both sides, end to end."""
        return (self.bank_lines + self.ledger_lines) / self.seconds if self.seconds else 0.0


def run_matching(
    *,
    actor: Actor,
    now: datetime,
    account_id: UUID | None = None,
    since: date | None = None,
    dry_run: bool = False,
    progress: Progress = lambda step: None,
) -> RunSummary:
    """Match the open bank lines of one account or of all, from a day on or all, and write the outcome.

    The write is one transaction; a second run at the same time waits for it and then finds less to do. What reviewers
    decide meanwhile is kept. Raises DomainError where a setting cannot be read.
    """
    start = perf_counter()
    settings = parameters()
    progress("loading")
    loaded = load(account_id, since, settings.max_lag, now)
    result = match(loaded.bank, loaded.ledger, settings, memory=loaded.memory, progress=progress)
    found = accepted(result, loaded.taught, loaded.memory.rejected)
    progress("writing")
    run_id, mapped, created = None, len(found.mappings), 0
    if not dry_run:
        with transaction.atomic():
            set_actor(actor)
            run_id = _record(result, loaded, settings, actor, account_id, since, perf_counter() - start)
            mapped = _write(result, found, run_id)
            created = _create_missing(now.date(), account_id)
    outcomes = _outcomes(result, loaded)
    return RunSummary(
        run_id=run_id,
        run_hash=result.run_hash,
        bank_lines=len(loaded.bank) - len(loaded.taught),
        ledger_lines=len(loaded.ledger) - len(loaded.taught),
        outcomes=outcomes,
        accepted=mapped,
        created=created,
        waiting=sum(outcomes.values()) - mapped - created,
        seconds=perf_counter() - start,
    )


def match_accounts(account_ids: Sequence[UUID], actor: Actor) -> None:
    """Match these accounts, one run each: what follows an import. Raises as ``run_matching``."""
    for account_id in account_ids:
        run_matching(actor=actor, now=timezone.now(), account_id=account_id)


def _outcomes(result: Result, loaded: Loaded) -> dict[str, int]:
    counts = dict.fromkeys(map(str, Outcome), 0)
    for pk, outcome in zip(result.bank.ids, result.bank_outcomes, strict=True):
        if pk not in loaded.taught:
            counts[str(outcome)] += 1
    return counts


def _record(
    result: Result,
    loaded: Loaded,
    settings: Parameters,
    actor: Actor,
    account_id: UUID | None,
    since: date | None,
    seconds: float,
) -> UUID:
    offsets = [[pair.charge_id, pair.reversal_id] for pair in result.offset_pairs() if pair.side == "ledger"]
    return MappingRun.objects.create(
        id=uuid4(),
        account_id=account_id,
        since=since,
        run_hash=result.run_hash,
        parameters=settings.as_json(),
        bank_lines=len(loaded.bank) - len(loaded.taught),
        ledger_lines=len(loaded.ledger) - len(loaded.taught),
        outcomes=_outcomes(result, loaded),
        ledger_offsets=offsets,
        seconds=round(seconds, 3),
        created_by_id=actor.user_id,
    ).pk


def _write(result: Result, found: Accepted, run_id: UUID) -> int:
    """Stage and write; returns how many bank lines were mapped. While the server maps, the proposals are put into
    words here: two cores work."""
    with ThreadPoolExecutor(1) as aside, connection.cursor() as cursor:
        waiting = aside.submit(lambda: list(proposals(result, found)))
        # one run writes at a time; what it read may be old by then, which the statements below look out for
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('reconciliation.mapping'))")
        cursor.execute(sql_of("stage"))
        _copy(cursor, "found_mappings", found.mappings)
        _copy(cursor, "found_groups", found.groups)
        cursor.execute(sql_of("write_mappings"), {"algorithm": ALGORITHM})
        cursor.execute(
            "SELECT count(*) FROM found_mappings f "
            "JOIN transaction_mappings m USING (bank_transaction_id, transaction_id)"
        )
        mapped: int = cursor.fetchone()[0]
        _copy(cursor, "found_proposals", waiting.result())
        cursor.execute(sql_of("write_proposals"), {"run_id": run_id})
    return mapped


def _copy(cursor: Any, table: str, rows: list[tuple[Any, ...]]) -> None:
    with cursor.copy(f"COPY {table} {_COPY[table]} FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)
    cursor.execute(f"ANALYZE {table}")


def _create_missing(today: date, account_id: UUID | None) -> int:
    with connection.cursor() as cursor:
        cursor.execute(sql_of("create_missing"), {"today": today, "account_id": account_id})
        cursor.execute(
            "SELECT count(*) FROM missing_lines l JOIN transaction_mappings m ON m.transaction_id = l.new_id"
        )
        created: int = cursor.fetchone()[0]
    return created
