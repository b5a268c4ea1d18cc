"""Is a success believable? One without what must be there is an error, before anything of it is stored."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from django.db import connection as database

from integrations.banks.contract import Listing
from integrations.models import LinkedAccount
from integrations.syncing.errors import Fault, empty_fault
from integrations.syncing.fetching import Fetched

# Fewer stored rows than this may truly be all gone from a window.
_FEW_ROWS: Final = 5
_LONG_WINDOW_DAYS: Final = 60

_STORED = """
    SELECT a.external_account_id, count(*)
    FROM linked_accounts a
    JOIN bank_transactions b ON b.account_id = a.account_id
    WHERE a.connection_id = %s AND b.connection_id = %s
        AND b.transaction_date BETWEEN %s AND %s
        AND b.normalized_data ->> 'source' = %s
    GROUP BY a.external_account_id
"""


def unbelievable(fetched: Fetched, *, connection_id: UUID, source: str) -> Fault | None:
    """What is wrong with this success, or None: no accounts where some are linked; no row of an account of which the
    same days had rows before; nothing at all on the first sync of accounts that have balances."""
    linked = set(LinkedAccount.objects.filter(connection=connection_id).values_list("external_account_id", flat=True))
    if not fetched.accounts:
        known = f"{len(linked)} of them are linked" if linked else "the consent must cover some"
        return empty_fault(f"The bank answered with success and no account, but {known}. Nothing was changed.")
    told = {row.external_account_id: len(row.transactions) for row in fetched.rows}
    window = fetched.plan.window
    if fetched.listing == Listing.WINDOW:
        with database.cursor() as cursor:
            cursor.execute(_STORED, [connection_id, connection_id, window.first, window.last, source])
            stored = dict(cursor.fetchall())
        asked = {row.external_account_id for row in fetched.rows}
        for account, count in sorted(stored.items()):
            if account in asked and not told.get(account) and count >= _FEW_ROWS:
                return empty_fault(
                    f"The bank answered with success and no row of {account} from {window.first} to {window.last}, "
                    f"where {count} are stored. Nothing was changed."
                )
    first_time = not fetched.plan.cursor and (window.last - window.first).days >= _LONG_WINDOW_DAYS
    if first_time and not linked and not any(told.values()) and _has_money(fetched):
        return empty_fault(
            "The bank answered the first sync with success and no row at all, although its accounts have balances. "
            "It may still be gathering their history; the sync is tried again."
        )
    return None


def _has_money(fetched: Fetched) -> bool:
    return any(balance.amount for balances in fetched.balances.values() for balance in balances)
