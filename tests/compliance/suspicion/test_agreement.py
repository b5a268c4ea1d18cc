"""The indicators run in SQL fire exactly as their pure form does, on any movements and with any parameters."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from compliance.enums import IndicatorMode
from compliance.indicators import INDICATORS, Flow, History, Movement, Profile
from compliance.suspicion import movements
from compliance.suspicion.settings import Running
from tests.examples import examples

pytestmark = pytest.mark.django_db

# across the change of clocks of March 2025, so that a day of 23 hours is among them
START = datetime(2025, 3, 1, 14, tzinfo=UTC)
CENT = Decimal("0.01")

MOVEMENTS = st.builds(
    lambda hours, amount, cents, flow, cash, customer, account, location, conductor, beneficiary: {
        "at": START + timedelta(hours=hours),
        "amount_cad": Decimal(amount) + cents * CENT,
        "flow": flow,
        "is_cash": cash,
        "customer": customer,
        "account": account,
        "location": location,
        "conductor": conductor,
        "beneficiary": beneficiary,
    },
    # few different hours and amounts, so that rows of one moment, whole spans and sums that just do are frequent
    hours=st.one_of(st.integers(0, 40), st.sampled_from([24, 48, 72, 96, 168, 240, 720, 24 * 200])),
    amount=st.one_of(st.sampled_from([500, 900, 2500, 3000, 5000, 6000, 9000, 9999, 10000]), st.integers(1, 12000)),
    cents=st.sampled_from([0, 0, 0, 1, 99]),
    flow=st.sampled_from([Flow.IN, Flow.IN, Flow.OUT]),
    cash=st.booleans(),
    customer=st.sampled_from(["ann", "ann", "bea", ""]),
    account=st.sampled_from(["a1", "a1", "a2", ""]),
    location=st.sampled_from(["", "L1", "L2"]),
    conductor=st.sampled_from(["", "ann", "x", "y", "z"]),
    beneficiary=st.sampled_from(["", "sam", "sam", "tom"]),
)
HISTORIES = st.lists(MOVEMENTS, max_size=18).map(
    lambda rows: [Movement(id=f"m{number:02}", **row) for number, row in enumerate(rows)]
)
PROFILES: dict[str, Profile] = {
    "ann": Profile(Decimal("2000.00")),
    "bea": Profile(low_income=True),
    "tom": Profile(),
}


@contextmanager
def staged(history: list[Movement]) -> Iterator[None]:
    """The movements where the SQL looks for them; nothing of it stays."""
    with transaction.atomic():
        movements.prepare()
        with connection.cursor() as cursor:
            cursor.executemany(
                "INSERT INTO staged_movements (id, source, row_id, customer, account, at, amount, flow, is_cash, "
                "location, conductor, beneficiary) VALUES (%s, 'cash', %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
                [
                    (
                        one.id,
                        uuid4(),
                        one.customer,
                        one.account,
                        one.at,
                        one.amount_cad,
                        one.flow.value,
                        one.is_cash,
                        one.location,
                        one.conductor,
                        one.beneficiary,
                    )
                    for one in history
                ],
            )
            cursor.executemany(
                "INSERT INTO staged_profiles VALUES (%s, %s, %s)",
                [(name, one.expected_monthly_cad, one.low_income) for name, one in PROFILES.items()],
            )
        movements.index()
        yield
        transaction.set_rollback(True)


def fired_in_sql(rule: Running) -> list[tuple[str, tuple[str, ...], str]]:
    """Subject, movements and facts of each alert; of several passes the first that found it."""
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE staged_fired")
    movements.run_rule(rule)
    with connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT ON (subject, ids) subject, ids, facts FROM staged_fired ORDER BY 1, 2, rank")
        rows = cursor.fetchall()
    return sorted(
        (subject, tuple(ids), json.dumps(facts if isinstance(facts, dict) else json.loads(facts), sort_keys=True))
        for subject, ids, facts in rows
    )


def fired_in_pure_form(rule: Running, history: list[Movement]) -> list[tuple[str, tuple[str, ...], str]]:
    """The same of the declared rule."""
    alerts = rule.indicator.run(History(tuple(history), PROFILES), dict(rule.values))
    return sorted((one.subject, one.movements, json.dumps(dict(one.facts), sort_keys=True)) for one in alerts)


def running(name: str, **changed: Any) -> Running:
    indicator = INDICATORS[name]
    return Running(indicator, IndicatorMode.SHADOW, indicator.values(changed), 1)


RULES = [
    *(running(name) for name in INDICATORS),
    # parameters at which short histories fire often
    running("structuring_band", count=2, share=Decimal("0.20"), spans=(timedelta(hours=24), timedelta(days=2))),
    running("structuring_just_below", count=1, from_amount=Decimal("500.00")),
    running("structuring_conductors", conductors=2, span=timedelta(hours=24)),
    running(
        "structuring_record_limits", limits=(Decimal("3000.00"), Decimal("6000.00")), share=Decimal("0.10"), count=2
    ),
    running("pass_through", share=Decimal("0.30"), span=timedelta(days=20), least_in=Decimal("100.00")),
    running("dormant_wakes", silence=timedelta(hours=24), least=Decimal("500.00"), span=timedelta(hours=48)),
    running("round_sums", multiple=Decimal("0.50"), count=2, span=timedelta(hours=12)),
    running("third_party_deposits", people=2, span=timedelta(hours=24)),
    running("profile_mismatch", times=Decimal("1"), zone="Asia/Tokyo"),
]


def _in_and_out(*rows: tuple[int, int, Flow]) -> list[Movement]:
    return [
        Movement(f"m{n}", "ann", "a1", START + timedelta(hours=hours), Decimal(amount), flow)
        for n, (hours, amount, flow) in enumerate(rows)
    ]


@settings(max_examples=examples(40), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@example(history=_in_and_out((0, 5000, Flow.IN), (1, 5000, Flow.IN), (2, 8000, Flow.OUT), (49, 1500, Flow.OUT)))
@example(history=_in_and_out((0, 1000, Flow.IN), (1, 805, Flow.OUT), (5000, 9000, Flow.IN)))
@given(history=HISTORIES)
def test_the_sql_fires_as_the_pure_form_does(history: list[Movement]) -> None:
    with staged(history):
        for rule in RULES:
            assert fired_in_sql(rule) == fired_in_pure_form(rule, history), (rule.indicator.id, rule.values)
