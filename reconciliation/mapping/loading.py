"""The open lines of both sides as columns, and what earlier reviews teach. Reads only."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from importlib import resources
from typing import Any, Final
from uuid import UUID

from django.db import connection

from dwaybank import config
from reconciliation.matching import Decision, Memory, Parameters, Side, to_cents
from reconciliation.models import CounterpartyAlias, RejectedPair

MOST_TAUGHT: Final = 5_000
FRESH_REJECTION: Final = 12.0  # log-odds in nats that a rejection of today takes off
FORGOTTEN: Final = 0.5  # a rejection that counts less is not loaded
_SIDE_COLUMNS: Final = ("ids", "days", "cents", "descriptions", "references", "counterparties", "accounts")

Row = tuple[Any, ...]


@dataclass(frozen=True)
class Loaded:
    """What one run works on. ``taught``: bank ids that stand there for teaching only, mapped already."""

    bank: Side
    ledger: Side
    memory: Memory
    taught: frozenset[str]


def sql_of(name: str) -> str:
    """The text of one file of ``sql/mapping``."""
    return resources.files("reconciliation").joinpath("sql", "mapping", f"{name}.sql").read_text("utf-8")


def parameters() -> Parameters:
    """The engine's parameters as ``system_config`` says. Raises DomainError for a value that cannot be read."""
    return Parameters(
        accept_probability=float(config.read(config.MAPPING_ACCEPT_PROBABILITY)),
        accept_margin=float(config.read(config.MAPPING_ACCEPT_MARGIN)),
        tolerance_cents=to_cents(Decimal(config.read(config.MAPPING_AMOUNT_TOLERANCE))),
        max_lag=config.read(config.MAPPING_MAX_LAG_DAYS),
    )


def load(account_id: UUID | None, since: date | None, max_lag: int, now: datetime) -> Loaded:
    """Open bank lines (of one account, from a day on), the open ledger lines they could be, and the memory."""
    bank, ledger = open_rows(account_id, since, max_lag)
    accounts = sorted({row[6].split(":")[0] for row in bank})
    # a line decided between these reads stands in both: here it is open, and the write-back looks again
    open_ids = {row[0] for row in bank} | {row[0] for row in ledger}
    reviewed = rows_of("reviewed_pairs", {"accounts": accounts, "most": MOST_TAUGHT})
    pairs = [row for row in reviewed if row[0] not in open_ids and row[7] not in open_ids]
    decisions = tuple(Decision(row[0], row[7], same=True) for row in pairs)
    return Loaded(
        bank=side_of(bank + [row[:7] for row in pairs]),
        ledger=side_of(ledger + [(*row[7:13], row[6]) for row in pairs]),
        memory=Memory(aliases=_aliases(accounts), rejected=_rejected(accounts, now), decisions=decisions),
        taught=frozenset(row[0] for row in pairs),
    )


def open_rows(
    account_id: UUID | None, since: date | None, max_lag: int, more_accounts: Iterable[str] = ()
) -> tuple[list[Row], list[Row]]:
    """Open bank lines, and the open ledger lines of their accounts and of ``more_accounts``."""
    bank = rows_of("open_bank_lines", {"account_id": account_id, "since": since})
    accounts = sorted({*more_accounts, *(row[6].split(":")[0] for row in bank)})
    first_day = since - timedelta(days=max_lag) if since else None
    return bank, rows_of("open_ledger_lines", {"accounts": accounts, "first_day": first_day})


def rows_of(name: str, parameters: dict[str, Any]) -> list[Row]:
    """The rows of one query of ``sql/mapping``."""
    with connection.cursor() as cursor:
        cursor.execute(sql_of(name), parameters)
        return list(cursor.fetchall())


def side_of(rows: Sequence[Row]) -> Side:
    """Lines as columns, in any order."""
    columns = list(zip(*rows, strict=True)) or [()] * len(_SIDE_COLUMNS)
    return Side.from_columns(**dict(zip(_SIDE_COLUMNS, columns, strict=True)))


def _aliases(accounts: Sequence[str]) -> dict[str, str]:
    """Bank text → counterparty, the best confirmed where there are several."""
    known = CounterpartyAlias.objects.filter(account_id__in=accounts, confirmations__gt=0)
    return dict(known.order_by("confirmations", "confirmed_at").values_list("bank_text", "counterparty"))


def _rejected(accounts: Sequence[str], now: datetime) -> dict[tuple[str, str], float]:
    """(bank id, ledger id) → log-odds taken off; a rejection counts half after each half-life."""
    half_life = max(int(config.read(config.MAPPING_REJECTION_HALF_LIFE_DAYS)), 1)
    pairs = RejectedPair.objects.filter(transaction__account_id__in=accounts)
    faded = {}
    for bank, ledger, at in pairs.values_list("bank_transaction_id", "transaction_id", "rejected_at"):
        weight = FRESH_REJECTION * 0.5 ** (max((now - at).total_seconds(), 0) / 86_400 / half_life)
        if weight >= FORGOTTEN:
            faded[str(bank), str(ledger)] = weight
    return faded
