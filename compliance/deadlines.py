"""When a report is due, and by which rule. Every answer names its basis, its rule and the source of the rule.

Pure: dates in, deadlines out; "now" is a parameter. A due date is always the strict one. Where the last day is a
holiday, the law lets the deadline slip (Interpretation Act s. 26); that later day is shown and never used.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from enum import StrEnum
from typing import Final

from compliance import holidays
from compliance.marking import gettext_noop


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule of time: stable id, what it says, where that stands."""

    id: str
    text: str
    source: str


LCTR: Final = Rule(
    "lctr-15-days", gettext_noop("15 days after the day the cash is received"), gettext_noop("SOR/2002-184 s. 132(3)")
)
STR: Final = Rule(
    "str-as-soon-as-practicable",
    gettext_noop("as soon as practicable after the measures that established the suspicion"),
    gettext_noop("SOR/2001-317 s. 9(2)"),
)
STR_CHANGE: Final = Rule(
    "str-change-20-days",
    gettext_noop("20 days after the change was requested"),
    gettext_noop("FINTRAC guidance on STRs"),
)
LVCTR: Final = Rule(
    "lvctr-5-working-days",
    gettext_noop("5 working days after the day of receipt"),
    gettext_noop("SOR/2002-184 s. 132(2); working days: setting"),
)
EFTR: Final = Rule(
    "eftr-5-working-days",
    gettext_noop("5 working days after the day of transfer"),
    gettext_noop("SOR/2002-184 s. 132(1); working days: setting"),
)
LPEPR: Final = Rule(
    "lpepr-immediately", gettext_noop("immediately"), gettext_noop("PCMLTFA s. 7.1; SOR/2001-317 s. 10(2)")
)
BUSINESS_CLIENT_CHANGE: Final = Rule(
    "business-client-change-15-days",
    gettext_noop("15 days after the change to a listed business client"),
    gettext_noop("SOR/2002-184 s. 8"),
)
OSFI_INCIDENT: Final = Rule(
    "osfi-incident-24-hours",
    gettext_noop("24 hours after detection, or sooner"),
    gettext_noop("OSFI incident reporting instructions"),
)
OSFI_LOSS_RETURN: Final = Rule(
    "osfi-quarter-120-days",
    gettext_noop("120 days after the end of the fiscal quarter"),
    gettext_noop("OSFI L3 return instructions (2019)"),
)
BREACH_REPORT: Final = Rule(
    "breach-as-soon-as-feasible",
    gettext_noop("as soon as feasible after determining the breach"),
    gettext_noop("PIPEDA s. 10.1"),
)
ACCESS_REQUEST: Final = Rule(
    "access-30-days", gettext_noop("30 days after the request"), gettext_noop("PIPEDA s. 8(3)")
)
ACCESS_REQUEST_EXTENDED: Final = Rule(
    "access-60-days",
    gettext_noop("60 days after the request, the extension having been notified"),
    gettext_noop("PIPEDA s. 8(4)"),
)
EXAMINATION_RECORDS: Final = Rule(
    "examination-30-days", gettext_noop("30 days after the request"), gettext_noop("SOR/2002-184 s. 149")
)
EFFECTIVENESS_REVIEW: Final = Rule(
    "review-2-years",
    gettext_noop("2 years after the start of the review before"),
    gettext_noop("SOR/2002-184 s. 156(3)"),
)
REVIEW_FINDINGS: Final = Rule(
    "review-findings-30-days",
    gettext_noop("30 days after the review, to a senior officer"),
    gettext_noop("SOR/2002-184 s. 156(4)"),
)
PERIOD_REPORT: Final = Rule(
    "period-report",
    gettext_noop("a number of days after the period, as the bank set it"),
    gettext_noop("the bank's own setting: no law read"),
)

# As delivered; the bank changes it. No source fixes a day for the house's own period reports.
PERIOD_REPORT_DAYS: Final = 30


@dataclass(frozen=True, slots=True)
class Deadline:
    """When something is due.

    Exactly one of ``due_on`` (a day, to its end) and ``due_at`` (an aware moment) is set, or neither where the law
    gives no fixed day: then the clock only counts the age. ``basis`` names what the clock runs from, ``basis_at`` when
    that was. ``lawful_until`` is the later day that the law would allow, where ``due_on`` is a holiday.
    """

    rule: Rule
    basis: str
    basis_at: date | datetime
    due_on: date | None = None
    due_at: datetime | None = None
    lawful_until: date | None = None

    @property
    def explanation(self) -> str:
        """One line for people: due date, rule, basis, source."""
        due = self.due_at.isoformat(timespec="minutes") if self.due_at else self.due_on
        basis = f"{self.basis} {_shown(self.basis_at)}; {self.rule.source}"
        text = f"Due {due or 'without delay'}: {self.rule.text} ({basis})."
        if self.lawful_until:
            text += f" {self.due_on} is a holiday; the law would allow {self.lawful_until} ({holidays.SOURCE})."
        return text

    @property
    def last_day(self) -> date:
        """The day on which it is due, for a rule that names one. Raises ValueError where the law gives no day."""
        if self.due_on is None:
            raise ValueError(f"{self.rule.id} names no day.")
        return self.due_on

    def moment(self, zone: tzinfo) -> datetime | None:
        """The first moment at which it is late, on the bank's clock; None without a fixed day."""
        if self.due_at is not None:
            return self.due_at
        if self.due_on is None:
            return None
        return datetime.combine(self.due_on + timedelta(days=1), time(0), zone)

    def is_overdue(self, now: datetime, zone: tzinfo) -> bool:
        """Whether it is late at ``now``. A duty without a fixed day is never overdue by itself; look at its age."""
        moment = self.moment(zone)
        return moment is not None and now.astimezone(UTC) >= moment.astimezone(UTC)

    def days_left(self, now: datetime, zone: tzinfo) -> int | None:
        """Whole calendar days on the bank's clock until the due day: 0 on that day, negative after it."""
        last = self.due_on or (self.due_at.astimezone(zone).date() if self.due_at else None)
        return None if last is None else (last - now.astimezone(zone).date()).days


def _shown(basis_at: date | datetime) -> str:
    return basis_at.isoformat(timespec="minutes") if isinstance(basis_at, datetime) else basis_at.isoformat()


def _day(moment: date | datetime, zone: tzinfo) -> date:
    if not isinstance(moment, datetime):
        return moment
    if moment.tzinfo is None:
        raise ValueError("The moment has no offset; add one.")
    return moment.astimezone(zone).date()


def _after(rule: Rule, basis: str, day: date, days: int) -> Deadline:
    due = day + timedelta(days=days)
    lawful = holidays.next_day_not_holiday(due)
    return Deadline(rule, basis, day, due_on=due, lawful_until=lawful if lawful != due else None)


def lctr_due(received: Iterable[datetime], zone: tzinfo) -> Deadline:
    """An LCTR over the receipts ``received`` (aware, at least one) of one set.

    The clock runs from the earliest receipt: the law counts from receipt and says nothing of a set, so the strictest
    reading holds. Its day is the day on the bank's clock; that day does not count (Interpretation Act s. 27(5)).
    """
    first = min(received, key=lambda moment: moment.astimezone(UTC))
    return _after(LCTR, gettext_noop("earliest receipt of cash on"), _day(first, zone), 15)


def str_due(grounds_established_at: datetime) -> Deadline:
    """An STR: no day is fixed; see ``Ageing`` for how long it has been waiting."""
    return Deadline(STR, gettext_noop("grounds to suspect established at"), grounds_established_at)


def str_change_due(requested: date | datetime, zone: tzinfo) -> Deadline:
    """A correction of an STR that FINTRAC asked for."""
    return _after(STR_CHANGE, gettext_noop("change requested on"), _day(requested, zone), 20)


def lvctr_due(received: datetime, zone: tzinfo, also_closed: frozenset[date] = frozenset()) -> Deadline:
    """An LVCTR; ``also_closed`` are the province's holidays of the branch."""
    return _working_days(LVCTR, gettext_noop("virtual currency received on"), _day(received, zone), 5, also_closed)


def eftr_due(transferred: datetime, zone: tzinfo, also_closed: frozenset[date] = frozenset()) -> Deadline:
    """An EFTR; ``also_closed`` are the province's holidays of the branch."""
    return _working_days(EFTR, gettext_noop("funds transferred on"), _day(transferred, zone), 5, also_closed)


def _working_days(rule: Rule, basis: str, day: date, count: int, also_closed: frozenset[date]) -> Deadline:
    return Deadline(rule, basis, day, due_on=holidays.add_working_days(day, count, also_closed))


def lpepr_due(known_at: datetime) -> Deadline:
    """A report of property of a listed person or entity: at once."""
    return Deadline(LPEPR, gettext_noop("property known at"), known_at, due_at=known_at)


def business_client_change_due(changed: date) -> Deadline:
    """A change to a business client under the alternative to large cash reports."""
    return _after(BUSINESS_CLIENT_CHANGE, gettext_noop("change on"), changed, 15)


def osfi_incident_due(detected_at: datetime) -> Deadline:
    """A technology or cyber incident; best estimates are allowed, updates follow until it is resolved."""
    if detected_at.tzinfo is None:
        raise ValueError("The moment of detection has no offset; add one.")
    # in UTC: 24 hours on the wall clock are 23 or 25 where the clock changes
    due = (detected_at.astimezone(UTC) + timedelta(hours=24)).astimezone(detected_at.tzinfo)
    return Deadline(OSFI_INCIDENT, gettext_noop("incident detected at"), detected_at, due_at=due)


def osfi_loss_return_due(quarter_end: date) -> Deadline:
    """The period's operational risk events, of banks that OSFI asks."""
    return _after(OSFI_LOSS_RETURN, gettext_noop("fiscal quarter ended"), quarter_end, 120)


def breach_report_due(determined_at: datetime) -> Deadline:
    """A privacy breach with a real risk of significant harm: no day is fixed; see ``Ageing``."""
    return Deadline(BREACH_REPORT, gettext_noop("breach determined at"), determined_at)


def access_request_due(requested: date, *, extended: bool = False) -> Deadline:
    """A person's request for its own data."""
    rule, days = (ACCESS_REQUEST_EXTENDED, 60) if extended else (ACCESS_REQUEST, 30)
    return _after(rule, gettext_noop("requested on"), requested, days)


def examination_records_due(requested: date) -> Deadline:
    """Records that FINTRAC asks for in an examination."""
    return _after(EXAMINATION_RECORDS, gettext_noop("requested on"), requested, 30)


def effectiveness_review_due(last_started: date) -> Deadline:
    """The next review of the compliance programme."""
    year = last_started.year + 2
    # February 29 has no day two years on; the day before is the strict one
    day = last_started.replace(year=year) if (last_started.month, last_started.day) != (2, 29) else date(year, 2, 28)
    return Deadline(EFFECTIVENESS_REVIEW, gettext_noop("last review started"), last_started, due_on=day)


def review_findings_due(review_ended: date) -> Deadline:
    """The findings of that review, in writing."""
    return _after(REVIEW_FINDINGS, gettext_noop("review ended"), review_ended, 30)


def period_report_due(period_end: date, days: int = PERIOD_REPORT_DAYS) -> Deadline:
    """A report of the house over a period (privacy, card security, operational risk).

    ``days`` after the end is the bank's choice: no source fixes it.
    """
    if days < 0:
        raise ValueError("days is zero or more.")
    return _after(PERIOD_REPORT, gettext_noop("period ended"), period_end, days)


class AgeLevel(StrEnum):
    """How long a duty without a fixed day has been waiting."""

    FRESH = "fresh"
    ATTENTION = "attention"
    LATE = "late"  # a delay that the report has to explain
    CRITICAL = "critical"


@dataclass(frozen=True, slots=True)
class Ageing:
    """From which age a duty "as soon as practicable" moves up a level: the bank's choice, no source fixes it.

    The longer the delay, the better its written explanation must be (FINTRAC guidance on STRs).
    """

    attention: timedelta = timedelta(days=1)
    late: timedelta = timedelta(days=3)
    critical: timedelta = timedelta(days=7)

    def __post_init__(self) -> None:
        if not timedelta(0) < self.attention < self.late < self.critical:
            raise ValueError("The ages must rise: attention, late, critical.")

    def level(self, since: datetime, now: datetime) -> AgeLevel:
        """The level at ``now``. Raises ValueError where the clock would start in the future."""
        age = now.astimezone(UTC) - since.astimezone(UTC)
        if age < timedelta(0):
            raise ValueError("The clock starts in the future; correct the time at which grounds were established.")
        if age >= self.critical:
            return AgeLevel.CRITICAL
        if age >= self.late:
            return AgeLevel.LATE
        return AgeLevel.ATTENTION if age >= self.attention else AgeLevel.FRESH
