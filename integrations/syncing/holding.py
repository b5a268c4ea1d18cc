"""Pending rows: stored apart from booked ones, and followed until each has ended (rules: ``pending``)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from django.db.models import Q

from dwaybank.enums import TransactionType
from integrations.banks.contract import Listing
from integrations.banks.contract import PendingTransaction as ToldPending
from integrations.enums import PendingStatus
from integrations.importing.normalising import words_of
from integrations.importing.pages import TakenPages
from integrations.models import BankConnection, PendingTransaction
from integrations.syncing.fetching import Fetched
from integrations.syncing.pending import SETTLES_WITHIN, Booked, Hold, News, endings

_CONTENT: Final = ("amount", "currency", "transaction_type", "transaction_date", "description", "raw_data")


def ids_of_interest(fetched: Fetched, connection_id: UUID, now: datetime) -> set[str]:
    """Bank ids of booked rows that pending ones may have become: told as settlements, or the same as a hold's."""
    settled = {one.posted_id for page in fetched.pages for one in page.settlements}
    return settled | set(_followed(connection_id, now).values_list("external_transaction_id", flat=True))


def follow_pending(fetched: Fetched, taken: TakenPages, connection: BankConnection, *, now: datetime) -> None:
    """Store what is pending, and end what has ended."""
    accounts = {one.told_as: one.account_id for one in taken.accounts}
    told = {
        (accounts[one.external_account_id], str(one.transaction.external_transaction_id)): one
        for page in fetched.pages
        for one in page.pending
        if one.external_account_id in accounts
    }
    stored = list(_followed(connection.pk, now).select_for_update(no_key=True).order_by("pk"))
    news = News(
        listed=told.keys(),
        settled={
            (accounts[one.external_account_id], one.pending_id): one.posted_id
            for page in fetched.pages
            for one in page.settlements
            if one.external_account_id in accounts
        },
        removed={
            (account, one.transaction_id)
            for page in fetched.pages
            for one in page.removed
            for name, account in accounts.items()
            if one.external_account_id in {"", name}
        },
        complete=_complete(fetched, accounts),
    )
    _store_told(told, {(row.account_id, row.external_transaction_id): row for row in stored}, connection, now)
    _end(stored, taken, news, now)


def _followed(connection_id: UUID, now: datetime) -> Any:
    """Holds that have not ended, and those that vanished so lately that their row may still come."""
    alive = Q(pending_status=PendingStatus.PENDING)
    alive |= Q(pending_status__in=[PendingStatus.VANISHED, PendingStatus.EXPIRED], ended_at__gte=now - SETTLES_WITHIN)
    return PendingTransaction.objects.filter(alive, connection=connection_id)


def _complete(fetched: Fetched, accounts: Mapping[str, UUID]) -> set[UUID]:
    """Accounts of which all pending rows were listed."""
    if fetched.listing != Listing.WINDOW or not fetched.lists_pending or fetched.problems:
        return set()
    return set(accounts.values())


def _columns(told: ToldPending) -> dict[str, Any]:
    row = told.transaction
    return {
        "amount": abs(row.amount),
        "currency": row.currency,
        "transaction_type": TransactionType.DEBIT if row.amount < 0 else TransactionType.CREDIT,
        "transaction_date": row.transaction_date,
        "description": row.description,
        "raw_data": json.loads(json.dumps(dict(row.raw))),
    }


def _store_told(
    told: Mapping[tuple[UUID, str], ToldPending],
    stored: Mapping[tuple[UUID, str], PendingTransaction],
    connection: BankConnection,
    now: datetime,
) -> None:
    """New ones are added, known ones seen again; one that had vanished is pending again."""
    fresh, seen = [], []
    for (account, identity), one in told.items():
        row = stored.get((account, identity))
        if row is None:
            fresh.append(
                PendingTransaction(
                    connection=connection,
                    account_id=account,
                    external_account_id=one.external_account_id,
                    external_transaction_id=identity,
                    first_seen_at=now,
                    last_seen_at=now,
                    **_columns(one),
                )
            )
            continue
        for name, value in _columns(one).items():
            setattr(row, name, value)
        row.last_seen_at, row.pending_status, row.ended_at = now, PendingStatus.PENDING, None
        seen.append(row)
    # one that became a booked row stays so, also where the bank lists both for a day
    PendingTransaction.objects.bulk_create(
        fresh,
        update_conflicts=True,
        unique_fields=["connection", "external_account_id", "external_transaction_id"],
        update_fields=[*_CONTENT, "last_seen_at"],
    )
    PendingTransaction.objects.bulk_update(seen, [*_CONTENT, "last_seen_at", "pending_status", "ended_at"])


def _end(stored: list[PendingTransaction], taken: TakenPages, news: News, now: datetime) -> None:
    by_id = {row.pk: row for row in stored}
    booked = [
        Booked(row.id, account.account_id, row.external_id, row.amount, row.day, row.words, row.is_new)
        for account in taken.accounts
        for row in account.rows
    ]
    ended = endings([_hold(row) for row in stored], booked, news, now)
    for ending in ended:
        row = by_id[ending.hold_id]
        row.pending_status, row.ended_at = ending.status, now
        row.posted_as_id, row.linked_by = ending.posted_as, ending.linked_by or ""
    PendingTransaction.objects.bulk_update(
        [by_id[ending.hold_id] for ending in ended], ["pending_status", "ended_at", "posted_as", "linked_by"]
    )


def _hold(row: PendingTransaction) -> Hold:
    signed: Decimal = -row.amount if row.transaction_type == TransactionType.DEBIT else row.amount
    return Hold(
        id=row.pk,
        account_id=row.account_id,
        external_id=row.external_transaction_id,
        amount=signed,
        day=row.transaction_date,
        words=frozenset(words_of(row.description)),
        last_seen_at=row.last_seen_at,
        vanished=row.pending_status != PendingStatus.PENDING,
    )
