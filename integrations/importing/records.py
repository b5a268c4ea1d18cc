"""What an import leaves behind beside the rows: file, statements, sync log, errors."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any, Final
from uuid import UUID

from django.db import connection as database
from django.db.models.functions import Now

from dwaybank.actor import Actor
from dwaybank.models import Account, User
from integrations.enums import ErrorOwner, ErrorSeverity, ErrorType, FileStatus, ResolutionStatus, SyncStatus
from integrations.feeds.contract import FeedAccount, FeedProblem, Severity
from integrations.importing.outcomes import AccountOutcome, FileOutcome
from integrations.importing.reading import DESCRIBABLE, ReadFile
from integrations.models import BankConnection, BankStatement, IntegrationError, StatementFile

# A file of nothing but bad lines shall not write a million errors; the count is kept.
MAX_PROBLEMS: Final = 500


def claim_file(read: ReadFile, *, owner: User, actor: Actor) -> StatementFile:
    """The one row of this file and owner, made where it is missing and locked to the end of the transaction."""
    StatementFile.objects.bulk_create(
        [
            StatementFile(
                owner=owner,
                sha256=read.sha256,
                file_name=read.file_name,
                size_bytes=len(read.data),
                file_status=FileStatus.RECEIVED,
                uploaded_by=actor.user_id,
            )
        ],
        ignore_conflicts=True,
    )
    locked = StatementFile.objects.select_for_update(no_key=True).defer("content")
    return locked.get(owner=owner, sha256=read.sha256)


def record_file(file: StatementFile, outcome: FileOutcome, data: bytes, *, connection: BankConnection | None) -> None:
    """Write what became of the file, and its problems as integration errors, unless that is known already.

    A file once imported keeps what was said of it until an import of the same bytes brings more; one refused before
    and taken now has its old errors resolved.
    """
    problems = _shortened(outcome.problems)
    known = (file.file_status, file.file_format, file.problems)
    if known == (outcome.status, outcome.file_format, problems) or _brings_nothing(file, outcome):
        return
    file.file_format, file.bank_id = outcome.file_format, outcome.bank_id
    file.file_status, file.problems = outcome.status, problems
    describable = any(problem.code == DESCRIBABLE for problem in outcome.problems)
    file.content = data if outcome.file_format or describable else None
    file.save(update_fields=["file_format", "bank_id", "file_status", "problems", "content"])
    if outcome.status == FileStatus.RECEIVED:
        return
    _resolve_earlier_errors(file)
    _record_errors(file, outcome, problems, connection)


def _brings_nothing(file: StatementFile, outcome: FileOutcome) -> bool:
    """Whether a file that was imported stands as well as before: what is said of it then differs in words only."""
    if file.file_status not in {FileStatus.IMPORTED, FileStatus.PARTIAL}:
        return False
    more = any(account.imported or account.changed for account in outcome.accounts)
    return outcome.status == FileStatus.REFUSED or (outcome.status == file.file_status and not more)


def _shortened(problems: Sequence[FeedProblem]) -> list[dict[str, Any]]:
    listed: list[dict[str, Any]] = [asdict(problem) for problem in problems[:MAX_PROBLEMS]]
    if len(problems) > MAX_PROBLEMS:
        more = len(problems) - MAX_PROBLEMS
        message = f"{more} more problems are not listed. Mend the file and hand it in again."
        listed.append(asdict(FeedProblem(None, "more_problems", Severity.ERROR, message)))
    return listed


def _resolve_earlier_errors(file: StatementFile) -> None:
    IntegrationError.objects.filter(
        user=file.owner_id, resolution_status=ResolutionStatus.NEW, error_details__statement_file=str(file.pk)
    ).update(resolution_status=ResolutionStatus.RESOLVED, resolution_method="automatic_retry", resolved_at=Now())


def _of_file(file_name: str, problem: dict[str, Any]) -> str:
    """What is wrong, and where: an error stands among those of other files."""
    if problem["line"]:
        return f"{file_name}, line {problem['line']}: {problem['message']}"
    return f"{file_name}: {problem['message']}"


def _record_errors(
    file: StatementFile,
    outcome: FileOutcome,
    problems: list[dict[str, Any]],
    connection: BankConnection | None,
) -> None:
    """One integration error per problem: low for a warning, medium for a line, high for a refused file."""
    error = ErrorSeverity.HIGH if outcome.status == FileStatus.REFUSED else ErrorSeverity.MEDIUM
    IntegrationError.objects.bulk_create(
        IntegrationError(
            connection=connection,
            user_id=file.owner_id,
            error_type=ErrorType.VALIDATION,
            error_severity=error if problem["severity"] == Severity.ERROR else ErrorSeverity.LOW,
            error_code=problem["code"][:50],
            error_message=_of_file(file.file_name, problem),
            operation_type="import_statement",
            bank_id=outcome.bank_id,
            error_details={
                # a bank sends what it sends: the file is mended, or its columns described, here
                "owner": ErrorOwner.US,
                "statement_file": str(file.pk),
                "line": problem["line"],
                "raw": problem["raw"],
            },
        )
        for problem in problems
    )


def earlier_statements(owner: User, sha256: str) -> list[BankStatement]:
    """What earlier imports of these very bytes left."""
    statements = BankStatement.objects.filter(file__owner=owner, file__sha256=sha256)
    return list(statements.select_related("account").order_by("created_at", "id"))


def earlier_account(statements: Sequence[BankStatement], feed_account: FeedAccount) -> Account | None:
    """The account that took this part of the file before: by its name, or alone in its currency without one."""
    same = [
        statement.account
        for statement in statements
        if statement.currency == feed_account.currency
        and feed_account.external_account_id in {None, statement.external_account_id}
    ]
    return same[0] if len(same) == 1 else None


def record_statement(
    statement_id: UUID,
    file: StatementFile,
    account: Account,
    feed_account: FeedAccount,
    outcome: AccountOutcome,
    connection: BankConnection,
    sync_log_id: UUID,
) -> None:
    """Write the statement of one account."""
    days = [t.transaction_date for t in feed_account.transactions]
    BankStatement.objects.create(
        id=statement_id,
        file=file,
        account=account,
        connection=connection,
        sync_log_id=sync_log_id,
        external_account_id=outcome.external_account_id,
        currency=outcome.currency,
        period_start=feed_account.period_start or min(days, default=None),
        period_end=feed_account.period_end or max(days, default=None),
        opening_balance=outcome.opening_balance,
        closing_balance=outcome.closing_balance,
        signed_sum=outcome.signed_sum,
        transactions_seen=outcome.transactions,
        transactions_imported=outcome.imported,
        transactions_duplicates=outcome.duplicates,
        transactions_changed=outcome.changed,
        transactions_rejected=outcome.rejected,
    )


def open_sync(connection: BankConnection, read: ReadFile) -> UUID:
    """Open the sync log of this import through ``record_sync_attempt()``: it names the file, and the profile if one
    reads it."""
    metadata = {"file_name": read.file_name, "sha256": read.sha256}
    if read.profile is not None:
        metadata |= {"profile": str(read.profile.pk), "profile_name": str(read.profile)}
    with database.cursor() as cursor:
        cursor.execute(
            "SELECT record_sync_attempt(%s, 'manual', 'transactions', p_sync_metadata => %s)",
            [connection.pk, json.dumps(metadata)],
        )
        return UUID(str(cursor.fetchone()[0]))


def close_sync(sync_log_id: UUID, outcome: FileOutcome, *, accounts_created: int) -> None:
    """Close the sync log with the import's counts through ``complete_sync_attempt()``."""
    errors = [p for p in outcome.problems if p.severity == Severity.ERROR]
    status = {
        FileStatus.IMPORTED: SyncStatus.COMPLETED,
        FileStatus.PARTIAL: SyncStatus.PARTIAL,
    }.get(outcome.status, SyncStatus.FAILED)
    results: dict[str, Any] = {
        "accounts_processed": len(outcome.accounts),
        "accounts_imported": accounts_created,
        "transactions_processed": sum(a.transactions for a in outcome.accounts),
        "transactions_imported": sum(a.imported for a in outcome.accounts),
        "transactions_duplicates": sum(a.duplicates for a in outcome.accounts),
        "errors_count": len(errors),
        "warnings_count": len(outcome.problems) - len(errors),
    }
    if status == SyncStatus.FAILED and errors:
        results["error_message"] = errors[-1].message
    _complete(sync_log_id, status, results)


def fail_sync(sync_log_id: UUID, error: BaseException) -> None:
    """Close the sync log of an import that broke off."""
    message = str(error).split("\n", 1)[0] or type(error).__name__
    _complete(sync_log_id, SyncStatus.FAILED, {"errors_count": 1, "error_message": message})


def _complete(sync_log_id: UUID, status: SyncStatus, results: dict[str, Any]) -> None:
    with database.cursor() as cursor:
        cursor.execute("SELECT complete_sync_attempt(%s, %s, %s)", [sync_log_id, status.value, json.dumps(results)])
