"""How long pages, searches and the reconciliation of one account take as the database fills: p95 at many rows against
p95 at ten thousand, through the real views, signed in with the role whose page it is.

Both databases hold accounts of one size (``tests.benchmarks.filling``), so a page that costs more at more rows reads
more than it shows. They are asked in turn, look by look, so that what else the machine does falls on both alike.
Looks go round over twenty accounts and rows; the first at each is not counted.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cached_property
from typing import Any, Final
from uuid import UUID

import numpy as np
from allauth.account.internal.flows.login import record_authentication
from django.db import DEFAULT_DB_ALIAS, connection, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.http import HttpRequest
from django.test import Client, override_settings
from django.urls import reverse
from django.utils import timezone
from tqdm import tqdm

from dwaybank.admin.display import admin_url, list_url
from dwaybank.figures import gather_figures
from dwaybank.models import Account, User
from integrations.admin.error_triage import triage_url
from integrations.models import BankTransactionKey
from reconciliation.admin import conflict_queue
from reconciliation.admin.account_coverage import coverage_url
from reconciliation.admin.month_progress import month_url
from reconciliation.admin.queue import queue_url, work_url
from reconciliation.models import BalanceConflict, MappingProposal, TransactionMapping
from tests.benchmarks.filling import database_name, filled_database, staff_email

SMALL: Final = 10_000
TARGETS: Final = 20  # rows and accounts that each page is asked of
LOOKS: Final = 40
_OFFICER: Final = "Compliance officer"
_REVIEWER: Final = "Reconciliation reviewer"
_STATUS_LINE: Final = "transaction_reconciliation_status of one account"
_STATUS: Final = "SELECT * FROM transaction_reconciliation_status WHERE account_id = %s"


@dataclass(frozen=True, slots=True)
class Sample:
    """Rows of one database that its pages are asked of; each look takes the next."""

    accounts: list[UUID]
    keys: list[BankTransactionKey]
    proposals: list[UUID]
    mappings: list[UUID]
    conflicts: list[UUID]

    @classmethod
    def taken(cls) -> Sample:
        """Spread over the database, the same ones each time."""
        accounts = list(Account.objects.order_by("external_account_id").values_list("pk", flat=True))
        some = accounts[:: max(1, len(accounts) // TARGETS)][:TARGETS]
        # ids are hashes: the first ones of the index are rows of anywhere
        return cls(
            some,
            list(BankTransactionKey.objects.order_by("pk")[:TARGETS]),
            list(
                MappingProposal.objects.filter(proposal_status="open")
                .order_by("pk")
                .values_list("pk", flat=True)[:TARGETS]
            ),
            list(TransactionMapping.objects.order_by("pk").values_list("pk", flat=True)[:TARGETS]),
            list(
                BalanceConflict.objects.filter(conflict_status="open")
                .order_by("pk")
                .values_list("pk", flat=True)[:TARGETS]
            ),
        )


def _of(rows: list[Any], look: int) -> Any:
    return rows[look % len(rows)]


def _search(*texts: str) -> Callable[[Sample, int], str]:
    return lambda _sample, look: list_url("integrations.BankTransaction", f"q={_of(list(texts), look)}")


def _list(label: str, query: str = "") -> Callable[[Sample, int], str]:
    return lambda _sample, _look: list_url(label, query)


def pages() -> dict[str, tuple[str, Callable[[Sample, int], str]]]:
    """Each page's role and, for a look, its address."""
    month = timezone.localdate() - timedelta(days=45)
    bank = "integrations.BankTransaction"
    return {
        "index": (_OFFICER, lambda _s, _n: reverse("admin:index")),
        "index of a reviewer": (_REVIEWER, lambda _s, _n: reverse("admin:index")),
        "queue: mappings": (_REVIEWER, lambda _s, _n: queue_url("whose=all")),
        "queue: mappings, largest first": (_REVIEWER, lambda _s, _n: queue_url("whose=all&order=largest")),
        "queue: mappings of one account": (
            _REVIEWER,
            lambda s, n: queue_url(f"whose=all&account={_of(s.accounts, n)}"),
        ),
        "workbench": (_REVIEWER, lambda s, n: work_url(_of(s.proposals, n), "whose=all")),
        "queue: balances": (_REVIEWER, lambda _s, _n: conflict_queue.queue_url("whose=all")),
        "balance conflict": (_REVIEWER, lambda s, n: conflict_queue.conflict_url(_of(s.conflicts, n))),
        "balance coverage": (_REVIEWER, lambda s, n: coverage_url(_of(s.accounts, n))),
        "queue: errors": ("Integration operator", lambda _s, _n: triage_url()),
        "queue: deadlines": (_OFFICER, lambda _s, _n: reverse("admin:compliance_compliancereport_board")),
        "list: bank transactions": (_OFFICER, _list(bank)),
        "list: bank transactions to map": (_REVIEWER, _list(bank, "processing_status__exact=imported")),
        "list: bank transactions of a month": (
            _OFFICER,
            _list(bank, f"transaction_date__year={month.year}&transaction_date__month={month.month}"),
        ),
        "list: bank transactions of one account": (
            _OFFICER,
            lambda s, n: list_url(bank, f"account={_of(s.accounts, n)}"),
        ),
        "list: ledger": (_OFFICER, _list("dwaybank.Transaction")),
        "list: mappings": (_REVIEWER, _list("reconciliation.TransactionMapping")),
        "list: reconciliation status": (_REVIEWER, _list("reconciliation.TransactionReconciliationStatus")),
        "search: words of many rows": (_OFFICER, _search("riverbend foods", "maple cafe", "golden garden")),
        "search: words of few rows": (_OFFICER, _search("harbour 4711", "summit clinic 96", "corydon 815 halifax")),
        "search: amount": (_OFFICER, _search("amount:-12.34", "77.05", "amount:+140.10")),
        "search: merchant": (_OFFICER, _search("merchant:tim hortons cafe", "merchant:lakeshore books")),
        "search: the bank's id": (
            _OFFICER,
            lambda s, n: list_url(bank, f"q=fitid:{_of(s.keys, n).external_transaction_id}"),
        ),
        "search: id": (_OFFICER, lambda s, n: list_url(bank, f"q={_of(s.keys, n).pk}")),
        "search: nothing found": (_OFFICER, _search("zyxwvu", "merchant:nobody at all")),
        "page: bank transaction": (_OFFICER, lambda s, n: admin_url(bank, _of(s.keys, n).pk)),
        "history: bank transaction": (_OFFICER, lambda s, n: admin_url(bank, _of(s.keys, n).pk, "history")),
        "page: mapping": (_REVIEWER, lambda s, n: admin_url("reconciliation.TransactionMapping", _of(s.mappings, n))),
        "page: account": (_OFFICER, lambda s, n: admin_url("dwaybank.Account", _of(s.accounts, n))),
        "page: reconciliation of one account": (
            _REVIEWER,
            lambda s, n: admin_url("reconciliation.TransactionReconciliationStatus", _of(s.accounts, n)),
        ),
        "page: month of one account": (_REVIEWER, lambda s, n: month_url(_of(s.accounts, n), month.replace(day=1))),
    }


@dataclass
class Desk:
    """One database, on a connection of its own that is kept, as a web process keeps it."""

    rows: int
    connection: BaseDatabaseWrapper
    clients: dict[str, Client] = field(default_factory=dict)

    @classmethod
    def at(cls, rows: int) -> Desk:
        """In the database filled with so many rows."""
        own = connections[DEFAULT_DB_ALIAS].copy()
        own.settings_dict["NAME"] = database_name(rows)
        return cls(rows, own)

    @contextmanager
    def taken(self) -> Iterator[None]:
        """Django's default connection is this one while the block runs."""
        before = connections[DEFAULT_DB_ALIAS]
        connections[DEFAULT_DB_ALIAS] = self.connection
        try:
            yield
        finally:
            connections[DEFAULT_DB_ALIAS] = before

    @cached_property
    def sample(self) -> Sample:
        """What is looked at here."""
        return Sample.taken()

    def timed(self, role: str, address: Callable[[Sample, int], str] | None, look: int) -> tuple[float, int]:
        """Seconds and bytes of one look at a page, or, without an address, at the status of an account by itself."""
        with self.taken():
            if address is None:
                start = time.perf_counter()
                _status(_of(self.sample.accounts, look))
                return time.perf_counter() - start, 0
            if role not in self.clients:
                self.clients[role] = signed_in(role)
            url, client = address(self.sample, look), self.clients[role]
            start = time.perf_counter()
            size = _look(client, url)
            return time.perf_counter() - start, size


def run(rows: int) -> Iterator[dict[str, object]]:
    """A line for each page: p95 at ``rows`` bank rows against p95 at ten thousand.

    Whoever may search so often is not asked: limits of requests do not count here.
    """
    for size in (SMALL, rows):
        with filled_database(size):
            gather_figures(now=timezone.now())
    desks = [Desk.at(size) for size in (SMALL, rows)]
    asked: dict[str, tuple[str, Callable[[Sample, int], str] | None]] = {**pages(), _STATUS_LINE: ("", None)}
    try:
        with override_settings(REQUEST_LIMITS={}):
            for name, (role, address) in tqdm(asked.items(), unit="page", disable=None):
                yield {"what": name, **_figures(*_looks(desks, role, address)), "rows": rows, "few_rows": SMALL}
    finally:
        for desk in desks:
            desk.connection.close()


def _looks(desks: list[Desk], role: str, address: Callable[[Sample, int], str] | None) -> list[list[tuple[float, int]]]:
    """Of each desk, seconds and bytes of its looks, here and there in turn; the first at each row is left out."""
    found: list[list[tuple[float, int]]] = [[] for _ in desks]
    for look in range(-TARGETS, LOOKS):
        for place in (0, 1) if look % 2 else (1, 0):
            seen = desks[place].timed(role, address, look % TARGETS)
            if look >= 0:
                found[place].append(seen)
    return found


def _figures(small: list[tuple[float, int]], large: list[tuple[float, int]]) -> dict[str, object]:
    """The bytes say where the larger database has more to show, as ten accounts have few errors and conflicts."""
    few, many = (np.percentile([seconds for seconds, _ in one], [50, 95]) * 1000 for one in (small, large))
    bytes_few, bytes_many = (float(np.mean([size for _, size in one])) for one in (small, large))
    return {
        "p95_ratio": round(float(many[1] / few[1]), 2),
        "median_ratio": round(float(many[0] / few[0]), 2),
        "p95_ms": round(float(many[1]), 1),
        "p95_ms_at_few_rows": round(float(few[1]), 1),
        "kilobytes": round(bytes_many / 1000, 1),
        "kilobytes_at_few_rows": round(bytes_few / 1000, 1),
        "looks": len(large),
    }


def _look(client: Client, url: str) -> int:
    response = client.get(url, SERVER_NAME="localhost")
    assert response.status_code == 200, (url, response.status_code, response.get("Location"))
    response.close()
    return len(response.content)


def _status(account: UUID) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_STATUS, [account])
        assert len(cursor.fetchall()) == 1


def signed_in(role: str) -> Client:
    """The role's member of staff, signed in with a second factor."""
    client, person = Client(), User.objects.get(email=staff_email(role))
    client.force_login(person)
    request = HttpRequest()
    request.session = client.session
    record_authentication(request, person, method="mfa", type="totp")
    request.session.save()
    return client
