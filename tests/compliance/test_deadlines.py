"""Deadlines: what is due when, and that each answer says why."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compliance import deadlines, holidays
from compliance.deadlines import Ageing, AgeLevel

TORONTO = ZoneInfo("America/Toronto")


def toronto(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=TORONTO)  # type: ignore[arg-type,misc]


def test_fifteen_days_do_not_count_the_day_of_receipt() -> None:
    due = deadlines.lctr_due([toronto(2025, 6, 2, 23, 59)], TORONTO)

    assert due.due_on == date(2025, 6, 17)
    assert due.lawful_until is None
    assert due.explanation == (
        "Due 2025-06-17: 15 days after the day the cash is received "
        "(earliest receipt of cash on 2025-06-02; SOR/2002-184 s. 132(3))."
    )


def test_a_set_is_due_by_its_earliest_receipt_on_the_banks_clock() -> None:
    pacific = datetime(2025, 6, 2, 21, 12, tzinfo=ZoneInfo("America/Vancouver"))  # June 3 in Toronto

    assert deadlines.lctr_due([pacific + timedelta(hours=5), pacific], TORONTO).due_on == date(2025, 6, 18)


def test_a_holiday_is_shown_and_never_used() -> None:
    due = deadlines.lctr_due([toronto(2025, 12, 10, 12)], TORONTO)

    assert due.due_on == date(2025, 12, 25)
    assert due.lawful_until == date(2025, 12, 26)
    assert "2025-12-25 is a holiday; the law would allow 2025-12-26" in due.explanation
    assert due.is_overdue(toronto(2025, 12, 26, 0), TORONTO)


def test_saturday_is_no_holiday_and_sunday_is() -> None:
    saturday = deadlines.lctr_due([toronto(2025, 5, 30, 12)], TORONTO)
    sunday = deadlines.lctr_due([toronto(2025, 5, 31, 12)], TORONTO)

    assert (saturday.due_on, saturday.lawful_until) == (date(2025, 6, 14), None)
    assert (sunday.due_on, sunday.lawful_until) == (date(2025, 6, 15), date(2025, 6, 16))


def test_the_due_day_itself_is_in_time() -> None:
    due = deadlines.lctr_due([toronto(2025, 6, 2, 9)], TORONTO)

    assert not due.is_overdue(toronto(2025, 6, 17, 23, 59, 59), TORONTO)
    assert due.is_overdue(toronto(2025, 6, 18, 0), TORONTO)
    assert [due.days_left(toronto(2025, 6, day, 12), TORONTO) for day in (16, 17, 18)] == [1, 0, -1]


def test_a_suspicion_has_no_fixed_day_and_ages() -> None:
    since = toronto(2025, 6, 2, 9)
    due = deadlines.str_due(since)

    assert (due.due_on, due.due_at) == (None, None)
    assert not due.is_overdue(since + timedelta(days=365), TORONTO)
    assert due.explanation.startswith("Due without delay: as soon as practicable")
    ages = [timedelta(hours=23), timedelta(days=1), timedelta(days=3), timedelta(days=7)]
    assert [Ageing().level(since, since + age) for age in ages] == list(AgeLevel)


def test_ages_must_rise_and_clocks_start_in_the_past() -> None:
    with pytest.raises(ValueError, match="must rise"):
        Ageing(attention=timedelta(days=5))
    with pytest.raises(ValueError, match="starts in the future"):
        Ageing().level(toronto(2025, 6, 3, 9), toronto(2025, 6, 2, 9))


def test_an_incident_has_24_hours_also_where_the_clock_changes() -> None:
    due = deadlines.osfi_incident_due(toronto(2025, 3, 8, 12))

    assert due.due_at is not None
    assert due.due_at.isoformat() == "2025-03-09T13:00:00-04:00"
    assert due.is_overdue(due.due_at, TORONTO)
    assert not due.is_overdue(due.due_at - timedelta(seconds=1), TORONTO)


@pytest.mark.parametrize(
    ("deadline", "expected"),
    [
        (deadlines.str_change_due(date(2025, 6, 2), TORONTO), date(2025, 6, 22)),
        (deadlines.osfi_loss_return_due(date(2025, 10, 31)), date(2026, 2, 28)),
        (deadlines.access_request_due(date(2025, 6, 2)), date(2025, 7, 2)),
        (deadlines.access_request_due(date(2025, 6, 2), extended=True), date(2025, 8, 1)),
        (deadlines.examination_records_due(date(2025, 6, 2)), date(2025, 7, 2)),
        (deadlines.business_client_change_due(date(2025, 6, 2)), date(2025, 6, 17)),
        (deadlines.effectiveness_review_due(date(2024, 2, 29)), date(2026, 2, 28)),
        (deadlines.review_findings_due(date(2025, 6, 2)), date(2025, 7, 2)),
        (deadlines.period_report_due(date(2025, 6, 30)), date(2025, 7, 30)),
        (deadlines.period_report_due(date(2025, 6, 30), 45), date(2025, 8, 14)),
        # Thanksgiving and a day the branch's province adds are no working days
        (deadlines.lvctr_due(toronto(2025, 10, 9, 9), TORONTO), date(2025, 10, 17)),
        (deadlines.eftr_due(toronto(2025, 8, 1, 9), TORONTO, frozenset({date(2025, 8, 4)})), date(2025, 8, 11)),
    ],
)
def test_the_other_clocks(deadline: deadlines.Deadline, expected: date) -> None:
    assert deadline.due_on == expected
    assert deadline.rule.source in deadline.explanation


def test_listed_property_and_breaches() -> None:
    known = toronto(2025, 6, 2, 9)

    assert deadlines.lpepr_due(known).is_overdue(known, TORONTO)
    assert deadlines.breach_report_due(known).due_on is None


def test_the_holidays_of_a_year() -> None:
    assert sorted(holidays.named_holidays(2026)) == [
        date(2026, 1, 1),
        date(2026, 4, 3),
        date(2026, 4, 6),
        date(2026, 5, 18),
        date(2026, 7, 1),
        date(2026, 9, 7),
        date(2026, 9, 30),
        date(2026, 10, 12),
        date(2026, 11, 11),
        date(2026, 12, 25),
    ]
    # May 25 itself a Monday: Victoria Day is the one before; July 1 a Sunday: Canada Day is the second
    assert date(2015, 5, 18) in holidays.named_holidays(2015)
    assert date(2018, 7, 2) in holidays.named_holidays(2018)
    assert date(2020, 9, 30) not in holidays.named_holidays(2020)
    assert [holidays.easter_sunday(year) for year in (2024, 2025, 2038)] == [
        date(2024, 3, 31),
        date(2025, 4, 20),
        date(2038, 4, 25),
    ]


@given(received=st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1)).map(lambda naive: naive.replace(tzinfo=UTC)))  # noqa: DTZ001
def test_an_lctr_never_slips_past_its_strict_day(received: datetime) -> None:
    due = deadlines.lctr_due([received], TORONTO)

    assert due.due_on is not None
    assert due.due_on - received.astimezone(TORONTO).date() == timedelta(days=15)
    if due.lawful_until:
        assert holidays.is_holiday(due.due_on)
        assert not holidays.is_holiday(due.lawful_until)
