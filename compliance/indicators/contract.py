"""What an indicator of suspicion is: a declared rule with parameters, and the alerts it gives.

Pure: movements in, alerts out. The numbers of FINTRAC's indicators are the bank's to set; those delivered here are
starting points of this project, to be run in shadow mode first. An alert is a question to a person, never a finding of
guilt.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any, TypeAlias

Value: TypeAlias = Decimal | int | str | timedelta | tuple[timedelta, ...] | tuple[Decimal, ...]


class Flow(StrEnum):
    IN = "in"
    OUT = "out"


class Mode(StrEnum):
    """In shadow an indicator counts and shows nothing to the queue."""

    SHADOW = "shadow"
    ACTIVE = "active"


@dataclass(frozen=True, slots=True)
class Movement:
    """One movement on an account, from the ledger or a bank.

    ``at`` is aware; ``amount_cad`` is a magnitude above zero. Keys are the caller's: equal keys mean the same account,
    person or place; "" is not known.
    """

    id: str
    customer: str
    account: str
    at: datetime
    amount_cad: Decimal
    flow: Flow
    is_cash: bool = False
    location: str = ""
    conductor: str = ""
    beneficiary: str = ""

    def __post_init__(self) -> None:
        if self.at.tzinfo is None:
            raise ValueError(f"Movement {self.id}: its time has no offset; add one.")
        if not self.amount_cad.is_finite() or self.amount_cad <= 0:
            raise ValueError(f"Movement {self.id}: the amount {self.amount_cad} must be more than zero.")


@dataclass(frozen=True, slots=True)
class Profile:
    """What the bank expects of a customer: money in per month, and whether the occupation earns little."""

    expected_monthly_cad: Decimal | None = None
    low_income: bool = False  # student, unemployed


@dataclass(frozen=True, slots=True)
class History:
    """What an indicator looks at; movements may come in any order and are kept by time."""

    movements: Sequence[Movement]
    profiles: Mapping[str, Profile] = field(default_factory=dict)

    def __post_init__(self) -> None:
        ordered = tuple(sorted(self.movements, key=lambda one: (one.at.timestamp(), one.id)))
        object.__setattr__(self, "movements", ordered)


@dataclass(frozen=True, slots=True)
class Parameter:
    """A number of a rule: name, value as delivered, what it means with its unit."""

    name: str
    default: Value
    text: str


@dataclass(frozen=True, slots=True)
class Alert:
    """A rule fired: for whom, on which movements (by id, in order of time), and the figures that made it fire."""

    indicator: str
    version: int
    subject: str
    movements: tuple[str, ...]
    first_at: datetime
    last_at: datetime
    total_cad: Decimal
    facts: Mapping[str, str]

    @property
    def key(self) -> str:
        """Same rule, subject and movements, same key: by it an alert is raised once."""
        text = "\n".join([self.indicator, str(self.version), self.subject, *sorted(self.movements)])
        return hashlib.sha256(text.encode()).hexdigest()


Evaluate: TypeAlias = Callable[[History, Mapping[str, Any]], Iterator["Fired"]]


@dataclass(frozen=True, slots=True)
class Fired:
    """What a predicate found, before it is an alert."""

    subject: str
    movements: Sequence[Movement]
    facts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Indicator:
    """One rule. A change of what it does is a new ``version``; a change of its numbers is a change of parameters.

    ``source`` names the law or guidance. ``sql_file`` names the set-based form of the same rule, for use over the whole
    database; None where the rule so far has the pure form only, which is also the reference its SQL is tested against.
    """

    id: str
    version: int
    title: str
    source: str
    parameters: tuple[Parameter, ...]
    evaluate: Evaluate
    sql_file: str | None = None
    mode: Mode = Mode.SHADOW

    def values(self, changed: Mapping[str, Value] | None = None) -> dict[str, Value]:
        """All parameters, as delivered but for ``changed``.

        Raises ValueError for a parameter that the rule does not have, or a value of another type.
        """
        values = {parameter.name: parameter.default for parameter in self.parameters}
        for name, value in (changed or {}).items():
            if name not in values:
                raise ValueError(f"{self.id} has no parameter {name}; it has {', '.join(values)}.")
            if type(value) is not type(values[name]):
                wanted = type(values[name]).__name__
                raise ValueError(f"{self.id}: {name} must be of type {wanted}, not {type(value).__name__}.")
            values[name] = value
        return values

    def run(self, history: History, changed: Mapping[str, Value] | None = None) -> list[Alert]:
        """The alerts of this rule, each once, in order of time."""
        found = {
            alert.key: alert for alert in (self._alert(fired) for fired in self.evaluate(history, self.values(changed)))
        }
        return sorted(found.values(), key=lambda alert: (alert.first_at.timestamp(), alert.subject, alert.key))

    def _alert(self, fired: Fired) -> Alert:
        rows = fired.movements
        return Alert(
            indicator=self.id,
            version=self.version,
            subject=fired.subject,
            movements=tuple(row.id for row in rows),
            first_at=rows[0].at,
            last_at=rows[-1].at,
            total_cad=sum((row.amount_cad for row in rows), Decimal(0)),
            facts=dict(fired.facts),
        )


def grouped(movements: Iterable[Movement], key: Callable[[Movement], str]) -> dict[str, list[Movement]]:
    """Movements by key, in their order; those without one are left out."""
    groups: dict[str, list[Movement]] = {}
    for movement in movements:
        if name := key(movement):
            groups.setdefault(name, []).append(movement)
    return groups


def clusters(
    rows: Sequence[Movement], span: timedelta, fires: Callable[[Sequence[Movement]], bool]
) -> Iterator[list[Movement]]:
    """Stretches of ``rows`` (sorted by time) of at most ``span`` that fire; those that share rows are one."""
    left, begun, ended = 0, -1, -1
    for right, row in enumerate(rows):
        while row.at.timestamp() - rows[left].at.timestamp() > span.total_seconds():
            left += 1
        if not fires(rows[left : right + 1]):
            continue
        if begun >= 0 and left > ended:
            yield list(rows[begun : ended + 1])
            begun = -1
        begun, ended = (left if begun < 0 else begun), right
    if begun >= 0:
        yield list(rows[begun : ended + 1])


def total(rows: Iterable[Movement]) -> Decimal:
    """Sum of the amounts."""
    return sum((row.amount_cad for row in rows), Decimal(0))
