"""Findings as people read them: one line for each thing that is said, with the places that it is said of."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Final

from django.utils.translation import gettext as _

from compliance.fintrac.findings import Finding, Severity

_WORDS: Final = re.compile(r"(?<=[a-z])(?=[A-Z])")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a finding is: as people read it, as a JSON Pointer, and the address of the field ("" where none has it)."""

    text: str
    path: str
    url: str


@dataclass(frozen=True, slots=True)
class Group:
    """What one rule says in the same words of one place or more."""

    code: str
    severity: Severity
    en: str
    fr: str
    places: list[Place] = field(default_factory=list)

    @property
    def is_reject(self) -> bool:
        """Whether it keeps the report from leaving."""
        return self.severity is Severity.REJECT


def grouped(findings: Iterable[Finding], address: Callable[[str], str]) -> list[Group]:
    """Rejects before warnings, each as it was found first. ``address`` leads from a path to its field."""
    groups: dict[tuple[str, str, str], Group] = {}
    for one in findings:
        key = (one.code, one.severity, one.en)
        group = groups.setdefault(key, Group(one.code, one.severity, one.en, one.fr))
        group.places.append(place_of(one.path, address))
    return sorted(groups.values(), key=lambda group: not group.is_reject)


def place_of(path: str, address: Callable[[str], str]) -> Place:
    """The place that a JSON Pointer is; ``address`` leads to its field."""
    return Place(readable(path), path, address(path))


def readable(path: str) -> str:
    """A JSON Pointer in words, counted from one: ``/transactions/0/methodCode`` is *transactions 1*, *method code*."""
    parts: list[str] = []
    for part in path.split("/")[1:]:
        if part.isdigit() and parts:
            parts[-1] += f" {int(part) + 1}"
        else:
            parts.append(_WORDS.sub(" ", part).lower())
    return " \u203a ".join(parts) or _("the whole report")
