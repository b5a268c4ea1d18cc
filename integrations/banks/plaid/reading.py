"""Plaid documents into the contract's values. Pure.

Plaid's amounts are positive where money goes out; on cards a positive balance is owed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from integrations.banks import rows
from integrations.banks.contract import BankAccount, FetchPage, PendingTransaction, Removal, Settlement
from integrations.banks.http import Answer, wrong_typed
from integrations.banks.rows import Row, RowReader
from integrations.feeds.cleaning import joined_description
from integrations.feeds.contract import (
    AccountKind,
    FeedAccount,
    FeedTransaction,
    IdentifierKind,
)
from integrations.feeds.problems import LineError, ProblemCode, error

_KINDS: Final = {
    "checking": AccountKind.CHEQUING,
    "savings": AccountKind.SAVINGS,
    "credit card": AccountKind.CREDIT_CARD,
    "line of credit": AccountKind.LINE_OF_CREDIT,
}
_READ: Final = frozenset({"depository", "credit", "loan"})
_OWED: Final = frozenset({"credit", "loan"})


def accounts(document: Mapping[str, Any], answer: Answer, today: date, institution: str = "") -> list[BankAccount]:
    """The accounts of an answer, investments left out. Raises BankError where one cannot be read."""
    listed = document.get("accounts")
    if not isinstance(listed, list):
        raise wrong_typed("accounts", "a list", answer)
    found = []
    for row in listed:
        if not isinstance(row, Mapping):
            raise wrong_typed("an account", "an object", answer)
        try:
            if rows.text(row, "type") in _READ:
                found.append(_account(row, today, institution))
        except LineError as problem:
            raise wrong_typed(f"an account ({problem.message.rstrip('.')})", "readable", answer) from None
    return found


def _account(row: Row, today: date, institution: str) -> BankAccount:
    stated = row.get("balances")
    balances = stated if isinstance(stated, Mapping) else {}
    currency = rows.currency(balances.get("iso_currency_code") or balances.get("unofficial_currency_code"))
    mask = rows.text(row, "mask")
    return BankAccount(
        external_account_id=rows.identifier(row, "account_id"),
        name=rows.text(row, "official_name") or rows.text(row, "name") or f"Account {mask}".strip(),
        kind=_KINDS.get(rows.text(row, "subtype"), AccountKind.UNKNOWN),
        currency=currency,
        identifier_kind=IdentifierKind.ACCOUNT_NUMBER,
        mask=mask,
        institution=institution,
        balances=rows.balances(
            balances, "current", "available", owed=rows.text(row, "type") in _OWED, currency=currency, day=today
        ),
    )


@dataclass(slots=True)
class UpdateReader:
    """One update of an item, page by page; it becomes one final page, since pages may refer to each other."""

    reader: RowReader = field(default_factory=RowReader)
    accounts: dict[str, BankAccount] = field(default_factory=dict)
    _rows: dict[str, dict[str, list[FeedTransaction]]] = field(default_factory=dict)
    _rejected: dict[str, int] = field(default_factory=dict)
    _pending: list[PendingTransaction] = field(default_factory=list)
    _settlements: list[Settlement] = field(default_factory=list)
    _removed: list[Removal] = field(default_factory=list)

    def take(self, document: Mapping[str, Any], answer: Answer, today: date) -> None:
        """Add a page. Raises BankError where it is not of Plaid's form."""
        for account in accounts(document, answer, today):
            self.accounts[account.external_account_id] = account
        for part in ("added", "modified", "removed"):
            if not isinstance(document.get(part), list):
                raise wrong_typed(part, "a list", answer)
        for part in ("added", "modified"):
            self._take_rows(document[part], part)
        for row in document["removed"]:
            self._take_removal(row)

    def _take_rows(self, listed: Iterable[object], part: str) -> None:
        for row in listed:
            account = _account_of(row)
            held = self._rows.setdefault(part, {}).setdefault(account, [])
            read, rejected = self.reader.read([row], self._row)
            held += read
            self._rejected[account] = self._rejected.get(account, 0) + rejected

    def _take_removal(self, row: object) -> None:
        self.reader.line += 1
        if not isinstance(row, Mapping) or not (gone := rows.loose_text(row, "transaction_id")):
            problem = error(ProblemCode.ID_MISSING, "A removal names no row.", line=self.reader.line)
            self.reader.problems.append(problem)
            return
        self._removed.append(Removal(_account_of(row), gone))

    def _row(self, row: Row, line: int) -> FeedTransaction | None:
        """A posted row's transaction; None for a pending one, which is kept apart."""
        transaction = _transaction(row, line)
        account, posted_id = _account_of(row), str(transaction.external_transaction_id)
        if not account:
            raise LineError(ProblemCode.ACCOUNT_MISSING, "The row does not name its account.")
        if transaction.posted_date is None:
            self._pending.append(PendingTransaction(account, transaction))
            return None
        if pending_id := rows.loose_text(row, "pending_transaction_id"):
            self._settlements.append(Settlement(account, pending_id, posted_id))
        return transaction

    def page(self, next_cursor: str) -> FetchPage:
        """Everything that was taken, with the cursor behind it."""
        added, modified = self._rows.get("added", {}), self._rows.get("modified", {})
        every = dict.fromkeys([*self.accounts, *added, *modified])
        return FetchPage(
            accounts=tuple(
                self._feed(account, added.get(account, []), with_facts=True) for account in every if account
            ),
            modified=tuple(
                self._feed(account, found, with_facts=False) for account, found in modified.items() if found
            ),
            pending=tuple(self._pending),
            settlements=tuple(self._settlements),
            removed=tuple(self._removed),
            problems=tuple(self.reader.problems),
            next_cursor=next_cursor,
        )

    def _feed(self, account: str, found: list[FeedTransaction], *, with_facts: bool) -> FeedAccount:
        known = self.accounts.get(account)
        return FeedAccount(
            external_account_id=account,
            identifier_kind=IdentifierKind.ACCOUNT_NUMBER,
            kind=known.kind if known else AccountKind.UNKNOWN,
            currency=known.currency if known else found[0].currency if found else "CAD",
            transactions=tuple(found),
            balances=known.balances if known and with_facts else (),
            rejected=self._rejected.get(account, 0) if with_facts else 0,
        )


def _account_of(row: object) -> str:
    return rows.loose_text(row, "account_id") if isinstance(row, Mapping) else ""


def _transaction(row: Row, line: int) -> FeedTransaction:
    pending = row.get("pending")
    if not isinstance(pending, bool):
        raise LineError(ProblemCode.STATUS_UNREADABLE, "The field pending is neither true nor false.")
    amount = rows.amount(row, "amount")
    day = rows.plain_day(row, "date")
    name, original = rows.text(row, "name"), rows.text(row, "original_description")
    return FeedTransaction(
        line=line,
        amount=-amount if amount else amount,
        currency=rows.currency(row.get("iso_currency_code") or row.get("unofficial_currency_code")),
        transaction_date=rows.optional_day(row, "authorized_date") or day,
        description=original or joined_description(name, rows.text(row, "merchant_name")),
        raw=rows.raw(row),
        external_transaction_id=rows.identifier(row, "transaction_id"),
        posted_date=None if pending else day,
        merchant_name=rows.text(row, "merchant_name") or None,
        transaction_code=rows.text(row, "transaction_code") or None,
        bank_reference=rows.loose_text(row, "check_number") or None,
    )
