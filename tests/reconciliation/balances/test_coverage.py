"""Which days are covered: by what, twice, not at all, or with figures that do not add up."""

from __future__ import annotations

from reconciliation.balances import Anchor, Covered, Period, Rows, coverage, stretches

NOTHING = Rows.of([], [], [], [])


def test_statement_gap_overlap_and_sync() -> None:
    periods = [Period(1, 10, True), Period(9, 12, None), Period(20, 25, True)]
    anchors = [Anchor(25, 500), Anchor(28, 500, is_final=False)]

    found = stretches(coverage(1, 30, periods, anchors, NOTHING))

    assert [(one.kind, one.first, one.last) for one in found] == [
        (Covered.STATEMENT, 1, 8),
        (Covered.OVERLAP, 9, 10),
        (Covered.STATEMENT, 11, 12),
        (Covered.GAP, 13, 19),
        (Covered.STATEMENT, 20, 25),
        (Covered.SYNC, 26, 28),
        (Covered.GAP, 29, 30),
    ]


def test_balances_that_the_rows_between_them_do_not_explain() -> None:
    rows = Rows.of(["a", "b"], [4, 12], [-100, -40], ["", ""])
    anchors = [Anchor(1, 1_000), Anchor(10, 900), Anchor(20, 850)]

    kinds = dict(coverage(1, 20, [Period(1, 20, None)], anchors, rows))

    assert {kinds[day] for day in range(1, 11)} == {Covered.STATEMENT}
    assert {kinds[day] for day in range(11, 21)} == {Covered.MISMATCH}


def test_a_statement_that_does_not_tie_out() -> None:
    assert stretches(coverage(1, 5, [Period(1, 5, False)], [], NOTHING))[0].kind == Covered.MISMATCH


def test_days_that_a_sync_asked_for_and_balances_of_the_middle_of_a_day() -> None:
    # read at noon of days 5 and 6, each before that day's row was booked
    rows = Rows.of(["a", "b", "c"], [5, 6, 7], [-10, -20, -30], ["", "", ""])
    anchors = [Anchor(4, 100), *(Anchor(day, cents, is_final=False) for day, cents in ((5, 100), (6, 90), (7, 40)))]

    assert [(one.kind, one.first, one.last) for one in stretches(coverage(1, 8, [], anchors, rows, [(2, 3)]))] == [
        (Covered.GAP, 1, 1),
        (Covered.SYNC, 2, 3),
        (Covered.GAP, 4, 4),
        (Covered.SYNC, 5, 7),
        (Covered.GAP, 8, 8),
    ]
