"""How an account is used: money that only passes through, accounts that wake up, round sums, volumes out of profile."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from decimal import ROUND_HALF_UP, Decimal
from itertools import pairwise
from typing import Any, Final
from zoneinfo import ZoneInfo

from compliance.indicators.contract import (
    Fired,
    Flow,
    History,
    Indicator,
    Movement,
    Parameter,
    clusters,
    grouped,
    total,
)
from compliance.marking import gettext_noop

_SOURCE: Final = gettext_noop("FINTRAC ML/TF indicators, financial entities")


def _pass_through(history: History, values: Mapping[str, Any]) -> Iterator[Fired]:
    """Each dollar that leaves is counted against the earliest money in that it can explain, once."""
    for account, rows in grouped(history.movements, lambda row: row.account).items():
        left = {row.id: row.amount_cad for row in rows if row.flow is Flow.OUT}
        for place, row in enumerate(rows):
            if row.flow is not Flow.IN or row.amount_cad < values["least_in"]:
                continue
            taken, gone = Decimal(0), []
            for later in rows[place + 1 :]:
                if later.at.timestamp() - row.at.timestamp() > values["span"].total_seconds():
                    break
                if later.flow is Flow.OUT and left[later.id] and taken < row.amount_cad:
                    part = min(left[later.id], row.amount_cad - taken)
                    left[later.id] -= part
                    taken += part
                    gone.append(later)
            if gone and taken >= row.amount_cad * values["share"]:
                share = (taken / row.amount_cad).quantize(Decimal("0.01"), ROUND_HALF_UP)
                yield Fired(account, [row, *gone], {"share_out": str(share), "in": row.id})


def _dormant(history: History, values: Mapping[str, Any]) -> Iterator[Fired]:
    for account, rows in grouped(history.movements, lambda row: row.account).items():
        for place, (before, woken) in enumerate(pairwise(rows)):
            asleep = woken.at.timestamp() - before.at.timestamp()
            if asleep < values["silence"].total_seconds():
                continue
            until = woken.at.timestamp() + values["span"].total_seconds()
            burst = [row for row in rows[place + 1 :] if row.at.timestamp() <= until]
            if total(burst) >= values["least"]:
                yield Fired(account, burst, {"days_asleep": str(int(asleep // 86_400))})


def _round_sums(history: History, values: Mapping[str, Any]) -> Iterator[Fired]:
    round_rows = [row for row in history.movements if row.amount_cad % values["multiple"] == 0]
    for customer, rows in grouped(round_rows, lambda row: row.customer).items():
        for cluster in clusters(rows, values["span"], lambda window: len(window) >= values["count"]):
            yield Fired(customer, cluster, {"count": str(len(cluster))})


def _profile(history: History, values: Mapping[str, Any]) -> Iterator[Fired]:
    zone = ZoneInfo(values["zone"])
    money_in = [row for row in history.movements if row.flow is Flow.IN]
    for customer, rows in grouped(money_in, lambda row: row.customer).items():
        profile = history.profiles.get(customer)
        if profile is None:
            continue
        expected = profile.expected_monthly_cad
        if expected is None and profile.low_income:
            expected = values["low_income_monthly"]
        if expected is None:
            continue
        for month, held in grouped(rows, lambda row: f"{row.at.astimezone(zone):%Y-%m}").items():
            if total(held) > expected * values["times"]:
                facts = {"month": month, "expected": str(expected), "low_income": str(profile.low_income).lower()}
                yield Fired(customer, held, facts)


def _third_parties(history: History, values: Mapping[str, Any]) -> Iterator[Fired]:
    strangers = [
        row for row in history.movements if row.flow is Flow.IN and row.conductor and row.conductor != row.customer
    ]

    def fires(window: Sequence[Movement]) -> bool:
        return bool(len({row.conductor for row in window}) >= values["people"])

    for account, rows in grouped(strangers, lambda row: row.account).items():
        for cluster in clusters(rows, values["span"], fires):
            yield Fired(account, cluster, {"people": ", ".join(sorted({row.conductor for row in cluster}))})


PASS_THROUGH: Final = Indicator(
    "pass_through",
    1,
    gettext_noop("Money comes in and most of it leaves soon"),
    f"{_SOURCE}: rapid movement of funds",
    (
        Parameter("share", Decimal("0.80"), gettext_noop("share of the money in that leaves")),
        Parameter("span", timedelta(hours=48), gettext_noop("how soon it leaves")),
        Parameter("least_in", Decimal("1000.00"), gettext_noop("CAD in below which nothing is looked at")),
    ),
    _pass_through,
)
DORMANT: Final = Indicator(
    "dormant_wakes",
    1,
    gettext_noop("An account without activity for months is suddenly used"),
    f"{_SOURCE}: change of account activity",
    (
        Parameter("silence", timedelta(days=180), gettext_noop("time without any movement")),
        Parameter("least", Decimal("5000.00"), gettext_noop("CAD moved after it")),
        Parameter("span", timedelta(days=7), gettext_noop("time in which that is moved")),
    ),
    _dormant,
)
ROUND_SUMS: Final = Indicator(
    "round_sums",
    1,
    gettext_noop("Repeated round amounts"),
    f"{_SOURCE}: atypical transactions",
    (
        Parameter("multiple", Decimal("500.00"), gettext_noop("CAD of which a round amount is a multiple")),
        Parameter("count", 5, gettext_noop("movements at least")),
        Parameter("span", timedelta(days=30), gettext_noop("stretch of time")),
    ),
    _round_sums,
)
PROFILE: Final = Indicator(
    "profile_mismatch",
    1,
    gettext_noop("More money in than the customer's profile lets expect"),
    f"{_SOURCE}: activity inconsistent with the profile",
    (
        Parameter("times", Decimal("3"), gettext_noop("how many times the expected month")),
        Parameter(
            "low_income_monthly",
            Decimal("2000.00"),
            gettext_noop("CAD a month where no figure is known and income is low"),
        ),
        Parameter("zone", "America/Toronto", gettext_noop("time zone of the month")),
    ),
    _profile,
)
THIRD_PARTIES: Final = Indicator(
    "third_party_deposits",
    1,
    gettext_noop("Several people who do not hold the account pay into it"),
    f"{_SOURCE}: third parties",
    (
        Parameter("people", 3, gettext_noop("different people at least")),
        Parameter("span", timedelta(days=30), gettext_noop("stretch of time")),
    ),
    _third_parties,
)
