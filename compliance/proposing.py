"""Cash records proposed from bank transactions that look like cash and lack the details."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from importlib import resources
from typing import Final

from django.db import connection

from compliance.policy import bank_zone
from dwaybank import config
from dwaybank.actor import Actor, acting_as

# an import may bring rows of earlier days
LOOK_BACK: Final = timedelta(days=90)


def propose_cash_records(*, actor: Actor, now: datetime, since: date | None = None) -> int:
    """Propose a record for each bank transaction from ``since`` on that looks like cash; returns how many are new.

    ``since`` is a day on the bank's calendar (default: 90 days ago). A proposed record counts for nothing until
    somebody completes it. What a description of cash is, says the setting ``suspicion_cash_pattern``.
    """
    first = since or now.astimezone(bank_zone()).date() - LOOK_BACK
    sql = resources.files("compliance").joinpath("sql", "detecting", "propose.sql").read_text("utf-8")
    parameters = {
        "since": first,
        "cash_pattern": config.read(config.SUSPICION_CASH_PATTERN),
        "zone": str(bank_zone()),
        "actor": actor.user_id,
    }
    with acting_as(actor), connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return int(cursor.rowcount)
