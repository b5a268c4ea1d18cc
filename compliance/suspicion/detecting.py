"""One search for suspicious movements: gather, run the rules, keep what is new, put it into cases.

All of it is one transaction of a handful of statements, whatever the number of rows; nothing is read into Python. Runs
at once are taken one after the other by an advisory lock.
"""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from django.db import connection
from django.utils import timezone
from django.utils.translation import ngettext

from compliance.enums import CaseEventKind
from compliance.models import DetectionRun, SuspicionAlert, SuspicionCaseEvent
from compliance.suspicion import movements
from compliance.suspicion.settings import running
from dwaybank import config
from dwaybank.actor import Actor, acting_as

# rows of transactions that were open while the last run looked are looked at again
OVERLAP: Final = timedelta(hours=1)
_LOCK: Final = 5_005_001


@dataclass(frozen=True, slots=True)
class Detected:
    """What a run found. ``fired`` counts per indicator all that fired, ``raised`` those that were never seen before."""

    run: DetectionRun
    fired: dict[str, int]
    raised: dict[str, int]
    cases_opened: int
    cases_grown: int

    def as_json(self) -> dict[str, Any]:
        """For ``--json``."""
        return {
            "run": str(self.run.pk),
            "movements": self.run.movements,
            "left_out": self.run.left_out,
            "fired": self.fired,
            "raised": self.raised,
            "cases_opened": self.cases_opened,
            "cases_grown": self.cases_grown,
            "seconds": str(self.run.seconds),
        }


def last_run_started() -> datetime | None:
    """When the last run began; None before the first."""
    return DetectionRun.objects.order_by("-started_at").values_list("started_at", flat=True).first()


def since_last_run() -> datetime | None:
    """From when on rows are new to the next run; None before the first, when everything is."""
    last = last_run_started()
    return last - OVERLAP if last else None


def detect(*, now: datetime, actor: Actor, new_since: datetime | None = None) -> Detected:
    """Run all indicators that are not off, and keep what they find.

    ``new_since``: look at the customers of whom something came in from then on, with their whole history; None looks at
    everybody. Raises DomainError for settings that cannot be read; then nothing is kept.
    """
    begun = time.monotonic()
    with acting_as(actor):
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        rules = running()
        begins = timezone.localdate(now) - timedelta(days=config.read(config.SUSPICION_LOOKBACK_DAYS))
        movements.prepare()
        staged = movements.gather(begins, new_since, config.read(config.SUSPICION_CASH_PATTERN))
        fired = {rule.indicator.id: movements.run_rule(rule) for rule in rules}
        movements.settle()
        run = DetectionRun.objects.create(
            started_at=now,
            new_since=new_since,
            looked_back_to=begins,
            movements=staged,
            left_out=_other_currencies(begins),
            settings={rule.indicator.id: rule.recorded() for rule in rules},
            outcomes={},
            seconds=Decimal(0),
            created_by_id=actor.user_id,
        )
        settings = movements.settings_json(rules)
        movements.execute("write_alerts", {"run_id": run.pk, "settings": settings, "now": now})
        grown = Counter(case for (case,) in movements.execute("supersede", {"run_id": run.pk}))
        opened = set()
        for case, is_new, alerts in movements.execute("open_cases", {"now": now}):
            grown[case] += alerts
            opened |= {case} if is_new else set()
        _tell(grown, opened)
        raised = _raised(run.pk, list(fired))
        run.outcomes = {name: {"fired": fired[name], "raised": raised[name]} for name in fired}
        run.seconds = Decimal(f"{time.monotonic() - begun:.3f}")
        run.save(update_fields=["outcomes", "seconds"])
    return Detected(run, fired, raised, len(opened), len(grown) - len(opened))


def _other_currencies(begins: Any) -> int:
    """Movements that no rule could look at, since no rate is known for their currency."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT (SELECT count(*) FROM transactions WHERE transaction_date >= %(begins)s AND currency <> 'CAD') + "
            "(SELECT count(*) FROM bank_transactions WHERE transaction_date >= %(begins)s AND currency <> 'CAD' "
            "AND mapped_transaction_id IS NULL)",
            {"begins": begins},
        )
        count: int = cursor.fetchone()[0]
    return count


def _raised(run_id: UUID, indicators: list[str]) -> dict[str, int]:
    counts = dict.fromkeys(indicators, 0)
    for name in SuspicionAlert.objects.filter(run_id=run_id).values_list("indicator", flat=True).iterator():
        counts[name] += 1
    return counts


def _tell(grown: Counter[UUID], opened: set[UUID]) -> None:
    """Write on each case what came in."""
    SuspicionCaseEvent.objects.bulk_create(
        SuspicionCaseEvent(
            case_id=case,
            kind=CaseEventKind.OPENED if case in opened else CaseEventKind.ALERTED,
            text=ngettext("%(count)d alert", "%(count)d alerts", alerts) % {"count": alerts},
        )
        for case, alerts in grown.items()
    )
