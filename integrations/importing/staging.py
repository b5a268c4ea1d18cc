"""One account's rows against what is stored: identities by COPY into a staging table, classified in SQL; then the
records of the rows that are new by COPY into ``bank_transactions`` itself.

The caller holds a transaction and the account's lock.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from importlib import resources
from typing import Any, Final, Protocol
from uuid import UUID

from django.db import connection

from integrations.importing.normalising import Identity, Record, words_of
from integrations.importing.outcomes import RowOutcome, Verdict

_IDENTITIES: Final = """
    COPY staged_transactions (
        position, line, bank_identity, content_identity, signed_amount, currency, transaction_date, posted_date,
        raw_description, id
    ) FROM STDIN
"""
# as normalising.Record has them
_RECORD: Final = (
    "id, amount, currency, transaction_type, transaction_date, posted_date, value_date, raw_description, "
    "normalized_description, merchant_name, transaction_code, bank_reference, raw_data, normalized_data"
)
_NEW_ROWS: Final = (
    "COPY bank_transactions (external_transaction_id, processing_status, connection_id, account_id, bank_id, "
    f"external_account_id, {_RECORD}) FROM STDIN"
)
_CHANGED_ROWS: Final = f"COPY changed_transactions (stored_on, {_RECORD}) FROM STDIN"
# So many rows a statement: what triggers see of them stays in memory, however many rows there are.
_BATCH: Final = 4_000
# so many rows of a file are looked up to see whether it is one that was imported before
_SAMPLE: Final = 40


class Rows(Protocol):
    """The rows of one account, as ``normalising.AccountRows`` has them. Positions count from 1."""

    def identities(self) -> Iterable[Identity]:
        """What tells each row from others, in order."""

    def bank_identity(self, position: int) -> str | None:
        """The bank's own id of one row."""

    def words(self, position: int) -> list[str]:
        """The words of one row."""

    def record(self, position: int) -> Record:
        """What is stored of one row."""


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

    @property
    def scope(self) -> dict[str, str]:
        """Within which a transaction id stands once."""
        return {"bank_id": self.bank_id, "external_account_id": self.external_account_id}


def _run(name: str, parameters: dict[str, Any] | None = None) -> int:
    """Run one file of ``sql/importing``; returns how many rows its (first) statement wrote."""
    text = resources.files("integrations").joinpath("sql", "importing", f"{name}.sql").read_text("utf-8")
    with connection.cursor() as cursor:
        cursor.execute(text, parameters)
        return int(cursor.rowcount)


def _analyze() -> None:
    """Plans need the number of rows and of different ids: three thousand rows tell both, the usual target reads all."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SET LOCAL default_statistics_target = 10; ANALYZE staged_transactions; "
            "SET LOCAL default_statistics_target TO DEFAULT"
        )


@dataclass(slots=True)
class _Staged:
    """What was seen while the identities passed by."""

    count: int = 0
    first_day: str = "9999-12-31"
    last_day: str = "0001-01-01"
    without_bank_identity: bool = False
    # bank ids that stand on several lines
    repeated: set[str] = field(default_factory=set)


def _copy_identities(rows: Rows) -> _Staged:
    staged = _Staged()
    seen: set[str] = set()
    with connection.cursor() as cursor, cursor.copy(_IDENTITIES) as copy:
        for row in rows.identities():
            copy.write_row(row)
            staged.count = row.position
            staged.first_day = min(staged.first_day, row.transaction_date)
            staged.last_day = max(staged.last_day, row.transaction_date)
            if row.bank_identity is None:
                staged.without_bank_identity = True
            elif row.bank_identity in seen:
                staged.repeated.add(row.bank_identity)
            else:
                seen.add(row.bank_identity)
    _analyze()
    return staged


def classify(rows: Rows, target: StoredAccount) -> None:
    """Fill the staging table and give each row its verdict. Writes nothing else."""
    _run("stage")
    staged = _copy_identities(rows)
    if _any_known(staged, target):
        window = {"first_day": staged.first_day, "last_day": staged.last_day, "repeated": list(staged.repeated)}
        settled = _run("settle_known", {"account_id": target.account_id, **target.scope, **window})
        if settled == staged.count:
            return
        _analyze()
    if staged.without_bank_identity:
        _run("classify_unidentified", target.scope)
    _run("load_known", target.scope)
    if _reopen(staged):
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
            _copy_words(rows)
            _run("pair_movements")


def _any_known(staged: _Staged, target: StoredAccount) -> bool:
    """Whether some of the rows, picked evenly, are known: then many of them will be."""
    sample = range(1, staged.count + 1, max(1, staged.count // _SAMPLE))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT COALESCE(bank_identity, content_identity) FROM staged_transactions WHERE position = ANY(%s)",
            [list(sample)],
        )
        names = [name for (name,) in cursor.fetchall()]
        cursor.execute(
            "SELECT EXISTS (SELECT FROM bank_transaction_keys WHERE bank_id = %(bank_id)s "
            "AND external_account_id = %(external_account_id)s AND external_transaction_id = ANY(%(names)s))",
            {**target.scope, "names": names},
        )
        return bool(cursor.fetchone()[0])


def _reopen(staged: _Staged) -> bool:
    """Take the verdict back from rows whose id stands elsewhere too, in the file or stored; whether there are any."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE staged_transactions SET verdict = NULL WHERE verdict = 'new' "
            "AND (bank_identity IN (SELECT bank_identity FROM known_rows) OR bank_identity = ANY(%s))",
            [list(staged.repeated)],
        )
        return bool(cursor.rowcount)


def _copy_words(rows: Rows) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT position FROM staged_transactions WHERE verdict = 'new'")
        positions = [position for (position,) in cursor.fetchall()]
        with cursor.copy("COPY staged_words (position, words) FROM STDIN") as copy:
            for position in positions:
                copy.write_row((position, rows.words(position)))


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


def store(rows: Rows, target: StoredAccount) -> None:
    """Write what classification decided: rows that are new or repeat another source's, and changes of stored ones."""
    counts = verdict_counts()
    if Verdict.NEW in counts or Verdict.REPEATED in counts:
        _store_new(rows, target)
    if Verdict.REPEATED in counts:
        _run("link_repeated", {"source": target.source})
    if Verdict.CHANGED in counts:
        _store_changed(rows)


def _store_new(rows: Rows, target: StoredAccount) -> None:
    """COPY into the table itself: each record crosses to the server once, while the next ones are being made."""
    with connection.cursor() as cursor:
        # the name is the bank's id, but where that is taken or missing
        cursor.execute(
            "SELECT position, COALESCE(external_transaction_id, CASE WHEN bank_identity IS NULL THEN content_identity "
            "END), verdict FROM staged_transactions WHERE verdict IN ('new', 'repeated') "
            "ORDER BY transaction_date, position"
        )
        stored = cursor.fetchall()
    where = (str(target.connection_id), str(target.account_id), target.bank_id, target.external_account_id)
    for first in range(0, len(stored), _BATCH):
        with connection.cursor() as cursor, cursor.copy(_NEW_ROWS) as copy:
            for position, name, verdict in stored[first : first + _BATCH]:
                status = "imported" if verdict == Verdict.NEW else "duplicate"
                copy.write_row((name or rows.bank_identity(position), status, *where, *rows.record(position)))


def _store_changed(rows: Rows) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT position, matched_id::text, matched_date FROM staged_transactions WHERE verdict = 'changed'"
        )
        changed = cursor.fetchall()
        _run("stage_changed")
        with cursor.copy(_CHANGED_ROWS) as copy:
            for position, row_id, stored_on in changed:
                copy.write_row((stored_on, *rows.record(position)._replace(id=row_id)))
    _run("store_changed")


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
            "COALESCE(bank_identity, content_identity), signed_amount, transaction_date, raw_description, "
            "verdict IN ('new', 'repeated') FROM staged_transactions "
            "WHERE verdict IN ('new', 'repeated') OR (bank_identity = ANY (%s) AND matched_id IS NOT NULL) "
            "ORDER BY position",
            [list(of_interest)],
        )
        return tuple(
            StoredRow(row_id, external_id, amount, day, frozenset(words_of(description)), is_new)
            for row_id, external_id, amount, day, description, is_new in cursor.fetchall()
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
