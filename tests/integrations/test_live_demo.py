"""The demo's live connections: consent over HTTP, a real worker, and afterwards exactly what the bank holds."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from django.conf import settings as project_settings

from integrations import live_demo
from integrations.models import BankConnection, BankTransaction
from integrations.sandbox.bank import Clock, SandboxBank


@pytest.mark.django_db(transaction=True)
def test_connections_hold_the_banks_truth_and_a_second_run_adds_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    chosen = {email: who for email, who in live_demo._CUSTOMERS.items() if who[1] in ("fdx-bmo", "plaid", "flinks")}
    monkeypatch.setattr(live_demo, "_CUSTOMERS", chosen)
    before = project_settings.BANK_CONNECTORS

    first = live_demo.connect_and_sync()
    stored = BankTransaction.objects.count()
    second = live_demo.connect_and_sync()

    assert len(first) == 4
    assert first[1:] == second[1:]
    assert all("movements on 3 accounts" in line for line in first[1:])
    assert BankTransaction.objects.count() == stored
    assert BankConnection.objects.count() == 3
    assert project_settings.BANK_CONNECTORS is before
    bank = SandboxBank(seed=live_demo._SEED, clock=Clock(), years=0, customers=5)
    for email, (_, connector_id, key) in chosen.items():
        customer = bank.customer(key)
        assert customer is not None
        protocol = connector_id.split("-")[0]
        for account, held in bank.truth(customer, protocol, bank.clock.now()).items():
            rows: Any = BankTransaction.objects.filter(connection__user__email=email, external_account_id=account)
            found = Counter(
                (
                    str(row.amount if row.transaction_type == "credit" else -row.amount),
                    str(row.transaction_date),
                    row.raw_description,
                )
                for row in rows
            )
            assert found == Counter((row["amount"], row["date"], row["description"]) for row in held["booked"])
