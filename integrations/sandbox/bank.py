"""The sandbox at one moment: what is visible of each customer's history, and the truth about it.

Thread-safe: the clock and what was revoked are all the state there is; histories and tokens are functions of the seed.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
import threading
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any, Final

from integrations.sandbox.history import BANKS, TORONTO, Account, Customer, Movement, accounts, movements_of_day

NAMES: Final = {"rbc": "RBC Royal Bank", "td": "TD Canada Trust", "bmo": "BMO Bank of Montreal", "cibc": "CIBC"}
# How long before its first listing a movement can have been authorised, and after it can still change.
_SETTLES_WITHIN: Final = timedelta(days=12)


class Clock:
    """The sandbox's time: the machine's, moved ahead; or, from a ``start``, standing still but for being moved."""

    def __init__(self, start: datetime | None = None) -> None:
        self._start = start
        self._ahead = timedelta()
        self._lock = threading.Lock()

    def now(self) -> datetime:
        with self._lock:
            return (self._start or datetime.now(UTC)) + self._ahead

    def advance(self, by: timedelta) -> datetime:
        """Move ahead; raises ValueError for a step back."""
        if by < timedelta():
            raise ValueError("The sandbox's clock only moves ahead.")
        with self._lock:
            self._ahead += by
        return self.now()


class SandboxBank:
    """Customers of the four banks, with ``years`` of history before the clock's first year."""

    def __init__(self, *, seed: int, clock: Clock, years: int = 2, customers: int = 50) -> None:
        self.seed = seed
        self.clock = clock
        self.customers_per_bank = customers
        self.first_day = date(clock.now().astimezone(TORONTO).year - years, 1, 1)
        self._key = hashlib.sha256(f"sandbox {seed}".encode()).digest()
        self._lock = threading.Lock()
        self._revoked: set[str] = set()
        self._floors: dict[str, int] = {}
        self._used: set[str] = set()

    # --- Customers and what is visible of them

    def customer(self, key: str) -> Customer | None:
        """The customer ``<bank>-<number>``."""
        bank, _, number = key.partition("-")
        if bank not in BANKS or not number.isdigit() or not 1 <= int(number) <= self.customers_per_bank:
            return None
        return Customer(self.seed, bank, int(number))

    def accounts(self, customer: Customer) -> tuple[Account, ...]:
        return accounts(customer)

    def visible(self, customer: Customer, at: datetime, first: date | None = None) -> Iterator[Movement]:
        """Movements that are pending or booked at that moment, oldest first; those dated before ``first`` left out."""
        begin = max(self.first_day, first - _SETTLES_WITHIN) if first else self.first_day
        for movement in self.history(customer, begin, at):
            listed = movement.is_pending(at) or movement.is_booked(at)
            if listed and (first is None or movement.day(at) >= first):
                yield movement

    def history(self, customer: Customer, first: date, at: datetime) -> Iterator[Movement]:
        """Every movement authorised from a day to a moment, whatever became of it."""
        day, last = first, at.astimezone(TORONTO).date()
        while day <= last:
            for movement in movements_of_day(customer, day):
                if movement.authorised_at <= at:
                    yield movement
            day += timedelta(days=1)

    def balance(self, customer: Customer, account: Account, at: datetime) -> Decimal:
        """Booked balance, signed."""
        return account.opening + sum(
            (m.amount for m in self.visible(customer, at) if m.account == account.key and m.is_booked(at)),
            Decimal("0.00"),
        )

    # --- Ids of the protocols

    def public_id(self, protocol: str, key: str, length: int = 28) -> str:
        """The id by which a protocol names something: stable, and different in each."""
        digest = hmac.new(self._key, f"{protocol}/{key}".encode(), hashlib.sha256).digest()
        return base64.b32encode(digest).decode().rstrip("=").lower()[:length]

    # --- Signed texts: codes, tokens and ids that carry what they mean, so that a restart forgets none

    def sign(self, kind: str, **facts: Any) -> str:
        """A text that only this sandbox (this seed) can make."""
        body = (
            base64.urlsafe_b64encode(json.dumps({"kind": kind, **facts}, sort_keys=True).encode()).decode().rstrip("=")
        )
        return f"{body}.{self._signature(body)}"

    def read(self, kind: str, text: str) -> dict[str, Any] | None:
        """What a signed text of that kind says; None where it is none, or ended."""
        body, _, signature = text.partition(".")
        if not hmac.compare_digest(self._signature(body), signature):
            return None
        try:
            facts = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
        except (binascii.Error, ValueError):
            return None
        if facts.get("kind") != kind or ("ends" in facts and self.clock.now().timestamp() >= facts["ends"]):
            return None
        return dict(facts)

    def _signature(self, body: str) -> str:
        return hmac.new(self._key, body.encode(errors="replace"), hashlib.sha256).hexdigest()[:32]

    def use_once(self, text: str) -> bool:
        """Whether a text is used for the first time (since the sandbox started)."""
        with self._lock:
            fresh = text not in self._used
            self._used.add(text)
        return fresh

    def revoke(self, consent: str) -> None:
        """End a consent, whatever protocol gave it."""
        with self._lock:
            self._revoked.add(consent)

    def is_revoked(self, consent: str) -> bool:
        with self._lock:
            return consent in self._revoked

    def accept_serial(self, consent: str, serial: int, *, seen: bool) -> bool:
        """Whether a token's serial still works. One ``seen`` in use ends the older ones: a client that lost a new
        token before it used it may come back with the one before.
        """
        with self._lock:
            floor = self._floors.get(consent, 0)
            if serial < floor:
                return False
            if seen:
                self._floors[consent] = serial
        return True

    # --- The truth, for tests

    def truth(self, customer: Customer, protocol: str, at: datetime) -> dict[str, Any]:
        """What a perfect client of that protocol holds at that moment, account by account."""
        found = {}
        for account in self.accounts(customer):
            of_account = [m for m in self.history(customer, self.first_day, at) if m.account == account.key]
            listed = [m for m in of_account if m.is_booked(at)]
            found[self.public_id(protocol, account.key)] = {
                "kind": account.kind,
                "balance": str(self.balance(customer, account, at)),
                "booked": [self._true_row(protocol, m, at) for m in listed],
                "pending": [self.pending_id(protocol, m) for m in of_account if m.is_pending(at)],
                "withdrawn": [
                    self.booked_id(protocol, m)
                    for m in of_account
                    if m.withdrawn_at is not None and m.withdrawn_at <= at
                ],
            }
        return found

    def _true_row(self, protocol: str, movement: Movement, at: datetime) -> dict[str, Any]:
        return {
            "id": self.booked_id(protocol, movement),
            "amount": str(movement.amount),
            "date": movement.day(at).isoformat(),
            "posted": movement.booked_day.isoformat() if movement.booked_day else None,
            "description": movement.description,
        }

    def pending_id(self, protocol: str, movement: Movement) -> str:
        return self.public_id(protocol, f"{movement.key}/pending")

    def booked_id(self, protocol: str, movement: Movement) -> str:
        """The booked row's id. In FDX it may be the pending one's; Plaid always gives a new one."""
        if protocol == "fdx" and movement.same_id and movement.pending_amount is not None:
            return self.pending_id(protocol, movement)
        return self.public_id(protocol, f"{movement.key}/booked")
