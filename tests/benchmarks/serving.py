"""The web as production runs it (gunicorn, several processes) under fifty people at once, and webhooks, each against a
bare Django view that the same server answers in the same run."""

from __future__ import annotations

import http.client
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import numpy as np
from django.utils import timezone

from dwaybank.figures import gather_figures
from integrations.connecting import make_webhook
from integrations.connecting.webhooks import scheme_for
from integrations.models import BankConnection, WebhookDelivery
from integrations.sandbox import hooks
from tests.benchmarks.filling import filled_database
from tests.benchmarks.pages import Sample, pages, signed_in
from tests.servers import process_environment
from tests.soak import world

ROOT: Final = Path(__file__).resolve().parents[2]
PEOPLE: Final = 50
PROCESSES: Final = 4  # two a core
WARM: Final = 100
LIST: Final = "list: bank transactions"
_PAGES: Final = ("index", LIST, "page: bank transaction", "queue: mappings", "workbench")


@dataclass(frozen=True, slots=True)
class Call:
    """One request of the load."""

    path: str
    headers: dict[str, str]
    body: bytes | None = None


@dataclass(frozen=True, slots=True)
class Load:
    """What a number of calls came to."""

    milliseconds: list[float]
    statuses: list[int]
    seconds: float

    @property
    def per_second(self) -> float:
        """Answers a second."""
        return len(self.statuses) / self.seconds

    def figures(self, bare: Load) -> dict[str, object]:
        """Ratio first: this against the bare view."""
        p50, p95 = np.percentile(self.milliseconds, [50, 95])
        return {
            "ratio_to_a_bare_view": round(self.per_second / bare.per_second, 3),
            "requests_per_second": round(self.per_second, 1),
            "bare_view_per_second": round(bare.per_second, 1),
            "p50_ms": round(float(p50), 1),
            "p95_ms": round(float(p95), 1),
            "errors": sum(status != http.HTTPStatus.OK for status in self.statuses),
            "requests": len(self.statuses),
        }


def run_web(rows: int) -> Iterator[dict[str, object]]:
    """Lists and single pages under fifty sessions, in a database of so many bank rows."""
    with filled_database(rows):
        gather_figures(now=timezone.now())
        sample = Sample.taken()
        with server("dwaybank.wsgi") as ours, server("tests.benchmarks.bare_view") as bare_server:
            bare = load(bare_server, lambda _n: Call("/", {}), 2_000)
            for name in _PAGES:
                role, address = pages()[name]
                cookies = [signed_in(role).cookies["sessionid"].value for _ in range(PEOPLE)]
                yield {
                    "what": f"{name}, {PEOPLE} people at once",
                    **load(ours, _visits(address, sample, cookies), 300).figures(bare),
                    "processes": PROCESSES,
                    "rows": rows,
                }


def _visits(address: Callable[[Sample, int], str], sample: Sample, cookies: list[str]) -> Callable[[int], Call]:
    return lambda n: Call(address(sample, n), {"Cookie": f"sessionid={cookies[n % len(cookies)]}"})


def run_webhooks(count: int) -> Iterator[dict[str, object]]:
    """True deliveries, each signed and different, to one hook of an FDX bank; every one has to be accepted."""
    with world.sandbox(customers=1, days=5, seed=6, hang_seconds=1) as sandbox:
        (customer,) = world.connect_all(1)
        with (
            server("dwaybank.wsgi", BANK_SANDBOX_URL=sandbox.url) as ours,
            server("tests.benchmarks.bare_view") as bare_server,
        ):
            hook = make_webhook(
                BankConnection.objects.get(pk=customer.connection),
                base_url=ours,
                scheme=scheme_for(customer.connector),
                actor=world.ACTOR,
            )
            sandbox.bank.clock.advance(world.BEHIND)  # to now: what was signed days ago is refused
            deliveries = [
                hooks.signed(
                    sandbox.bank,
                    {
                        "kind": customer.protocol,
                        "payload": {"type": "NEW_DATA", "number": number},
                        "secret": hook.signing.reveal(),
                        "header": "X-Webhook-Signature",
                        "age": 0,
                    },
                )
                for number in range(count)
            ]
            path = urlsplit(hook.url).path
            bare = load(bare_server, lambda n: Call("/", {}, deliveries[n % count][0]), 4_000)
            found = load(ours, lambda n: Call(path, deliveries[n][1], deliveries[n][0]), count, warm=0)
        accepted = WebhookDelivery.objects.filter(verdict="accepted").count()
    yield {
        "what": "webhooks, signed and true",
        **found.figures(bare),
        "accepted": accepted,
    }


@contextmanager
def server(application: str, **more: str) -> Iterator[str]:
    """The address of a gunicorn of this process's database, as docs/operations.md starts it."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "gunicorn", application, "--workers", str(PROCESSES), "-b", f"127.0.0.1:{port}"]
    environment = {**process_environment(), "DEBUG": "0", "DATABASE_KEEP_SECONDS": "60", **more}
    quiet = subprocess.DEVNULL
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=quiet, stderr=quiet)
    try:
        _wait(port)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(30)


def _wait(port: int) -> None:
    deadline = time.monotonic() + 60
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except ConnectionRefusedError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)
        else:
            return


def load(address: str, call: Callable[[int], Call], count: int, warm: int = WARM) -> Load:
    """``count`` calls by fifty at once, each waiting for its answer; ``warm`` more before do not count."""
    host = urlsplit(address).netloc

    def one(number: int) -> tuple[float, int]:
        wanted = call(number)
        begun = time.perf_counter()
        channel = http.client.HTTPConnection(host, timeout=120)
        try:
            channel.request("POST" if wanted.body is not None else "GET", wanted.path, wanted.body, wanted.headers)
            answer = channel.getresponse()
            answer.read()
        finally:
            channel.close()
        return (time.perf_counter() - begun) * 1000, answer.status

    with ThreadPoolExecutor(PEOPLE) as people:
        list(people.map(one, range(warm)))
        begun = time.perf_counter()
        found = list(people.map(one, range(count)))
    return Load([ms for ms, _ in found], [status for _, status in found], time.perf_counter() - begun)
