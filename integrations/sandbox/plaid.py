"""The sandbox speaks Plaid: hosted link, items, /transactions/sync with cursors, balances, webhook keys.

A cursor is a signed text of two moments and a place between them: what is told is the difference between what was
visible at the first and at the second. Amounts are positive where money goes out.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, Final
from urllib.parse import urlencode

from integrations.sandbox.bank import NAMES, SandboxBank
from integrations.sandbox.calls import Call, Reply
from integrations.sandbox.faults import Fault
from integrations.sandbox.history import BANKS, Account, Customer, Movement
from integrations.sandbox.hooks import public_key
from integrations.sandbox.pages import consent_page

CLIENT_ID: Final = "sandbox-client"
SECRET: Final = "sandbox-only-plaid-secret"  # noqa: S105 - of an aggregator that does not exist
_LINK_SECONDS: Final = 4 * 3600
_CONSENT_DAYS: Final = 365
_KINDS: Final = {
    "chequing": ("depository", "checking"),
    "savings": ("depository", "savings"),
    "card": ("credit", "credit card"),
}
_BEGINNING: Final = datetime(2000, 1, 1, tzinfo=UTC)


class Plaid:
    """The Plaid side of the sandbox: ``answer`` takes calls below ``/plaid/``."""

    protocol = "plaid"

    def __init__(self, bank: SandboxBank) -> None:
        self._bank = bank
        self._linked: dict[str, str] = {}

    def customer_of(self, call: Call) -> str:
        """Whose access token the call carries; "" before there is one."""
        facts = self._bank.read("plaid-access", str(call.json().get("access_token", "")))
        return str(facts["customer"]) if facts else ""

    def answer(self, call: Call) -> Reply:
        """One call."""
        place = call.path.removeprefix("/plaid/")
        if place == "link":
            return self._page(call) if call.method == "GET" else self._decision(call)
        given = call.json()
        if (given.get("client_id"), given.get("secret")) != (CLIENT_ID, SECRET):
            return _error("INVALID_INPUT", "INVALID_API_KEYS", "invalid client_id or secret provided")
        before_an_item: dict[str, Callable[[dict[str, Any], Call], Reply]] = {
            "link/token/create": self._link_token,
            "link/token/get": self._link_result,
            "item/public_token/exchange": self._exchange,
            "webhook_verification_key/get": self._key,
        }
        if found := before_an_item.get(place):
            return found(given, call)
        return self._of_item(place, given, call)

    # --- Link

    def _link_token(self, given: dict[str, Any], call: Call) -> Reply:
        hosted = given.get("hosted_link") or {}
        token = self._bank.sign(
            "plaid-link",
            back=str(hosted.get("completion_redirect_uri", "")),
            ends=self._now().timestamp() + _LINK_SECONDS,
        )
        ends = (self._now() + timedelta(seconds=_LINK_SECONDS)).isoformat()
        url = f"{call.base}/plaid/link?{urlencode({'token': token})}"
        return Reply(200, {"link_token": token, "hosted_link_url": url, "expiration": ends, "request_id": "sandbox"})

    def _page(self, call: Call) -> Reply:
        if self._bank.read("plaid-link", call.query("token")) is None:
            return _error("INVALID_INPUT", "INVALID_LINK_TOKEN", "the link token is unknown or ended")
        hidden = {"token": call.query("token")}
        return Reply(
            200, page=consent_page(self._bank, banks=BANKS, action="/plaid/link", hidden=hidden, asks="your bank data")
        )

    def _decision(self, call: Call) -> Reply:
        form = call.form()
        facts = self._bank.read("plaid-link", form.get("token", ""))
        customer = self._bank.customer(form.get("customer", ""))
        if facts is None or customer is None:
            return _error("INVALID_INPUT", "INVALID_LINK_TOKEN", "the link token is unknown or ended")
        if form.get("decision") == "agree":
            self._linked[form["token"]] = self._bank.sign("plaid-public", customer=customer.key)
        return Reply(302, headers={"Location": facts["back"]})

    def _link_result(self, given: dict[str, Any], call: Call) -> Reply:
        public = self._linked.get(str(given.get("link_token")))
        results = {"item_add_results": [{"public_token": public}]} if public else {"item_add_results": []}
        return Reply(200, {"link_token": given.get("link_token"), "link_sessions": [{"results": results}]})

    def _exchange(self, given: dict[str, Any], call: Call) -> Reply:
        public = str(given.get("public_token"))
        facts = self._bank.read("plaid-public", public)
        if facts is None or not self._bank.use_once(public):
            return _error("INVALID_INPUT", "INVALID_PUBLIC_TOKEN", "the public token is unknown or used")
        now = self._now().timestamp()
        item = self._bank.sign("plaid-item", customer=facts["customer"], given=now, until=now + _CONSENT_DAYS * 86_400)
        access = self._bank.sign("plaid-access", customer=facts["customer"], item=item)
        return Reply(200, {"access_token": access, "item_id": item, "request_id": "sandbox"})

    def _key(self, given: dict[str, Any], call: Call) -> Reply:
        key = public_key(self._bank)
        if given.get("key_id") != key["kid"]:
            return _error("INVALID_INPUT", "INVALID_WEBHOOK_VERIFICATION_KEY_ID", "there is no such key")
        return Reply(200, {"key": {**key, "created_at": 1_700_000_000, "expired_at": None}, "request_id": "sandbox"})

    # --- Items

    def _of_item(self, place: str, given: dict[str, Any], call: Call) -> Reply:
        facts = self._bank.read("plaid-access", str(given.get("access_token", "")))
        if facts is None:
            return _error("INVALID_INPUT", "INVALID_ACCESS_TOKEN", "the access token is unknown")
        if call.fault is Fault.REVOKED:
            self._bank.revoke(facts["item"])
        if place == "item/remove":
            self._bank.revoke(facts["item"])
            return Reply(200, {"request_id": "sandbox"})
        if place == "item/get":
            return self._item(facts)
        if self._bank.is_revoked(facts["item"]):
            return _error("ITEM_ERROR", "USER_PERMISSION_REVOKED", "the customer took the permission back")
        if call.fault is Fault.EXPIRED_TOKEN:
            return _error("ITEM_ERROR", "ITEM_LOGIN_REQUIRED", "the login details of this item have changed")
        customer = self._bank.customer(facts["customer"])
        if customer is None:
            return _error("ITEM_ERROR", "ITEM_NOT_FOUND", "there is no such customer")
        if place in ("accounts/get", "accounts/balance/get"):
            listed = [] if call.fault is Fault.EMPTY else self._accounts(customer)
            return Reply(200, {"accounts": listed, "item": {"item_id": facts["item"]}, "request_id": "sandbox"})
        if place == "transactions/sync":
            return self._sync(customer, given, call)
        return Reply(404, {"error_type": "INVALID_REQUEST", "error_code": "NOT_FOUND"})

    def _item(self, facts: dict[str, Any]) -> Reply:
        item = self._bank.read("plaid-item", facts["item"]) or {"until": 0}
        gone = self._bank.is_revoked(facts["item"])
        return Reply(
            200,
            {
                "item": {
                    "item_id": facts["item"],
                    "institution_id": f"ins_{facts['customer'].partition('-')[0]}",
                    "institution_name": NAMES[facts["customer"].partition("-")[0]],
                    "consent_expiration_time": datetime.fromtimestamp(item["until"], UTC).isoformat(),
                    "error": {"error_code": "USER_PERMISSION_REVOKED"} if gone else None,
                },
                "request_id": "sandbox",
            },
        )

    def _accounts(self, customer: Customer) -> list[dict[str, Any]]:
        listed = []
        for account in self._bank.accounts(customer):
            balance = self._bank.balance(customer, account, self._now())
            kind, subtype = _KINDS[account.kind]
            listed.append(
                {
                    "account_id": self._bank.public_id("plaid", account.key),
                    "balances": {
                        "current": -balance if kind == "credit" else balance,
                        "available": None if kind == "credit" else balance,
                        "limit": Decimal("5000.00") if kind == "credit" else None,
                        "iso_currency_code": "CAD",
                        "unofficial_currency_code": None,
                    },
                    "mask": account.number[-4:],
                    "name": account.name,
                    "official_name": None,
                    "type": kind,
                    "subtype": subtype,
                }
            )
        return listed

    # --- Sync

    def _sync(self, customer: Customer, given: dict[str, Any], call: Call) -> Reply:
        cursor, count = str(given.get("cursor") or ""), given.get("count", 100)
        facts = self._bank.read("plaid-cursor", cursor) if cursor else None
        if cursor and (facts is None or facts["customer"] != customer.key):
            return _error("INVALID_INPUT", "INVALID_FIELD", "cursor not associated with access_token")
        begin = datetime.fromisoformat(facts["from"]) if facts else _BEGINNING
        paging = facts is not None and facts["offset"] > 0
        # between two updates the next one runs up to now; within one, up to the moment it began
        until = datetime.fromisoformat(facts["to"]) if facts and paging else self._now()
        if paging and call.fault is Fault.MUTATION:
            return _error(
                "TRANSACTIONS_ERROR",
                "TRANSACTIONS_SYNC_MUTATION_DURING_PAGINATION",
                "the data changed during pagination",
            )
        changes = [] if call.fault is Fault.EMPTY else self._changes(customer, begin, until)
        offset = facts["offset"] if facts and paging else 0
        page = changes[offset : offset + count]
        more = offset + count < len(changes)
        following: dict[str, Any] = (
            {"from": begin.isoformat(), "to": until.isoformat(), "offset": offset + count}
            if more
            else {
                "from": (begin if call.fault is Fault.EMPTY else until).isoformat(),
                "to": until.isoformat(),
                "offset": 0,
            }
        )
        document: dict[str, Any] = {"added": [], "modified": [], "removed": []}
        for kind, row in page:
            document[kind].append(row)
        return Reply(
            200,
            {
                **document,
                "accounts": self._accounts(customer),
                "next_cursor": self._bank.sign("plaid-cursor", customer=customer.key, **following),
                "has_more": more,
                "transactions_update_status": "HISTORICAL_UPDATE_COMPLETE",
                "request_id": "sandbox",
            },
        )

    def _changes(self, customer: Customer, begin: datetime, until: datetime) -> list[tuple[str, dict[str, Any]]]:
        """What differs between two moments, removals last: they often come in another page than what replaces them."""
        added, modified, removed = [], [], []
        accounts = {account.key: account for account in self._bank.accounts(customer)}
        for movement in self._bank.history(customer, self._bank.first_day, until):
            before = _seen(self._bank, movement, accounts[movement.account], begin)
            after = _seen(self._bank, movement, accounts[movement.account], until)
            if after is not None and (before is None or before["transaction_id"] != after["transaction_id"]):
                added.append(("added", after))
            elif after is not None and after != before:
                modified.append(("modified", after))
            if before is not None and (after is None or before["transaction_id"] != after["transaction_id"]):
                gone = {"transaction_id": before["transaction_id"], "account_id": before["account_id"]}
                removed.append(("removed", gone))
        return added + modified + removed

    def _now(self) -> datetime:
        return self._bank.clock.now()


def _seen(bank: SandboxBank, movement: Movement, account: Account, at: datetime) -> dict[str, Any] | None:
    """A movement as Plaid tells it at a moment; None where it does not."""
    booked = movement.is_booked(at)
    if not booked and not movement.is_pending(at):
        return None
    held = movement.pending_amount if movement.pending_amount is not None else movement.amount
    pending_id = bank.pending_id("plaid", movement)
    linked = booked and movement.linked and movement.pending_amount is not None
    happened = movement.day(at).isoformat()
    return {
        "transaction_id": bank.booked_id("plaid", movement) if booked else pending_id,
        "account_id": bank.public_id("plaid", account.key),
        "amount": -(movement.amount if booked else held),
        "iso_currency_code": "CAD",
        "unofficial_currency_code": None,
        "date": movement.booked_day.isoformat() if booked and movement.booked_day else happened,
        "authorized_date": happened,
        "datetime": None,
        "pending": not booked,
        "pending_transaction_id": pending_id if linked else None,
        "name": movement.description,
        "merchant_name": None,
        "original_description": movement.description,
        "check_number": None,
        "payment_channel": "in store",
    }


def _error(error_type: str, code: str, message: str) -> Reply:
    return Reply(
        400,
        {
            "error_type": error_type,
            "error_code": code,
            "error_message": message,
            "display_message": None,
            "request_id": "sandbox",
        },
    )
