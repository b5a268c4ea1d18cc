"""Two accounts built unlike the shapes: a corner shop that keeps its books in French, and a landlord's rent roll.

The shop's ledger is written after the bank's day, its card sales come in net of a fee, once for many tickets, and its
wages are equal week by week. The landlord's lines have a handful of amounts; who paid is told by name or unit alone.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from functools import partial

from reconciliation.matching import Line
from tests.benchmarks.matching_world import World, posting_day

_GIVEN_NAMES = "Adele Bruno Camille Dario Edith Farid Gilles Helene Imane Jonas Karim Lucie Marco Nadia Oscar Paula"
_FAMILY_NAMES = (
    "Abitbol Beaulieu Caron Desrosiers Emond Fortin Gagnon Haddad Iskandar Jobin Kaur Lavoie Morin Nguyen Ouellet "
    "Pelletier Quesnel Rossi Savard Tremblay"
)
_GIVEN, _FAMILY = _GIVEN_NAMES.split(), _FAMILY_NAMES.split()
_SUPPLIERS = (
    ("BOULANGERIE ST-ROCH", "Pain et viennoiseries St-Roch"),
    ("LAITERIE DU BAS-FLEUVE INC", "Laiterie Bas-Fleuve, commande"),
    ("DISTRIB ALIM METROPOLE", "Distribution Métropole"),
    ("HYDRO-QUEBEC PRELEV", "Électricité"),
    ("VIDEOTRON LTEE", "Vidéotron internet"),
    ("BRASSERIE LABATT QC", "Labatt bière"),
    ("IMPERIAL TOBACCO CDA", "Tabac Imperial"),
    ("LOTO-QUEBEC REMISE", "Loto-Québec"),
)


class Books:
    """Two sides being written, with ids that tell nothing."""

    def __init__(self, seed: int, lines: int) -> None:
        self.random = random.Random(seed)
        self.world = World()
        self._ids = iter(self.random.sample(range(10**5, 10**8), 4 * lines + 1000))

    def bank(self, day: date, cents: int, text: str, reference: str = "") -> str:
        return self._write(self.world.bank, day, cents, text, reference)

    def ledger(self, day: date, cents: int, text: str, reference: str = "", party: str = "") -> str:
        return self._write(self.world.ledger, day, cents, text, reference, party)

    def _write(self, side: list[Line], day: date, cents: int, text: str, reference: str, party: str = "") -> str:
        line_id = f"X{next(self._ids)}"
        side.append(Line(line_id, day, Decimal(cents).scaleb(-2), text, reference, party))
        return line_id

    def pair(self, bank: str, ledger: str) -> None:
        self.world.answers.append((bank, ledger))

    def finished(self) -> World:
        self.random.shuffle(self.world.bank)
        self.random.shuffle(self.world.ledger)
        return self.world


def corner_shop(movements: int, *, seed: int = 1, fee: bool = True) -> World:
    """A French-speaking shop; the ledger follows the bank by up to four days. Without ``fee`` deposits are exact."""
    books = Books(seed, movements)
    source, day = books.random, date(2023, 1, 2)
    staff = [(source.choice(_GIVEN), source.choice(_FAMILY), 100 * source.randint(420, 910)) for _ in range(5)]
    while len(books.world.ledger) < movements:
        tickets = [source.randint(250, 9500) for _ in range(source.randint(2, 9))]
        paid = sum(tickets) - (round(sum(tickets) * 0.0215) if fee else 0)
        deposit = books.bank(posting_day(day, 1, 0), paid, source.choice(("DEPOT TPV MONERIS", "MONERIS DEP", "")))
        for cents in tickets:
            books.pair(deposit, books.ledger(day, cents, source.choice(("Vente carte", "Vente", ""))))
        for _ in range(source.randint(0, 4)):
            name, note = source.choice(_SUPPLIERS)
            cents = -int(source.lognormvariate(9.6, 0.9)) - 500
            entered = day + timedelta(days=source.choice((0, 1, 1, 2, 3, 4)))
            roll = source.random()
            if roll > 0.02:
                bank = books.bank(posting_day(day, 0, 0), cents, f"PAIEMENT {name}"[: source.choice((16, 22, 60))])
            if roll < 0.98:
                ledger = books.ledger(entered, cents, source.choice((note, note, "", "Fournisseur")))
            if 0.02 < roll < 0.98:
                books.pair(bank, ledger)
        if day.weekday() == 3:
            for given, family, cents in staff:
                bank = books.bank(posting_day(day, 1, 0), -cents, f"VIR PAIE {family.upper()} {given[0]}")
                books.pair(bank, books.ledger(day, -cents, f"Salaire {given} {family}"))
        day += timedelta(days=1)
    return books.finished()


def rent_roll(movements: int, *, seed: int = 1) -> World:
    """Many tenants, few rents: told apart by name or unit; some pay late, some in two halves, some not at all."""
    books = Books(seed, movements)
    source, month = books.random, date(2015, 1, 1)
    rents = (89_500, 95_000, 95_000, 110_000, 127_500)
    names = [(given, family) for given in _GIVEN for family in _FAMILY]
    tenants = [(*who, source.choice(rents), source.random() < 0.5) for who in source.sample(names, 80)]
    while len(books.world.ledger) < movements:
        for unit, (given, family, rent, by_reference) in enumerate(tenants, 101):
            reference = f"U{unit}{month:%y%m}" if by_reference else ""
            text = source.choice((f"Loyer {given} {family}", f"Rent unit {unit} {family}", f"{family} {given}"))
            paid = month + timedelta(days=source.choice((0, 0, 0, 1, 1, 2, 3, 5, 9)))
            who = "" if by_reference else source.choice((f"{given} {family}", f"{family} {given[0]}", family)).upper()
            channel = source.choice(("E-TRANSFER", "VIREMENT INTERAC", "INTERAC E-TRF"))
            owed = books.ledger(month, rent, text, reference) if source.random() > 0.01 else None
            if source.random() < 0.02:
                continue
            parts = [rent] if source.random() > 0.03 else [rent // 2, rent - rent // 2]
            for place, cents in enumerate(parts):
                line = books.bank(paid + timedelta(days=2 * place), cents, f"{channel} {who}".strip(), reference)
                if owed:
                    books.pair(line, owed)
        month = (month + timedelta(days=32)).replace(day=1)
    return books.finished()


TRADES: dict[str, Callable[..., World]] = {
    "corner shop, deposits net of a fee": corner_shop,
    "corner shop, exact deposits": partial(corner_shop, fee=False),
    "rent roll": rent_roll,
}
