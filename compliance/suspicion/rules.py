"""The set-based form of each declared indicator: which SQL it runs, once or for each limit and span.

What fires is the same as of the pure form (``compliance.indicators``), which is the reference: a test holds the two
together. The first of several passes that finds a set of movements says why.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from decimal import Decimal
from importlib import resources
from typing import Any, Final, TypeAlias

from compliance.indicators import Indicator

Passes: TypeAlias = Iterator[tuple[str, dict[str, Any]]]
Values: TypeAlias = Mapping[str, Any]


def sql_of(name: str) -> str:
    """The text of one file of ``sql/suspicion``."""
    return resources.files("compliance").joinpath("sql", "suspicion", f"{name}.sql").read_text("utf-8")


def passes_of(indicator: Indicator, values: Values) -> Passes:
    """Name of an SQL file and its parameters, for each pass of one indicator, in order of precedence."""
    return _PASSES[indicator.id](values)


def _clusters(
    values: Values,
    span: timedelta,
    *,
    count: int,
    cash: bool = True,
    at_least: Decimal = Decimal(0),
    below: Decimal | None = None,
    multiple: Decimal = Decimal("0.01"),
    total: Decimal = Decimal(0),
    facts: Mapping[str, str] | None = None,
) -> tuple[str, dict[str, Any]]:
    return "clusters", {
        "only_cash_in": cash,
        "at_least": at_least,
        "below": below,
        "multiple": multiple,
        "span": span.total_seconds(),
        "count": count,
        "total": total,
        "facts": json.dumps(facts or {}),
        "counted": facts is None,
    }


def _bands(limits: tuple[Decimal, ...], values: Values) -> Passes:
    # where two limits or spans give the same movements, the last limit and the shortest span say why
    for limit in reversed(limits):
        for span in sorted(values["spans"]):
            facts = {"limit": str(limit), "span": str(span)}
            at_least = limit * values["share"]
            yield _clusters(
                values, span, count=values["count"], at_least=at_least, below=limit, total=limit, facts=facts
            )


def _just_below(values: Values) -> Passes:
    yield _clusters(
        values, values["span"], count=values["count"], at_least=values["from_amount"], below=values["limit"]
    )


def _round_sums(values: Values) -> Passes:
    yield _clusters(values, values["span"], count=values["count"], cash=False, multiple=values["multiple"])


def _people(by: str, label: str, people: int, span: timedelta, below: Decimal | None, strangers: bool) -> Passes:
    parameters = {"by": by, "label": label, "people": people, "below": below, "strangers": strangers}
    yield "people", {**parameters, "span": span.total_seconds()}


def _simply(file: str) -> Callable[[Values], Passes]:
    """One pass with the indicator's own parameters, times in seconds."""

    def passes(values: Values) -> Passes:
        yield file, {name: _seconds(value) for name, value in values.items()}

    return passes


def _seconds(value: Any) -> Any:
    return value.total_seconds() if isinstance(value, timedelta) else value


_PASSES: Final[dict[str, Callable[[Values], Passes]]] = {
    "structuring_band": lambda values: _bands((values["limit"],), values),
    "structuring_record_limits": lambda values: _bands(values["limits"], values),
    "structuring_just_below": _just_below,
    "structuring_locations": _simply("locations"),
    "structuring_conductors": lambda values: _people(
        "beneficiary", "conductors", values["conductors"], values["span"], values["limit"], strangers=False
    ),
    "pass_through": _simply("pass_through"),
    "dormant_wakes": _simply("dormant"),
    "round_sums": _round_sums,
    "profile_mismatch": _simply("profile"),
    "third_party_deposits": lambda values: _people(
        "account", "people", values["people"], values["span"], None, strangers=True
    ),
}
