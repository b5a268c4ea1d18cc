"""What a check of a report says: one finding per fault, for people in both languages and for machines."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """A reject keeps the report from leaving; a warning asks a person to look."""

    REJECT = "reject"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Finding:
    """One fault. ``path`` is a JSON Pointer (RFC 6901) into the report; "" is the whole report."""

    code: str
    path: str
    severity: Severity
    en: str
    fr: str

    def as_json(self) -> dict[str, str]:
        """The finding for machines."""
        return {
            "code": self.code,
            "path": self.path,
            "severity": self.severity.value,
            "en": self.en,
            "fr": self.fr,
        }


def has_reject(findings: list[Finding]) -> bool:
    """Whether the report must not leave."""
    return any(finding.severity is Severity.REJECT for finding in findings)
