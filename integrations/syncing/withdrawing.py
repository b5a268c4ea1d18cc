"""Booked rows that a bank takes back: a state and an alert. The row stays, with its mapping; a person decides."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from integrations.enums import ErrorOwner, ErrorSeverity, ErrorType, WithdrawalKind
from integrations.importing.pages import TakenAccount, TakenPages
from integrations.models import BankConnection, BankTransaction, BankTransactionKey, LinkedAccount, WithdrawnTransaction
from integrations.syncing import errors
from integrations.syncing.fetching import Fetched

_NAMED_ROWS: Final = 20


def withdraw(
    fetched: Fetched, taken: TakenPages, connection: BankConnection, *, sync_log_id: UUID, now: datetime
) -> int:
    """Note what the bank removed or lists no more; returns how many booked rows that are news of."""
    told_again = {row.id for account in taken.accounts for row in account.rows}
    removed = _removed_rows(fetched, taken.accounts, connection) - told_again
    absent = {row for account in taken.accounts for row in account.absent} - removed
    known = set(
        WithdrawnTransaction.objects.filter(
            bank_transaction__in=removed | absent, returned_at__isnull=True
        ).values_list("bank_transaction", flat=True)
    )
    news = dict.fromkeys(removed - known, WithdrawalKind.REMOVED)
    news |= dict.fromkeys(absent - known, WithdrawalKind.ABSENT)
    if not news:
        return 0
    accounts = dict(BankTransaction.objects.filter(pk__in=news).values_list("pk", "account"))
    WithdrawnTransaction.objects.bulk_create(
        WithdrawnTransaction(
            bank_transaction_id=row,
            connection=connection,
            account_id=accounts[row],
            withdrawal_kind=kind,
            sync_log_id=sync_log_id,
            noticed_at=now,
        )
        for row, kind in sorted(news.items())
        if row in accounts  # an archived row stays as it is
    )
    _alert(connection, sorted(news), sync_log_id, now)
    return len(news)


def _removed_rows(fetched: Fetched, accounts: Sequence[TakenAccount], connection: BankConnection) -> set[UUID]:
    """Booked rows among what the bank says it removed; removed pending rows are none."""
    scopes = {one.told_as: one.account_id for one in accounts}
    if any(page.removed for page in fetched.pages):
        linked = LinkedAccount.objects.filter(connection=connection).values_list("external_account_id", "account")
        scopes = {**dict(linked), **scopes}
    wanted: dict[UUID, set[str]] = defaultdict(set)
    for page in fetched.pages:
        for removal in page.removed:
            for account in _in_question(removal.external_account_id, scopes):
                wanted[account].add(removal.transaction_id)
    if not wanted:
        return set()
    ids = {identity for identities in wanted.values() for identity in identities}
    keys = BankTransactionKey.objects.filter(bank_id=connection.bank_id, external_transaction_id__in=ids)
    rows = BankTransaction.objects.filter(pk__in=keys.values("pk"), account__in=wanted).values_list(
        "pk", "account", "external_transaction_id"
    )
    return {row for row, account, identity in rows if identity in wanted[account]}


def _in_question(told_as: str, scopes: dict[str, UUID]) -> Iterable[UUID]:
    """The account the bank names; all of the connection where it names none."""
    if told_as:
        return [scopes[told_as]] if told_as in scopes else []
    return set(scopes.values())


def _alert(connection: BankConnection, rows: Sequence[UUID], sync_log_id: UUID, now: datetime) -> None:
    errors.record_fault(
        connection,
        errors.Fault(
            ErrorType.VALIDATION,
            ErrorOwner.BANK,
            errors.ROW_WITHDRAWN,
            f"{len(rows)} booked rows were withdrawn by the bank. They stay as they are; see Withdrawn transactions "
            "and decide what the ledger has to say.",
            ErrorSeverity.HIGH,
        ),
        now=now,
        sync_log_id=str(sync_log_id),
        rows=[str(row) for row in rows[:_NAMED_ROWS]],
    )
