"""What the simulated filing service knows and how it judges; no HTTP.

Reports are judged by this project's own two layers of checks, so that what it accepts is only as sure as they are.
Everything is kept in memory and gone with the process.
"""

from __future__ import annotations

import secrets
import threading
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from compliance.fintrac.acknowledgement import STATUSES
from compliance.fintrac.checking import Checked, NoReport, check_report, parse_report
from compliance.fintrac.findings import Finding, Severity

# The service's number for this project's codes, where it has one; else "inconsistent".
_MESSAGE_CODES: Final = {"future": 304, "too_old": 308, "no_such_time": 362, "activity_sector": 329}
_INCONSISTENT: Final = 302
_REFERENCE: Final = "/reportDetails/reportingEntityReportReference"


class Fault(StrEnum):
    """What happens to the next report instead of being judged."""

    ACCEPT = "accept"  # judged as usual: the place of a report without fault in a plan
    WARN = "warn"  # taken, with a warning
    REJECT = "reject"  # refused with a message on a field
    TIMEOUT = "timeout"  # not taken, and no answer in time
    LOST_ANSWER = "lost-answer"  # taken, and no answer in time
    DUPLICATE = "duplicate"  # refused as if its reference had been used before
    ERROR = "error"  # fault of the service: not taken, HTTP 500
    BUSY = "busy"  # too many calls: not taken, HTTP 429
    CLOSED = "closed"  # not served here: not taken, HTTP 405


@dataclass(slots=True)
class Filed:
    """A report that the simulator took."""

    uuid: str
    reference: str
    document: dict[str, Any]
    created: str
    updated: str
    messages: list[dict[str, Any]] = field(default_factory=list)


@dataclass(slots=True)
class Bulk:
    """A bulk file that was uploaded, and what became of it."""

    file_name: str
    reference: str
    answer: dict[str, Any]


class Registry:
    """What the simulator knows: tokens, reports by reference, bulk files. Calls come from many threads."""

    def __init__(
        self,
        *,
        now: Callable[[], datetime],
        client_id: str,
        client_secret: str,
        faults: Iterable[Fault] = (),
        token_seconds: int = 3600,
    ) -> None:
        self.now = now
        self.client_id = client_id
        self.client_secret = client_secret
        self.token_seconds = token_seconds
        self.tokens: dict[str, datetime] = {}
        self.uploads: dict[str, str] = {}
        self.reports: dict[str, Filed] = {}
        self.bulks: list[Bulk] = []
        self.received = 0
        self._faults = deque(faults)
        # held from judging a report until it is kept: of two with one reference only the first is taken
        self.filing = threading.RLock()
        self._lock = threading.Lock()
        self._counter = 0

    def next_fault(self) -> Fault:
        """The next of the plan; as usual once it is used up."""
        with self._lock:
            self.received += 1
            return self._faults.popleft() if self._faults else Fault.ACCEPT

    def plan(self, *faults: Fault) -> None:
        """What happens to the reports to come, one after the other."""
        with self._lock:
            self._faults.extend(faults)

    def stamp(self) -> str:
        """The time as the service writes it, never twice the same."""
        with self._lock:
            self._counter += 1
            return f"{self.now().isoformat(timespec='seconds')[:19]}.{self._counter:06d}Z"

    def judge(self, document: dict[str, Any], *, change: bool) -> tuple[int, list[dict[str, Any]]]:
        """Status code (200 or one of the service's) and messages of a report, before it is kept."""
        try:
            checked = check_report(document, now=self.now())
        except NoReport:
            return 5011, []
        if not change and checked.reference in self.reports:
            return 5012, [_message(_REFERENCE, "reference", 5012, *STATUSES[5012])]
        if change and checked.reference not in self.reports:
            return 5014, [_message(_REFERENCE, "reference", 5014, *STATUSES[5014])]
        return (400 if checked.rejects else 200), messages_of(checked)

    def keep(self, document: dict[str, Any], messages: list[dict[str, Any]]) -> Filed:
        """File a report, or its change."""
        reference = document["reportDetails"]["reportingEntityReportReference"]
        stamp = self.stamp()
        with self._lock:
            before = self.reports.get(reference)
            filed = Filed(
                before.uuid if before else secrets.token_hex(16),
                reference,
                document,
                before.created if before else stamp,
                stamp,
                messages,
            )
            self.reports[reference] = filed
        return filed


def messages_of(checked: Checked) -> list[dict[str, Any]]:
    """Findings as the service's validation messages."""
    return [_message_of(finding) for finding in checked.findings]


def _message_of(finding: Finding) -> dict[str, Any]:
    code = _MESSAGE_CODES.get(finding.code, _INCONSISTENT)
    return _message(finding.path, finding.code, code, finding.en, finding.fr, finding.severity)


def _message(path: str, rule: str, code: int, en: str, fr: str, severity: Severity = Severity.REJECT) -> dict[str, Any]:
    return {"path": path, "rule": rule, "error": {"code": code, "en": en, "fr": fr}, "type": severity.value}


_ON_DEMAND_REJECT: Final = _message(
    "/transactions/0/startingActions/0/details/amount", "on-demand", 302, "Refused on demand.", "Refusée sur demande."
)
_ON_DEMAND_WARNING: Final = _message(
    "/transactions/0", "on-demand", 302, "Warned on demand.", "Avertissement sur demande.", Severity.WARNING
)


def on_demand(fault: Fault, status: int, messages: list[dict[str, Any]]) -> tuple[int, list[dict[str, Any]]]:
    """What a planned fault makes of a judgement."""
    if fault is Fault.DUPLICATE:
        return 5012, [_message(_REFERENCE, "reference", 5012, *STATUSES[5012])]
    if fault is Fault.REJECT:
        return 400, [*messages, _ON_DEMAND_REJECT]
    if fault is Fault.WARN:
        return status, [*messages, _ON_DEMAND_WARNING]
    return status, messages


def take_bulk(registry: Registry, file_name: str, body: bytes) -> Bulk:
    """Judge each report of a bulk file and keep the good ones; the first list in it holds the reports."""
    stamp = registry.stamp()
    try:
        document = parse_report(body)
    except NoReport:
        return Bulk(file_name, "", bulk_answer("", [], stamp, status=5017))
    reference = document.get("reportingEntityBulkReference")
    reports = next((value for value in document.values() if isinstance(value, list)), [])
    if not isinstance(reference, str) or not reference:
        return Bulk(file_name, "", bulk_answer("", [], stamp, status=5023))
    if any(bulk.reference == reference for bulk in registry.bulks):
        return Bulk(file_name, "", bulk_answer(reference, [], stamp, status=5005))
    if not reports:
        return Bulk(file_name, reference, bulk_answer(reference, [], stamp, status=5020))
    judged = []
    for report in reports:
        document = report if isinstance(report, dict) else {}
        with registry.filing:
            status, messages = registry.judge(document, change=_is_change(document))
            if status == 200:
                registry.keep(document, messages)
        judged.append((_reference(document), status, messages))
    return Bulk(file_name, reference, bulk_answer(reference, judged, stamp))


def _is_change(document: dict[str, Any]) -> bool:
    details = document.get("reportDetails")
    return isinstance(details, dict) and details.get("submitTypeCode") == 2


def _reference(document: dict[str, Any]) -> str:
    details = document.get("reportDetails")
    reference = details.get("reportingEntityReportReference") if isinstance(details, dict) else ""
    return reference if isinstance(reference, str) else ""


def bulk_answer(
    reference: str, judged: list[tuple[str, int, list[dict[str, Any]]]], stamp: str, status: int | None = None
) -> dict[str, Any]:
    """The answer of the validations endpoint; ``judged`` are references, status codes and messages."""
    rejected = sum(code != 200 for _, code, _ in judged)
    warned = sum(code == 200 and bool(messages) for _, code, messages in judged)
    code = status or (4000 if rejected else 2001 if warned else 1000)
    en, fr = STATUSES[code]
    return {
        "reportingEntityBulkReference": reference,
        "processedDate": stamp,
        "status": {"code": code, "en": en, "fr": fr},
        "acceptedNoWarningsCount": len(judged) - rejected - warned,
        "acceptedWithWarningsCount": warned,
        "rejectedCount": rejected,
        "totalCount": len(judged),
        "acknowledgements": [
            {"reportingEntityReportReference": one, "messageTypeCode": 2, "validationMessages": messages}
            for one, _, messages in judged
        ],
    }
