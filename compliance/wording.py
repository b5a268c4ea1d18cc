"""Texts of the pure rules in the reader's language: when something is due and why, indicators, what the regulator says.

The rules are free of Django and say English (marked by ``compliance.marking``) or both languages; here one is chosen.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Final, Protocol

from django.utils import timezone
from django.utils.functional import lazy
from django.utils.translation import get_language, gettext, gettext_lazy, ngettext, override

from compliance import deadlines, holidays
from compliance.deadlines import Deadline
from compliance.fintrac.json_shape import NotThisShape
from compliance.marking import SaidError
from compliance.models import ComplianceReport
from dwaybank.translation import Text, translated


def marked_text(text: str) -> str:
    """A text that ``compliance.marking`` marked, in the reader's language."""
    return str(translated(text))


class Bilingual(Protocol):
    """A code of the regulator, or a finding."""

    @property
    def en(self) -> str:
        """In English."""

    @property
    def fr(self) -> str:
        """In French."""


def said(one: Bilingual) -> str:
    """The text in the reader's language."""
    return one.fr if _is_french() else one.en


said_lazily = lazy(said, str)
"""``said``, in the language of who reads it, for what is made once: choices of forms."""


def said_in(message: Mapping[str, Any]) -> str:
    """The text of a stored message with ``en`` and ``fr``; the other language where this one is missing."""
    first, second = ("fr", "en") if _is_french() else ("en", "fr")
    return str(message.get(first) or message.get(second) or "")


def _is_french() -> bool:
    return (get_language() or "").startswith("fr")


_RULES: Final = {one.id: one for one in vars(deadlines).values() if isinstance(one, deadlines.Rule)}


def why_due(report: ComplianceReport) -> str:
    """Why the report is due when it is, from its columns; what was written when it was drafted where they say less."""
    rule = _RULES.get(report.due_rule or "")
    if rule is None or report.due_basis_at is None:
        return str((report.report_summary or {}).get("why", ""))
    if rule is deadlines.STR:
        return in_words(Deadline(rule, report.due_basis, timezone.localtime(report.due_basis_at)))
    lawful = holidays.next_day_not_holiday(report.due_date)
    return in_words(
        Deadline(
            rule,
            report.due_basis,
            timezone.localdate(report.due_basis_at),
            due_on=report.due_date,
            lawful_until=lawful if lawful != report.due_date else None,
        )
    )


def in_words(deadline: Deadline) -> str:
    """One line for people: due date, rule, basis, source."""
    due = deadline.due_at.isoformat(timespec="minutes") if deadline.due_at else deadline.due_on
    text = gettext("Due %(due)s: %(rule)s (%(basis)s %(when)s; %(source)s).") % {
        "due": due or gettext("without delay"),
        "rule": marked_text(deadline.rule.text),
        "basis": marked_text(deadline.basis),
        "when": _moment(deadline.basis_at),
        "source": marked_text(deadline.rule.source),
    }
    if deadline.lawful_until is None:
        return text
    allowed = gettext("%(day)s is a holiday; the law would allow %(later)s (%(source)s).") % {
        "day": deadline.due_on,
        "later": deadline.lawful_until,
        "source": marked_text(holidays.SOURCE),
    }
    return f"{text} {allowed}"


def _moment(when: date | datetime) -> str:
    return when.isoformat(timespec="minutes") if isinstance(when, datetime) else when.isoformat()


_ID: Final = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-")
# names of parameters and figures of indicators, as people read them
_NAMES: Final[dict[str, Text]] = {
    "conductors": gettext_lazy("conductors"),
    "count": gettext_lazy("count"),
    "days_asleep": gettext_lazy("days asleep"),
    "from_amount": gettext_lazy("from amount"),
    "in": gettext_lazy("in"),
    "least": gettext_lazy("least"),
    "least_in": gettext_lazy("least in"),
    "limit": gettext_lazy("limit"),
    "limits": gettext_lazy("limits"),
    "locations": gettext_lazy("locations"),
    "low_income_monthly": gettext_lazy("low income monthly"),
    "multiple": gettext_lazy("multiple"),
    "people": gettext_lazy("people"),
    "share": gettext_lazy("share"),
    "share_out": gettext_lazy("share out"),
    "silence": gettext_lazy("silence"),
    "span": gettext_lazy("span"),
    "spans": gettext_lazy("spans"),
    "times": gettext_lazy("times"),
    "zone": gettext_lazy("zone"),
}


def name_of(name: str) -> str:
    """A parameter or figure of an indicator; one that is not known as it stands."""
    return str(_NAMES.get(name, name.replace("_", " ")))


_DAYS: Final = re.compile(r"(\d+) days?(?:, 0:00:00)?")


def figure_of(value: object) -> str:
    """A figure of an indicator; stretches of whole days in the reader's words."""
    if found := _DAYS.fullmatch(str(value)):
        count = int(found[1])
        return ngettext("%(count)s day", "%(count)s days", count) % {"count": count}
    return str(value)


def figures_in_words(facts: Mapping[str, Any]) -> str:
    """The figures of an alert as people write them; ids of rows say nothing to a reader."""
    return ", ".join(
        f"{name_of(name)} {figure_of(value)}" for name, value in facts.items() if not _ID.search(str(value))
    )


_SEVERITIES: Final[dict[str, Text]] = {"reject": gettext_lazy("reject"), "warning": gettext_lazy("warning")}


def severity_words(code: str) -> str:
    """How grave a finding is, in words; a code that is not known as it stands."""
    return str(_SEVERITIES.get(code, code))


def problem_words(error: Exception) -> str:
    """What an error says; one of the pure rules in the reader's language."""
    if not isinstance(error, SaidError):
        return str(error)
    text = marked_text(error.text) % error.values if error.values else marked_text(error.text)
    return f"{error.path or gettext('The report')}: {text}" if isinstance(error, NotThisShape) else text


def in_both(error: Exception) -> dict[str, str]:
    """What an error says in both languages, to be kept beside what the regulator says."""
    with override("fr-ca"):
        french = problem_words(error)
    return {"en": str(error), "fr": french}
