"""A sandbox bank of its own per test module, on a free port, with time standing still until it is moved."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from integrations.sandbox.bank import Clock, SandboxBank
from integrations.sandbox.faults import FaultPlan
from integrations.sandbox.server import SandboxServer

START = datetime(2026, 11, 25, 15, 0, tzinfo=UTC)


@pytest.fixture
def sandbox() -> Iterator[SandboxServer]:
    """Quarter of a year of history; hanging and dripping as short as a test can see them."""
    bank = SandboxBank(seed=7, clock=Clock(START), years=0, customers=8)
    bank.first_day = (START - timedelta(days=100)).date()
    with SandboxServer(bank, FaultPlan(seed=7), hang_seconds=1.0, drip_seconds=0.05) as server:
        yield server
