"""The sandbox speaks Flinks: connect, authorize, 202 while it collects, then the whole window in Debit and Credit.

No pending rows and no cursors. Row ids do not survive a new session, as nobody promises that they do.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any, Final
from urllib.parse import urlencode, urlsplit

from integrations.sandbox.bank import SandboxBank
from integrations.sandbox.calls import Call, Reply
from integrations.sandbox.faults import Fault
from integrations.sandbox.history import BANKS, TORONTO, Account, Customer
from integrations.sandbox.pages import consent_page

CUSTOMER_ID: Final = "sandbox-instance"
AUTH_KEY: Final = "sandbox-only-flinks-key"
_INSTITUTIONS: Final = {"rbc": "003", "td": "004", "bmo": "001", "cibc": "010"}
_DAYS: Final = {"Days90": 90, "Days365": 365}
_KINDS: Final = {"chequing": "Chequing", "savings": "Savings", "card": "CreditCard"}


class Flinks:
    """The Flinks side of the sandbox: ``answer`` takes calls below ``/flinks/``."""

    protocol = "flinks"

    def __init__(self, bank: SandboxBank, *, polls: int = 1) -> None:
        self._bank = bank
        # how often a session is asked for before it has its data
        self.polls = polls
        self._asked: dict[str, int] = {}

    def customer_of(self, call: Call) -> str:
        """Whose login or session the call names; "" before there is one."""
        given = call.json()
        session = str(given.get("RequestId") or call.path.rsplit("/", 1)[-1])
        facts = self._bank.read("flinks-session", session) or self._bank.read(
            "flinks-login", str(given.get("LoginId") or session)
        )
        return str(facts["customer"]) if facts else ""

    def answer(self, call: Call) -> Reply:
        """One call."""
        if call.path == "/flinks/connect":
            return self._page(call) if call.method == "GET" else self._decision(call)
        prefix = f"/flinks/v3/{CUSTOMER_ID}/BankingServices/"
        if not call.path.startswith(prefix):
            return Reply(404, {"HttpStatusCode": 404, "FlinksCode": "NOT_FOUND"})
        if call.header("flinks-auth-key") != AUTH_KEY:
            return Reply(401, {"HttpStatusCode": 401, "FlinksCode": "UNAUTHORIZED", "Message": "Invalid auth key"})
        place, _, argument = call.path.removeprefix(prefix).partition("/")
        given = call.json()
        if place == "Authorize":
            return self._authorize(given, call)
        if place == "GetAccountsDetail":
            return self._details(str(given.get("RequestId")), str(given.get("DaysOfTransactions")), call)
        if place == "GetAccountsDetailAsync":
            return self._details(argument, "", call)
        if place == "DeleteCard" and call.method == "DELETE":
            self._bank.revoke(argument)
            return Reply(200, {"StatusCode": 200})
        return Reply(404, {"HttpStatusCode": 404, "FlinksCode": "NOT_FOUND"})

    def _page(self, call: Call) -> Reply:
        hidden = {"redirectUrl": call.query("redirectUrl"), "tag": call.query("tag")}
        return Reply(
            200,
            page=consent_page(self._bank, banks=BANKS, action="/flinks/connect", hidden=hidden, asks="your bank data"),
        )

    def _decision(self, call: Call) -> Reply:
        form = call.form()
        customer, back = self._bank.customer(form.get("customer", "")), form.get("redirectUrl", "")
        if customer is None or not urlsplit(back).scheme:
            return Reply(400, {"FlinksCode": "INVALID_REQUEST"})
        given = {"tag": form.get("tag", "")}
        if form.get("decision") == "agree":
            given["loginId"] = self._bank.sign(
                "flinks-login", customer=customer.key, given=self._bank.clock.now().timestamp()
            )
            given["institution"] = customer.bank
        return Reply(302, headers={"Location": f"{back}{'&' if '?' in back else '?'}{urlencode(given)}"})

    def _authorize(self, given: dict[str, Any], call: Call) -> Reply:
        login = str(given.get("LoginId"))
        facts = self._bank.read("flinks-login", login)
        if facts is None or call.fault is Fault.REVOKED:
            self._bank.revoke(login)
        if facts is None or self._bank.is_revoked(login):
            return Reply(401, {"HttpStatusCode": 401, "FlinksCode": "INVALID_LOGIN", "Message": "Login not found"})
        if call.fault is Fault.EXPIRED_TOKEN:
            challenge = {"HttpStatusCode": 203, "FlinksCode": "QUESTIONS", "SecurityChallenges": [{"Prompt": "Pet?"}]}
            return Reply(203, challenge)
        at = self._bank.clock.now()
        session = self._bank.sign("flinks-session", customer=facts["customer"], at=at.timestamp())
        return Reply(
            200, {"HttpStatusCode": 200, "RequestId": session, "Login": {"Id": login}, "Institution": "Sandbox"}
        )

    def _details(self, session: str, days: str, call: Call) -> Reply:
        facts = self._bank.read("flinks-session", session)
        if facts is None:
            return Reply(
                401, {"HttpStatusCode": 401, "FlinksCode": "SESSION_NONEXISTENT", "Message": "No such session"}
            )
        asked = self._asked[session] = self._asked.get(session, 0) + 1
        if asked <= self.polls:
            return Reply(202, {"HttpStatusCode": 202, "FlinksCode": "OPERATION_PENDING", "RequestId": session})
        customer = self._bank.customer(facts["customer"])
        if customer is None:
            return Reply(401, {"HttpStatusCode": 401, "FlinksCode": "INVALID_LOGIN"})
        at = self._bank.clock.now()
        first = at.astimezone(TORONTO).date() - timedelta(days=_DAYS.get(days, 365))
        accounts = [] if call.fault is Fault.EMPTY else self._accounts(customer, first, at, session)
        return Reply(200, {"HttpStatusCode": 200, "RequestId": session, "Accounts": accounts})

    def _accounts(self, customer: Customer, first: date, at: datetime, session: str) -> list[dict[str, Any]]:
        listed = []
        for account in self._bank.accounts(customer):
            balance = self._bank.balance(customer, account, at)
            listed.append(
                {
                    "Id": self._bank.public_id("flinks", account.key),
                    "TransitNumber": "00012",
                    "InstitutionNumber": _INSTITUTIONS[customer.bank],
                    "AccountNumber": account.number,
                    "Title": account.name,
                    "Type": _KINDS[account.kind],
                    "Category": "Credits" if account.kind == "card" else "Operations",
                    "Currency": "CAD",
                    "Balance": {
                        "Available": None,
                        "Current": -balance if account.kind == "card" else balance,
                        "Limit": None,
                    },
                    "Transactions": self._rows(customer, account, first, at, session),
                }
            )
        return listed

    def _rows(self, customer: Customer, account: Account, first: date, at: datetime, session: str) -> list[Any]:
        booked = [
            movement
            for movement in self._bank.visible(customer, at, first)
            if movement.account == account.key and movement.is_booked(at)
        ]
        booked.sort(key=lambda movement: (movement.day(at), movement.key), reverse=True)
        return [
            {
                "Id": self._bank.public_id("flinks", f"{movement.key}/{session}"),
                "Date": movement.day(at).strftime("%Y/%m/%d"),
                "Code": None,
                "Description": movement.description,
                "Debit": -movement.amount if movement.amount < 0 else None,
                "Credit": movement.amount if movement.amount >= 0 else None,
                "Balance": None,
            }
            for movement in booked
        ]
