"""One account's rows against what is stored: COPY into a staging table, classify and store, all in SQL.

The caller holds a transaction and the account's lock.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from importlib import resources
from typing import Any
from uuid import UUID

from django.db import connection

from integrations.importing.normalising import StagedRow
from integrations.importing.outcomes import RowOutcome, Verdict

_COPY = """
    COPY staged_transactions (
        position, line, bank_identity, content_identity, signed_amount, currency, transaction_date, posted_date,
        value_date, raw_description, normalized_description, merchant_name, transaction_code, bank_reference,
        words, raw_data, normalized_data
    ) FROM STDIN
"""


@dataclass(frozen=True, slots=True)
class StoredAccount:
    """Where an account's rows are stored: its keys in the database, and the scope of its transaction ids."""

    connection_id: UUID
    account_id: UUID
    bank_id: str
    external_account_id: str
    source: str
    # whether the source never uses an id for two movements
    trusted_ids: bool = False


def _run(name: str, parameters: dict[str, Any] | None = None) -> None:
    """Run one file of ``sql/importing``."""
    text = resources.files("integrations").joinpath("sql", "importing", f"{name}.sql").read_text("utf-8")
    with connection.cursor() as cursor:
        cursor.execute(text, parameters)


def _copy(rows: Iterable[StagedRow]) -> None:
    with connection.cursor() as cursor, cursor.copy(_COPY) as copy:
        for row in rows:
            copy.write_row(row)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE staged_transactions")


def classify(rows: Iterable[StagedRow], target: StoredAccount) -> None:
    """Fill the staging table and give each row its verdict. Writes nothing else."""
    _run("stage")
    _copy(rows)
    scope = {"bank_id": target.bank_id, "external_account_id": target.external_account_id}
    _run("classify_unidentified", scope)
    _run("load_known", scope)
    _run("classify_trusted" if target.trusted_ids else "classify_identified")
    if days := _new_days():
        _run(
            "load_movements",
            {
                "account_id": target.account_id,
                "source": target.source,
                "first_day": days[0],
                "last_day": days[1],
            },
        )
        if _has_other_movements():
            _run("pair_movements")


def _new_days() -> tuple[date, date] | None:
    """First and last day of the rows classified as new; None when there are none."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT min(transaction_date), max(transaction_date) FROM staged_transactions WHERE verdict = 'new'"
        )
        first, last = cursor.fetchone()
    return (first, last) if first else None


def _has_other_movements() -> bool:
    """Whether another source has reported movements around these days at all."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT FROM other_movements)")
        return bool(cursor.fetchone()[0])


def store(target: StoredAccount) -> None:
    """Write what classification decided."""
    _run(
        "store",
        {
            "connection_id": target.connection_id,
            "account_id": target.account_id,
            "bank_id": target.bank_id,
            "external_account_id": target.external_account_id,
            "source": target.source,
        },
    )


def verdict_counts() -> dict[Verdict, int]:
    """How many staged rows have each verdict."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT verdict, count(*) FROM staged_transactions GROUP BY verdict")
        return {Verdict(verdict): count for verdict, count in cursor.fetchall()}


def remarks() -> list[tuple[int, Verdict, str]]:
    """(line, verdict, remark) of the rows a person should know about, and of all changed ones."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT line, verdict, COALESCE(remark, '') FROM staged_transactions "
            "WHERE remark IS NOT NULL OR verdict = 'changed' ORDER BY position"
        )
        return [(line, Verdict(verdict), remark) for line, verdict, remark in cursor.fetchall()]


def row_outcomes() -> tuple[RowOutcome, ...]:
    """Every staged row with its verdict and the stored row it meets, in file order; for a preview."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT line, verdict, transaction_date, signed_amount, currency, raw_description, "
            "COALESCE(remark, ''), matched_id FROM staged_transactions ORDER BY position"
        )
        return tuple(
            RowOutcome(
                line=line,
                verdict=Verdict(verdict),
                transaction_date=day,
                amount=amount,
                currency=currency,
                description=description,
                reason=remark,
                bank_transaction_id=matched,
            )
            for line, verdict, day, amount, currency, description, remark, matched in cursor.fetchall()
        )


@dataclass(frozen=True, slots=True)
class StoredRow:
    """A staged row as it stands now: ``is_new`` when this import stored it. ``amount`` is signed."""

    id: UUID
    external_id: str
    amount: Decimal
    day: date
    words: frozenset[str]
    is_new: bool


def stored_rows(of_interest: Collection[str]) -> tuple[StoredRow, ...]:
    """The rows that were stored anew, and those with one of these bank ids."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT CASE WHEN verdict IN ('new', 'repeated') THEN id ELSE matched_id END, "
            "COALESCE(bank_identity, content_identity), signed_amount, transaction_date, words, "
            "verdict IN ('new', 'repeated') FROM staged_transactions "
            "WHERE verdict IN ('new', 'repeated') OR (bank_identity = ANY (%s) AND matched_id IS NOT NULL) "
            "ORDER BY position",
            [list(of_interest)],
        )
        return tuple(
            StoredRow(row_id, external_id, amount, day, frozenset(words), is_new)
            for row_id, external_id, amount, day, words, is_new in cursor.fetchall()
        )


def absent_rows(account_id: UUID, source: str, first: date, last: date) -> list[UUID]:
    """Stored rows of these days, from this source, that the bank lists no more. After ``store``."""
    text = resources.files("integrations").joinpath("sql", "importing", "absent_rows.sql").read_text("utf-8")
    with connection.cursor() as cursor:
        cursor.execute(text, {"account_id": account_id, "source": source, "first_day": first, "last_day": last})
        return [row_id for (row_id,) in cursor.fetchall()]


def note_returned(now: datetime) -> int:
    """Rows that had been withdrawn and are listed again; returns how many."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE withdrawn_transactions w SET returned_at = %s FROM staged_transactions s "
            "WHERE w.returned_at IS NULL AND w.bank_transaction_id = s.matched_id",
            [now],
        )
        return int(cursor.rowcount)
