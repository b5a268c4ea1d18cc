"""Structuring: cash cut into pieces so that no single one is reported.

Making such a series to avoid a report is an offence of its own (PCMLTFA s. 77.3). These rules look across the windows
of the 24-hour rule (FINTRAC guidance, 24-hour rule s. 3).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any, Final
from zoneinfo import ZoneInfo

from compliance.aggregation import THRESHOLD
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

_SOURCE: Final = gettext_noop("FINTRAC ML/TF indicators, financial entities: structuring; PCMLTFA s. 77.3")
_LIMIT: Final = Parameter("limit", THRESHOLD, gettext_noop("CAD from which cash is reported"))


def _cash_in(history: History) -> list[Movement]:
    return [row for row in history.movements if row.is_cash and row.flow is Flow.IN]


def _below(history: History, limit: Decimal) -> list[Movement]:
    return [row for row in _cash_in(history) if row.amount_cad < limit]


def _in_band(rows: Sequence[Movement], limit: Decimal, share: Decimal) -> list[Movement]:
    return [row for row in rows if limit * share <= row.amount_cad < limit]


def _bands(history: History, limits: tuple[Decimal, ...], values: Mapping[str, Any]) -> Iterator[Fired]:
    """Deposits in a band below a limit, over each span; a longer span says nothing new about the same rows."""
    for limit in limits:
        for customer, rows in grouped(_cash_in(history), lambda row: row.customer).items():
            band = _in_band(rows, limit, values["share"])
            seen: set[tuple[str, ...]] = set()
            for span in sorted(values["spans"]):

                def fires(window: Sequence[Movement], limit: Decimal = limit) -> bool:
                    return len(window) >= values["count"] and total(window) >= limit

                for cluster in clusters(band, span, fires):
                    ids = tuple(row.id for row in cluster)
                    if ids not in seen:
                        seen.add(ids)
                        yield Fired(customer, cluster, {"limit": str(limit), "span": str(span)})


def _band(history: History, values: Mapping[str, Any]) -> Iterator[Fired]:
    return _bands(history, (values["limit"],), values)


def _record_limits(history: History, values: Mapping[str, Any]) -> Iterator[Fired]:
    return _bands(history, values["limits"], values)


def _just_below(history: History, values: Mapping[str, Any]) -> Iterator[Fired]:
    near = [row for row in _below(history, values["limit"]) if row.amount_cad >= values["from_amount"]]
    for customer, rows in grouped(near, lambda row: row.customer).items():
        for cluster in clusters(rows, values["span"], lambda window: len(window) >= values["count"]):
            yield Fired(customer, cluster, {"count": str(len(cluster))})


def _locations(history: History, values: Mapping[str, Any]) -> Iterator[Fired]:
    zone = ZoneInfo(values["zone"])
    rows = [row for row in _below(history, values["limit"]) if row.location]
    by_day = grouped(rows, lambda row: f"{row.customer}\n{row.at.astimezone(zone).date()}" if row.customer else "")
    for key, day in by_day.items():
        places = {row.location for row in day}
        if len(places) >= values["locations"] and total(day) >= values["limit"]:
            yield Fired(key.split("\n")[0], day, {"locations": ", ".join(sorted(places))})


def _conductors(history: History, values: Mapping[str, Any]) -> Iterator[Fired]:
    rows = [row for row in _below(history, values["limit"]) if row.conductor]

    def fires(window: Sequence[Movement]) -> bool:
        return bool(len({row.conductor for row in window}) >= values["conductors"])

    for beneficiary, paid in grouped(rows, lambda row: row.beneficiary).items():
        for cluster in clusters(paid, values["span"], fires):
            people = {row.conductor for row in cluster}
            yield Fired(beneficiary, cluster, {"conductors": ", ".join(sorted(people))})


_SHARE: Final = Parameter("share", Decimal("0.50"), gettext_noop("lower end of the band, as a share of the limit"))
_COUNT: Final = Parameter("count", 3, gettext_noop("deposits at least"))
_SPANS: Final = Parameter(
    "spans", (timedelta(hours=24), timedelta(days=3), timedelta(days=10)), gettext_noop("stretches of time looked at")
)

BAND: Final = Indicator(
    "structuring_band",
    1,
    gettext_noop("Several cash deposits, each below the reporting limit, together above it"),
    _SOURCE,
    (_LIMIT, _SHARE, _COUNT, _SPANS),
    _band,
)
JUST_BELOW: Final = Indicator(
    "structuring_just_below",
    1,
    gettext_noop("Cash deposits just below the reporting limit, repeated"),
    _SOURCE,
    (
        _LIMIT,
        Parameter("from_amount", Decimal("9000.00"), gettext_noop("CAD from which an amount is just below")),
        Parameter("count", 2, gettext_noop("deposits at least")),
        Parameter("span", timedelta(days=7), gettext_noop("stretch of time")),
    ),
    _just_below,
)
LOCATIONS: Final = Indicator(
    "structuring_locations",
    1,
    gettext_noop("Cash deposits at several locations on one day, together above the limit"),
    _SOURCE,
    (
        _LIMIT,
        Parameter("locations", 2, gettext_noop("different locations at least")),
        Parameter("zone", "America/Toronto", gettext_noop("time zone of the day")),
    ),
    _locations,
)
CONDUCTORS: Final = Indicator(
    "structuring_conductors",
    1,
    gettext_noop("Several people bring cash for one beneficiary within days"),
    _SOURCE,
    (
        _LIMIT,
        Parameter("conductors", 3, gettext_noop("different people at least")),
        Parameter("span", timedelta(hours=72), gettext_noop("stretch of time")),
    ),
    _conductors,
)
RECORD_LIMITS: Final = Indicator(
    "structuring_record_limits",
    1,
    gettext_noop("Cash deposits kept below the limits from which records are made"),
    _SOURCE,
    (
        Parameter("limits", (Decimal("1000.00"), Decimal("3000.00")), gettext_noop("CAD from which records are made")),
        _SHARE,
        _COUNT,
        _SPANS,
    ),
    _record_limits,
)
