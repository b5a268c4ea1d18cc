"""Three shapes of accounts: a retail card, a business with payouts, a person with bills and e-transfers."""

from __future__ import annotations

import random

from tests.benchmarks.matching_world import Movement, Setting, Shape

_PARTS = "BA CO DE FRI GA HOL JEN KA LU MON NOR PI QUI RO SA TRE VI WES ZAN BRI CLA DOR ELM FEN"
_SYLLABLES = _PARTS.split()
_SHOPS = [
    ("TIM HORTONS", "Tim Hortons", "plain"),
    ("AMZN MKTP CA", "Amazon Marketplace", "plain"),
    ("LOBLAWS", "Loblaws groceries", "plain"),
    ("SHOPPERS DRUG MART", "Shoppers Drug Mart", "plain"),
    ("PETRO-CANADA", "Petro-Canada fuel", "plain"),
    ("ST-HUBERT", "St-Hubert restaurant", "restaurant"),
    ("BOSTON PIZZA", "Boston Pizza", "restaurant"),
    ("NETFLIX.COM", "Netflix", "subscription"),
    ("DÉPANNEUR DU COIN", "Depanneur du coin", "plain"),
    ("PHARMACIE JEAN COUTU", "Jean Coutu pharmacy", "plain"),
]
_TOWNS = ("TORONTO ON", "WINNIPEG MB", "MONTREAL QC", "HALIFAX NS", "CALGARY AB", "VANCOUVER BC")
_NAMES = "Anna Louis Priya Marc Olivia Chen Fatima Noah Chloé Étienne Grace Ivan Julie Omar Sofia Liam"
_FIRST = _NAMES.split()


def _name(source: random.Random) -> str:
    return "".join(source.choice(_SYLLABLES) for _ in range(source.randint(2, 3)))


def _pool(seed: int, count: int) -> list[str]:
    source = random.Random(seed)
    return [
        f"{_name(source)} {source.choice(('FOODS', 'BOOKS', 'SUPPLIES', 'GARAGE', 'STUDIO', 'CLINIC'))}"
        for _ in range(count)
    ]


_SMALL_SHOPS, _CLIENTS, _SUPPLIERS = _pool(11, 400), _pool(12, 250), _pool(13, 120)
_PEOPLE = [f"{first} {_name(random.Random(number)).title()}" for number in range(20) for first in _FIRST]


def retail_card(source: random.Random, setting: Setting) -> Movement:
    """Many small debits at shops, a few of them everywhere; amounts small and often repeated."""
    if source.random() < 0.5:
        bank, ledger, kind = source.choice(_SHOPS)
    else:
        bank = source.choice(_SMALL_SHOPS)
        ledger, kind = bank.title(), "plain"
    if kind == "subscription":
        cents = source.choice((1699, 2099, 899, 1149, 1499)) + 113 * source.randint(0, 12)
    elif source.random() < 0.1:
        cents = 25 * source.randint(4, 80) if source.random() < 0.5 else 500 * source.randint(1, 20)
    else:
        cents = int(source.lognormvariate(8.1, 0.9)) + 100
    store = f" #{source.randint(1, 9999):04d}" if source.random() < 0.5 else ""
    prefix = source.choice(("", "POS PURCHASE ", "SQ *", "ACHAT PDV ", "VISA DEBIT "))
    text = f"{prefix}{bank}{store} {source.choice(_TOWNS)}"
    return Movement(-cents, (text, text), (ledger, ledger), ledger, kind)


def business(source: random.Random, setting: Setting) -> Movement:
    """Client payments, suppliers, cheques and payouts; deposits that hold many payments, both ways."""
    roll = source.random()
    if roll < setting.batch:
        return _batch(source)
    if roll < 0.45:
        client = source.choice(_CLIENTS)
        cents = int(source.lognormvariate(11.0, 1.2)) + 500
        if source.random() < 0.3:
            cents = round(cents, -4) + 10_000
        number = source.randint(1000, 99_999)
        return Movement(
            cents,
            (f"DEPOSIT {client} INV {number}", f"DÉPÔT {client} FACT {number}"),
            (f"Invoice {number} {client.title()}", f"Facture {number} {client.title()}"),
            client.title(),
        )
    if roll < 0.9:
        supplier = source.choice(_SUPPLIERS)
        cents = int(source.lognormvariate(10.2, 1.3)) + 200
        return Movement(
            -cents,
            (f"BILL PAYMENT {supplier}", f"PAIEMENT DE FACTURE {supplier}"),
            (f"{supplier.title()} supplies", f"Fournitures {supplier.title()}"),
            supplier.title(),
        )
    if roll < 0.99:
        number = source.randint(100, 99_999)
        return Movement(
            -int(source.lognormvariate(11.0, 1.0)),
            (f"CHQ {number:06d}", f"CHQ {number:06d}"),
            (f"Cheque {number} {source.choice(_SUPPLIERS).title()}",) * 2,
            "",
        )
    return Movement(
        -source.choice((1500, 2500, 4995)),
        ("SERVICE CHARGE", "FRAIS DE SERVICE"),
        ("Bank fees", "Frais bancaires"),
        "",
    )


def _batch(source: random.Random) -> Movement:
    count = min(2 + int(source.expovariate(0.25)), 20)
    kind = source.choice(("payout", "client", "instalments"))
    client = source.choice(_CLIENTS)
    cents = [int(source.lognormvariate(9.5, 1.1)) + 100 for _ in range(count)]
    if kind == "payout":
        parts = tuple((value, f"Sale {source.randint(1000, 9999)} {source.choice(_PEOPLE)}") for value in cents)
        return Movement(0, ("STRIPE PAYOUT", "STRIPE VERSEMENT"), ("", ""), "", parts=parts)
    if kind == "client":
        parts = tuple((value, f"Invoice {source.randint(1000, 9999)} {client.title()}") for value in cents)
        return Movement(0, (f"DEPOSIT {client}", f"DÉPÔT {client}"), ("", ""), client.title(), parts=parts)
    parts = tuple((-value, f"BILL PAYMENT {client}") for value in cents)
    text = f"{client.title()} contract"
    return Movement(0, ("", ""), (text, text), client.title(), parts=parts, parts_at="bank")


def personal(source: random.Random, setting: Setting) -> Movement:
    """Pay, rent, utilities, e-transfers, cash: few payees, round and recurring amounts."""
    roll = source.random()
    if roll < 0.04:
        return Movement(
            source.choice((184_250, 184_250, 191_017)),
            ("PAYROLL DEP ACME LTD", "DÉPÔT PAIE ACME LTÉE"),
            ("Salary Acme", "Salaire Acme"),
            "Acme",
        )
    if roll < 0.4:
        person = source.choice(_PEOPLE)
        cents = source.choice((500 * source.randint(2, 40), int(source.lognormvariate(8.8, 0.8))))
        return Movement(
            -cents if source.random() < 0.7 else cents,
            (f"INTERAC E-TRANSFER {person.upper()}", f"VIREMENT INTERAC {person.upper()}"),
            (f"{person} shared dinner", f"Souper avec {person}"),
            person,
        )
    if roll < 0.6:
        name, french = source.choice((("HYDRO", "HYDRO"), ("BELL CANADA", "BELL CANADA"), ("ENBRIDGE GAS", "ÉNERGIR")))
        return Movement(
            -(int(source.lognormvariate(9.1, 0.4))),
            (f"PREAUTH PMT {name}", f"PAIEMENT PRÉAUTORISÉ {french}"),
            (f"{name.title()} bill", f"Facture {french.title()}"),
            name.title(),
        )
    if roll < 0.7:
        return Movement(
            -source.choice((2000, 4000, 6000, 10_000, 20_000)),
            ("ATM WITHDRAWAL", "RETRAIT GAB"),
            ("Cash", "Argent comptant"),
            "",
        )
    return retail_card(source, setting)


SHAPES: dict[str, tuple[Shape, float]] = {
    "retail card": (retail_card, 5.0),
    "business": (business, 12.0),
    "personal": (personal, 3.0),
}
"""Each shape with its movements per day."""
