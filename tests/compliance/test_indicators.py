"""Indicators of suspicion: what fires, what stays just below, and that nothing is said twice."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compliance.indicators import INDICATORS, Alert, Flow, History, Mode, Movement, Profile

START = datetime(2025, 6, 2, 14, tzinfo=UTC)


def cash(name: str, amount: str | int, hours: float = 0, **more: Any) -> Movement:
    """A cash deposit to Ann's account, ``hours`` after Monday morning."""
    return move(name, amount, hours, is_cash=True, **more)


def move(name: str, amount: str | int, hours: float = 0, flow: Flow = Flow.IN, **more: Any) -> Movement:
    given_values: dict[str, Any] = {"customer": "ann", "account": "a1", **more}
    return Movement(id=name, at=START + timedelta(hours=hours), amount_cad=Decimal(amount), flow=flow, **given_values)


def alerts(indicator: str, rows: Iterable[Movement], profiles: Any = None, **changed: Any) -> list[Alert]:
    return INDICATORS[indicator].run(History(tuple(rows), profiles or {}), changed)


def fired(indicator: str, rows: Iterable[Movement], profiles: Any = None, **changed: Any) -> list[tuple[str, str]]:
    """Each alert as (subject, movements)."""
    return [(one.subject, ",".join(one.movements)) for one in alerts(indicator, rows, profiles, **changed)]


# --- Structuring


def test_three_deposits_in_the_band_fire_and_two_do_not() -> None:
    three = [cash("1", 5000), cash("2", 5000, 10), cash("3", 9999, 24)]

    assert fired("structuring_band", three) == [("ann", "1,2,3")]
    assert fired("structuring_band", three[:2]) == []


@pytest.mark.parametrize(
    "last",
    [
        cash("3", "4999.99", 2),  # below the band
        cash("3", 10000, 2),  # reported by itself
        cash("3", 6000, 24 * 11),  # too late for every span
        move("3", 6000, 2),  # no cash
        cash("3", 6000, 2, flow=Flow.OUT),
        cash("3", 6000, 2, customer="bea"),
        cash("3", 6000, 2, customer=""),
    ],
)
def test_what_is_no_third_deposit_of_the_band(last: Movement) -> None:
    assert fired("structuring_band", [cash("1", 6000), cash("2", 6000, 1), last]) == []


def test_the_sum_must_reach_the_limit() -> None:
    rows = [cash(str(n), 3000, n) for n in range(1, 5)]

    assert fired("structuring_band", rows[:3], share=Decimal("0.2")) == []
    assert fired("structuring_band", rows, share=Decimal("0.2")) == [("ann", "1,2,3,4")]


def test_longer_spans_add_only_what_is_new() -> None:
    one_day = [cash(str(n), 6000, n) for n in range(3)]
    assert [one.facts["span"] for one in alerts("structuring_band", one_day)] == ["1 day, 0:00:00"]

    spread = [*one_day, cash("9", 6000, 24 * 9)]
    assert sorted(fired("structuring_band", spread)) == [("ann", "0,1,2"), ("ann", "0,1,2,9")]


def test_a_series_is_one_alert_however_long() -> None:
    rows = [cash(f"{n:02}", 6000, 8 * n) for n in range(12)]

    assert len(alerts("structuring_band", rows)) == 1
    assert len(alerts("structuring_band", rows)[0].movements) == 12


def test_just_below_the_limit() -> None:
    assert fired("structuring_just_below", [cash("1", 9000), cash("2", "9999.99", 24 * 7)]) == [("ann", "1,2")]
    assert fired("structuring_just_below", [cash("1", "8999.99"), cash("2", 9500)]) == []
    assert fired("structuring_just_below", [cash("1", 9000), cash("2", 9500, 24 * 7 + 1)]) == []


def test_two_places_on_one_day() -> None:
    rows = [cash("1", 5000, location="A"), cash("2", 5000, 3, location="B")]

    assert fired("structuring_locations", rows) == [("ann", "1,2")]
    assert alerts("structuring_locations", rows)[0].facts == {"locations": "A, B"}
    assert fired("structuring_locations", [rows[0], cash("2", 5000, 3, location="A")]) == []
    assert fired("structuring_locations", [rows[0], cash("2", 4999, 3, location="B")]) == []
    assert fired("structuring_locations", [rows[0], cash("2", 5000, 15, location="B")]) == []  # 1 a.m. in Toronto


def test_three_people_for_one_beneficiary() -> None:
    rows = [cash(n, 3000, h, conductor=n, beneficiary="sam") for n, h in (("x", 0), ("y", 40), ("z", 72))]

    assert fired("structuring_conductors", rows) == [("sam", "x,y,z")]
    assert fired("structuring_conductors", rows[:2]) == []
    late = cash("z", 3000, 73, conductor="z", beneficiary="sam")
    assert fired("structuring_conductors", [*rows[:2], late]) == []


def test_the_limits_of_records_are_watched_too() -> None:
    rows = [cash(str(n), 900, n) for n in range(3)]
    assert [one.facts["limit"] for one in alerts("structuring_record_limits", rows)] == ["1000.00"]
    assert fired("structuring_record_limits", [cash(str(n), 2900, n) for n in range(3)]) == [("ann", "0,1,2")]


# --- Behaviour


def test_most_of_it_leaves_within_two_days() -> None:
    rows = [move("in", 5000), move("o1", 3000, 20, Flow.OUT), move("o2", 1000, 48, Flow.OUT)]

    assert fired("pass_through", rows) == [("a1", "in,o1,o2")]
    assert alerts("pass_through", rows)[0].facts["share_out"] == "0.80"
    assert fired("pass_through", [*rows[:2], move("o2", 999, 48, Flow.OUT)]) == []
    assert fired("pass_through", [*rows[:2], move("o2", 1000, 49, Flow.OUT)]) == []
    assert fired("pass_through", [move("o1", 5000, -1, Flow.OUT), rows[0]]) == []


def test_one_payment_out_explains_only_one_payment_in() -> None:
    rows = [move("i1", 5000), move("i2", 5000, 1), move("o", 5000, 2, Flow.OUT)]

    assert fired("pass_through", rows) == [("a1", "i1,o")]


def test_an_account_wakes() -> None:
    rows = [move("old", 10), move("1", 2500, 24 * 180), move("2", 2500, 24 * 187, Flow.OUT)]

    assert fired("dormant_wakes", rows) == [("a1", "1,2")]
    assert alerts("dormant_wakes", rows)[0].facts == {"days_asleep": "180"}
    assert fired("dormant_wakes", [rows[0], move("1", 5000, 24 * 179)]) == []
    assert fired("dormant_wakes", [rows[0], move("1", 4999, 24 * 180)]) == []
    assert fired("dormant_wakes", rows[1:]) == []  # a new account is not a sleeping one


def test_five_round_sums() -> None:
    rows = [move(str(n), 500 * n, 24 * n) for n in range(1, 6)]

    assert fired("round_sums", rows) == [("ann", "1,2,3,4,5")]
    assert fired("round_sums", rows[:4]) == []
    assert fired("round_sums", rows, multiple=Decimal("1000.00")) == []
    assert fired("round_sums", [*rows[:4], move("5", "500.01", 1)]) == []


def test_more_than_three_expected_months() -> None:
    expected = {"ann": Profile(Decimal(2000))}

    assert fired("profile_mismatch", [move("1", 6000), move("2", "0.01", 5)], expected) == [("ann", "1,2")]
    assert fired("profile_mismatch", [move("1", 6000)], expected) == []
    assert fired("profile_mismatch", [move("1", 4000), move("2", 4000, 24 * 29)], expected) == []  # two months
    assert fired("profile_mismatch", [move("1", 90000)]) == []  # nothing known
    assert fired("profile_mismatch", [move("1", 6001)], {"ann": Profile(low_income=True)}) == [("ann", "1")]


def test_three_strangers_pay_in() -> None:
    rows = [move(n, 200, h, conductor=n) for n, h in (("x", 0), ("y", 40), ("z", 24 * 30))]

    assert fired("third_party_deposits", rows) == [("a1", "x,y,z")]
    assert fired("third_party_deposits", [*rows[:2], move("z", 200, 50, conductor="ann")]) == []


# --- Declarations


def test_every_rule_is_declared_in_full_and_starts_in_shadow() -> None:
    for name, indicator in INDICATORS.items():
        assert indicator.id == name
        assert indicator.version >= 1
        assert indicator.title
        assert "FINTRAC" in indicator.source
        assert indicator.parameters
        assert all(parameter.text for parameter in indicator.parameters)
        assert indicator.mode is Mode.SHADOW


def test_parameters_are_checked_by_name_and_type() -> None:
    with pytest.raises(ValueError, match="has no parameter counts; it has limit, share, count, spans"):
        INDICATORS["structuring_band"].values({"counts": 3})
    with pytest.raises(ValueError, match="limit must be of type Decimal, not int"):
        INDICATORS["structuring_band"].values({"limit": 10000})


def test_the_same_movements_are_the_same_alert_and_a_new_one_is_another() -> None:
    rows = [cash("1", 9000), cash("2", 9500, 1)]
    (first,), (again,) = alerts("structuring_just_below", rows), alerts("structuring_just_below", rows[::-1])
    (more,) = alerts("structuring_just_below", [*rows, cash("3", 9100, 2)])

    assert first.key == again.key != more.key
    assert (first.total_cad, first.first_at, first.last_at) == (Decimal(18500), rows[0].at, rows[1].at)


ROWS = st.lists(
    st.tuples(st.integers(0, 24 * 40), st.integers(1, 30).map(lambda n: n * 500), st.sampled_from(["ann", "bea"])),
    max_size=14,
).map(lambda rows: [cash(str(n), a, h, customer=c, account=c) for n, (h, a, c) in enumerate(rows)])


@given(rows=ROWS, count=st.integers(2, 4))
def test_a_movement_is_in_an_alert_exactly_if_it_is_in_a_stretch_that_fires(rows: list[Movement], count: int) -> None:
    """Against the definition: every pair of ends within seven days."""
    expected: set[str] = set()
    near = [row for row in rows if 9000 <= row.amount_cad < 10000]
    for first in near:
        stretch = [
            row
            for row in near
            if row.customer == first.customer and timedelta(0) <= row.at - first.at <= timedelta(days=7)
        ]
        if len(stretch) >= count:
            expected |= {row.id for row in stretch}
    found = [name for one in alerts("structuring_just_below", rows, count=count) for name in one.movements]

    assert len(found) == len(set(found))
    assert set(found) == expected


@given(rows=ROWS)
def test_no_rule_depends_on_the_order_of_its_input(rows: list[Movement]) -> None:
    for name in INDICATORS:
        assert {one.key for one in alerts(name, rows)} == {one.key for one in alerts(name, rows[::-1])}
