"""One planned fault per connection, and exactly what has to follow: failures, retries, end."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.utils import timezone

from integrations.models import BankConnection, BankSyncLog, IntegrationError, SyncRequest
from integrations.sandbox.faults import FaultPlan
from tests.soak.world import Customer, revive, settle

_ROWS: Final = {"fdx": "transactions", "plaid": "sync", "flinks": "GetAccountsDetail"}
_ACCOUNTS: Final = {"fdx": "accounts", "plaid": "get", "flinks": "GetAccountsDetail"}
_SIGN_IN: Final = {"fdx": "accounts", "plaid": "get", "flinks": "Authorize"}


@dataclass(frozen=True, slots=True)
class Case:
    """A fault (``{}`` is the customer and the call) and the codes of the failed attempts that it brings, in order.

    A call is repeated three times within an attempt, so three faults are one failure. ``consent`` says whether the
    customer has to consent anew.
    """

    plan: str
    place: Mapping[str, str]
    failures: tuple[str, ...] = ()
    consent: bool = False


def case(number: int, customer: Customer, *, patient: bool) -> Case:
    """The case of the connection with that number. ``patient``: the bank hangs longer than we wait."""
    protocol = customer.protocol
    late = "no_answer_in_time" if patient else "connection_failed"
    ended = {"fdx": "invalid_grant", "plaid": "user_permission_revoked", "flinks": "invalid_login"}[protocol]
    asked = {"fdx": (), "plaid": ("item_login_required",), "flinks": ("security_challenge",)}[protocol]
    cases = (
        Case("429*3", _ROWS, ("too_many_calls",)),
        # one attempt and three retries, then the next sync, whose fifth failure in a row opens the breaker
        Case("500*15", _ACCOUNTS, ("server_fault",) * 5),
        Case("revoked", _SIGN_IN, (ended,), consent=True),
        Case("cut*3", _ACCOUNTS, ("connection_failed",)),
        # the token is renewed once (FDX); an aggregator has none to renew, and is asked a second time
        Case("expired-token" if protocol == "fdx" else "expired-token*2", _SIGN_IN, asked, consent=bool(asked)),
        Case("empty", _ACCOUNTS, ("suspiciously_empty",)),
        Case("malformed*3", _ROWS, ("malformed_answer",)),
        Case("timeout*3", _ACCOUNTS, (late,)),
        Case("wrong-types", _ROWS, ("wrong_typed_answer",) if protocol == "flinks" else ()),
        Case("mutation", _ROWS),
        Case("clock-skew", _ACCOUNTS),
        Case("slow", _ROWS),
        Case("500*3", _ROWS, ("server_fault",)),
        Case("none", {}),
    )
    return cases[number % len(cases)]


def run_planned(customers: list[Customer], faults: FaultPlan, *, patient: bool, seconds: float) -> Iterator[str]:
    """Let every connection meet its fault, and yield what did not follow as it must."""
    cases = [case(number, one, patient=patient) for number, one in enumerate(customers)]
    begun = timezone.now()
    entries = [
        f"{of.plan}@{one.key}/{of.place[one.protocol]}" for one, of in zip(customers, cases, strict=True) if of.place
    ]
    faults.replace(",".join(entries))
    # three looks at the clock: the sync with the fault, the one that opens the breaker, the probe that closes it
    for _ in range(3):
        revive()
        if not settle(time.monotonic() + seconds):
            yield "planned: syncs were still waiting in the end"
    if left := faults.left():
        yield f"planned: {left} faults never happened"
    for one, of in zip(customers, cases, strict=True):
        for problem in _unlike(one, of, begun):
            yield f"planned: {one.connector} {one.key} with {of.plan}: {problem}"


def _unlike(one: Customer, of: Case, begun: datetime) -> Iterator[str]:
    logs = BankSyncLog.objects.filter(connection=one.connection, started_at__gte=begun).order_by("started_at")
    found = list(logs.values("sync_status", "error_details", "sync_metadata"))
    failed = [log for log in found if log["sync_status"] in ("failed", "timeout")]
    codes = tuple(log["error_details"][0]["code"] for log in failed)
    if codes != of.failures:
        yield f"failed as {codes}, not {of.failures}"
    attempts = [log["sync_metadata"]["attempt"] for log in failed]
    if attempts != [*range(1, min(len(failed), 4) + 1), *([1] if len(failed) == 5 else [])]:
        yield f"attempts {attempts}"
    status = BankConnection.objects.values_list("connection_status", flat=True).get(pk=one.connection)
    if status != ("expired" if of.consent else "active"):
        yield f"the connection is {status}"
    if of.consent and len(found) != 1:
        yield f"an ended consent was tried {len(found)} times"
    if not of.consent and (not found or found[-1]["sync_status"] not in ("completed", "partial")):
        yield "the last sync did not go through"
    ended = list(
        SyncRequest.objects.filter(connection=one.connection, created_at__gte=begun)
        .order_by("created_at")
        .values_list("request_status", "attempts")
    )
    first = ("failed", 1) if of.consent else ("failed", 4) if len(codes) == 5 else ("completed", len(codes) + 1)
    if ended[:1] != [first]:
        yield f"the request ended as {ended[:1]}, not {first}"
    noted = set(
        IntegrationError.objects.filter(connection=one.connection, occurred_at__gte=begun).values_list(
            "error_code", flat=True
        )
    )
    expected = {*of.failures, *(["breaker_open"] if len(of.failures) == 5 else [])}
    if expected - noted:
        yield f"no error was noted for {', '.join(sorted(expected - noted))}"
