"""A report from anywhere, checked in two layers: its shape, then its content."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from compliance.fintrac.codes import ReportType, SubmitType
from compliance.fintrac.findings import Finding, Severity
from compliance.fintrac.rules import RuleSettings, check_rules
from compliance.fintrac.rules.checking import check_deletion
from compliance.fintrac.schema import check_schema

CHECKED_TYPES: Final = (ReportType.LCTR, ReportType.STR)
DEEPEST: Final = 50  # a report has about 15 levels
LONGEST_NUMBER: Final = 30
_TOO_DEEP: Final = "The file is nested too deeply to be a report."


class NoReport(ValueError):
    """What was given is no report that can be checked; the message says what it is and what to do next."""


@dataclass(frozen=True, slots=True)
class Checked:
    """What a check found. ``is_deletion``: the short order to delete a report, not a report itself."""

    report_type: ReportType
    reference: str
    is_deletion: bool
    findings: tuple[Finding, ...]

    @property
    def rejects(self) -> int:
        return sum(finding.severity is Severity.REJECT for finding in self.findings)


def parse_report(data: bytes) -> dict[str, Any]:
    """The JSON object in ``data``. Raises NoReport for anything else."""
    try:
        document = json.loads(
            data.decode("utf-8-sig"),
            parse_constant=_refuse_constant,
            parse_int=_whole_number,
            object_pairs_hook=_object,
        )
    except UnicodeDecodeError as error:
        raise NoReport(f"The file is not UTF-8 text (byte {error.start}); save it as UTF-8 JSON.") from None
    except json.JSONDecodeError as error:
        raise NoReport(
            f"The file is not JSON: {error.msg} in line {error.lineno}, column {error.colno}. Correct it there."
        ) from None
    except RecursionError:
        raise NoReport(_TOO_DEEP) from None
    if not isinstance(document, dict):
        raise NoReport("The file holds no JSON object; a report is an object with reportDetails.")
    _check_plain(document)
    return document


def _check_plain(document: dict[str, Any]) -> None:
    """The file is no deeper than a report and its texts are whole characters."""
    level: list[Any] = [document]
    for _ in range(DEEPEST):
        level = [inner for value in level for inner in _inner(value)]
        if not level:
            break
    else:
        raise NoReport(_TOO_DEEP)
    try:
        json.dumps(document, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        raise NoReport("A text of the file holds half a character (a lone surrogate); type it again.") from None


def _inner(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return list(value.values())
    return value if isinstance(value, list) else []


def _whole_number(digits: str) -> int:
    if len(digits) > LONGEST_NUMBER:
        raise NoReport(f"The file holds a number of {len(digits)} digits; no field of a report is that long.")
    return int(digits)


def _refuse_constant(name: str) -> Any:
    raise NoReport(f"The file is not JSON: {name} is no JSON value.")


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise NoReport(f"The field {twice[:100]!r} stands twice in one object; keep one of them.")
    return made


def report_type_of(document: dict[str, Any]) -> ReportType:
    """LCTR or STR, by the report's own code. Raises NoReport where it says neither."""
    details = document.get("reportDetails")
    if not isinstance(details, dict):
        raise NoReport("This is no report: it has no object reportDetails. Give the exact JSON of an LCTR or STR.")
    code = details.get("reportTypeCode")
    for one in CHECKED_TYPES:
        if code == one and not isinstance(code, bool):
            return one
    raise NoReport(
        f"reportTypeCode is {code!r}; only LCTR (106) and STR (102) are checked. Say --type to check it as one of them."
    )


def check_report(
    document: dict[str, Any],
    *,
    now: datetime,
    report_type: ReportType | None = None,
    settings: RuleSettings | None = None,
) -> Checked:
    """Both layers over a parsed report or order to delete.

    Without ``report_type`` the report's own code decides; NoReport where it says neither LCTR nor STR. Findings are in
    order of their place, rejects first.
    """
    wanted = report_type or report_type_of(document)
    details = document.get("reportDetails")
    details = details if isinstance(details, dict) else {}
    is_deletion = "transactions" not in document and (
        details.get("submitTypeCode") == SubmitType.DELETE or "reportSubmitReasonCode" in details
    )
    if is_deletion:
        findings = check_schema(document, "DELETE") + check_deletion(document, wanted)
    else:
        findings = check_schema(document, wanted.name) + check_rules(document, wanted, now=now, settings=settings)
    reference = details.get("reportingEntityReportReference")
    return Checked(wanted, reference if isinstance(reference, str) else "", is_deletion, _in_order(findings))


def _in_order(findings: list[Finding]) -> tuple[Finding, ...]:
    return tuple(
        sorted(dict.fromkeys(findings), key=lambda one: (one.severity is not Severity.REJECT, _place(one.path)))
    )


def _place(path: str) -> list[tuple[int, str]]:
    return [(int(part), "") if part.isdigit() else (-1, part) for part in path.split("/")]
