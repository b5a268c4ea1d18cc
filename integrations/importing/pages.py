"""Rows that a bank's API told: the same door as for statement files, in the caller's transaction.

The caller holds the connection's row lock; it stores cursor, pending rows and log in the same transaction.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from dwaybank.models import User
from integrations.feeds.contract import FeedAccount, FeedProblem, Severity
from integrations.importing import staging
from integrations.importing.accounts import AccountRefused, label, resolve_account
from integrations.importing.outcomes import AccountOutcome
from integrations.importing.taking import AccountTaker
from integrations.models import BankConnection


@dataclass(frozen=True, slots=True)
class Absence:
    """Days (both included) of which the bank listed every row: what is stored of them and was not told is absent."""

    first: date
    last: date


@dataclass(frozen=True, slots=True)
class TakenAccount:
    """One account of a sync: counts; rows that pending ones may have become; stored rows the bank lists no more.

    ``told_as`` is the bank's own name of the account.
    """

    told_as: str
    outcome: AccountOutcome
    rows: tuple[staging.StoredRow, ...]
    absent: tuple[UUID, ...]

    @property
    def account_id(self) -> UUID:
        """Our account."""
        assert self.outcome.account_id is not None  # noqa: S101 - refused accounts are told apart as problems
        return self.outcome.account_id


@dataclass(frozen=True, slots=True)
class TakenPages:
    """Everything of one fetch. ``created`` counts accounts that were linked by it."""

    accounts: tuple[TakenAccount, ...]
    problems: tuple[FeedProblem, ...]
    created: int


def merged(accounts: Iterable[FeedAccount]) -> tuple[FeedAccount, ...]:
    """One entry per account and currency, rows in the order told: later ones are the newer truth."""
    parts: dict[tuple[str | None, str], FeedAccount] = {}
    for account in accounts:
        key = (account.external_account_id, account.currency)
        earlier = parts.get(key)
        parts[key] = (
            account
            if earlier is None
            else replace(
                account,
                transactions=(*earlier.transactions, *account.transactions),
                balances=account.balances or earlier.balances,
                rejected=earlier.rejected + account.rejected,
            )
        )
    return tuple(parts.values())


def take_pages(
    accounts: Sequence[FeedAccount],
    *,
    connection: BankConnection,
    owner: User,
    institutions: dict[str, str],
    source: str,
    sync_log_id: UUID,
    absence: Absence | None,
    of_interest: Collection[str],
    now: datetime,
) -> TakenPages:
    """Store what a fetch told, account by account.

    ``institutions`` names each account's bank for people. ``of_interest`` are ids whose rows are returned even if they
    were known (settlements); new rows always are. An account that cannot be taken is a problem, and the others are
    taken all the same.
    """
    taken: set[UUID] = set()
    found: list[TakenAccount] = []
    problems: list[FeedProblem] = []
    created = 0
    for part in accounts:
        try:
            resolved = resolve_account(
                part,
                link=connection,
                institution=institutions.get(str(part.external_account_id)) or connection.bank_name,
                owner=owner,
                earlier=None,
                taken=taken,
                chosen=None,
                create=True,
            )
        except AccountRefused as refusal:
            problems.append(FeedProblem(None, refusal.code, Severity.ERROR, str(refusal), raw=label(part)))
            continue
        if resolved.note:
            problems.append(FeedProblem(None, "account_assumed", Severity.WARNING, resolved.note))
        taken.add(resolved.account.pk)
        created += resolved.created
        taker = AccountTaker(connection, resolved, part, source, {"sync": str(sync_log_id)}, trusted_ids=True)
        outcome = taker.take(store=True)
        problems.extend(taker.problems)
        staging.note_returned(now)
        absent = staging.absent_rows(resolved.account.pk, source, absence.first, absence.last) if absence else ()
        found.append(
            TakenAccount(str(part.external_account_id), outcome, staging.stored_rows(of_interest), tuple(absent))
        )
    return TakenPages(tuple(found), tuple(problems), created)
