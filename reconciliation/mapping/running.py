"""One run: load, match, write; or, dry, say what it would write."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from time import perf_counter
from uuid import UUID, uuid4

from django.utils import timezone

from dwaybank.actor import Actor, acting_as
from reconciliation.mapping.findings import accepted
from reconciliation.mapping.loading import Loaded, load, parameters
from reconciliation.mapping.writing import write
from reconciliation.matching import Outcome, Parameters, Result, match
from reconciliation.models import MappingRun

Progress = Callable[[str], None]


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

    A second run at the same time waits for the write and then finds less to do. What reviewers decide meanwhile is
    kept. Raises DomainError where a setting cannot be read.
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
        with acting_as(actor):
            run_id = _record(result, loaded, settings, actor, account_id, since, perf_counter() - start)
        mapped, created = write(result, found, run_id=run_id, actor=actor, today=now.date(), account_id=account_id)
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
