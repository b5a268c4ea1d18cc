"""What a bank told, stored as one unit: rows, pending rows, withdrawals, balances, cursor, consent, log, request.

One transaction under the connection's row lock, so that a crash leaves all of a sync or nothing, and the cursor never
runs ahead of its rows.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from dwaybank.actor import Actor, acting_as
from integrations.bank_balances import StatedBalance, record_bank_balances
from integrations.banks.contract import Consent, ConsentStatus, Listing
from integrations.enums import BankBalanceKind, ConsentState, RequestStatus, SyncStatus
from integrations.feeds.contract import BalanceKind, FeedProblem, Severity
from integrations.importing.following import follow_later
from integrations.importing.pages import Absence, TakenPages, take_pages
from integrations.models import AccountSync, BankConnection, ConnectionSyncState, SyncRequest
from integrations.partitions import ensure_months
from integrations.syncing import errors, holding, withdrawing
from integrations.syncing.fetching import Fetched
from integrations.syncing.logs import close_log
from integrations.syncing.requests import end_request
from integrations.syncing.retrying import next_sync_at

# A bank's window and our days may differ by the hours between zones: its edges prove nothing.
_EDGE: Final = timedelta(days=1)
# an account that we closed while the bank still lists it
_CLOSED: Final = "account_closed"


@dataclass(frozen=True, slots=True)
class Result:
    """What a sync stored. ``withdrawn`` are booked rows that the bank took back, ``problems`` what was not taken."""

    status: SyncStatus
    imported: int
    changed: int
    withdrawn: int
    problems: int


def store(
    fetched: Fetched,
    *,
    request: SyncRequest,
    sync_log_id: UUID,
    source: str,
    actor: Actor,
    now: datetime,
    hours: int,
    dice: Callable[[], float],
) -> Result:
    """Store it, close the log and end the request. Raises what the database refuses; then nothing is stored."""
    ensure_months("bank_transactions", {row.transaction_date for part in fetched.rows for row in part.transactions})
    with acting_as(actor):
        connection = (
            BankConnection.objects.select_for_update(no_key=True, of=("self",))
            .select_related("user")
            .get(pk=request.connection_id)
        )
        taken = take_pages(
            fetched.rows,
            connection=connection,
            owner=connection.user,
            institutions={one.external_account_id: one.institution for one in fetched.accounts},
            source=source,
            sync_log_id=sync_log_id,
            absence=_absence(fetched),
            of_interest=holding.ids_of_interest(fetched, connection.pk, now),
            now=now,
        )
        holding.follow_pending(fetched, taken, connection, now=now)
        withdrawn = withdrawing.withdraw(fetched, taken, connection, sync_log_id=sync_log_id, now=now)
        _record_accounts(fetched, taken, connection, sync_log_id)
        _record_balances(fetched, taken, connection, sync_log_id, now)
        _remember(fetched, taken, request, now=now, hours=hours, dice=dice)
        result = _close(fetched, taken, connection, request, sync_log_id, withdrawn=withdrawn, now=now)
        if fresh := [one.account_id for one in taken.accounts if one.outcome.imported or one.outcome.changed]:
            follow_later(fresh, Actor(actor.user_id, f"sync:{request.reason}"), key=str(connection.pk))
    return result


def _absence(fetched: Fetched) -> Absence | None:
    """The days of which absence means something: none for a list of changes, nor within a day of the window's edges."""
    window = fetched.plan.window
    first, last = window.first + _EDGE, window.last - _EDGE
    if fetched.listing != Listing.WINDOW or first > last or fetched.problems:
        return None
    return Absence(first, last)


def _record_accounts(fetched: Fetched, taken: TakenPages, connection: BankConnection, sync_log_id: UUID) -> None:
    """Days and counts of each account."""
    by_window = fetched.listing == Listing.WINDOW
    pending = Counter(one.external_account_id for page in fetched.pages for one in page.pending)
    AccountSync.objects.bulk_create(
        AccountSync(
            account_id=account.account_id,
            connection=connection,
            sync_log_id=sync_log_id,
            currency=account.outcome.currency,
            window_start=fetched.plan.window.first if by_window else None,
            window_end=fetched.plan.window.last if by_window else None,
            transactions_seen=account.outcome.transactions,
            transactions_imported=account.outcome.imported,
            transactions_duplicates=account.outcome.duplicates,
            transactions_rejected=account.outcome.rejected,
            pending_seen=pending[account.told_as],
        )
        for account in taken.accounts
    )


def _record_balances(
    fetched: Fetched, taken: TakenPages, connection: BankConnection, sync_log_id: UUID, now: datetime
) -> None:
    """What the bank says each account holds, as of now."""
    kinds = {BalanceKind.CLOSING: BankBalanceKind.POSTED, BalanceKind.AVAILABLE: BankBalanceKind.AVAILABLE}
    record_bank_balances(
        (
            StatedBalance(account.account_id, one.amount, one.currency, now, kinds[one.kind])
            for account in taken.accounts
            for one in fetched.balances.get(account.told_as, ())
            if one.kind in kinds and one.currency == account.outcome.currency
        ),
        bank_id=connection.bank_id,
        connection_id=connection.pk,
        sync_log_id=sync_log_id,
    )


def _remember(
    fetched: Fetched,
    taken: TakenPages,
    request: SyncRequest,
    *,
    now: datetime,
    hours: int,
    dice: Callable[[], float],
) -> None:
    """Cursor, window, consent and the next time.

    Cursor and window stay where they were while something could not be taken: the next sync asks for the same again,
    which stores nothing twice, until the bank has mended its rows or staff the account.
    """
    state, _ = ConnectionSyncState.objects.select_for_update(no_key=True).get_or_create(
        connection_id=request.connection_id
    )
    whole = request.account_id is None and request.window_start is None
    all_taken = not any(problem.severity == Severity.ERROR for problem in _not_taken(fetched, taken))
    if fetched.next_cursor is not None and request.account_id is None and all_taken:
        state.cursor = fetched.next_cursor
    if whole and all_taken:
        state.synced_through = fetched.plan.window.last
    state.next_sync_at = next_sync_at(now=now, hours=hours, dice=dice)
    state.next_probe_at = None
    if fetched.consent is not None:
        note_consent(state, fetched.consent, now)
    state.save()


def _not_taken(fetched: Fetched, taken: TakenPages) -> Iterator[FeedProblem]:
    """Rows that could not be read, and accounts that were refused with all their rows; one that we closed is meant."""
    for page in fetched.pages:
        yield from page.problems
    for problem in taken.problems:
        if problem.code.startswith("account_") and problem.code != _CLOSED:
            yield problem


def note_consent(state: ConnectionSyncState, consent: Consent, now: datetime) -> None:
    """What the bank says of the consent, on the state (unsaved) and the connection (saved)."""
    state.consent_status = {
        ConsentStatus.ACTIVE: ConsentState.ACTIVE,
        ConsentStatus.EXPIRED: ConsentState.EXPIRED,
        ConsentStatus.REVOKED: ConsentState.REVOKED,
        ConsentStatus.AWAITING: ConsentState.AWAITING,
    }[consent.status]
    state.consent_id = consent.consent_id or state.consent_id
    state.consent_checked_at = now
    if consent.expires_at is not None:
        BankConnection.objects.filter(pk=state.connection_id).exclude(consent_expires_at=consent.expires_at).update(
            consent_expires_at=consent.expires_at
        )


def _close(
    fetched: Fetched,
    taken: TakenPages,
    connection: BankConnection,
    request: SyncRequest,
    sync_log_id: UUID,
    *,
    withdrawn: int,
    now: datetime,
) -> Result:
    """Close log and request, and settle the connection's errors."""
    unread = [problem for page in fetched.pages for problem in page.problems]
    problems = [*unread, *taken.problems]
    refused = [problem for problem in problems if problem.severity == Severity.ERROR]
    outcomes = [one.outcome for one in taken.accounts]
    status = SyncStatus.PARTIAL if refused else SyncStatus.COMPLETED
    results: dict[str, Any] = {
        "accounts_processed": len(fetched.rows),
        "accounts_imported": taken.created,
        "accounts_updated": len(outcomes),
        "transactions_processed": sum(one.transactions for one in outcomes),
        "transactions_imported": sum(one.imported for one in outcomes),
        "transactions_duplicates": sum(one.duplicates for one in outcomes),
        "errors_count": len(refused),
        "warnings_count": len(problems) - len(refused) + withdrawn,
        "step": "done",
    }
    if refused:
        results["error_details"] = [{"code": one.code, "message": one.message} for one in refused[:50]]
    close_log(sync_log_id, status, results)
    if status == SyncStatus.PARTIAL and connection.consecutive_failures:
        # the bank answered: the breaker is about the connection, not about single rows
        BankConnection.objects.filter(pk=connection.pk).update(consecutive_failures=0)
    errors.resolve_by_success(connection, now=now)
    _record_refused(connection, refused, sync_log_id, now)
    request.sync_log_id = sync_log_id
    end_request(request, RequestStatus.COMPLETED, now=now, message=_summary(results, withdrawn))
    return Result(
        status,
        imported=results["transactions_imported"],
        changed=sum(one.changed for one in outcomes),
        withdrawn=withdrawn,
        problems=len(refused),
    )


def _record_refused(
    connection: BankConnection, refused: Sequence[FeedProblem], sync_log_id: UUID, now: datetime
) -> None:
    """One error per kind of problem: rows that could not be read, accounts that could not be taken."""
    for code in sorted({problem.code for problem in refused}):
        same = [problem for problem in refused if problem.code == code]
        more = f" ({len(same)} of this kind)" if len(same) > 1 else ""
        errors.record_fault(
            connection,
            errors.row_fault(code, f"{same[0].message}{more}"),
            now=now,
            sync_log_id=str(sync_log_id),
            raw=[problem.raw[:500] for problem in same[:20]],
        )


def _summary(results: dict[str, Any], withdrawn: int) -> str:
    text = f"{results['transactions_imported']} new, {results['transactions_duplicates']} known"
    return f"{text}, {withdrawn} withdrawn by the bank" if withdrawn else text
