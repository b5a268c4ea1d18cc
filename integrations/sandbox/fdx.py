"""The sandbox speaks FDX, for the four banks: OAuth 2 with PKCE and a consent page, then FDX 6 or, for BMO, 5.

RBC and CIBC page by offset, TD and BMO by ``links.next``. An access token lasts half an hour.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any, Final
from urllib.parse import quote, urlencode, urlsplit

from integrations.sandbox.bank import SandboxBank
from integrations.sandbox.calls import Call, Reply
from integrations.sandbox.faults import Fault
from integrations.sandbox.history import Account, Customer, Movement
from integrations.sandbox.pages import consent_page

TOKEN_SECONDS: Final = 1800
CODE_SECONDS: Final = 300
CONSENT_DAYS: Final = 365
CLIENT_ID: Final = "dwaybank-sandbox"
CLIENT_SECRET: Final = "sandbox-only-secret"  # noqa: S105 - of a bank that does not exist
WRAPPED: Final = frozenset({"bmo"})
BY_LINK: Final = frozenset({"td", "bmo"})
_CATEGORIES: Final = {
    "chequing": ("DEPOSIT_ACCOUNT", "CHECKING"),
    "savings": ("DEPOSIT_ACCOUNT", "SAVINGS"),
    "card": ("LOC_ACCOUNT", "CREDITCARD"),
}


class Fdx:
    """The FDX side of the sandbox: ``answer`` takes calls below ``/fdx/<bank>/``."""

    protocol = "fdx"

    def __init__(self, bank: SandboxBank) -> None:
        self._bank = bank

    def customer_of(self, call: Call) -> str:
        """Whose token the call carries; "" before there is one."""
        facts = self._bank.read("fdx-access", call.header("Authorization").removeprefix("Bearer "))
        if facts is None and call.path.endswith("/token"):
            facts = self._bank.read("fdx-refresh", call.form().get("refresh_token", ""))
        return str(facts["customer"]) if facts else ""

    def answer(self, call: Call) -> Reply:
        """One call."""
        _, _, bank, *rest = call.path.split("/")
        place = "/".join(rest)
        open_to_all: dict[tuple[str, str], Callable[[Call, str], Reply]] = {
            ("GET", "authorize"): self._page,
            ("POST", "authorize"): self._decision,
            ("POST", "token"): self._token,
            ("POST", "revoke"): self._revoke_token,
        }
        if found := open_to_all.get((call.method, place)):
            return found(call, bank)
        return self._api(call, rest)

    # --- OAuth

    def _page(self, call: Call, bank: str) -> Reply:
        if call.query("client_id") != CLIENT_ID or call.query("code_challenge_method") != "S256":
            return Reply(400, {"error": "invalid_request"})
        names = ("redirect_uri", "state", "code_challenge", "scope")
        hidden = {name: call.query(name) for name in names}
        page = consent_page(
            self._bank, banks=(bank,), action=call.path, hidden=hidden, asks="accounts and transactions"
        )
        return Reply(200, page=page)

    def _decision(self, call: Call, bank: str) -> Reply:
        form = call.form()
        customer = self._bank.customer(form.get("customer", ""))
        redirect_uri = form.get("redirect_uri", "")
        if customer is None or customer.bank != bank or not urlsplit(redirect_uri).scheme:
            return Reply(400, {"error": "invalid_request"})
        back = {"state": form.get("state", "")}
        if form.get("decision") == "agree":
            back["code"] = self._bank.sign(
                "fdx-code",
                customer=customer.key,
                challenge=form.get("code_challenge", ""),
                redirect_uri=redirect_uri,
                ends=self._now().timestamp() + CODE_SECONDS,
            )
        else:
            back["error"] = "access_denied"
        return Reply(302, headers={"Location": f"{redirect_uri}{'&' if '?' in redirect_uri else '?'}{urlencode(back)}"})

    def _token(self, call: Call, bank: str) -> Reply:
        if not _is_client(call):
            return Reply(401, {"error": "invalid_client"})
        form = call.form()
        if form.get("grant_type") == "authorization_code":
            return self._exchange(form)
        if form.get("grant_type") == "refresh_token":
            return self._refresh(form.get("refresh_token", ""), refuse=call.fault is Fault.REVOKED)
        return Reply(400, {"error": "unsupported_grant_type"})

    def _exchange(self, form: dict[str, str]) -> Reply:
        facts = self._bank.read("fdx-code", form.get("code", ""))
        verifier = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(verifier).decode().rstrip("=")
        if (
            facts is None
            or facts["challenge"] != challenge
            or facts["redirect_uri"] != form.get("redirect_uri")
            or not self._bank.use_once(form["code"])
        ):
            return Reply(400, {"error": "invalid_grant"})
        now = self._now().timestamp()
        consent = self._bank.sign(
            "fdx-consent", customer=facts["customer"], given=now, until=now + CONSENT_DAYS * 86_400
        )
        return self._tokens(facts["customer"], consent, 1)

    def _refresh(self, refresh_token: str, *, refuse: bool) -> Reply:
        facts = self._bank.read("fdx-refresh", refresh_token)
        if facts is not None and refuse:
            self._bank.revoke(facts["consent"])
        if (
            facts is None
            or self._ended(facts["consent"])
            or not self._bank.accept_serial(facts["consent"], facts["serial"], seen=True)
        ):
            return Reply(400, {"error": "invalid_grant"})
        return self._tokens(facts["customer"], facts["consent"], facts["serial"] + 1)

    def _tokens(self, customer: str, consent: str, serial: int) -> Reply:
        ends = self._now().timestamp() + TOKEN_SECONDS
        facts: dict[str, Any] = {"customer": customer, "consent": consent, "serial": serial}
        return Reply(
            200,
            {
                "token_type": "Bearer",
                "access_token": self._bank.sign("fdx-access", ends=ends, **facts),
                "refresh_token": self._bank.sign("fdx-refresh", **facts),
                "expires_in": TOKEN_SECONDS,
                "scope": "fdx:accountbasic:read fdx:transactions:read",
                "fdxConsentId": consent,
            },
        )

    def _revoke_token(self, call: Call, bank: str) -> Reply:
        if not _is_client(call):
            return Reply(401, {"error": "invalid_client"})
        if facts := self._bank.read("fdx-refresh", call.form().get("token", "")):
            self._bank.revoke(facts["consent"])
        return Reply(200, {})

    def _ended(self, consent: str) -> bool:
        facts = self._bank.read("fdx-consent", consent)
        return facts is None or self._bank.is_revoked(consent) or facts["until"] <= self._now().timestamp()

    # --- The API

    def _api(self, call: Call, rest: list[str]) -> Reply:
        token = call.header("Authorization").removeprefix("Bearer ")
        facts = self._bank.read("fdx-access", token)
        if facts is None or call.fault is Fault.EXPIRED_TOKEN:
            return _error(401, "The access token is missing, wrong or ended")
        if call.fault is Fault.REVOKED:
            self._bank.revoke(facts["consent"])
        self._bank.accept_serial(facts["consent"], facts["serial"], seen=True)
        customer = self._bank.customer(facts["customer"])
        if rest and rest[0] == "consents":
            return self._consent(call, facts)
        if customer is None or self._ended(facts["consent"]):
            return _error(403, "The consent ended")
        if call.method == "GET" and rest == ["accounts"]:
            return Reply(200, self._accounts(customer, call))
        if call.method == "GET" and len(rest) == 3 and rest[0] == "accounts" and rest[2] == "transactions":
            return self._transactions(call, customer, rest[1])
        return _error(404, "There is no such place")

    def _consent(self, call: Call, token: dict[str, Any]) -> Reply:
        consent = token["consent"]
        facts = self._bank.read("fdx-consent", consent)
        if facts is None or quote(consent, safe="") not in call.path:
            return _error(404, "There is no such consent")
        if call.method == "PUT" and call.path.endswith("/revocation"):
            self._bank.revoke(consent)
            return Reply(204)
        ends = facts["until"] <= self._now().timestamp()
        customer = self._bank.customer(facts["customer"])
        return Reply(
            200,
            {
                "id": consent,
                "status": "REVOKED" if self._bank.is_revoked(consent) else "EXPIRED" if ends else "ACTIVE",
                "createdTime": _time(facts["given"]),
                "updatedTime": _time(facts["given"]),
                "expirationTime": _time(facts["until"]),
                "durationType": "TIME_BOUND",
                "durationPeriod": CONSENT_DAYS,
                "lookbackPeriod": 730,
                "resources": [
                    {
                        "resourceType": "ACCOUNT",
                        "resourceId": self._bank.public_id("fdx", account.key),
                        "dataClusters": ["ACCOUNT_BASIC", "TRANSACTIONS"],
                    }
                    for account in (self._bank.accounts(customer) if customer else ())
                ],
            },
        )

    def _accounts(self, customer: Customer, call: Call) -> dict[str, Any]:
        now = self._now()
        stamp = now + timedelta(hours=26) if call.fault is Fault.CLOCK_SKEW else now
        listed = []
        for account in self._bank.accounts(customer):
            category, kind = _CATEGORIES[account.kind]
            balance = self._bank.balance(customer, account, now)
            row = {
                "accountCategory": category,
                "accountId": self._bank.public_id("fdx", account.key),
                "accountType": kind,
                "accountNumberDisplay": account.number[-4:],
                "productName": account.name,
                "status": "OPEN",
                "currency": {"currencyCode": "CAD"},
                # a bank states what is owed on a card, not what the holder has
                "currentBalance": -balance if account.kind == "card" else balance,
                "balanceAsOf": stamp.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            }
            listed.append(_wrapped(row, customer.bank, "Account"))
        return {"accounts": [] if call.fault is Fault.EMPTY else listed}

    def _transactions(self, call: Call, customer: Customer, account_id: str) -> Reply:
        now = self._now()
        account = next(
            (a for a in self._bank.accounts(customer) if self._bank.public_id("fdx", a.key) == account_id), None
        )
        if account is None:
            return _error(404, "There is no such account")
        try:
            first, last = (date.fromisoformat(call.query(name)[:10]) for name in ("startTime", "endTime"))
            offset, limit = int(call.query("offset") or 0), max(1, min(int(call.query("limit") or 100), 500))
        except ValueError:
            return _error(400, "startTime, endTime, offset or limit cannot be read")
        rows = [] if call.fault is Fault.EMPTY else self._rows(customer, account, first, last, now)
        if call.fault is Fault.MUTATION and offset:
            offset -= 1  # a row came in while the client was paging: the last one is listed again
        document: dict[str, Any] = {"page": {"totalElements": len(rows)}, "transactions": rows[offset : offset + limit]}
        if offset + limit < len(rows):
            following = {"startTime": first, "endTime": last, "limit": limit, "offset": offset + limit}
            if customer.bank in BY_LINK:
                document["links"] = {"next": {"href": f"{call.base}{call.path}?{urlencode(following)}"}}
            else:
                document["page"]["nextOffset"] = str(offset + limit)
        return Reply(200, document)

    def _rows(self, customer: Customer, account: Account, first: date, last: date, at: datetime) -> list[Any]:
        """Rows of a window, newest first, as banks list them."""
        listed = [m for m in self._bank.visible(customer, at, first) if m.account == account.key and m.day(at) <= last]
        listed.sort(key=lambda m: (m.day(at), m.key), reverse=True)
        return [_wrapped(self._row(m, account, at), customer.bank, "Transaction") for m in listed]

    def _row(self, movement: Movement, account: Account, at: datetime) -> dict[str, Any]:
        booked = movement.is_booked(at)
        amount = movement.amount if booked else movement.pending_amount or movement.amount
        row = {
            "accountCategory": _CATEGORIES[account.kind][0],
            "transactionId": self._bank.booked_id("fdx", movement)
            if booked
            else self._bank.pending_id("fdx", movement),
            "transactionTimestamp": f"{movement.day(at).isoformat()}T00:00:00.000Z",
            "description": movement.description,
            "debitCreditMemo": "DEBIT" if amount < 0 else "CREDIT",
            "status": "POSTED" if booked else "PENDING",
            "amount": abs(amount),
        }
        if booked and movement.booked_day:
            row["postedTimestamp"] = f"{movement.booked_day.isoformat()}T00:00:00.000Z"
        return row

    def _now(self) -> datetime:
        return self._bank.clock.now()


def _wrapped(row: dict[str, Any], bank: str, what: str) -> dict[str, Any]:
    """The row as FDX 6 has it, or wrapped by its category as FDX 5 does."""
    if bank not in WRAPPED:
        return row
    category = row.pop("accountCategory")
    return {("deposit" if category == "DEPOSIT_ACCOUNT" else "loc") + what: row}


def _is_client(call: Call) -> bool:
    scheme, _, given = call.header("Authorization").partition(" ")
    try:
        return scheme == "Basic" and base64.b64decode(given).decode() == f"{CLIENT_ID}:{CLIENT_SECRET}"
    except (binascii.Error, UnicodeDecodeError):
        return False


def _error(status: int, message: str) -> Reply:
    return Reply(status, {"code": str(status), "message": message})


def _time(timestamp: float) -> str:
    return datetime.fromtimestamp(timestamp).astimezone().isoformat()
