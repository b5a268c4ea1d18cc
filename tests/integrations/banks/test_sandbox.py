"""The sandbox bank itself: the same for the same seed, plausible, steerable, and never off this machine."""

from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import httpx
import pytest
from django.core.management import CommandError, call_command

from integrations.banks.contract import BankError
from integrations.banks.http import BankHttp, RetryPolicy, retry_after
from integrations.sandbox.bank import Clock, SandboxBank
from integrations.sandbox.faults import Fault, FaultPlan
from integrations.sandbox.history import Customer, accounts, movements
from integrations.sandbox.server import SandboxServer

REPOSITORY = Path(__file__).resolve().parents[3]
START = datetime(2026, 11, 25, 15, 0, tzinfo=UTC)


def test_the_same_seed_is_the_same_history_whatever_period_is_asked_for() -> None:
    customer = Customer(3, "td", 4)
    year = list(movements(customer, date(2025, 1, 1), date(2025, 12, 31)))
    assert [m for m in year if m.key.split("-")[2] == "20250617"] == list(
        movements(customer, date(2025, 6, 17), date(2025, 6, 17))
    )
    assert year != list(movements(Customer(4, "td", 4), date(2025, 1, 1), date(2025, 12, 31)))
    assert len({m.key for m in year}) == len(year) > 600


def test_a_year_has_everything_a_bank_does_to_its_rows() -> None:
    year = list(movements(Customer(1, "rbc", 1), date(2024, 1, 1), date(2025, 12, 31)))
    held = [m for m in year if m.pending_amount is not None]
    assert any(m.booked_at and not m.same_id for m in held), "a booked row with a new id"
    assert any(m.booked_at and m.pending_amount != m.amount for m in held), "a tip"
    assert any(m.gone_at for m in held), "a hold that vanishes"
    assert any(m.redated_at for m in year)
    assert any(m.withdrawn_at for m in year)
    twins = {(m.account, m.description, m.amount, m.day(START)) for m in year if m.booked_at}
    assert len(twins) < len([m for m in year if m.booked_at])
    assert all(m.amount == m.amount.quantize(Decimal("0.01")) for m in year)


def test_balances_stay_those_of_people() -> None:
    bank = SandboxBank(seed=1, clock=Clock(START), years=1, customers=4)
    for number in range(1, 5):
        customer = Customer(1, "rbc", number)
        for account in accounts(customer):
            assert abs(bank.balance(customer, account, START)) < 100_000


def test_a_fault_plan_is_kept_to_the_call() -> None:
    plan = FaultPlan("429*2,500@td,cut@rbc-7,timeout@token", seed=1)
    asked = [
        ("fdx", "rbc-1", "/a"),
        ("fdx", "td-1", "/a"),
        ("fdx", "td-2", "/a"),
        ("fdx", "rbc-7", "/a"),
        ("fdx", "", "/x/token"),
    ]
    assert [plan.next(*call) for call in asked] == [Fault.BUSY, Fault.BUSY, Fault.ERROR, Fault.CUT, Fault.TIMEOUT]
    assert [plan.next(*call) for call in asked] == [None] * 5
    storms = [[FaultPlan("storm", seed=seed).next("fdx", "rbc-1", "/a") for _ in range(1)] for seed in (1, 1)]
    assert storms[0] == storms[1]
    drawn = [FaultPlan("500%30", seed=5) for _ in range(2)]
    first, second = ([one.next("fdx", "x", "/a") for _ in range(200)] for one in drawn)
    assert first == second
    assert 30 < first.count(Fault.ERROR) < 90
    for wrong in ("5000", "429*x", "storms", "429**2", "cut@@x"):
        with pytest.raises(ValueError, match="cannot be read"):
            FaultPlan(wrong)


def test_steering_and_asking(sandbox: SandboxServer) -> None:
    with httpx.Client(base_url=f"{sandbox.url}/sandbox", trust_env=False, timeout=5) as client:
        assert client.post("/advance", json={"days": 2}).json() == {"now": (START + timedelta(days=2)).isoformat()}
        for path, document in (
            ("/advance", {"days": -1}),
            ("/advance", {"x": 1}),
            ("/faults", {"plan": "x"}),
            ("/revoke", {}),
        ):
            assert client.post(path, json=document).status_code == 400
        assert client.get("/truth", params={"customer": "rbc-99"}).status_code == 400
        assert client.get("/truth", params={"customer": "rbc-1", "at": "x"}).status_code == 400
        earlier = client.get("/truth", params={"customer": "rbc-1", "at": START.isoformat()}).json()
        later = client.get("/truth", params={"customer": "rbc-1"}).json()
        assert earlier.keys() == later.keys()
        assert earlier != later
        assert client.request("PATCH", "/x").status_code == 501
        away = {"kind": "fdx", "url": "http://bank.example/", "payload": {}, "secret": "x"}
        assert client.post("/webhook", json=away).status_code == 400


def test_the_sandbox_stays_on_this_machine() -> None:
    with pytest.raises(ValueError, match="loopback only"):
        SandboxServer(SandboxBank(seed=1, clock=Clock(START)), FaultPlan(), host="0.0.0.0")  # noqa: S104 - refused


class TestCommand:
    def test_serves_until_it_is_interrupted(self) -> None:
        with subprocess.Popen(
            [
                sys.executable,
                "manage.py",
                "sandbox_bank",
                "--port",
                "0",
                "--years",
                "0",
                "--clock",
                "2026-11-25T12:00Z",
            ],
            cwd=REPOSITORY,
            env={"PATH": os.environ["PATH"]},
            stdout=subprocess.PIPE,
            text=True,
        ) as process:
            assert process.stdout is not None
            try:
                url = process.stdout.readline().split(" is on ")[1].split(" ")[0]
                told = httpx.get(f"{url}/sandbox/clock", trust_env=False).json()
                assert told == {"now": "2026-11-25T12:00:00+00:00", "first_day": "2026-01-01"}
                process.send_signal(signal.SIGINT)
                assert process.stdout.read() == "Ended.\n"
                assert process.wait(20) == 0
            finally:
                process.kill()

    @pytest.mark.parametrize(
        ("arguments", "said"),
        [
            (["--faults", "earthquake"], "'earthquake' cannot be read"),
            (["--clock", "noon"], "'noon' is not a time"),
            (["--clock", "2026-11-25T12:00"], "has no zone"),
            (["--customers", "0"], "--customers must be 1 or more"),
        ],
    )
    def test_bad_arguments_are_named(self, arguments: list[str], said: str) -> None:
        with pytest.raises(CommandError, match=said):
            call_command("sandbox_bank", *arguments, stdout=io.StringIO())

    def test_a_port_in_use_is_named(self, sandbox: SandboxServer) -> None:
        port = sandbox.url.rsplit(":", 1)[1]
        with pytest.raises(CommandError, match=f"Port {port} cannot be served"):
            call_command("sandbox_bank", "--port", port, "--years", "0", stdout=io.StringIO())


class TestRetrying:
    def test_waits_grow_with_jitter_and_end(self) -> None:
        policy = RetryPolicy(attempts=4, base=1.0, longest_wait=3.0)
        assert [policy.wait(n, None, lambda: 1.0) for n in (1, 2, 3, 4)] == [1.0, 2.0, 3.0, None]
        assert [policy.wait(n, None, lambda: 0.0) for n in (1, 2, 3)] == [0.5, 1.0, 1.5]
        assert policy.wait(1, timedelta(seconds=3), lambda: 0.0) == 3.0
        assert policy.wait(1, timedelta(seconds=4), lambda: 0.0) is None

    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("120", timedelta(seconds=120)),
            ("Wed, 25 Nov 2026 15:02:00 GMT", timedelta(minutes=2)),
            ("Wed, 25 Nov 2026 14:00:00 GMT", timedelta()),
            ("soon", None),
            ("-5", None),
            ("", None),
            ("99999999999", None),
        ],
    )
    def test_retry_after_is_read_as_seconds_or_date(self, text: str, expected: timedelta | None) -> None:
        assert retry_after({"Retry-After": text}, START) == expected

    def test_a_long_retry_after_is_the_queues(self) -> None:
        waits: list[float] = []
        answer = httpx.Response(429, headers={"Retry-After": "3600"})
        client = httpx.Client(transport=httpx.MockTransport(lambda call: answer))
        http = BankHttp("RBC", client=lambda: client, pause=waits.append)
        with pytest.raises(BankError) as caught:
            http.call("GET", "https://bank.example/x", repeatable=True)
        assert caught.value.retry_after == timedelta(hours=1)
        assert waits == []

    def test_a_body_without_end_is_cut_off(self) -> None:
        endless = httpx.Response(200, content=(b"x" * 1_000_000 for _ in range(100)))
        client = httpx.Client(transport=httpx.MockTransport(lambda call: endless))
        with pytest.raises(BankError, match="more than 32 MiB"):
            BankHttp("RBC", client=lambda: client).call("GET", "https://bank.example/x", repeatable=True)
