"""What the filing service answered, read back to the fields of the report.

Source: FINTRAC Report Ingest API 1.0.0 (answers to submit, change, delete; validations of a report or a bulk file). The
description links refusals to a plain error in one place and to validation messages in another, so both are read. A
success may carry warnings.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from compliance.fintrac.findings import Severity

# Status of a bulk file or report: name in both languages. Source: the description's status codes.
STATUSES: Final[dict[int, tuple[str, str]]] = {
    1000: ("all reports accepted", "toutes les déclarations acceptées"),
    2001: ("accepted with warnings", "acceptées avec avertissements"),
    2021: ("bulk reference refused", "numéro de lot refusé"),
    2101: ("received", "reçu"),
    2102: ("being processed", "en traitement"),
    4000: ("some reports have errors", "certaines déclarations ont des erreurs"),
    5000: ("fault of the service; ask FINTRAC", "défaillance du service; communiquez avec CANAFE"),
    5004: ("reporting entity number missing", "numéro d'entité déclarante absent"),
    5005: ("bulk reference used before", "numéro de lot déjà utilisé"),
    5011: ("report type code refused", "code de genre de déclaration refusé"),
    5012: ("report reference used before", "numéro de déclaration déjà utilisé"),
    5013: ("submit type code refused", "code de soumission refusé"),
    5014: ("change of a report that is not known", "modification d'une déclaration inconnue"),
    5015: ("no authority to submit for this entity", "aucune autorité de soumettre pour cette entité"),
    5016: ("submitting entity number refused", "numéro de l'entité qui soumet refusé"),
    5017: ("the JSON cannot be read", "le JSON est illisible"),
    5018: ("a definition that is referred to is missing", "une définition citée est absente"),
    5019: ("reporting entity number refused", "numéro d'entité déclarante refusé"),
    5020: ("the bulk file holds no reports", "le lot ne contient aucune déclaration"),
    5021: ("bulk reference refused", "numéro de lot refusé"),
    5022: ("the bulk file has faults of shape", "le lot a des erreurs de schéma"),
    5023: ("bulk reference in the file refused", "numéro de lot du fichier refusé"),
}
REFERENCE_USED: Final = 5012
STILL_WORKING: Final = frozenset({2101, 2102})


class Outcome(StrEnum):
    """What became of one report."""

    ACCEPTED = "accepted"
    ACCEPTED_WITH_WARNINGS = "accepted_with_warnings"
    REJECTED = "rejected"
    PENDING = "pending"


@dataclass(frozen=True, slots=True)
class Message:
    """One remark of the service.

    ``path`` is a JSON Pointer into the payload, or "" where the remark is on the whole report; ``stated_path`` is the
    path as the service wrote it. ``code`` is the service's number of the message (329 mandatory, 304 future …).
    """

    path: str
    stated_path: str
    severity: Severity
    rule: str
    code: int | None
    en: str
    fr: str


@dataclass(frozen=True, slots=True)
class Acknowledgement:
    """The answer on one report. ``uuid`` is the service's own id of it, "" where it gave none."""

    reference: str
    outcome: Outcome
    uuid: str
    status_code: int | None
    en: str
    fr: str
    messages: tuple[Message, ...]


@dataclass(frozen=True, slots=True)
class BulkAcknowledgement:
    """The answer on a bulk file (or on the validations of one report)."""

    bulk_reference: str
    status_code: int | None
    en: str
    fr: str
    total: int
    accepted: int
    accepted_with_warnings: int
    rejected: int
    acknowledgements: tuple[Acknowledgement, ...]

    @property
    def is_finished(self) -> bool:
        return self.status_code not in STILL_WORKING


def read_answer(http_status: int, body: Any, *, reference: str, payload: Any = None) -> Acknowledgement:
    """The answer to submit, change or delete.

    ``body`` is the parsed JSON, or None where there was none; ``payload`` the parsed report that was sent, by which
    paths are followed as far as they lead.
    """
    body = _dict(body)
    inner = _dict(body.get("payload"))
    messages = tuple(_messages(inner.get("validationMessages"), payload))
    en, fr = _both(body.get("message"))
    accepted = 200 <= http_status < 300 and not _has_reject(messages)
    return Acknowledgement(
        reference=_text(inner.get("reportingEntityReportReference")) or reference,
        outcome=_outcome(accepted, messages),
        uuid=_text(inner.get("externalReportUuid")),
        status_code=_number(body.get("code")) or http_status,
        en=en,
        fr=fr,
        messages=messages,
    )


def read_validations(body: Any, payloads: dict[str, Any] | None = None) -> BulkAcknowledgement:
    """The answer of the validations endpoint. ``payloads`` are the parsed reports that were sent, by reference."""
    body = _dict(body)
    status = _dict(body.get("status"))
    code = _number(status.get("code"))
    en, fr = _both(status)
    if not en and code in STATUSES:
        en, fr = STATUSES[code]
    entries = body.get("acknowledgements")
    return BulkAcknowledgement(
        bulk_reference=_text(body.get("reportingEntityBulkReference")),
        status_code=code,
        en=en,
        fr=fr,
        total=_number(body.get("totalCount")) or 0,
        accepted=_number(body.get("acceptedNoWarningsCount")) or 0,
        accepted_with_warnings=_number(body.get("acceptedWithWarningsCount")) or 0,
        rejected=_number(body.get("rejectedCount")) or 0,
        acknowledgements=tuple(
            _entry(_dict(entry), code, payloads or {}) for entry in (entries if isinstance(entries, list) else [])
        ),
    )


def _entry(entry: dict[str, Any], status_code: int | None, payloads: dict[str, Any]) -> Acknowledgement:
    reference = _text(entry.get("reportingEntityReportReference"))
    messages = tuple(_messages(entry.get("validationMessages"), payloads.get(reference)))
    outcome = Outcome.PENDING if status_code in STILL_WORKING else _outcome(not _has_reject(messages), messages)
    return Acknowledgement(reference, outcome, "", status_code, "", "", messages)


def _outcome(accepted: bool, messages: tuple[Message, ...]) -> Outcome:
    if not accepted:
        return Outcome.REJECTED
    return Outcome.ACCEPTED_WITH_WARNINGS if messages else Outcome.ACCEPTED


def _has_reject(messages: tuple[Message, ...]) -> bool:
    return any(message.severity is Severity.REJECT for message in messages)


def _messages(entries: Any, payload: Any) -> Iterator[Message]:
    for entry in entries if isinstance(entries, list) else []:
        if not isinstance(entry, dict):
            continue
        if "instancePath" in entry or "keyword" in entry:
            yield _schema_message(entry, payload)
            continue
        error = _dict(entry.get("error"))
        en, fr = _both(error)
        stated = _text(entry.get("path"))
        yield Message(
            path=field_pointer(stated, payload),
            stated_path=stated,
            # anything that is not said to be a warning keeps the report from being accepted
            severity=Severity.WARNING if entry.get("type") == Severity.WARNING else Severity.REJECT,
            rule=_text(entry.get("rule")),
            code=_number(error.get("code")),
            en=en,
            fr=fr,
        )


def _schema_message(entry: dict[str, Any], payload: Any) -> Message:
    """A fault of shape, as the service's JSON Schema validator words it: always a reject."""
    en, fr = _both(entry.get("message"))
    stated = _text(entry.get("instancePath"))
    return Message(field_pointer(stated, payload), stated, Severity.REJECT, _text(entry.get("keyword")), None, en, fr)


_STEPS: Final = re.compile(r"[^./\[\]'\"]+")


def field_pointer(stated: str, payload: Any = None) -> str:
    """A path of the service as a JSON Pointer.

    How the service writes paths was not to be read, so /a/0/b, a[0].b, $.a[0].b and a.0.b are all taken. With
    ``payload`` the pointer ends at the last step that the report has, plus one field that is missing there.
    """
    steps = _STEPS.findall(stated.removeprefix("$"))
    if payload is None:
        return "".join(f"/{step}" for step in steps)
    followed: list[str] = []
    here = payload
    for step in steps:
        if isinstance(here, dict) and step in here:
            here = here[step]
        elif isinstance(here, list) and step.isdigit() and int(step) < len(here):
            here = here[int(step)]
        elif isinstance(here, dict):
            followed.append(step)
            break
        else:
            break
        followed.append(step)
    return "".join(f"/{step}" for step in followed)


def _both(message: Any) -> tuple[str, str]:
    if isinstance(message, dict):
        return _text(message.get("en")), _text(message.get("fr"))
    return _text(message), _text(message)


def _dict(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _number(value: Any) -> int | None:
    return int(value) if isinstance(value, int | float) and not isinstance(value, bool) else None
