"""Flinks documents into the contract's values. Pure.

A row has its amount in Debit or in Credit, the other one null. Nobody promises that a row's ``Id`` survives a refresh,
so it is kept in the raw record and not taken as the bank's id: the row is known by its content and occurrence.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any, Final

from integrations.banks import rows
from integrations.banks.contract import BankAccount, FetchPage, Window
from integrations.banks.http import Answer, wrong_typed
from integrations.banks.rows import Row, RowReader
from integrations.feeds.contract import (
    AccountKind,
    FeedAccount,
    FeedTransaction,
    IdentifierKind,
)
from integrations.feeds.dates import DateForm, parse_date
from integrations.feeds.problems import LineError, ProblemCode

_KINDS: Final = {
    "chequing": AccountKind.CHEQUING,
    "savings": AccountKind.SAVINGS,
    "creditcard": AccountKind.CREDIT_CARD,
    "lineofcredit": AccountKind.LINE_OF_CREDIT,
}
_OWED: Final = frozenset({AccountKind.CREDIT_CARD, AccountKind.LINE_OF_CREDIT})
_NAMES: Final = {"001": "BMO Bank of Montreal", "003": "RBC Royal Bank", "004": "TD Canada Trust", "010": "CIBC"}


def accounts(document: Mapping[str, Any], answer: Answer, today: date) -> list[tuple[BankAccount, Row]]:
    """Each account with its own record. Raises BankError where one cannot be read."""
    listed = document.get("Accounts")
    if not isinstance(listed, list):
        raise wrong_typed("Accounts", "a list", answer)  # bank's words
    found = []
    for row in listed:
        if not isinstance(row, Mapping):
            raise wrong_typed("an account", "an object", answer)
        try:
            found.append((_account(row, today), row))
        except LineError as problem:
            raise wrong_typed(f"an account ({problem.message.rstrip('.')})", "readable", answer) from None
    return found


def _account(row: Row, today: date) -> BankAccount:
    kind = _KINDS.get(rows.text(row, "Type").replace(" ", "").casefold(), AccountKind.UNKNOWN)
    currency = rows.currency(row.get("Currency"))
    stated = row.get("Balance")
    number = rows.loose_text(row, "AccountNumber")
    return BankAccount(
        external_account_id=rows.identifier(row, "Id"),
        name=rows.text(row, "Title") or f"Account {number[-4:]}".strip(),
        kind=kind,
        currency=currency,
        identifier_kind=IdentifierKind.ACCOUNT_NUMBER,
        mask=number[-4:],
        institution=_NAMES.get(rows.loose_text(row, "InstitutionNumber"), ""),
        balances=rows.balances(
            stated if isinstance(stated, Mapping) else {},
            "Current",
            "Available",
            owed=kind in _OWED,
            currency=currency,
            day=today,
        ),
    )


def page(account: BankAccount, row: Row, window: Window, reader: RowReader, answer: Answer) -> FetchPage:
    """The rows of one account within the window. Raises BankError where they are no list."""
    listed = row.get("Transactions")
    if not isinstance(listed, list):
        raise wrong_typed("Transactions", "a list", answer)  # bank's words
    before = len(reader.problems)
    read, rejected = reader.read(listed, lambda one, line: _transaction(one, line, account.currency, window))
    feed = FeedAccount(
        external_account_id=account.external_account_id,
        identifier_kind=account.identifier_kind,
        kind=account.kind,
        currency=account.currency,
        # a day's equal rows are told apart by their order: from the oldest on, as they happened
        transactions=tuple(reversed(read)) if _newest_first(read) else tuple(read),
        balances=account.balances,
        period_start=window.first,
        period_end=window.last,
        rejected=rejected,
    )
    return FetchPage(accounts=(feed,), problems=tuple(reader.problems[before:]))


def _newest_first(read: list[FeedTransaction]) -> bool:
    return bool(read) and read[0].transaction_date > read[-1].transaction_date


def _transaction(row: Row, line: int, currency: str, window: Window) -> FeedTransaction | None:
    day = parse_date(rows.text(row, "Date")[:10], (DateForm.ISO, DateForm.YEAR_SLASHES))
    amount = _signed(row)
    if not window.first <= day <= window.last:
        return None
    return FeedTransaction(
        line=line,
        amount=amount,
        currency=currency,
        transaction_date=day,
        description=rows.text(row, "Description"),
        raw=rows.raw(row),
        posted_date=day,
        transaction_code=rows.loose_text(row, "Code") or None,
        running_balance=rows.optional_amount(row, "Balance"),
    )


def _signed(row: Row) -> Decimal:
    debit, credit = (rows.optional_amount(row, name) for name in ("Debit", "Credit"))
    if debit and credit:
        raise LineError(ProblemCode.AMOUNT_BOTH_SIDES, "Debit and Credit are both filled.")
    if debit is None and credit is None:
        raise LineError(ProblemCode.AMOUNT_MISSING, "Debit and Credit are both empty.")
    if (debit or 0) < 0 or (credit or 0) < 0:
        raise LineError(ProblemCode.AMOUNT_SIGNED, "Debit and Credit have no sign; this one has.")
    return -debit if debit else credit or Decimal("0.00")
