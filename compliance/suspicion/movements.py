"""What the indicators look at, gathered in the database, and the rules run over it there."""

from __future__ import annotations

import json
from datetime import date, datetime
from typing import Any, Final

from django.conf import settings
from django.db import connection

from compliance.suspicion.rules import passes_of, sql_of
from compliance.suspicion.settings import Running

# of each sort and hash of the run; the server's own setting is made for many small queries
_WORK_MEMORY: Final = "64MB"
_KEEP: Final = (
    "INSERT INTO staged_fired (indicator, version, rank, subject, ids, facts) "
    "SELECT %(indicator)s, %(rule_version)s, %(rank)s, subject, ids, facts FROM ("
)


def prepare() -> None:
    """Empty places for movements, profiles and what fires; this transaction sorts in memory what fits there."""
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL work_mem = '{_WORK_MEMORY}'")
        cursor.execute(sql_of("stage"))


def gather(begins: date, new_since: datetime | None, cash_pattern: str) -> int:
    """Stage the movements from ``begins`` on (of customers of whom something is new since ``new_since``, or of all).

    Returns how many.
    """
    given: dict[str, Any] = {
        "begins": begins,
        "zone": settings.TIME_ZONE,
        "new_since": new_since,
        "cash_pattern": cash_pattern,
    }
    with connection.cursor() as cursor:
        for name in ("touched_by_cash", "stage_movements", "stage_cash", "stage_profiles"):
            cursor.execute(sql_of(name), given)
    index()
    with connection.cursor() as cursor:
        cursor.execute(sql_of("stage_previous"), given)
        cursor.execute("SELECT count(*) FROM staged_movements")
        staged: int = cursor.fetchone()[0]
    return staged


def index() -> None:
    """Make the staged movements quick to look up, once they are all there."""
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE staged_movements ADD PRIMARY KEY (id)")
        cursor.execute("ANALYZE staged_movements, staged_profiles")


def run_rule(rule: Running) -> int:
    """Run one indicator over what is staged; what fires is kept in ``staged_fired``. Returns how often it fired."""
    fired = 0
    with connection.cursor() as cursor:
        for rank, (name, parameters) in enumerate(passes_of(rule.indicator, rule.values)):
            cursor.execute(
                _KEEP + sql_of(name) + ") AS found",
                {
                    **parameters,
                    "indicator": rule.indicator.id,
                    "rule_version": rule.indicator.version,
                    "rank": rank,
                },
            )
            fired += cursor.rowcount
    return fired


def settings_json(rules: list[Running]) -> str:
    """Version and mode of each rule, as the SQL that writes alerts takes them."""
    return json.dumps({rule.indicator.id: rule.recorded() for rule in rules})


def settle() -> None:
    """What fired is all there: let the planner know how much it is."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE staged_fired")


def execute(name: str, parameters: dict[str, Any]) -> list[tuple[Any, ...]]:
    """Run one SQL file; its rows, if it gives any."""
    with connection.cursor() as cursor:
        cursor.execute(sql_of(name), parameters)
        return cursor.fetchall() if cursor.description else []
