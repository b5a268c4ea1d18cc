"""What an import answers: per file, per account and, for a preview, per row."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from integrations.enums import FileStatus
from integrations.feeds.contract import FeedProblem


class Verdict(StrEnum):
    """What the import does (or, in a preview, would do) with one row."""

    NEW = "new"  # stored as a movement of its own
    DUPLICATE = "duplicate"  # the same row is stored already: nothing to do
    CHANGED = "changed"  # the bank changed a stored row: updated, its earlier version kept
    REPEATED = "repeated"  # the same movement from another source: stored as a duplicate of it
    REJECTED = "rejected"  # not taken; the reason says why


@dataclass(frozen=True, slots=True)
class RowOutcome:
    """One line of a file: what it says, what becomes of it, and the stored row it meets (if any).

    For a rejected line only ``line``, ``verdict``, ``reason`` and ``raw`` are set. Amounts are signed, money in
    positive. ``bank_transaction_id`` is the stored row a duplicate, changed or repeated line meets.
    """

    line: int | None
    verdict: Verdict
    transaction_date: date | None = None
    amount: Decimal | None = None
    currency: str = ""
    description: str = ""
    reason: str = ""
    raw: str = ""
    bank_transaction_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class AccountOutcome:
    """One account of a file: counts, which always add up, and balances.

    ``transactions`` = ``imported`` + ``duplicates`` + ``rejected``; ``changed`` and ``repeated`` are counted among
    the duplicates. ``ties_out`` is None where the file does not give both balances. ``account_id`` is None
    where the account was refused (a problem of the file says why).
    """

    external_account_id: str
    account_id: UUID | None
    account_name: str
    currency: str
    transactions: int
    imported: int
    duplicates: int
    changed: int
    repeated: int
    rejected: int
    signed_sum: Decimal
    opening_balance: Decimal | None
    closing_balance: Decimal | None
    ties_out: bool | None
    rows: tuple[RowOutcome, ...] = ()


@dataclass(frozen=True, slots=True)
class FileOutcome:
    """One file: taken, taken in part, or refused; with everything a person should know about it.

    ``statement_file_id`` is None for a dry run; ``profile_id`` is the described layout it was read in, if
    any. ``rows`` of the accounts are filled only for a preview.
    """

    file_name: str
    sha256: str
    file_format: str | None
    bank_id: str | None
    status: FileStatus
    accounts: tuple[AccountOutcome, ...]
    problems: tuple[FeedProblem, ...]
    statement_file_id: UUID | None = None
    profile_id: UUID | None = None
