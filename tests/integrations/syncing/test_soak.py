"""The soak, short: every fault once as planned, then a storm while a worker is killed; afterwards the bank's truth.

The long one is a command: ``python -m tests.soak``.
"""

from __future__ import annotations

import os
from typing import Any
from urllib.parse import urlencode

import pytest
from django.db import connection

from tests.soak.running import Options, soak


@pytest.mark.django_db(transaction=True)
def test_short_soak_ends_with_the_banks_truth(settings: Any) -> None:
    database = connection.settings_dict
    names = {"host": "HOST", "port": "PORT", "user": "USER", "password": "PASSWORD"}
    query = urlencode({name: database[key] for name, key in names.items() if database.get(key)})
    environment = {**os.environ, "DATABASE_URL": f"postgresql:///{database['NAME']}?{query}"}
    findings = soak(
        Options(
            connections=8,
            seconds=3,
            kills=1,
            seed=6,
            days=20,
            plans=("storm",),
            queues="syncs",
            hang_seconds=0.3,
        ),
        environment,
    )

    assert findings.problems == []
    assert findings.figures["workers killed"] == 1
    assert findings.figures["compared"]["accounts"] == 24
