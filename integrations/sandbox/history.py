"""What happens on a customer's accounts: a pure function of seed, bank, customer and day.

Each day draws from its own generator, so that the same day is the same whatever period is asked for. A movement knows
its whole life (authorised, booked, changed, vanished, withdrawn); what is visible at a moment follows from that.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from functools import lru_cache
from random import Random
from typing import Final
from zoneinfo import ZoneInfo

TORONTO: Final = ZoneInfo("America/Toronto")
BANKS: Final = ("rbc", "td", "bmo", "cibc")
_SATURDAY: Final = 5

_SHOPS: Final = (
    ("TIM HORTONS #{n} TORONTO ON", 179, 1450),
    ("LOBLAWS {n} MONTREAL QC", 1450, 21000),
    ("SHOPPERS DRUG MART #{n}", 499, 8900),
    ("CANADIAN TIRE #{n} OTTAWA ON", 899, 32000),
    ("METRO {n} QUEBEC QC", 1200, 16500),
    ("LCBO/RAO #{n}", 1395, 9800),
    ("CANADA POST #{n}", 107, 4500),
    ("AMZN MKTP CA*{n}", 799, 18900),
)
_TABLES: Final = ("ST-HUBERT #{n} LAVAL QC", "THE KEG #{n} VANCOUVER BC", "SWISS CHALET #{n}")
_STAYS: Final = ("FAIRMONT HOTEL {n}", "PETRO-CANADA {n}", "BUDGET RENT A CAR {n}")


@dataclass(frozen=True, slots=True)
class Account:
    """An account of a customer. ``opening`` is what stood on it before its first day, signed."""

    key: str
    kind: str  # chequing, savings, card
    number: str
    name: str
    opening: Decimal


@dataclass(frozen=True, slots=True)
class Customer:
    """A customer of one bank, named by bank and number."""

    seed: int
    bank: str
    number: int

    @property
    def key(self) -> str:
        return f"{self.bank}-{self.number}"

    @property
    def name(self) -> str:
        """A name that stays with the number."""
        first = ("Chloé", "Marcus", "Anil", "Sofia", "Wei", "Ngozi", "Étienne", "Harpreet")
        last = ("Gagnon", "Oyelaran", "Raman", "Lindqvist", "Chen", "MacDonald", "Bouchard", "Singh")
        return f"{first[self.number % 8]} {last[(self.number // 8 + self.number * 3) % 8]}"


@dataclass(frozen=True, slots=True)
class Movement:
    """One movement's life. Amounts are signed as the holder sees them.

    ``booked_at`` None: a hold that vanishes at ``gone_at``. ``redated_at``: from then on it is dated ``day_after``.
    ``withdrawn_at``: from then on the bank lists the booked row no more. ``same_id``: the booked row keeps the pending
    one's id where the protocol allows; ``linked``: Plaid names the pending id on the booked row.
    """

    key: str
    account: str
    description: str
    authorised_at: datetime
    amount: Decimal
    pending_amount: Decimal | None = None
    booked_at: datetime | None = None
    gone_at: datetime | None = None
    redated_at: datetime | None = None
    day_after: date | None = None
    withdrawn_at: datetime | None = None
    same_id: bool = True
    linked: bool = True

    def is_pending(self, at: datetime) -> bool:
        """Whether it is listed as pending at that moment."""
        ends = self.booked_at or self.gone_at
        return self.pending_amount is not None and self.authorised_at <= at and (ends is None or at < ends)

    def is_booked(self, at: datetime) -> bool:
        """Whether it is listed as booked at that moment."""
        return (
            self.booked_at is not None
            and self.booked_at <= at
            and (self.withdrawn_at is None or at < self.withdrawn_at)
        )

    def day(self, at: datetime) -> date:
        """The day it is dated at that moment."""
        if self.redated_at is not None and self.day_after is not None and self.redated_at <= at:
            return self.day_after
        return self.authorised_at.astimezone(TORONTO).date()

    @property
    def booked_day(self) -> date | None:
        """The day it was booked."""
        return self.booked_at.astimezone(TORONTO).date() if self.booked_at else None


def accounts(customer: Customer) -> tuple[Account, ...]:
    """A customer's three accounts."""
    chance = _chance(customer, "accounts")
    return tuple(
        Account(
            key=f"{customer.key}-{kind}",
            kind=kind,
            number=f"{chance.randrange(10**7):07d}",
            name=name,
            opening=Decimal(chance.randrange(*opening)).scaleb(-2),
        )
        for kind, name, opening in (
            ("chequing", "Everyday chequing", (50_000, 900_000)),
            ("savings", "High interest savings", (100_000, 4_000_000)),
            ("card", "Cash back card", (-250_000, -10_000)),
        )
    )


def movements(customer: Customer, first: date, last: date) -> Iterator[Movement]:
    """Every movement that is authorised from ``first`` to ``last``, by day."""
    day = first
    while day <= last:
        yield from movements_of_day(customer, day)
        day += timedelta(days=1)


@lru_cache(maxsize=100_000)
def movements_of_day(customer: Customer, day: date) -> tuple[Movement, ...]:
    """Every movement that is authorised on a day."""
    return tuple(_Day(customer, day).all())


def _chance(customer: Customer, what: str) -> Random:
    # the same numbers on every machine and Python: text is hashed, not Python's hash()
    digest = hashlib.sha256(f"{customer.seed}/{customer.key}/{what}".encode()).digest()
    return Random(int.from_bytes(digest[:8], "big"))  # noqa: S311 - a history is made up, not a secret


class _Day:
    """The movements of one customer on one day."""

    def __init__(self, customer: Customer, day: date) -> None:
        self._customer = customer
        self._day = day
        self._chance = _chance(customer, day.isoformat())
        self._count = 0

    def all(self) -> Iterator[Movement]:
        """In the order in which they are authorised."""
        yield from self._regular()
        yield from self._purchases()
        if self._one_in(3):
            yield self._purchase("chequing")
        if self._one_in(9):
            yield self._booked("chequing", "INTERAC E-TRANSFER - {n}", -self._money(1500, 60000))
        if self._one_in(20):
            yield self._booked("chequing", "INTERAC E-TRANSFER RECEIVED {n}", self._money(1000, 90000))

    def _regular(self) -> Iterator[Movement]:
        monthly = _chance(self._customer, "habits")
        rent, hydro = monthly.randrange(120_000, 260_000), monthly.randrange(6_000, 19_000)
        payday, pay = monthly.randrange(14), monthly.randrange(160_000, 420_000)
        if self._day.toordinal() % 14 == payday:
            yield self._booked("chequing", "PAYROLL DEPOSIT NORTHERN LIGHTS LTD", Decimal(pay).scaleb(-2))
        for of_month, text, cents in ((1, "RENT MAPLE PROPERTIES", rent), (12, "HYDRO BILL PAYMENT", hydro)):
            if self._day.day == of_month:
                yield self._booked("chequing", text, -Decimal(cents).scaleb(-2))
        if self._day.day == 16:
            moved = self._money(5000, 50000)
            yield self._booked("chequing", "TRANSFER TO SAVINGS", -moved)
            yield self._booked("savings", "TRANSFER FROM CHEQUING", moved)
        if self._day.day == 20:
            paid = self._money(180_000, 290_000)
            yield self._booked("chequing", "CARD PAYMENT", -paid)
            yield self._booked("card", "PAYMENT - THANK YOU / PAIEMENT - MERCI", paid)
        if (self._day + timedelta(days=1)).day == 1:
            yield self._booked("chequing", "MONTHLY ACCOUNT FEE", Decimal("-11.95"))
            yield self._booked("savings", "INTEREST PAID", self._money(120, 4800))

    def _purchases(self) -> Iterator[Movement]:
        for _ in range(self._chance.randrange(4)):
            one = self._purchase("card")
            yield one
            if self._one_in(25):
                # the second coffee of the day: the same text, the same amount, another movement
                yield replace(one, key=self._key(), authorised_at=one.authorised_at + timedelta(minutes=40))
        if self._one_in(6):
            bill = self._money(2400, 14000)
            tip = (bill * self._chance.randrange(12, 22) / 100).quantize(Decimal("0.01"))
            yield self._held("card", self._chance.choice(_TABLES), -bill, -(bill + tip), same_id=False)
        if self._one_in(15):
            hold = Decimal(self._chance.choice((100, 200, 350)))
            if self._one_in(2):
                yield self._vanishing("card", self._chance.choice(_STAYS), -hold)
            else:
                yield self._held("card", self._chance.choice(_STAYS), -hold, -self._money(2500, 9900), same_id=False)
        if self._one_in(40):
            yield self._booked("card", "REFUND CANADIAN TIRE #{n}", self._money(900, 12000))

    def _purchase(self, account: str) -> Movement:
        text, low, high = self._chance.choice(_SHOPS)
        # most purchases are small
        share = self._chance.random() ** 2
        amount = -Decimal(low + round((high - low) * share)).scaleb(-2)
        return self._held(account, text, amount, amount, same_id=self._one_in(2))

    # --- Building one

    def _booked(self, account: str, text: str, amount: Decimal) -> Movement:
        """Booked at once, early in the morning of a business day."""
        at = self._at(_business_day(self._day), 5, 30 * 60)
        return self._odd(
            Movement(self._key(), f"{self._customer.key}-{account}", self._text(text), at, amount, booked_at=at)
        )

    def _held(self, account: str, text: str, held: Decimal, amount: Decimal, *, same_id: bool) -> Movement:
        """Pending first, booked one to three business days later."""
        at = self._at(self._day, 8, 14 * 3600)
        booked = self._at(_business_day(self._day + timedelta(days=self._chance.randrange(1, 4))), 3, 2 * 3600)
        return self._odd(
            Movement(
                self._key(),
                f"{self._customer.key}-{account}",
                self._text(text),
                at,
                amount,
                pending_amount=held,
                booked_at=booked,
                same_id=same_id,
                linked=not self._one_in(10),
            )
        )

    def _vanishing(self, account: str, text: str, held: Decimal) -> Movement:
        at = self._at(self._day, 8, 14 * 3600)
        gone = self._at(self._day + timedelta(days=self._chance.randrange(2, 7)), 4, 3600)
        return Movement(
            self._key(),
            f"{self._customer.key}-{account}",
            self._text(text),
            at,
            held,
            pending_amount=held,
            gone_at=gone,
        )

    def _odd(self, movement: Movement) -> Movement:
        """Now and then a booked row is dated anew, or withdrawn altogether."""
        booked = movement.booked_at
        if booked is not None and self._one_in(50):
            day = movement.authorised_at.astimezone(TORONTO).date() + timedelta(days=1)
            return replace(movement, redated_at=booked + timedelta(days=2), day_after=day)
        if booked is not None and self._one_in(300):
            return replace(movement, withdrawn_at=booked + timedelta(days=3))
        return movement

    def _key(self) -> str:
        self._count += 1
        return f"{self._customer.key}-{self._day:%Y%m%d}-{self._count}"

    def _text(self, text: str) -> str:
        return text.replace("{n}", str(self._chance.randrange(1000, 9999)))

    def _money(self, low: int, high: int) -> Decimal:
        return Decimal(self._chance.randrange(low, high)).scaleb(-2)

    def _one_in(self, number: int) -> bool:
        return self._chance.randrange(number) == 0

    def _at(self, day: date, hour: int, within: int) -> datetime:
        seconds = self._chance.randrange(within)
        moment = datetime.combine(day, time(hour), TORONTO) + timedelta(seconds=seconds)
        return moment.astimezone(UTC)


def _business_day(day: date) -> date:
    """That day, or the Monday after a weekend."""
    return day + timedelta(days=max(0, 7 - day.weekday()) if day.weekday() >= _SATURDAY else 0)
