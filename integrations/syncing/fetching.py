"""Everything a sync asks of a bank, outside of any database transaction."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Final, TypeVar
from uuid import UUID
from zoneinfo import ZoneInfo

from dwaybank.actor import Actor
from integrations.banks.contract import (
    Access,
    BankAccount,
    BankError,
    Connector,
    Consent,
    FetchPage,
    FetchRequest,
    Listing,
    Window,
)
from integrations.credentials import ConnectionSecrets
from integrations.enums import ErrorOwner, ErrorType
from integrations.feeds.contract import FeedAccount, FeedBalance
from integrations.importing.pages import merged
from integrations.syncing.access import access_of, fresh_access
from integrations.syncing.switch import require_enabled

BANK_TIME: Final = ZoneInfo("America/Toronto")
# Two years: what banks must offer at least (reference: bank-feeds.md, 3.5).
FIRST_WINDOW: Final = timedelta(days=730)
# Banks re-date and correct rows for a while: each window looks back so far.
OVERLAP: Final = timedelta(days=14)
# Holds are booked within two weeks, so a consent is looked at daily and a window covers them.
CONSENT_EVERY: Final = timedelta(hours=24)
MAX_ROWS: Final = 500_000
_T = TypeVar("_T")
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Plan:
    """What to ask: since which cursor or which days, of which accounts (empty: all)."""

    window: Window
    cursor: str | None
    accounts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Fetched:
    """What a bank told in one sync. ``rows`` are merged per account, newer truth last; ``plan`` is what was asked."""

    plan: Plan
    accounts: tuple[BankAccount, ...]
    rows: tuple[FeedAccount, ...]
    pages: tuple[FetchPage, ...]
    balances: Mapping[str, tuple[FeedBalance, ...]]
    consent: Consent | None
    next_cursor: str | None
    listing: Listing
    lists_pending: bool
    problems: int = field(default=0)


def window_of(*, now: datetime, synced_through: date | None, start: date | None, end: date | None) -> Window:
    """The days to ask for: those requested, or from a while before the last sync until today, by the bank's clock."""
    today = now.astimezone(BANK_TIME).date()
    if start is not None and end is not None:
        return Window(start, min(end, today))
    if synced_through is None:
        return Window(today - FIRST_WINDOW, today)
    return Window(min(synced_through, today) - OVERLAP, today)


@dataclass(slots=True)
class BankCalls:
    """Calls to one bank: nothing goes out while integration is off, and a refused token is renewed once."""

    connection_id: UUID
    connector: Connector
    secrets: ConnectionSecrets
    actor: Actor
    now: datetime
    renewed: bool = False

    def call(self, ask: Callable[[Access], _T]) -> _T:
        """What the bank answers. Raises BankError, IntegrationOff."""
        require_enabled()
        try:
            return ask(access_of(self.secrets))
        except BankError as error:
            if error.error_type != ErrorType.AUTHENTICATION or error.owner == ErrorOwner.US or self.renewed:
                raise
            # an access token may be refused before its time: renewed once; if it is refused again, that is the answer
            self.renewed = True
            self.secrets = fresh_access(
                self.connection_id, self.connector, now=self.now, actor=self.actor, refused=self.secrets
            )
            require_enabled()
            return ask(access_of(self.secrets))

    def pages(self, request: FetchRequest, progress: Progress) -> list[FetchPage]:
        """All pages of a fetch, which are one unit: a row may be removed on another page than it was added on."""

        def fetch(access: Access) -> list[FetchPage]:
            found: list[FetchPage] = []
            rows = 0
            for page in self.connector.fetch(access, request):
                require_enabled()
                found.append(page)
                rows += sum(len(account.transactions) for account in (*page.accounts, *page.modified))
                progress("fetching", rows, len({a.external_account_id for p in found for a in p.accounts}))
                if rows > MAX_ROWS:
                    raise BankError(
                        f"The bank told more than {MAX_ROWS:,} rows in one fetch; a smaller window is needed.",
                        error_type=ErrorType.VALIDATION,
                        owner=ErrorOwner.BANK,
                        code="too_many_rows",
                        temporary=False,
                    )
            return found

        return self.call(fetch)


def fetch_all(calls: BankCalls, plan: Plan, consent: Consent | None, progress: Progress) -> Fetched:
    """Accounts, rows and balances, in this order, under a consent that was looked at (or need not be).

    Raises BankError, IntegrationOff.
    """
    connector, now = calls.connector, calls.now
    accounts = tuple(calls.call(lambda access: connector.accounts(access, now=now)))
    progress("accounts", 0, len(accounts))
    request = FetchRequest(now=now, window=plan.window, cursor=plan.cursor, accounts=plan.accounts)
    pages = calls.pages(request, progress)
    balances = calls.call(lambda access: connector.balances(access, now=now))
    asked = set(plan.accounts)
    known = {one.external_account_id: one for one in accounts}
    told = [account for page in pages for account in (*page.accounts, *page.modified)]
    # every account of the consent is linked, also one that had no row
    named = [_empty(one) for one in accounts if not asked or one.external_account_id in asked]
    return Fetched(
        plan=plan,
        accounts=accounts,
        rows=merged([*named, *(_described(one, known) for one in told)]),
        pages=tuple(pages),
        balances=balances,
        consent=consent,
        next_cursor=next((page.next_cursor for page in reversed(pages) if page.next_cursor), None),
        listing=connector.listing,
        lists_pending=connector.lists_pending,
        problems=sum(len(page.problems) for page in pages),
    )


def _empty(account: BankAccount) -> FeedAccount:
    return FeedAccount(
        external_account_id=account.external_account_id,
        identifier_kind=account.identifier_kind,
        kind=account.kind,
        currency=account.currency,
        transactions=(),
        balances=account.balances,
    )


def _described(account: FeedAccount, known: Mapping[str, BankAccount]) -> FeedAccount:
    """The kind that the list of accounts gives, where pages of rows leave it open."""
    listed = known.get(account.external_account_id or "")
    return replace(account, kind=listed.kind, identifier_kind=listed.identifier_kind) if listed else account
