"""The 24-hour rule: the regulator's own examples, then random days against a second, slower way to find the sets."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compliance.aggregation import (
    AggregationRule,
    CashReceipt,
    Exemption,
    ReceiptsOutOfOrder,
    ReportableSet,
    Role,
    WindowRule,
    reportable_sets,
)
from tests.examples import examples

TORONTO = ZoneInfo("America/Toronto")
VANCOUVER = ZoneInfo("America/Vancouver")
RULE = AggregationRule(WindowRule(TORONTO))
MONDAY = date(2025, 6, 2)


def receipt(
    name: str,
    amount: str | int,
    conductor: str = "",
    beneficiary: str = "",
    *,
    behalf: str = "",
    at: datetime | None = None,
) -> CashReceipt:
    """One receipt; without ``at``, in the order of the names on Monday morning."""
    moment = at or datetime.combine(MONDAY, time(9, int(name)), TORONTO)
    return CashReceipt(
        name,
        moment,
        Decimal(amount),
        (conductor,) if conductor else (),
        (behalf,) if behalf else (),
        (beneficiary,) if beneficiary else (),
    )


def found(receipts: Iterable[CashReceipt], rule: AggregationRule = RULE) -> set[tuple[str, str, Decimal]]:
    """Each set as (its legs, its receipts, its sum)."""
    return {described(one) for one in reportable_sets(receipts, rule)}


def described(one: ReportableSet) -> tuple[str, str, Decimal]:
    legs = " = ".join(f"{leg.role} {leg.party}" for leg in one.legs) or "alone"
    return legs, ",".join(r.id for r in one.receipts), one.total_cad


def test_identical_sets_of_conductor_and_beneficiary_are_one_report() -> None:
    day = [receipt("1", 14000, "Jeremy", "Jeremy"), receipt("2", 13000, "Jeremy", "Jeremy")]

    assert found(day) == {("conductor Jeremy = beneficiary Jeremy", "1,2", Decimal(27000))}


def test_overlapping_sets_are_both_filed_and_cover_their_large_receipts() -> None:
    day = [
        receipt("1", 5000, "Eve", "Eve"),
        receipt("2", 4000, "Eve", "Sam"),
        receipt("3", 11000, "Eve", "Sam"),
        receipt("4", 12000, "Eve", "James"),
    ]

    assert found(day) == {
        ("conductor Eve", "1,2,3,4", Decimal(32000)),
        ("beneficiary Sam", "2,3", Decimal(15000)),
    }


def test_the_next_day_is_another_window() -> None:
    day = [
        receipt("1", 7000, "Celine", "James"),
        receipt("2", 6000, "Eve", "Irene"),
        receipt("3", 4000, "Eve", "James"),
        receipt("4", 3000, "Sam", "James"),
        receipt("5", 4000, "Eve", "James"),
        receipt("6", 8000, "Sam", "James", at=datetime(2025, 6, 3, 9, 0, tzinfo=TORONTO)),
    ]

    assert found(day) == {
        ("conductor Eve", "2,3,5", Decimal(14000)),
        ("beneficiary James", "1,3,4,5", Decimal(18000)),
    }


def test_a_pacific_evening_falls_into_the_next_eastern_window() -> None:
    day = [
        receipt("1", 7000, "Celine", "James", at=datetime(2025, 6, 2, 10, 8, tzinfo=TORONTO)),
        receipt("2", 3000, "Sam", "James", at=datetime(2025, 6, 2, 11, 43, tzinfo=TORONTO)),
        receipt("3", 2000, "Sebastian", "James", at=datetime(2025, 6, 2, 17, 10, tzinfo=VANCOUVER)),
        receipt("4", 4000, "Eve", "James", at=datetime(2025, 6, 2, 21, 12, tzinfo=VANCOUVER)),
    ]

    assert found(day) == {("beneficiary James", "1,2,3", Decimal(12000))}


def test_a_third_party_joins_what_others_conduct() -> None:
    day = [
        receipt("1", 12000, "Eve", "James", behalf="Celine"),
        receipt("2", 4000, "James", "Eve", behalf="Celine"),
    ]

    assert found(day) == {("on_behalf_of Celine", "1,2", Decimal(16000))}


def test_one_person_in_two_roles_joins_nothing() -> None:
    assert found([receipt("1", 9000, "Martha", "Mike"), receipt("2", 4000, "Iris", "Tom", behalf="Martha")]) == set()


def test_the_same_beneficiary_joins_them() -> None:
    day = [receipt("1", 9000, "Martha", "Mike"), receipt("2", 8000, "Iris", "Mike", behalf="Martha")]

    assert found(day) == {("beneficiary Mike", "1,2", Decimal(17000))}


def test_ten_thousand_is_over_the_line_and_a_cent_less_is_not() -> None:
    assert found([receipt("1", "10000.00")]) == {("alone", "1", Decimal(10000))}
    assert found([receipt("1", "9999.99")]) == set()
    assert found([receipt("1", "9999.99", "Eve"), receipt("2", "0.01", "Eve")]) == {
        ("conductor Eve", "1,2", Decimal("10000.00"))
    }


def test_unknown_people_join_nothing() -> None:
    assert found([receipt("1", 6000), receipt("2", 6000)]) == set()


def test_exempt_cash_counts_for_nothing() -> None:
    public = CashReceipt("2", datetime(2025, 6, 2, 10, tzinfo=UTC), Decimal(20000), exemption=Exemption.PUBLIC_BODY)

    assert found([receipt("1", 9000, "Eve"), *[public]][::-1]) == set()


def test_the_policy_says_under_which_role_identical_sets_are_filed() -> None:
    rule = AggregationRule(WindowRule(TORONTO), (Role.BENEFICIARY, Role.CONDUCTOR, Role.ON_BEHALF_OF))
    (one,) = reportable_sets([receipt("1", 6000, "Eve", "Eve"), receipt("2", 6000, "Eve", "Eve")], rule)

    assert one.legs[0].role is Role.BENEFICIARY


def test_a_party_named_twice_on_one_receipt_is_no_second_receipt() -> None:
    twice = CashReceipt("1", datetime(2025, 6, 2, 12, tzinfo=UTC), Decimal(10000), ("Eve", "Eve"))

    assert found([twice]) == {("alone", "1", Decimal(10000))}


def test_the_window_may_start_at_any_hour() -> None:
    rule = AggregationRule(WindowRule(TORONTO, time(8, 0)))
    early = receipt("1", 6000, "Eve", at=datetime(2025, 6, 2, 7, 59, 59, tzinfo=TORONTO))
    late = receipt("2", 6000, "Eve", at=datetime(2025, 6, 2, 8, 0, tzinfo=TORONTO))
    night = receipt("3", 6000, "Eve", at=datetime(2025, 6, 3, 7, 59, tzinfo=TORONTO))

    assert found([early, late, night], rule) == {("conductor Eve", "2,3", Decimal(12000))}
    (one,) = reportable_sets([late, night], rule)
    assert one.window.start.isoformat() == "2025-06-02T08:00:00-04:00"
    assert one.window.last_second.isoformat() == "2025-06-03T07:59:59-04:00"


def test_the_hour_that_comes_twice_gets_a_window_of_its_own() -> None:
    """On 2025-11-02 Toronto's day has 25 hours; a window has 24 at most."""
    noon = WindowRule(TORONTO).window_of(datetime(2025, 11, 2, 12, tzinfo=TORONTO))
    last = WindowRule(TORONTO).window_of(datetime(2025, 11, 2, 23, 30, tzinfo=TORONTO))

    assert (noon.start.isoformat(), noon.last_second.isoformat()) == (
        "2025-11-02T00:00:00-04:00",
        "2025-11-02T22:59:59-05:00",
    )
    assert (last.start.isoformat(), last.last_second.isoformat()) == (
        "2025-11-02T23:00:00-05:00",
        "2025-11-02T23:59:59-05:00",
    )


def test_a_fixed_offset_has_no_odd_day() -> None:
    eastern = timezone(timedelta(hours=-5))
    window = WindowRule(eastern).window_of(datetime(2025, 11, 2, 12, tzinfo=UTC))

    assert window.end - window.start == timedelta(hours=24)


def test_the_hour_that_comes_twice_is_in_order() -> None:
    first = datetime(2025, 11, 2, 1, 50, tzinfo=TORONTO)
    second = datetime(2025, 11, 2, 1, 10, fold=1, tzinfo=TORONTO)  # twenty minutes later
    rule = AggregationRule(WindowRule(TORONTO, time(1, 30)))

    assert found([receipt("1", 6000, "Eve", at=first), receipt("2", 6000, "Eve", at=second)], rule) == {
        ("conductor Eve", "1,2", Decimal(12000))
    }


def test_late_records_change_the_key_of_their_set_alone() -> None:
    before = [receipt("1", 6000, "Eve"), receipt("2", 6000, "Eve"), receipt("3", 10000, "Sam")]
    after = [*before, receipt("4", 100, "Eve")]
    keys = [{described(s)[0]: s.key for s in reportable_sets(day, RULE)} for day in (before, after)]

    assert keys[0]["alone"] == keys[1]["alone"]
    assert keys[0]["conductor Eve"] != keys[1]["conductor Eve"]


def test_receipts_out_of_order_are_refused_by_name() -> None:
    with pytest.raises(ReceiptsOutOfOrder, match=r"Receipt 1 was received before 2"):
        list(reportable_sets([receipt("2", 1), receipt("1", 1)], RULE))
    with pytest.raises(ReceiptsOutOfOrder, match="Receipt 1 came twice"):
        list(reportable_sets([receipt("1", 1), receipt("1", 1)], RULE))


@pytest.mark.parametrize("amount", ["0", "-1", "NaN", "Infinity"])
def test_an_amount_that_is_no_receipt_is_refused(amount: str) -> None:
    with pytest.raises(ValueError, match="must be more than zero"):
        receipt("1", amount)


def test_a_time_without_offset_is_refused() -> None:
    with pytest.raises(ValueError, match="no offset"):
        CashReceipt("1", datetime(2025, 6, 2, 9), Decimal(1))  # noqa: DTZ001 - the point of the test


PEOPLE = st.lists(st.sampled_from(["Ann", "Bea", "Cid"]), max_size=2).map(tuple)
MOMENTS = st.one_of(
    st.integers(0, 4 * 24 * 60).map(lambda minute: datetime(2025, 3, 8, tzinfo=UTC) + timedelta(minutes=minute)),
    st.integers(0, 4 * 24 * 60).map(lambda minute: datetime(2025, 11, 1, tzinfo=UTC) + timedelta(minutes=minute)),
)
DAYS = st.lists(
    st.tuples(MOMENTS, st.integers(1, 12000 * 4).map(lambda quarters: Decimal(quarters) / 4), PEOPLE, PEOPLE, PEOPLE),
    max_size=14,
).map(
    lambda rows: sorted(
        (CashReceipt(str(number), *row) for number, row in enumerate(rows)), key=lambda one: one.received_at
    )
)
STARTS = st.sampled_from([time(0), time(1, 30), time(2, 30), time(8), time(23, 59)])


def slow_sets(receipts: list[CashReceipt], rule: WindowRule) -> set[frozenset[str]]:
    """The sets by definition: each pair of moments is in one window where no cut lies between them."""
    first, last = receipts[0].received_at, receipts[-1].received_at
    day, cuts = first.astimezone(UTC).date() - timedelta(days=3), []
    while datetime.combine(day, time(0), UTC) < last + timedelta(days=3):
        local = datetime.combine(day, rule.starts_at, rule.zone).astimezone(UTC)
        cuts.append(local)
        day += timedelta(days=1)
    for start, following in pairwise(list(cuts)):
        if following - start > timedelta(hours=24):
            cuts.append(start + timedelta(hours=24))

    def together(a: CashReceipt, b: CashReceipt) -> bool:
        return not any(min(a.received_at, b.received_at) < cut <= max(a.received_at, b.received_at) for cut in cuts)

    sets: set[frozenset[str]] = set()
    for anchor in receipts:
        near = [one for one in receipts if together(anchor, one)]
        for role in Role:
            for party in ("Ann", "Bea", "Cid"):
                group = [one for one in near if party in one.parties(role)]
                if len(group) >= 2 and sum(one.amount_cad for one in group) >= 10_000:
                    sets.add(frozenset(one.id for one in group))
    covered = {name for group in sets for name in group}
    return sets | {frozenset([r.id]) for r in receipts if r.amount_cad >= 10_000 and r.id not in covered}


@settings(max_examples=examples(150), deadline=None)
@given(receipts=DAYS.filter(bool), starts_at=STARTS, zone=st.sampled_from([TORONTO, timezone(timedelta(hours=-5))]))
def test_every_set_is_found_once_and_no_other(receipts: list[CashReceipt], starts_at: time, zone: ZoneInfo) -> None:
    windows = WindowRule(zone, starts_at)
    sets = [frozenset(r.id for r in one.receipts) for one in reportable_sets(receipts, AggregationRule(windows))]

    assert len(sets) == len(set(sets))
    assert set(sets) == slow_sets(receipts, windows)


@given(moment=MOMENTS, starts_at=STARTS)
def test_a_window_holds_its_moment_and_at_most_24_hours(moment: datetime, starts_at: time) -> None:
    rule = WindowRule(TORONTO, starts_at)
    window = rule.window_of(moment)

    assert window.start <= moment < window.end
    assert window.end.astimezone(UTC) - window.start.astimezone(UTC) <= timedelta(hours=24)
    assert rule.window_of(window.start) == window
    assert rule.window_of(window.end.astimezone(UTC)) != window
