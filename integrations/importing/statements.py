"""Import a statement file: one transaction for the file, so that a crash leaves all of it or nothing.

Flow: read the file (no database) · find or make the owner's connection and open the sync log · make the months the
rows need · in one transaction, under the connection's lock: find the accounts, store each one's rows, write
statement, file and errors, close the log.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID, uuid4

from django.db import transaction

from dwaybank.actor import Actor, acting_as
from dwaybank.errors import DomainError
from dwaybank.models import User
from integrations.enums import Bank, FileStatus
from integrations.feeds.contract import BalanceKind, FeedAccount, FeedProblem, Severity
from integrations.importing import records
from integrations.importing.accounts import (
    AccountRefused,
    ResolvedAccount,
    bank_label,
    find_or_create_connection,
    label,
    resolve_account,
)
from integrations.importing.following import follow
from integrations.importing.outcomes import AccountOutcome, FileOutcome, RowOutcome, Verdict
from integrations.importing.profiles import find_profile
from integrations.importing.reading import ReadFile, read_file
from integrations.importing.taking import AccountTaker, ties_out
from integrations.models import BankConnection, BankStatement, StatementFile
from integrations.partitions import ensure_months


@dataclass(frozen=True, slots=True)
class _Request:
    """What was asked of one import."""

    owner: User
    actor: Actor
    account: str | None
    create_accounts: bool
    dry_run: bool
    with_rows: bool


@dataclass(frozen=True, slots=True)
class _Taken:
    """Outcomes of a file's accounts, with what a person should know about them."""

    accounts: tuple[AccountOutcome, ...]
    problems: tuple[FeedProblem, ...]
    created: int


def receive_file(*, data: bytes, file_name: str, owner: User, actor: Actor) -> StatementFile:
    """Keep an uploaded file until somebody has looked at its preview. The same bytes are kept once per owner.

    A file that was handed in before is returned as it stands, with its status; a file that is no statement is
    kept as refused, with its problems and without its bytes. Nothing is imported.
    Raises DomainError when the owner is deactivated.
    """
    _require_active(owner)
    read = read_file(data, file_name, bank=None, owner=owner)
    status = FileStatus.RECEIVED if read.feed or read.describable else FileStatus.REFUSED
    with acting_as(actor):
        file = records.claim_file(read, owner=owner, actor=actor)
        if file.file_status in {FileStatus.RECEIVED, FileStatus.REFUSED}:
            records.record_file(file, _outcome(read, status), data, connection=None)
    return file


def import_statement(
    *,
    data: bytes,
    file_name: str,
    owner: User,
    actor: Actor,
    bank: str | None = None,
    account: str | None = None,
    profile: str | None = None,
    create_accounts: bool = False,
    dry_run: bool = False,
    with_rows: bool = False,
) -> FileOutcome:
    """Read a statement file and store what is new in it.

    ``bank`` says which bank wrote the file where it does not say so itself; ``account`` names the owner's account
    where the file names none. ``profile`` (name or id) reads a CSV file in a layout that a person described for this
    owner; a file in no known layout is read with the one that fits. Without ``create_accounts`` an account that is not
    linked to the owner is refused by name. ``dry_run`` writes nothing; ``with_rows`` fills the rows of the outcome (a
    preview is both).

    A file that cannot be taken is no exception: its outcome has status refused, and problems. Raises DomainError
    when the owner is deactivated, or bank or profile are unknown. When the database fails, nothing of the file is
    stored, its sync log is closed as failed, and the error is raised.
    """
    _require_active(owner)
    if bank is not None and bank not in Bank.values:
        raise DomainError(f"There is no bank {bank!r}; known are {', '.join(Bank.values)}.")
    described = find_profile(owner, profile) if profile else None
    read = read_file(data, file_name, bank, owner=owner, profile=described)
    if account is None and read.profile is not None and read.profile.account_id is not None:
        account = str(read.profile.account_id)
    request = _Request(owner, actor, account, create_accounts, dry_run, with_rows)
    if dry_run:
        with acting_as(actor):
            outcome = _take(read, request, _connection(read, request), file=None, sync_log_id=None)
            transaction.set_rollback(True)
        return outcome
    with acting_as(actor):
        connection = _connection(read, request)
        sync_log_id = records.open_sync(connection, read) if connection else None
    try:
        if connection is not None:
            ensure_months("bank_transactions", _days(read))
        with acting_as(actor):
            file = records.claim_file(read, owner=owner, actor=actor)
            outcome = _take(read, request, connection, file=file, sync_log_id=sync_log_id)
            records.record_file(file, outcome, data, connection=connection)
    except BaseException as error:
        # whatever broke it off: the log must not stay open, and the error goes on
        if sync_log_id is not None:
            with acting_as(actor):
                records.fail_sync(sync_log_id, error)
        raise
    if told := [one.account_id for one in outcome.accounts if one.account_id and _has_news(one)]:
        follow(told, actor)
    return replace(outcome, statement_file_id=file.pk)


def _has_news(account: AccountOutcome) -> bool:
    """Rows that were not known, or a balance: which may speak of rows that are lost even where none is new."""
    return (
        bool(account.imported or account.changed) or (account.opening_balance, account.closing_balance) != (None,) * 2
    )


def _require_active(owner: User) -> None:
    if not owner.is_active:
        raise DomainError(f"{owner.email} is deactivated: nothing is imported for them.")


def _connection(read: ReadFile, request: _Request) -> BankConnection | None:
    if read.feed is None or read.bank_id is None:
        return None
    return find_or_create_connection(
        owner=request.owner,
        bank_id=read.bank_id,
        bank_name=bank_label(read.bank_id, read.feed.institution),
        create=request.create_accounts,
    )


def _days(read: ReadFile) -> set[date]:
    return {t.transaction_date for a in (read.feed.accounts if read.feed else ()) for t in a.transactions}


def _take(
    read: ReadFile,
    request: _Request,
    connection: BankConnection | None,
    *,
    file: StatementFile | None,
    sync_log_id: UUID | None,
) -> FileOutcome:
    """Take every account of the file and close the sync log. Without ``file`` (a dry run) no row is written."""
    if read.feed is None:
        return _outcome(read, FileStatus.REFUSED)
    if connection is not None:
        connection = BankConnection.objects.select_for_update(no_key=True).get(pk=connection.pk)
    taken = _take_accounts(read, request, connection, file=file, sync_log_id=sync_log_id)
    problems = (*read.problems, *taken.problems)
    if all(account.account_id is None for account in taken.accounts):
        status = FileStatus.REFUSED
    elif any(problem.severity == Severity.ERROR for problem in problems):
        status = FileStatus.PARTIAL
    else:
        status = FileStatus.IMPORTED
    outcome = _outcome(replace(read, problems=problems), status, taken.accounts)
    if sync_log_id is not None:
        records.close_sync(sync_log_id, outcome, accounts_created=taken.created)
    return outcome


def _outcome(read: ReadFile, status: FileStatus, accounts: tuple[AccountOutcome, ...] = ()) -> FileOutcome:
    return FileOutcome(
        file_name=read.file_name,
        sha256=read.sha256,
        file_format=read.source or None,
        bank_id=read.bank_id,
        status=status,
        accounts=accounts,
        problems=read.problems,
        profile_id=read.profile.pk if read.profile else None,
    )


def _take_accounts(
    read: ReadFile,
    request: _Request,
    connection: BankConnection | None,
    *,
    file: StatementFile | None,
    sync_log_id: UUID | None,
) -> _Taken:
    outcomes: list[AccountOutcome] = []
    problems: list[FeedProblem] = []
    created = 0
    statements = records.earlier_statements(request.owner, read.sha256)
    taken: set[UUID] = set()
    institution = bank_label(read.bank_id, read.feed.institution) if read.feed and read.bank_id else ""
    for feed_account in read.feed.accounts if read.feed else ():
        try:
            link, resolved = _resolve(feed_account, request, connection, statements, taken, institution)
        except AccountRefused as refusal:
            problems.append(FeedProblem(None, refusal.code, Severity.ERROR, str(refusal)))
            outcomes.append(_refused_account(feed_account))
            continue
        if resolved.note:
            problems.append(FeedProblem(None, "account_assumed", Severity.WARNING, resolved.note))
        taken.add(resolved.account.pk)
        created += resolved.created
        known = next((s.pk for s in statements if s.account_id == resolved.account.pk), None)
        statement_id = known or uuid4()
        origin = {"statement": str(statement_id)}
        rejected = _rejected_rows(read, feed_account)
        taker = AccountTaker(link, resolved, feed_account, read.source, origin, rejected_rows=rejected)
        outcome = taker.take(store=file is not None and sync_log_id is not None, with_rows=request.with_rows)
        if file is not None and sync_log_id is not None and known is None:
            records.record_statement(statement_id, file, resolved.account, feed_account, outcome, link, sync_log_id)
        outcomes.append(outcome)
        problems.extend(taker.problems)
    return _Taken(tuple(outcomes), tuple(problems), created)


def _resolve(
    feed_account: FeedAccount,
    request: _Request,
    connection: BankConnection | None,
    statements: Sequence[BankStatement],
    taken: Collection[UUID],
    institution: str,
) -> tuple[BankConnection, ResolvedAccount]:
    """The account of one part of the file, and the connection it is linked through."""
    if connection is None:
        raise AccountRefused(
            "account_unknown",
            f"Account {label(feed_account)} ({feed_account.currency}) is not linked to {request.owner.email}, who "
            "has no connection to this bank. Import with --create-accounts, or tick 'link new accounts' in the admin.",
        )
    resolved = resolve_account(
        feed_account,
        link=connection,
        # a connection to one of the four banks may have a name of its own
        institution=institution if connection.bank_id == Bank.AGGREGATION else connection.bank_name,
        owner=request.owner,
        earlier=records.earlier_account([s for s in statements if s.account_id not in taken], feed_account),
        taken=taken,
        chosen=request.account,
        create=request.create_accounts,
    )
    return connection, resolved


def _refused_account(feed_account: FeedAccount) -> AccountOutcome:
    seen = len(feed_account.transactions) + feed_account.rejected
    return AccountOutcome(
        external_account_id=feed_account.external_account_id or "",
        account_id=None,
        account_name="",
        currency=feed_account.currency,
        transactions=seen,
        imported=0,
        duplicates=0,
        changed=0,
        repeated=0,
        rejected=seen,
        signed_sum=feed_account.signed_sum,
        opening_balance=feed_account.balance(BalanceKind.OPENING),
        closing_balance=feed_account.balance(BalanceKind.CLOSING),
        ties_out=ties_out(feed_account),
    )


def _rejected_rows(read: ReadFile, feed_account: FeedAccount) -> tuple[RowOutcome, ...]:
    """The lines of this account that could not be read; known where the file has one account only."""
    if read.feed is None or len(read.feed.accounts) > 1 or not feed_account.rejected:
        return ()
    return tuple(
        RowOutcome(line=p.line, verdict=Verdict.REJECTED, reason=p.message, raw=p.raw)
        for p in read.problems
        if p.severity == Severity.ERROR and p.line is not None
    )
