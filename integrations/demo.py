"""The demo: staff with one login per role, a customer per bank, and the project's own sample statements."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from importlib import resources
from typing import Final

from django.contrib.auth.models import Group
from django.db import transaction
from django.db.models import Count, Q

from dwaybank.actor import Actor, acting_as
from dwaybank.models import User
from dwaybank.roles import ROLES, sync_roles
from dwaybank.sign_in.demo import enrol, refuse_in_production
from integrations.enums import Bank, ProcessingStatus
from integrations.importing import FileOutcome, import_statement
from integrations.models import BankTransaction

PASSWORD: Final = "demo-only-password"  # noqa: S105 - printed on the screen; production refuses the demo
ACTOR: Final = Actor(None, run="command:demo")
# Who the customers are, by the first letters of their sample files
CUSTOMERS: Final = {
    "rbc": ("chloe.gagnon@customer.example", "Chloé Gagnon"),
    "td": ("marcus.oyelaran@customer.example", "Marcus Oyelaran"),
    "bmo": ("anil.raman@customer.example", "Anil Raman"),
    "cibc": ("sofia.lindqvist@customer.example", "Sofia Lindqvist"),
}
_companions: Final[dict[str, Callable[[], AbstractContextManager[list[str]]]]] = {}
_steps: Final[dict[str, Callable[[], list[str]]]] = {}
# Files with bank ids first: what follows from CSV is then known as the same movements. Business formats last.
_ORDER: Final = (".ofx", ".qfx", ".qbo", ".csv", ".xml", ".sta", ".bai")


@dataclass(frozen=True, slots=True)
class Login:
    """One demo member of staff."""

    role: str
    email: str


def create_staff() -> list[Login]:
    """One member of staff per role, with the demo password; those that exist keep theirs.

    Raises DomainError in production.
    """
    refuse_in_production()
    sync_roles()
    logins = []
    for role in ROLES:
        email = f"{role.name.lower().replace(' ', '.')}@demo.example"
        with acting_as(ACTOR):
            user = User.objects.filter(email=email).first() or User.objects.create_user(
                email, PASSWORD, is_staff=True, full_name=f"Demo {role.name.lower()}"
            )
            user.groups.set([Group.objects.get(name=role.name)])
            enrol(user)
        logins.append(Login(role.name, email))
    return logins


def import_samples() -> list[FileOutcome]:
    """Import the project's sample statements through the real import, each for its bank's customer."""
    folder = resources.files("integrations").joinpath("samples", "statements")
    files = [file for file in folder.iterdir() if file.name.endswith(_ORDER)]
    files.sort(key=lambda file: (_ORDER.index(file.name[-4:]), file.name))
    outcomes = []
    for file in files:
        outcomes.append(
            import_statement(
                data=file.read_bytes(),
                file_name=file.name,
                owner=_customer(file.name.split("_", 1)[0]),
                actor=ACTOR,
                create_accounts=True,
            )
        )
    return outcomes


@transaction.atomic
def _customer(bank: str) -> User:
    email, name = CUSTOMERS[bank]
    return User.objects.filter(email=email).first() or User.objects.create_user(email, full_name=name)


def register_step(name: str, step: Callable[[], list[str]]) -> None:
    """Let an upper floor add to the demo, after the import. ``step`` runs each time and gives lines of the summary."""
    _steps[name] = step


def register_companion(name: str, companion: Callable[[], AbstractContextManager[list[str]]]) -> None:
    """Let an upper floor run something beside the admin while the demo serves it; it gives lines to print."""
    _companions[name] = companion


@contextmanager
def companions() -> Iterator[list[str]]:
    """Run everything that was registered to stand beside the admin; its lines."""
    with ExitStack() as stack:
        yield [line for companion in _companions.values() for line in stack.enter_context(companion())]


def further_steps() -> list[str]:
    """Run the registered steps; their lines for the summary."""
    return [line for step in _steps.values() for line in step()]


def rows_per_bank() -> list[tuple[str, int, int]]:
    """(bank, movements, rows that repeat a movement from another source) of what is stored."""
    repeated = Q(processing_status=ProcessingStatus.DUPLICATE)
    rows = (
        BankTransaction.objects.values_list("bank_id")
        .annotate(movements=Count("pk", filter=~repeated), repeated=Count("pk", filter=repeated))
        .order_by("bank_id")
    )
    return [(str(Bank(bank).label), movements, repeats) for bank, movements, repeats in rows]
