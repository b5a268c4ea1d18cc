"""Live connections in the demo: a sandbox bank, customers who agree, a real worker; all of it ended afterwards.

Everything goes the way it goes with a real bank: the consent page over HTTP, the callback, sealed tokens, the queue,
the worker. Only the customer's browser is played here.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from html import unescape
from typing import Final
from urllib.parse import parse_qs, urlsplit

import httpx
from django.conf import settings
from django.core.management import call_command
from django.db import transaction
from django.db.models import Count
from django.utils import timezone

from dwaybank.actor import Actor
from dwaybank.connectors import connectors_of_sandbox
from dwaybank.errors import DomainError
from dwaybank.models import User
from integrations.connecting.consent import begin, complete
from integrations.enums import ConnectionStatus, SyncReason
from integrations.models import BankConnection, BankTransaction
from integrations.sandbox.bank import Clock, SandboxBank
from integrations.sandbox.faults import FaultPlan
from integrations.sandbox.flinks import Flinks
from integrations.sandbox.server import SandboxServer
from integrations.syncing.requests import request_sync

ACTOR: Final = Actor(None, run="command:demo")
_SEED: Final = 1
_CALLBACK: Final = "http://127.0.0.1/bank/callback/"
DOMAIN: Final = "@live.example"
"""How the addresses of these customers end."""
# e-mail → (name, connector, who they are at the sandbox): one of each kind
_CUSTOMERS: Final = {
    "amelie.roy@live.example": ("Amélie Roy", "fdx-rbc", "rbc-1"),
    "jordan.kim@live.example": ("Jordan Kim", "fdx-td", "td-1"),
    "priya.nair@live.example": ("Priya Nair", "fdx-bmo", "bmo-1"),
    "liam.tran@live.example": ("Liam Tran", "fdx-cibc", "cibc-1"),
    "zoe.martin@live.example": ("Zoé Martin", "plaid", "td-2"),
    "omar.haddad@live.example": ("Omar Haddad", "flinks", "cibc-2"),
}


def connect_and_sync() -> list[str]:
    """The demo's step: connect what is not connected yet, sync everything, say what came. Lines of the summary."""
    with _sandbox() as url:
        connections = [_connected(email, *customer) for email, customer in _CUSTOMERS.items()]
        call_command("worker", "--drain", stdout=io.StringIO())
    return [f"\nLive connections, through the sandbox bank at {url} (ended):", *map(_line, connections)]


@contextmanager
def _sandbox() -> Iterator[str]:
    """A sandbox bank on a free port, to which every connector speaks meanwhile."""
    bank = SandboxBank(seed=_SEED, clock=Clock(), years=0, customers=5)
    before = settings.BANK_CONNECTORS
    with SandboxServer(bank, FaultPlan()) as server:
        server.sides["flinks"] = Flinks(bank, polls=0)
        settings.BANK_CONNECTORS = connectors_of_sandbox(server.url)
        try:
            yield server.url
        finally:
            settings.BANK_CONNECTORS = before


def _connected(email: str, name: str, connector_id: str, customer: str) -> BankConnection:
    """The customer's connection: made by consent the first time, asked to sync the next."""
    user = _customer(email, name)
    found = BankConnection.objects.filter(
        user=user, deleted_at__isnull=True, connection_status=ConnectionStatus.ACTIVE
    ).first()
    if found is not None:
        request_sync(connection_id=found.pk, reason=SyncReason.MANUAL)
        return found
    page = begin(user=user, connector_id=connector_id, redirect_uri=_CALLBACK, now=timezone.now(), actor=ACTOR)
    return complete(callback=agree(page, customer), now=timezone.now(), run=ACTOR.run)


@transaction.atomic
def _customer(email: str, name: str) -> User:
    return User.objects.filter(email=email).first() or User.objects.create_user(email, full_name=name)


def agree(page: str, customer: str) -> dict[str, str]:
    """What the customer's browser does on a consent page of the sandbox, and brings back in its query.

    Raises DomainError where the page is not one, or does not send the browser back.
    """
    with httpx.Client(trust_env=False, timeout=30) as browser:
        shown = browser.get(page)
        form = dict(re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)">', shown.text))
        fields = {name: unescape(value) for name, value in form.items()}
        answer = browser.post(page.split("?")[0], data={**fields, "customer": customer, "decision": "agree"})
    if not answer.is_redirect:
        raise DomainError(f"The sandbox's consent page did not send {customer} back (HTTP {answer.status_code}).")
    return {name: values[0] for name, values in parse_qs(urlsplit(answer.headers["Location"]).query).items()}


def _line(connection: BankConnection) -> str:
    connection.refresh_from_db()
    stored = BankTransaction.objects.filter(connection=connection).aggregate(
        rows=Count("pk"), accounts=Count("account", distinct=True)
    )
    if connection.last_error_message:
        state = f"FAILED: {connection.last_error_message}"
    else:
        state = f"{stored['rows']:>5} movements on {stored['accounts']} accounts"
    return f"  {connection.bank_name:<22}{connection.get_connection_type_display():<20}{state}"
