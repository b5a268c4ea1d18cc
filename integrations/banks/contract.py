"""What every bank connector offers, whatever protocol it speaks: the one contract between connectors and the sync.

A connector reaches its bank by HTTP and nothing else: it touches no database and takes "now" and the secrets from its
caller. What it yields are the feed's own dataclasses (``integrations.feeds.contract``): amounts signed as the holder
sees them, exact Decimals, the raw record beside the values, a problem for each row that could not be read.

Every method raises ``BankError`` and nothing else for whatever a bank may answer, and ``BankError`` holds no secret.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Protocol

from dwaybank.secrets import Secret
from integrations.enums import ConnectionType, ErrorOwner, ErrorType
from integrations.feeds.contract import (
    AccountKind,
    FeedAccount,
    FeedBalance,
    FeedProblem,
    FeedTransaction,
    IdentifierKind,
)


class BankError(Exception):
    """A call to a bank did not give what was asked.

    ``error_type`` is the schema document's, ``owner`` says who has to act, ``code`` is stable for machines, the text
    says what happened and what to do next. ``retry_after`` is what the bank asked for. ``temporary``: trying
    again later may help without anybody doing anything. ``reconnect``: the customer has to consent anew.
    ``interaction_id`` is what the bank's own support finds the call by.
    """

    def __init__(
        self,
        message: str,
        *,
        error_type: ErrorType,
        owner: ErrorOwner,
        code: str,
        temporary: bool,
        reconnect: bool = False,
        retry_after: timedelta | None = None,
        http_status: int | None = None,
        interaction_id: str = "",
    ) -> None:
        super().__init__(message)
        self.message = message
        self.error_type = error_type
        self.owner = owner
        self.code = code
        self.temporary = temporary
        self.reconnect = reconnect
        self.retry_after = retry_after
        self.http_status = http_status
        self.interaction_id = interaction_id


# --- Consent and tokens


@dataclass(frozen=True, slots=True)
class Access:
    """The secrets of one connection, opened for a call."""

    credentials: Mapping[str, Secret] = field(default_factory=dict)
    access_token: Secret | None = None
    refresh_token: Secret | None = None


class ConsentStatus(StrEnum):
    ACTIVE = "active"
    EXPIRED = "expired"
    REVOKED = "revoked"
    AWAITING = "awaiting"  # asked for, not given yet


@dataclass(frozen=True, slots=True)
class Consent:
    """What the customer allowed. ``expires_at`` None: until revoked. ``accounts`` empty: the bank does not say."""

    status: ConsentStatus
    consent_id: str = ""
    given_at: datetime | None = None
    expires_at: datetime | None = None
    accounts: tuple[str, ...] = ()
    lookback_days: int | None = None


@dataclass(frozen=True, slots=True)
class Grant:
    """What a bank gave: tokens and the connector's own texts, to be sealed before they are used.

    ``credentials`` and ``refresh_token`` are complete: what replaces the stored ones as a whole.
    """

    access_token: Secret | None
    refresh_token: Secret | None
    token_expires_at: datetime | None
    credentials: Mapping[str, Secret] = field(default_factory=dict)
    scopes: tuple[str, ...] = ()
    consent: Consent | None = None


@dataclass(frozen=True, slots=True)
class Authorisation:
    """Where to send the customer's browser, and what to keep (sealed) until it comes back.

    ``kept`` goes unchanged into ``exchange``: the code verifier of PKCE, a link token.
    """

    url: str
    state: str
    kept: Mapping[str, Secret]
    expires_at: datetime


# --- Data


@dataclass(frozen=True, slots=True)
class BankAccount:
    """An account that the consent covers, as the bank names it.

    ``external_account_id`` is the bank's own persistent key, not the number; ``mask`` the last digits, to be shown.
    ``closed``: the bank says so; an account that is merely absent is not closed.
    """

    external_account_id: str
    name: str
    kind: AccountKind
    currency: str
    identifier_kind: IdentifierKind = IdentifierKind.ACCOUNT_NUMBER
    mask: str = ""
    institution: str = ""
    closed: bool = False
    balances: tuple[FeedBalance, ...] = ()


@dataclass(frozen=True, slots=True)
class PendingTransaction:
    """A movement that is not booked: shown apart, never imported as a bank transaction.

    ``transaction.external_transaction_id`` is set.
    """

    external_account_id: str
    transaction: FeedTransaction


@dataclass(frozen=True, slots=True)
class Settlement:
    """The bank says that this pending movement became that posted one."""

    external_account_id: str
    pending_id: str
    posted_id: str


@dataclass(frozen=True, slots=True)
class Removal:
    """The bank withdrew a row, pending or booked; ``external_account_id`` is "" where the bank names none."""

    external_account_id: str
    transaction_id: str


@dataclass(frozen=True, slots=True)
class Window:
    """Days, both included."""

    first: date
    last: date


@dataclass(frozen=True, slots=True)
class FetchRequest:
    """What to fetch: everything since ``cursor``, or the rows of ``window``, of whichever the connector understands.

    ``cursor`` None or "" is the beginning. ``accounts``: only these, by external id; empty is all of the consent.
    ``now`` is aware; it dates balances and bounds windows.
    """

    now: datetime
    window: Window
    cursor: str | None = None
    accounts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FetchPage:
    """Part of what a fetch gives. Every page that is yielded is final.

    ``accounts`` hold posted rows only, new or seen before: the import tells them apart; ``modified`` are posted rows
    that the bank calls a new version of an earlier one (same id), in the same form. ``next_cursor`` stands on the last
    page only: store it in the transaction that stores the rows. ``problems`` name rows that could not be read; each is
    counted in its account's ``rejected``. Behind a cursor a rejected row does not come again: keep the old cursor and
    try again first, and store the new one only once a person has the problem.
    """

    accounts: tuple[FeedAccount, ...] = ()
    modified: tuple[FeedAccount, ...] = ()
    pending: tuple[PendingTransaction, ...] = ()
    settlements: tuple[Settlement, ...] = ()
    removed: tuple[Removal, ...] = ()
    problems: tuple[FeedProblem, ...] = ()
    next_cursor: str | None = None


class Listing(StrEnum):
    """What it means that a row is not in a fetch."""

    CHANGES = "changes"  # nothing: only what changed is told (Plaid)
    WINDOW = "window"  # the bank no longer lists it, if its day lies within the window (FDX, Flinks)


# --- Connectors


class Connector(Protocol):
    """One bank or aggregator, ready to be spoken to. Made by the registry; closes nothing that it shares."""

    @property
    def connector_id(self) -> str:
        """The registry's name for it: ``fdx-rbc``, ``plaid``."""

    @property
    def connection_type(self) -> ConnectionType:
        """``oauth`` or ``aggregation``."""

    @property
    def bank_id(self) -> str:
        """The value of ``bank_connections.bank_id``."""

    @property
    def bank_name(self) -> str:
        """What people call it."""

    @property
    def listing(self) -> Listing:
        """How to read the absence of a row."""

    @property
    def lists_pending(self) -> bool:
        """Whether pending rows are told at all."""

    def authorise(self, *, redirect_uri: str, state: str, now: datetime) -> Authorisation:
        """Begin a connection: where to send the customer. ``state`` is the caller's unguessable text."""

    def exchange(
        self, *, callback: Mapping[str, str], kept: Mapping[str, Secret], redirect_uri: str, now: datetime
    ) -> Grant:
        """Turn what came back (the callback's query) into tokens. The caller has compared ``state`` already."""

    def refresh(self, access: Access, *, now: datetime) -> Grant | None:
        """New tokens, or None where this connector's do not end. Never repeated by itself: a refresh token may work
        once only, so the caller saves the grant before anything else and re-reads what is stored after a refusal
        (code ``invalid_grant``) before it declares the connection dead.
        """

    def consent(self, access: Access, *, now: datetime) -> Consent:
        """What the consent is now."""

    def revoke(self, access: Access) -> None:
        """End the consent at the bank. A consent that is gone already is no error."""

    def accounts(self, access: Access, *, now: datetime) -> Sequence[BankAccount]:
        """Every account of the consent."""

    def balances(self, access: Access, *, now: datetime) -> Mapping[str, tuple[FeedBalance, ...]]:
        """Balances as of now by external account id, signed (owed on a card: negative)."""

    def fetch(self, access: Access, request: FetchRequest) -> Iterator[FetchPage]:
        """The rows asked for, page by page; at least one page, and the last one only has the cursor.

        A connector whose bank may make it start over (Plaid's mutation during pagination) yields after its last page.
        """
