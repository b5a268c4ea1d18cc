"""FDX documents into the contract's values: accounts, transactions, consents. Pure.

FDX amounts are absolute; ``debitCreditMemo`` gives the direction as the holder sees it: a DEBIT lowers what the holder
has, or raises what the holder owes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from integrations.banks import rows
from integrations.banks.contract import (
    BankAccount,
    Consent,
    ConsentStatus,
    FetchPage,
    PendingTransaction,
    Window,
)
from integrations.banks.http import Answer, wrong_typed
from integrations.banks.rows import BANK_TIME, Row, RowReader
from integrations.feeds.cleaning import joined_description, plausible_merchant
from integrations.feeds.contract import (
    AccountKind,
    FeedAccount,
    FeedTransaction,
    IdentifierKind,
)
from integrations.feeds.problems import LineError, ProblemCode, shown

_KINDS: Final = {
    "CHECKING": AccountKind.CHEQUING,
    "SAVINGS": AccountKind.SAVINGS,
    "MONEYMARKET": AccountKind.SAVINGS,
    "CREDITCARD": AccountKind.CREDIT_CARD,
    "CHARGE": AccountKind.CREDIT_CARD,
    "LINEOFCREDIT": AccountKind.LINE_OF_CREDIT,
    "HOMELINEOFCREDIT": AccountKind.LINE_OF_CREDIT,
}
# Categories whose rows are movements of money a customer has or owes; investments are another thing altogether.
_READ: Final = frozenset({"DEPOSIT_ACCOUNT", "LOC_ACCOUNT"})
_OWED: Final = frozenset({"LOC_ACCOUNT"})
# v5 wraps an account by its category
_WRAPPERS: Final = {"depositAccount": "DEPOSIT_ACCOUNT", "locAccount": "LOC_ACCOUNT"}
_ROW_WRAPPERS: Final = ("depositTransaction", "locTransaction")
_PENDING: Final = frozenset({"AUTHORIZATION", "MEMO", "PENDING"})


def accounts(listed: Sequence[object], answer: Answer, now: datetime) -> list[BankAccount]:
    """The deposit accounts, cards and lines of credit of a listing. Raises BankError where one cannot be read."""
    found = []
    for entry in listed:
        row, category = _unwrapped_account(entry, answer)
        if category in _READ:
            try:
                found.append(_account(row, category, now))
            except LineError as problem:
                raise wrong_typed(f"an account ({problem.message.rstrip('.')})", "readable", answer) from None
    return found


def _unwrapped_account(entry: object, answer: Answer) -> tuple[Row, str]:
    if isinstance(entry, Mapping):
        for wrapper, category in _WRAPPERS.items():
            if isinstance(inner := entry.get(wrapper), Mapping):
                return inner, category
        stated = entry.get("accountCategory")
        if isinstance(stated, str):
            return entry, stated
        if any(name.endswith("Account") and isinstance(value, Mapping) for name, value in entry.items()):
            return entry, ""  # v5 of a category that is not read
    raise wrong_typed("an account", "an object with its category", answer)


def _account(row: Row, category: str, now: datetime) -> BankAccount:
    stated = row.get("currency")
    currency = rows.currency(stated.get("currencyCode") if isinstance(stated, Mapping) else stated)
    kind = _KINDS.get(rows.text(row, "accountType"), AccountKind.UNKNOWN)
    mask = rows.text(row, "accountNumberDisplay")
    as_of = rows.instant(row, "balanceAsOf") or now
    return BankAccount(
        external_account_id=rows.identifier(row, "accountId"),
        name=rows.text(row, "nickname") or rows.text(row, "productName") or f"Account {mask}".strip(),
        kind=kind,
        currency=currency,
        identifier_kind=IdentifierKind.ACCOUNT_NUMBER,
        mask=mask,
        closed=rows.text(row, "status") == "CLOSED",
        balances=rows.balances(
            row,
            "currentBalance",
            "availableBalance",
            owed=category in _OWED,
            currency=currency,
            day=as_of.astimezone(BANK_TIME).date(),
        ),
    )


class AccountPages:
    """The transaction pages of one account: rows that two pages repeat are taken once."""

    def __init__(self, account: BankAccount, window: Window, reader: RowReader) -> None:
        self._account = account
        self._window = window
        self._reader = reader
        self._seen: set[tuple[str, str]] = set()
        self._balances = account.balances
        self._pending: list[PendingTransaction] = []

    def read(self, listed: Iterable[object]) -> FetchPage:
        """One page."""
        before = len(self._reader.problems)
        self._pending = []
        posted, rejected = self._reader.read(listed, self._row)
        balances, self._balances = self._balances, ()
        feed = FeedAccount(
            external_account_id=self._account.external_account_id,
            identifier_kind=self._account.identifier_kind,
            kind=self._account.kind,
            currency=self._account.currency,
            transactions=tuple(posted),
            balances=balances,
            period_start=self._window.first,
            period_end=self._window.last,
            rejected=rejected,
        )
        return FetchPage(
            accounts=(feed,),
            pending=tuple(self._pending),
            problems=tuple(self._reader.problems[before:]),
        )

    def _row(self, entry: Row, line: int) -> FeedTransaction | None:
        """A posted row's transaction; None for a pending one, which is kept apart, and for a repeated one."""
        row = next((entry[name] for name in _ROW_WRAPPERS if isinstance(entry.get(name), Mapping)), entry)
        status = rows.text(row, "status").upper()
        if status != "POSTED" and status not in _PENDING:
            raise LineError(ProblemCode.STATUS_UNREADABLE, f"The status {shown(status)} is none of FDX's.")
        transaction = _transaction(row, line, self._account.currency, posted=status == "POSTED")
        identity = (str(transaction.external_transaction_id), status)
        if identity in self._seen:
            return None
        self._seen.add(identity)
        if status != "POSTED":
            self._pending.append(PendingTransaction(self._account.external_account_id, transaction))
            return None
        return transaction


def _transaction(row: Row, line: int, currency: str, *, posted: bool) -> FeedTransaction:
    description = joined_description(rows.text(row, "description"), rows.text(row, "memo"))
    payee = rows.text(row, "payee")
    happened = rows.instant_day(row, "transactionTimestamp")
    return FeedTransaction(
        line=line,
        amount=_signed(row),
        currency=currency,
        transaction_date=happened,
        description=description or payee,
        raw=rows.raw(row),
        external_transaction_id=rows.identifier(row, "transactionId"),
        posted_date=rows.instant_day(row, "postedTimestamp") if posted else None,
        merchant_name=plausible_merchant(payee) if payee else None,
        transaction_code=rows.text(row, "transactionType") or None,
        bank_reference=rows.loose_text(row, "checkNumber") or None,
    )


def _signed(row: Row) -> Decimal:
    amount = rows.amount(row, "amount")
    direction = rows.text(row, "debitCreditMemo").upper()
    if amount < 0:
        raise LineError(ProblemCode.AMOUNT_SIGNED, "FDX amounts have no sign; this one has.")
    if direction == "DEBIT":
        return -amount if amount else amount
    if direction == "CREDIT":
        return amount
    raise LineError(ProblemCode.DIRECTION_UNREADABLE, f"{shown(direction)} is neither DEBIT nor CREDIT.")


_CONSENTS: Final = {
    "ACTIVE": ConsentStatus.ACTIVE,
    "GRANTED": ConsentStatus.ACTIVE,
    "PENDING": ConsentStatus.AWAITING,
    "REVOKED": ConsentStatus.REVOKED,
    "SUSPENDED": ConsentStatus.REVOKED,
    "EXPIRED": ConsentStatus.EXPIRED,
}


def consent(document: Mapping[str, Any], now: datetime, answer: Answer) -> Consent:
    """A consent; one whose end has passed is expired whatever its status says. Raises BankError."""
    try:
        status = _CONSENTS.get(rows.text(document, "status").upper())
        consent_id = rows.identifier(document, "id")
    except LineError:
        status = None
    if status is None:
        raise wrong_typed("the consent", "readable", answer)  # kept
    ends = rows.instant(document, "expirationTime")
    if status is ConsentStatus.ACTIVE and ends is not None and ends <= now:
        status = ConsentStatus.EXPIRED
    days = document.get("lookbackPeriod")
    resources = document.get("resources")
    return Consent(
        status=status,
        consent_id=consent_id,
        given_at=rows.instant(document, "createdTime"),
        expires_at=ends,
        accounts=tuple(
            str(one["resourceId"])
            for one in (resources if isinstance(resources, list) else [])
            if isinstance(one, Mapping) and one.get("resourceType") == "ACCOUNT" and "resourceId" in one
        ),
        lookback_days=days if isinstance(days, int) and not isinstance(days, bool) else None,
    )
