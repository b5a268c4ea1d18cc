"""The sandbox over HTTP, on loopback only: routes calls to their protocol and carries out what the fault plan says."""

from __future__ import annotations

import json
import socket
import sys
import threading
from collections import Counter
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final, Protocol
from urllib.parse import urlsplit

from integrations.sandbox.bank import SandboxBank
from integrations.sandbox.calls import Call, Reply
from integrations.sandbox.faults import Fault, FaultPlan
from integrations.sandbox.fdx import Fdx
from integrations.sandbox.flinks import Flinks
from integrations.sandbox.hooks import send
from integrations.sandbox.plaid import Plaid

_LOOPBACK: Final = ("127.0.0.1", "::1", "localhost")
_LARGEST_BODY: Final = 1024 * 1024
_STATUSES: Final = {Fault.BUSY: 429, Fault.ERROR: 500}


class _Side(Protocol):
    protocol: str

    def customer_of(self, call: Call) -> str: ...

    def answer(self, call: Call) -> Reply: ...


class SandboxServer:
    """The server; a context manager that serves in a thread of its own.

    ``hang_seconds`` is how long a time-out holds the connection, ``drip_seconds`` the pause between slow bytes,
    ``wait_seconds`` what Retry-After says. ``port`` 0 takes a free one. Raises ValueError for an address that is
    not loopback.
    """

    def __init__(
        self,
        bank: SandboxBank,
        faults: FaultPlan,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        hang_seconds: float = 60.0,
        drip_seconds: float = 1.0,
        wait_seconds: int = 1,
    ) -> None:
        if host not in _LOOPBACK:
            raise ValueError(f"The sandbox serves on loopback only, not on {host}.")
        self.bank = bank
        self.faults = faults
        self.hang_seconds = hang_seconds
        self.drip_seconds = drip_seconds
        self.wait_seconds = wait_seconds
        self.stopping = threading.Event()
        self.sides: dict[str, _Side] = {"fdx": Fdx(bank), "plaid": Plaid(bank), "flinks": Flinks(bank)}
        self._server = _Server((host, port), _Handler)
        self._server.sandbox = self
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), name="sandbox", daemon=True)

    @property
    def url(self) -> str:
        host, port = self._server.server_address[:2]
        return f"http://{host!s}:{port}"

    def __enter__(self) -> SandboxServer:
        self._thread.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self.stopping.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def wait(self) -> None:
        """Serve until interrupted (KeyboardInterrupt)."""
        self.stopping.wait()

    # --- What tests and demos steer it by: /sandbox/…

    def control(self, call: Call) -> Reply:
        """Clock, faults, truth, counts and webhooks."""
        place = call.path.removeprefix("/sandbox/")
        try:
            return self._asked(place, call) if call.method == "GET" else self._told(place, call.json())
        except (TypeError, ValueError, KeyError) as error:
            return Reply(400, {"error": str(error)})

    def _told(self, place: str, given: dict[str, Any]) -> Reply:
        if place == "advance":
            by = timedelta(**{name: float(value) for name, value in given.items()})
            return Reply(200, {"now": self.bank.clock.advance(by).isoformat()})
        if place == "faults":
            self.faults.replace(str(given.get("plan", "none")))
            return Reply(200, {"plan": given.get("plan", "none")})
        if place == "revoke":
            return self._revoke(given)
        if place == "webhook":
            return Reply(200, send(self.bank, given))
        return Reply(404, {"error": "There is no such place."})

    def _asked(self, place: str, call: Call) -> Reply:
        now = self.bank.clock.now()
        if place == "clock":
            return Reply(200, {"now": now.isoformat(), "first_day": self.bank.first_day.isoformat()})
        if place == "calls":
            counts: dict[str, Counter[str]] = {}
            for (name, what), count in self.faults.counts.copy().items():
                counts.setdefault(name, Counter())[what] = count
            return Reply(200, {name: dict(found) for name, found in counts.items()})
        if place == "truth":
            customer = self.bank.customer(call.query("customer"))
            protocol = call.query("protocol") or "fdx"
            at = call.query("at")
            if customer is None or protocol not in self.sides:
                return Reply(400, {"error": "Name a customer such as rbc-1, and fdx, plaid or flinks."})
            return Reply(200, self.bank.truth(customer, protocol, datetime.fromisoformat(at) if at else now))
        return Reply(404, {"error": "There is no such place."})

    def _revoke(self, given: dict[str, Any]) -> Reply:
        """End a consent as a customer does at the bank's own site. ``consent`` is the credential that names it."""
        self.bank.revoke(str(given["consent"]))
        return Reply(200, {"revoked": True})


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128
    sandbox: SandboxServer

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that went away in the middle is nothing to report."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    """One call: read it, ask its side, answer it or break as the plan says."""

    server: _Server
    protocol_version = "HTTP/1.1"
    # an answer leaves as one packet: head and body apart wait for each other's acknowledgement
    wbufsize = -1
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        self._handle()

    def do_POST(self) -> None:
        self._handle()

    def do_PUT(self) -> None:
        self._handle()

    def do_DELETE(self) -> None:
        self._handle()

    def log_message(self, format: str, *arguments: object) -> None:
        """Nothing: tokens stand in addresses and headers."""

    def _handle(self) -> None:
        sandbox = self.server.sandbox
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(min(length, _LARGEST_BODY))
        call = Call(self.command, self.path, dict(self.headers), body, sandbox.url)
        name = urlsplit(self.path).path.split("/")[1]
        if name == "sandbox":
            self._reply(sandbox.control(call))
            return
        side = sandbox.sides.get(name)
        if side is None:
            self._reply(Reply(404, {"error": "There is no such place."}))
            return
        fault = None if _is_page(call) else sandbox.faults.next(side.protocol, side.customer_of(call), call.path)
        if fault in _STATUSES:
            headers = {"Retry-After": str(sandbox.wait_seconds)} if fault is Fault.BUSY else {}
            self._reply(Reply(_STATUSES[fault], {"message": "a planned fault"}, headers=headers))
        elif fault is Fault.TIMEOUT:
            sandbox.stopping.wait(sandbox.hang_seconds)
            self.close_connection = True
        else:
            self._reply(side.answer(Call(self.command, self.path, dict(self.headers), body, sandbox.url, fault)), fault)

    def _reply(self, reply: Reply, fault: Fault | None = None) -> None:
        data = reply.body()
        if fault is Fault.MALFORMED:
            data = data[: len(data) * 2 // 3] + b"<"
        elif fault is Fault.WRONG_TYPES and not reply.page and reply.document:
            data = _wrong_types(data)
        self.send_response(reply.status)
        self.send_header("Content-Type", reply.content_type)
        self.send_header("Content-Length", str(len(data)))
        if interaction := self.headers.get("x-fapi-interaction-id"):
            self.send_header("x-fapi-interaction-id", interaction)
        for name, value in reply.headers.items():
            self.send_header(name, value)
        self.end_headers()
        if fault is Fault.CUT:
            self.wfile.write(data[: len(data) // 2])
            self.wfile.flush()
            self.connection.shutdown(socket.SHUT_RDWR)
            self.close_connection = True
        elif fault is Fault.SLOW:
            self._drip(data)
        else:
            self.wfile.write(data)
        # http.server flushes after a call of its own, not after a refusal
        self.wfile.flush()

    def _drip(self, data: bytes) -> None:
        """A few bytes at a time, for as long as somebody reads."""
        for place in range(0, len(data), 64):
            try:
                self.wfile.write(data[place : place + 64])
                self.wfile.flush()
            except (BrokenPipeError, ConnectionResetError):
                self.close_connection = True
                return
            if self.server.sandbox.stopping.wait(self.server.sandbox.drip_seconds):
                return

    def date_time_string(self, timestamp: float | None = None) -> str:
        """The sandbox's own time in the Date header."""
        return super().date_time_string(self.server.sandbox.bank.clock.now().timestamp())

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """What http.server says by itself, as JSON."""
        self._reply(Reply(code, {"error": message or str(code)}))


def _is_page(call: Call) -> bool:
    """Consent pages and their forms are a person's browser: nothing goes wrong there."""
    return call.path.endswith(("/authorize", "/link", "/connect"))


def _wrong_types(data: bytes) -> bytes:
    """The same document with values of other types: every third row's amount where it has rows, else everything."""
    document = json.loads(data, parse_float=str)
    rows = [row for value in document.values() if isinstance(value, list) for row in value if isinstance(row, dict)]
    movements = [
        inner for row in rows for inner in (row, *row.values()) if isinstance(inner, dict) and "amount" in inner
    ]
    for movement in movements[::3]:
        movement["amount"] = {"value": "12.34"}
    if not movements:
        document = {name: [value] if isinstance(value, str) else str(value) for name, value in document.items()}
    return json.dumps(document).encode()
