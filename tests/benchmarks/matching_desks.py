"""Three desks of a back office, each with what makes it hard: card sales, rents by unit, receivables by invoice number.

A shop's sales are paid out once a day for each brand of card, one of them net of a fee. A manager of many flats gets
equal rents told apart by unit or name among words of the trade, some returned and paid again. Receivables come in for
several invoices at once, named in the text of the bank as each customer likes.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

from tests.benchmarks.matching_trades import Books, posting_day
from tests.benchmarks.matching_world import World

_GIVEN_NAMES = "Aisha Bruno Carla Dmitri Elena Farid Greta Hana Ivan Jonas Kwame Leila Mateo Nadia Omar Priya"
_FAMILY_NAMES = (
    "Fraser Gagnon Horvat Ivanov Johnson Kowalski Lefebvre Mensah Nguyen Okafor Patel Quesnel Roy Singh Tremblay Walker"
)
_NAMES_OF_FIRMS = "Apex Cedar Delta Granite Harbour Laurentian Maple Northern Orion Prairie Summit Vector"
_TRADES_OF_FIRMS = "Electric Foods Freight Legal Media Packaging Paper Plumbing Roofing Steel"
_GIVEN, _FAMILY = _GIVEN_NAMES.split(), _FAMILY_NAMES.split()
_FIRMS = [f"{name} {trade}" for name in _NAMES_OF_FIRMS.split() for trade in _TRADES_OF_FIRMS.split()]
_BRANDS = {"VISA": 0.0, "MC": 0.0, "INTERAC": 0.0, "AMEX": 0.029}
"""Each with the share that is kept of its payouts."""


def card_desk(movements: int, *, seed: int = 1) -> World:
    """Sales of each brand, paid out the next business day; refunds among them."""
    books = Books(seed, movements)
    source, day = books.random, date(2024, 2, 1)
    while len(books.world.ledger) < movements:
        for brand, share in _BRANDS.items():
            sales = [
                source.choice((999, 1499, 1999, 4999)) if source.random() < 0.3 else source.randint(250, 15_000)
                for _ in range(source.randint(2, 14))
            ]
            if source.random() < 0.1:
                sales.append(-source.choice(sales))
            total = sum(sales)
            text = f"{source.choice(('MERCHANT DEP', 'DEPOT MARCHAND'))} {brand} {4400 + day.toordinal() % 400}"
            payout = books.bank(posting_day(day, 1, 0), total - round(total * share), text)
            for cents in sales:
                word = "Sale" if cents > 0 else "Refund"
                books.pair(payout, books.ledger(day, cents, f"{word} {brand.title()} ****{source.randint(1000, 9999)}"))
        day += timedelta(days=1)
    return books.finished()


def rent_desk(movements: int, *, seed: int = 1) -> World:
    """A hundred and eighty flats with rents in steps of 25.00; payments that come back, halves, some that stay away."""
    books = Books(seed, movements)
    source, month = books.random, date(2020, 1, 1)
    flats = [
        (unit, source.choice(_GIVEN), source.choice(_FAMILY), 2_500 * source.randint(36, 84))
        for unit in range(101, 281)
    ]
    while len(books.world.ledger) < movements:
        for unit, first, last, rent in flats:
            owed = books.ledger(month, rent, f"Rent {month:%b %Y} - Unit {unit} - {last}, {first}")
            texts = (
                f"INTERAC E-TRANSFER {first} {last}",
                f"DEP CHQ {last}",
                f"PAD RENT {unit}",
                f"VIREMENT {last} {first}",
            )
            text, roll = source.choice(texts).upper(), source.random()
            paid = month + timedelta(days=source.choice((0, 0, 0, 1, 1, 2, 3, 6)))
            if roll < 0.015:
                continue
            if roll < 0.035:
                books.pair(books.bank(posting_day(paid, 0, 0), rent // 2, text), owed)
                paid, rent = paid + timedelta(days=source.randint(1, 6)), rent - rent // 2
            elif roll < 0.05:
                books.bank(posting_day(paid, 0, 0), rent, text)
                books.bank(posting_day(paid, 2, 0), -rent, f"NSF RETURNED ITEM {last.upper()}")
                paid += timedelta(days=6)
            books.pair(books.bank(posting_day(paid, 0, 0), rent, text), owed)
        month = (month + timedelta(days=32)).replace(day=1)
    return books.finished()


def receivables_desk(movements: int, *, seed: int = 1) -> World:
    """Invoices of many customers; one payment settles up to seven, with their numbers in some form, or with none."""
    books = Books(seed, movements)
    source, day, number = books.random, date(2023, 1, 2), 10_000
    while len(books.world.ledger) < movements:
        for _ in range(source.randint(3, 8)):
            customer = source.choice(_FIRMS)
            parts, numbers, total = [], [], 0
            for _ in range(source.choices((1, 2, 3, 4, 5, 7), (68, 14, 8, 5, 3, 2))[0]):
                number += 1
                cents = int(source.lognormvariate(11.2, 1.1)) + 2_500
                cents = round(cents, -4) + 5_000 if source.random() < 0.25 else cents
                text = source.choice(
                    (f"Invoice {number} - {customer}", f"INV-{number} {customer}", f"Sales invoice #{number}")
                )
                parts.append(books.ledger(day - timedelta(days=source.choice((0, 1, 2, 3))), cents, text))
                numbers.append(str(number))
                total += cents
            if source.random() < 0.03:
                continue
            told = source.choice(
                (" ".join(["INV", *numbers]), "/".join(numbers), f"INV {numbers[0]}-{numbers[-1]}", "")
            )
            name = source.choice((customer, customer.replace(" ", ""))).upper()[: source.choice((12, 40))]
            payment = books.bank(
                posting_day(day, source.choice((0, 1, 2)), 0), total, f"EFT CREDIT {name} {told}".strip()
            )
            for part in parts:
                books.pair(payment, part)
        day = posting_day(day, 1, 0)
    return books.finished()


DESKS: dict[str, Callable[..., World]] = {
    "card sales paid out by brand": card_desk,
    "rents by unit and name": rent_desk,
    "receivables by invoice number": receivables_desk,
}
