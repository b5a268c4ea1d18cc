"""Whatever a bank answers: a classified error or rows with problems, never a crash, never a float, never a secret."""

from __future__ import annotations

import copy
import json
import traceback
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dwaybank.secrets import Secret
from integrations.banks.contract import Access, BankError, Connector, FetchRequest, Window
from integrations.banks.fdx import FdxConnector, FdxSettings
from integrations.banks.flinks import FlinksConnector, FlinksSettings
from integrations.banks.http import BankHttp, RetryPolicy
from integrations.banks.plaid import PlaidConnector, PlaidSettings
from integrations.enums import Bank

CANARY = "canary-5b1e"
NOW = datetime(2026, 11, 25, 15, 0, tzinfo=UTC)
REQUEST = FetchRequest(now=NOW, window=Window(date(2026, 9, 1), date(2026, 11, 25)))
ACCESS = Access(
    {"consent_id": Secret(CANARY), "login_id": Secret(CANARY), "item_id": Secret(CANARY)},
    Secret(CANARY),
    Secret(CANARY),
)
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**30), 10**30)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.sampled_from(["", "CAD", "x\u0000y", "1e400", "9" * 50, "2026-13-45", "NaN", "-12.345", "POSTED", "\ud800"])
    | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)

FDX_ACCOUNT = {
    "accountCategory": "LOC_ACCOUNT",
    "accountId": "a1",
    "accountType": "CREDITCARD",
    "accountNumberDisplay": "1234",
    "status": "OPEN",
    "currency": {"currencyCode": "CAD"},
    "currentBalance": 12.5,
    "balanceAsOf": "2026-11-25T03:00:00.0000000Z",
}
FDX_ROW = {
    "transactionId": "t1",
    "postedTimestamp": "2026-11-03T03:30:00.000Z",
    "transactionTimestamp": "2026-11-02T00:00:00.000Z",
    "description": "COFFEE",
    "debitCreditMemo": "DEBIT",
    "status": "POSTED",
    "amount": 1.1,
    "checkNumber": 1234,
}
PLAID_ROW = {
    "transaction_id": "t1",
    "account_id": "a1",
    "amount": 72.1,
    "iso_currency_code": "CAD",
    "date": "2026-11-24",
    "authorized_date": "2026-11-22",
    "pending": False,
    "pending_transaction_id": "p1",
    "name": "COFFEE",
}
PLAID_ACCOUNT = {
    "account_id": "a1",
    "type": "credit",
    "subtype": "credit card",
    "mask": "0000",
    "name": "Card",
    "balances": {"current": 10, "available": None, "iso_currency_code": "CAD"},
}
DOCUMENTS: dict[str, dict[str, Any]] = {
    "/accounts": {"accounts": [FDX_ACCOUNT, {"depositAccount": {**FDX_ACCOUNT, "accountId": "a2"}}]},
    "/transactions": {"page": {}, "transactions": [FDX_ROW, {"locTransaction": {**FDX_ROW, "transactionId": "t2"}}]},
    "/consents": {"id": "c1", "status": "ACTIVE", "expirationTime": "2027-01-01T00:00:00Z", "resources": []},
    "/sync": {
        "accounts": [PLAID_ACCOUNT],
        "added": [PLAID_ROW],
        "modified": [{**PLAID_ROW, "transaction_id": "t2", "pending": True}],
        "removed": [{"transaction_id": "t0", "account_id": "a1"}],
        "next_cursor": "c2",
        "has_more": False,
    },
    "/Authorize": {"RequestId": "s1"},
    "/GetAccountsDetail": {
        "Accounts": [
            {
                "Id": "a1",
                "Type": "Chequing",
                "Currency": "CAD",
                "Title": "Chequing",
                "AccountNumber": "1234567",
                "InstitutionNumber": "003",
                "Balance": {"Current": 10.5},
                "Transactions": [
                    {
                        "Id": "x",
                        "Date": "2026/11/02",
                        "Description": "COFFEE",
                        "Debit": 2.5,
                        "Credit": None,
                        "Balance": 8,
                    },
                    {"Id": "y", "Date": "2026-11-01", "Description": "PAY", "Debit": None, "Credit": 100},
                ],
            }
        ]
    },
    "/token": {"access_token": "n", "refresh_token": "r", "expires_in": 1800, "scope": "a b"},
    "/item/get": {"item": {"item_id": "i", "consent_expiration_time": None, "error": None}},
}


def answering(change: Callable[[str, bytes], bytes], status: int = 200) -> Callable[[], httpx.Client]:
    """A client whose bank answers the document of an address, changed."""

    def handler(call: httpx.Request) -> httpx.Response:
        found = next((d for path, d in DOCUMENTS.items() if call.url.path.endswith(path)), None)
        if found is None:
            found = DOCUMENTS["/consents"] if "/consents/" in call.url.path else {"access_token": "n"}
        return httpx.Response(status, content=change(call.url.path, json.dumps(found).encode()))

    client = httpx.Client(transport=httpx.MockTransport(handler))
    return lambda: client


def connectors(client: Callable[[], httpx.Client]) -> Iterator[Connector]:
    policy = RetryPolicy(attempts=1)
    yield FdxConnector(
        FdxSettings(Bank.RBC, "https://b/v6", "https://b/authorize", "https://b/token", "id", Secret(CANARY)),
        BankHttp("RBC", policy=policy, client=client),
    )
    yield PlaidConnector(
        PlaidSettings("https://p", "id", Secret(CANARY)), BankHttp("Plaid", policy=policy, client=client)
    )
    yield FlinksConnector(
        FlinksSettings("https://f", "https://f/c", Secret(CANARY)),
        BankHttp("Flinks", policy=policy, client=client, pause=lambda seconds: None),
    )


def calls(connector: Connector) -> list[Callable[[], object]]:
    return [
        lambda: list(connector.fetch(ACCESS, REQUEST)),
        lambda: connector.accounts(ACCESS, now=NOW),
        lambda: connector.balances(ACCESS, now=NOW),
        lambda: connector.consent(ACCESS, now=NOW),
        lambda: connector.refresh(ACCESS, now=NOW),
        lambda: connector.revoke(ACCESS),
        lambda: connector.authorise(redirect_uri="https://d/back", state="s", now=NOW),
        lambda: connector.exchange(
            callback={"code": "c", "loginId": "l"},
            kept={"code_verifier": Secret(CANARY), "link_token": Secret(CANARY)},
            redirect_uri="https://d/back",
            now=NOW,
        ),
    ]


def exact(value: object) -> None:
    """No float anywhere in what a connector gives, and every amount to the cent."""
    assert not isinstance(value, float)
    if isinstance(value, Decimal):
        assert value.as_tuple().exponent == -2
    elif isinstance(value, tuple | list):
        for one in value:
            exact(one)
    elif isinstance(value, dict):
        exact(list(value.values()))
    elif hasattr(value, "__dataclass_fields__"):
        exact([getattr(value, name) for name in value.__dataclass_fields__])


def survive(client: Callable[[], httpx.Client]) -> None:
    for connector in connectors(client):
        for call in calls(connector):
            refused: BankError | None = None
            try:
                exact(call())
            except BankError as error:
                refused = error
            if refused is not None:
                assert CANARY not in "".join(traceback.format_exception(refused)) + repr(vars(refused))


def test_undamaged_documents_are_read_whole() -> None:
    fdx, plaid, flinks = connectors(answering(lambda path, body: body))
    pages = [page for connector in (fdx, plaid, flinks) for page in connector.fetch(ACCESS, REQUEST)]
    assert not [problem for page in pages for problem in page.problems]
    rows = [row for page in pages for account in page.accounts for row in account.transactions]
    assert [str(row.amount) for row in rows] == ["-1.10", "-1.10", "-1.10", "-1.10", "-72.10", "100.00", "-2.50"]
    assert rows[0].transaction_date == date(2026, 11, 2)  # midnight is a mere day
    assert rows[0].posted_date == date(2026, 11, 2)  # 03:30 UTC is the evening before in Toronto
    (_, _, plaid_page, _) = pages
    assert plaid_page.settlements[0].pending_id == "p1"
    assert plaid_page.removed[0].transaction_id == "t0"
    assert fdx.balances(ACCESS, now=NOW)["a1"][0].amount == Decimal("-12.50")


@st.composite
def damage(draw: st.DrawFn) -> Callable[[str, bytes], bytes]:
    """Other values in random places of a random document."""
    path = draw(st.sampled_from(sorted(DOCUMENTS)))
    document = copy.deepcopy(DOCUMENTS[path])
    for _ in range(draw(st.integers(1, 3))):
        place: Any = document
        while True:
            keys = list(place) if isinstance(place, dict) else list(range(len(place)))
            if not keys:
                break
            key = draw(st.sampled_from(keys))
            if isinstance(place[key], dict | list) and place[key] and draw(st.integers(0, 3)):
                place = place[key]
                continue
            place[key] = draw(JSON)
            break
    damaged = json.dumps(document).encode()
    return lambda asked, body: damaged if asked.endswith(path) else body


@given(damage())
def test_no_wrong_type_anywhere_crashes_a_connector(change: Callable[[str, bytes], bytes]) -> None:
    survive(answering(change))


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"[]",
        b'"text"',
        b"{",
        b"<html>",
        b"\xff\xfe\x00",
        b'{"accounts": [{}], "added": [1], "transactions": "x"}',
        b'{"amount": NaN}',
        b'{"accounts": ' + b"9" * 5000 + b"}",
        b"[" * 100_000,
    ],
    ids=lambda body: repr(body[:20]),
)
@pytest.mark.parametrize("status", [200, 202, 203, 302, 400, 401, 403, 404, 418, 429, 500, 503])
def test_no_body_under_any_status_crashes_a_connector(body: bytes, status: int) -> None:
    survive(answering(lambda path, right: body, status))


def test_a_number_that_a_float_would_round_is_kept_or_refused() -> None:
    for written, expected in (
        ("0.1", "-0.10"),
        ("1234567890123.45", "-1234567890123.45"),
        ("0.105", None),
        ("1e-7", None),
    ):
        client = answering(lambda path, body, w=written: body.replace(b'"amount": 1.1', f'"amount": {w}'.encode()))  # type: ignore[misc]
        page = next(iter(next(iter(connectors(client))).fetch(ACCESS, REQUEST)))
        found = [str(row.amount) for row in page.accounts[0].transactions]
        assert found == ([expected] * 2 if expected else [])
        assert page.accounts[0].rejected == (0 if expected else 2)


def test_a_token_goes_nowhere_but_to_the_bank() -> None:
    elsewhere = b'{"transactions": [], "links": {"next": {"href": "https://evil.example/v6/next"}}}'
    asked: list[str] = []

    def change(path: str, body: bytes) -> bytes:
        asked.append(path)
        return elsewhere if path.endswith("/transactions") else body

    with pytest.raises(BankError, match="an address of the bank"):
        list(next(iter(connectors(answering(change)))).fetch(ACCESS, REQUEST))
    assert not any("next" in path for path in asked)
    plain = FdxConnector(
        FdxSettings(Bank.RBC, "http://bank.example/v6", "https://b/a", "https://b/t", "id", Secret(CANARY)),
        BankHttp("RBC", client=answering(lambda path, body: body)),
    )
    with pytest.raises(BankError, match="not https"):
        plain.accounts(ACCESS, now=NOW)


def test_pages_without_end_are_an_error() -> None:
    again = b'{"transactions": [], "page": {"nextOffset": "7"}}'
    client = answering(lambda path, body: again if path.endswith("/transactions") else body)
    with pytest.raises(BankError, match="pages without end"):
        list(next(iter(connectors(client))).fetch(ACCESS, REQUEST))
