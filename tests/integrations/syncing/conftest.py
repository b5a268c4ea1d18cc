"""A bank and a connection to it; fixtures of the registry leave no trace."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from integrations.banks import registry
from integrations.models import BankConnection
from tests.integrations.syncing.bank import FakeBank, connect, open_bank


@pytest.fixture
def bank(settings: Any) -> Iterator[FakeBank]:
    """A bank with one account and three rows."""
    before = dict(registry._registered)
    yield open_bank(settings)
    registry._registered.clear()
    registry._registered.update(before)


@pytest.fixture
def connection(db: None, bank: FakeBank) -> BankConnection:
    """A customer's live connection to the bank."""
    return connect(bank)
