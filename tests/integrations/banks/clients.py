"""Connectors to the sandbox, and customers who agree: real HTTP, without waiting."""

from __future__ import annotations

from datetime import date, timedelta
from urllib.parse import parse_qs, urlsplit

import httpx

from dwaybank.secrets import Secret
from integrations.banks.contract import Access, FetchPage, FetchRequest, Grant, Window
from integrations.banks.fdx import FdxConnector, FdxSettings
from integrations.banks.flinks import FlinksConnector, FlinksSettings
from integrations.banks.http import BankHttp, RetryPolicy
from integrations.banks.plaid import PlaidConnector, PlaidSettings
from integrations.enums import Bank
from integrations.sandbox import fdx, flinks, plaid
from integrations.sandbox.server import SandboxServer

BACK = "http://127.0.0.1/back"
CLIENT = httpx.Client(timeout=httpx.Timeout(0.7), trust_env=False, follow_redirects=False)


class Http(BankHttp):
    """BankHttp whose waits are noted instead of waited."""

    __slots__ = ("waits",)

    def __init__(self, who: str, policy: RetryPolicy | None = None) -> None:
        waits: list[float] = []
        super().__init__(
            who,
            policy=policy or RetryPolicy(deadline=0.7),
            client=lambda: CLIENT,
            pause=waits.append,
            chance=lambda: 0.5,
        )
        object.__setattr__(self, "waits", waits)


def fdx_connector(sandbox: SandboxServer, bank: str = "rbc", *, page_size: int = 40) -> FdxConnector:
    root = f"{sandbox.url}/fdx/{bank}"
    settings = FdxSettings(
        bank=Bank(bank),
        base_url=root,
        authorize_url=f"{root}/authorize",
        token_url=f"{root}/token",
        revoke_url=f"{root}/revoke",
        client_id=fdx.CLIENT_ID,
        client_secret=Secret(fdx.CLIENT_SECRET),
        page_size=page_size,
    )
    return FdxConnector(settings, Http(bank.upper()))


def plaid_connector(sandbox: SandboxServer, *, page_size: int = 40) -> PlaidConnector:
    settings = PlaidSettings(
        base_url=f"{sandbox.url}/plaid", client_id=plaid.CLIENT_ID, secret=Secret(plaid.SECRET), page_size=page_size
    )
    return PlaidConnector(settings, Http("Plaid"))


def flinks_connector(sandbox: SandboxServer) -> FlinksConnector:
    settings = FlinksSettings(
        base_url=f"{sandbox.url}/flinks/v3/{flinks.CUSTOMER_ID}/BankingServices",
        connect_url=f"{sandbox.url}/flinks/connect",
        auth_key=Secret(flinks.AUTH_KEY),
    )
    return FlinksConnector(settings, Http("Flinks"))


def decide(url: str, customer: str, decision: str = "agree") -> dict[str, str]:
    """What the customer's browser brings back from a consent page."""
    page = CLIENT.get(url)
    assert page.status_code == 200, page.text
    fields = dict(parse_hidden(page.text))
    answer = CLIENT.post(url.split("?")[0], data={**fields, "customer": customer, "decision": decision})
    assert answer.status_code == 302, answer.text
    return {name: values[0] for name, values in parse_qs(urlsplit(answer.headers["Location"]).query).items()}


def parse_hidden(page: str) -> list[tuple[str, str]]:
    import html
    import re

    return [
        (name, html.unescape(value))
        for name, value in re.findall(r'name="([^"]*)" value="([^"]*)"', page)
        if name not in ("decision",)
    ]


def connect(connector: FdxConnector | PlaidConnector | FlinksConnector, sandbox: SandboxServer, customer: str) -> Grant:
    now = sandbox.bank.clock.now()
    asked = connector.authorise(redirect_uri=BACK, state="s-123", now=now)
    callback = decide(asked.url, customer)
    return connector.exchange(callback=callback, kept=asked.kept, redirect_uri=BACK, now=now)


def access_of(grant: Grant) -> Access:
    return Access(grant.credentials, grant.access_token, grant.refresh_token)


def request(sandbox: SandboxServer, *, days: int = 100, cursor: str | None = None) -> FetchRequest:
    now = sandbox.bank.clock.now()
    last: date = now.date()
    return FetchRequest(now=now, window=Window(last - timedelta(days=days), last), cursor=cursor)


def posted(pages: list[FetchPage]) -> dict[str, set[tuple[str, str, str, str]]]:
    """Account → rows of the truth's form, of everything posted that the pages hold."""
    found: dict[str, set[tuple[str, str, str, str]]] = {}
    for page in pages:
        for account in (*page.accounts, *page.modified):
            rows = found.setdefault(str(account.external_account_id), set())
            for row in account.transactions:
                key = (
                    str(row.external_transaction_id),
                    str(row.amount),
                    row.transaction_date.isoformat(),
                    row.description,
                )
                assert key not in rows, "a row came twice"
                rows.add(key)
    return found


def true_rows(sandbox: SandboxServer, customer: str, protocol: str) -> dict[str, set[tuple[str, str, str, str]]]:
    truth = httpx.get(f"{sandbox.url}/sandbox/truth?customer={customer}&protocol={protocol}", trust_env=False).json()
    return {
        account: {(row["id"], row["amount"], row["date"], row["description"]) for row in held["booked"]}
        for account, held in truth.items()
    }
