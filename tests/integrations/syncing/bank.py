"""A bank in memory that speaks the connectors' contract: for tests of the engine, not of protocols."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

from dwaybank.secrets import Secret
from integrations.banks.contract import (
    Access,
    Authorisation,
    BankAccount,
    BankError,
    Consent,
    ConsentStatus,
    FetchPage,
    FetchRequest,
    Grant,
    Listing,
    PendingTransaction,
)
from integrations.banks.registry import Registration, register_connector
from integrations.credentials import ConnectionSecrets, sealed_columns
from integrations.enums import Bank, ConnectionType, ErrorOwner, ErrorType
from integrations.feeds.contract import AccountKind, BalanceKind, FeedAccount, FeedBalance, FeedTransaction
from integrations.feeds.contract import IdentifierKind as FeedIdentifier
from integrations.models import BankConnection
from tests.factories import UserFactory

# the engine and the database look at the clock
NOW = datetime.now(UTC)
DAY = (NOW - timedelta(days=5)).date()
CONNECTOR = "fdx-rbc"


def row(identity: str, amount: str, day: date = DAY, text: str = "COFFEE", **more: Any) -> FeedTransaction:
    """A booked movement."""
    return FeedTransaction(
        line=1,
        amount=Decimal(amount),
        currency="CAD",
        transaction_date=day,
        description=text,
        raw={"transactionId": identity, "amount": amount},
        external_transaction_id=identity,
        posted_date=more.pop("posted_date", day),
        **more,
    )


def error(
    error_type: ErrorType = ErrorType.SERVER_ERROR,
    *,
    code: str = "http_500",
    temporary: bool = True,
    owner: ErrorOwner = ErrorOwner.BANK,
    **more: Any,
) -> BankError:
    """What a bank may answer instead."""
    return BankError(
        f"The bank answered {code}.", error_type=error_type, owner=owner, code=code, temporary=temporary, **more
    )


@dataclass
class FakeBank:
    """One bank with accounts and rows; ``answers`` are errors for the next calls, None for a good one; ``unlisted``
    is in each balance, and no row of it is listed."""

    connector_id: str = CONNECTOR
    connection_type: ConnectionType = ConnectionType.OAUTH
    bank_id: str = "rbc"
    bank_name: str = "RBC Royal Bank"
    listing: Listing = Listing.WINDOW
    lists_pending: bool = True
    booked: dict[str, list[FeedTransaction]] = field(default_factory=dict)
    pages: list[FetchPage] | None = None
    unlisted: Decimal = Decimal(0)
    pending: list[PendingTransaction] = field(default_factory=list)
    answers: list[BankError | None] = field(default_factory=list)
    consent_now: Consent = field(default_factory=lambda: Consent(ConsentStatus.ACTIVE, "consent-1"))
    token: str = "token-1"
    calls: list[str] = field(default_factory=list)
    requests: list[FetchRequest] = field(default_factory=list)
    during: Callable[[], None] = lambda: None

    def _called(self, name: str, access: Access | None = None) -> None:
        self.calls.append(name)
        if self.answers and (answer := self.answers.pop(0)) is not None:
            raise answer
        if access is not None and access.access_token != Secret(self.token):
            raise error(ErrorType.AUTHENTICATION, code="token_refused", temporary=False)

    def authorise(self, *, redirect_uri: str, state: str, now: datetime) -> Authorisation:
        return Authorisation(
            f"https://bank.example/consent?state={state}", state, {"verifier": Secret("v")}, now + timedelta(minutes=10)
        )

    def exchange(
        self, *, callback: Mapping[str, str], kept: Mapping[str, Secret], redirect_uri: str, now: datetime
    ) -> Grant:
        assert kept == {"verifier": Secret("v")}
        assert callback["code"] == "good"
        return Grant(Secret(self.token), Secret("refresh-1"), now + timedelta(hours=4), consent=self.consent_now)

    def refresh(self, access: Access, *, now: datetime) -> Grant | None:
        self._called("refresh")
        self.token = f"token-{uuid4().hex}"
        return Grant(Secret(self.token), Secret(f"refresh-{uuid4().hex}"), now + timedelta(hours=4))

    def consent(self, access: Access, *, now: datetime) -> Consent:
        self._called("consent", access)
        return self.consent_now

    def revoke(self, access: Access) -> None:
        self._called("revoke", access)

    def accounts(self, access: Access, *, now: datetime) -> Sequence[BankAccount]:
        self._called("accounts", access)
        return [
            BankAccount(name, f"Chequing {name}", AccountKind.CHEQUING, "CAD", institution=self.bank_name)
            for name in self.booked
        ]

    def balances(self, access: Access, *, now: datetime) -> Mapping[str, tuple[FeedBalance, ...]]:
        self._called("balances", access)
        return {
            name: (FeedBalance(BalanceKind.CLOSING, sum((r.amount for r in rows), self.unlisted), "CAD", now.date()),)
            for name, rows in self.booked.items()
        }

    def fetch(self, access: Access, request: FetchRequest) -> Iterator[FetchPage]:
        self._called("fetch", access)
        self.requests.append(request)
        self.during()
        if self.pages is not None:
            yield from self.pages
            return
        for name, rows in self.booked.items():
            if request.accounts and name not in request.accounts:
                continue
            within = [
                r for r in rows if request.window.first <= (r.posted_date or r.transaction_date) <= request.window.last
            ]
            # two rows a page
            for place in range(0, max(len(within), 1), 2):
                yield FetchPage(accounts=(account(name, *within[place : place + 2]),))
        yield FetchPage(pending=tuple(self.pending))


def account(name: str, *rows: FeedTransaction) -> FeedAccount:
    """Part of an account, as a page tells it."""
    return FeedAccount(name, FeedIdentifier.ACCOUNT_NUMBER, AccountKind.CHEQUING, "CAD", rows)


def open_bank(settings: Any, **options: Any) -> FakeBank:
    """A bank that the registry knows, as the only one."""
    bank = FakeBank(**options)
    register_connector(
        Registration(bank.connector_id, bank.bank_name, bank.connection_type, Bank(bank.bank_id), (), lambda _: bank)
    )
    settings.BANK_CONNECTORS = {**settings.BANK_CONNECTORS, bank.connector_id: {}}
    return bank


def connect(bank: FakeBank, *, expires_in: timedelta = timedelta(hours=4), now: datetime = NOW) -> BankConnection:
    """A customer's live connection to it."""
    identity = uuid4()
    secrets = ConnectionSecrets({}, Secret(bank.token), Secret("refresh-1"), NOW + expires_in)
    return BankConnection.objects.create(
        id=identity,
        user=UserFactory.create(),
        bank_id=bank.bank_id,
        bank_name=bank.bank_name,
        connection_type=bank.connection_type,
        consent_given_at=now,
        **sealed_columns(identity, secrets),
    )
