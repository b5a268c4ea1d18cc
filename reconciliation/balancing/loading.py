"""Both sides of an account as columns, the bank's balances, and what is known of them. Reads only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from importlib import resources
from typing import Any
from uuid import UUID

from django.db import connection

from dwaybank import config
from dwaybank.models import Account
from reconciliation.balances import Anchor, Parameters, Rows
from reconciliation.models import BalanceResolution


@dataclass(frozen=True)
class Stated:
    """A balance of the bank with where it comes from."""

    anchor: Anchor
    connection_id: UUID | None
    source: str
    source_id: UUID


@dataclass(frozen=True)
class Loaded:
    """What one comparison works on."""

    bank: Rows
    ledger: Rows
    stated: Sequence[Stated]
    known: list[tuple[int, int]]
    ledger_now: int
    currency: str
    adjustments: frozenset[str]

    @property
    def newest(self) -> Stated:
        """The balance that is compared. Raises IndexError where there is none."""
        return self.stated[-1]


def to_cents(amount: Decimal) -> int:
    """Whole cents of an amount with two decimals."""
    return int(amount * 100)


def to_money(cents: int) -> Decimal:
    """An amount of whole cents."""
    return Decimal(cents).scaleb(-2)


def parameters(stated: Stated, *, today: date) -> Parameters:
    """What is timing, by the settings. Rows of a fresh sync balance may still be on their way; a statement has all."""
    fresh = not stated.anchor.is_final and stated.anchor.day >= today.toordinal() - 1
    return Parameters(outstanding=int(config.read(config.BALANCE_TIMING_DAYS)), newest_may_lack_rows=fresh)


def load(account: Account, since: date | None = None) -> Loaded:
    """Rows from a day on (all by default), and every balance the bank stated since."""
    values = {"account_id": account.pk, "currency": account.currency, "since": since}
    bank, ledger = _side(rows_of("bank_rows", values)), _side(rows_of("ledger_rows", values))
    ours = {pk: place for place, pk in enumerate(bank.ids)}
    theirs = {pk: place for place, pk in enumerate(ledger.ids)}
    known = [
        (ours[one], theirs[other]) for one, other in rows_of("known_pairs", values) if one in ours and other in theirs
    ]
    stated = [
        Stated(Anchor(day.toordinal(), cents, is_final=is_final), connection_id, source, source_id)
        for day, cents, is_final, connection_id, source, source_id in rows_of("anchors", values)
        if since is None or day >= since
    ]
    adjusted = BalanceResolution.objects.filter(conflict__account=account, adjustment__isnull=False)
    return Loaded(
        bank,
        ledger,
        stated,
        known,
        to_cents(account.current_balance),
        account.currency or "CAD",
        frozenset(map(str, adjusted.values_list("adjustment_id", flat=True))),
    )


def rows_of(name: str, values: dict[str, Any]) -> list[tuple[Any, ...]]:
    """The rows of one query of ``sql/balances``."""
    text = resources.files("reconciliation").joinpath("sql", "balances", f"{name}.sql").read_text("utf-8")
    with connection.cursor() as cursor:
        cursor.execute(text, values)
        return list(cursor.fetchall())


def _side(rows: Sequence[tuple[Any, ...]]) -> Rows:
    columns = list(zip(*rows, strict=True)) or [(), (), (), ()]
    return Rows.of(*columns)
