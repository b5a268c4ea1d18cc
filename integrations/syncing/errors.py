"""What went wrong with a connection, for the people who triage it: one open error per connection and kind.

The schema document has no column for the owner (who has to act); it stands in ``error_details`` under ``owner``. Texts
and details come from ``BankError``, which holds no secret; request and response bodies are never stored.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from django.db.models import F
from django.db.models.functions import Coalesce

from integrations.banks.contract import BankError
from integrations.enums import (
    BusinessImpact,
    ErrorOwner,
    ErrorSeverity,
    ErrorType,
    ResolutionStatus,
)
from integrations.models import BankConnection, IntegrationError
from integrations.models.integration_errors import OPEN
from integrations.syncing.telling import tell_broken

OPERATION: Final = "sync"
EMPTY: Final = "suspiciously_empty"
_ORDER: Final = {severity: place for place, severity in enumerate(ErrorSeverity.values)}
# what each severity of a connection's error means for the customer's data
_IMPACT: Final = {
    ErrorSeverity.LOW: BusinessImpact.NONE,
    ErrorSeverity.MEDIUM: BusinessImpact.LOW,
    ErrorSeverity.HIGH: BusinessImpact.MEDIUM,
    ErrorSeverity.CRITICAL: BusinessImpact.HIGH,
}


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that went wrong, as it is recorded."""

    error_type: ErrorType
    owner: ErrorOwner
    code: str
    message: str
    severity: ErrorSeverity
    external_account_id: str = ""
    details: dict[str, Any] = field(default_factory=dict)


def classified(error: BankError, *, retried: bool) -> Fault:
    """A bank's error as staff see it. ``retried``: another attempt is due, so that nobody has to act yet."""
    if error.error_type == ErrorType.AUTHENTICATION or error.reconnect or error.code == EMPTY:
        severity = ErrorSeverity.HIGH
    elif error.owner == ErrorOwner.US:
        severity = ErrorSeverity.CRITICAL
    elif error.error_type == ErrorType.RATE_LIMIT:
        severity = ErrorSeverity.LOW
    else:
        severity = ErrorSeverity.LOW if retried else ErrorSeverity.MEDIUM
    return Fault(
        error_type=error.error_type,
        owner=error.owner,
        code=error.code[:50],
        message=error.message,
        severity=severity,
        details={
            key: value
            for key, value in {"http_status": error.http_status, "interaction_id": error.interaction_id}.items()
            if value
        },
    )


def record_fault(
    connection: BankConnection,
    fault: Fault,
    *,
    now: datetime,
    attempts: int = 0,
    max_retries: int = 0,
    next_retry_at: datetime | None = None,
    **details: Any,
) -> None:
    """Note a fault: a new error, or once more the one of this connection and code that is open.

    ``attempts`` are those of the request so far; ``details`` go beside the owner.
    """
    facts = {"owner": fault.owner.value, **fault.details, **details}
    open_one = (
        IntegrationError.objects.filter(
            connection=connection, error_code=fault.code, operation_type=OPERATION, resolution_status__in=OPEN
        )
        .order_by("-occurred_at")
        .first()
    )
    if open_one is not None:
        worse = max(open_one.error_severity, fault.severity, key=lambda one: _ORDER[one])
        IntegrationError.objects.filter(pk=open_one.pk).update(
            error_message=fault.message,
            error_severity=worse,
            business_impact=_IMPACT[ErrorSeverity(worse)],
            error_details=facts,
            retry_count=Coalesce(F("retry_count"), 0) + 1,
            last_retry_at=now,
            next_retry_at=next_retry_at,
        )
        if worse != open_one.error_severity:
            _tell(connection, fault, now)
        return
    IntegrationError.objects.create(
        connection=connection,
        user_id=connection.user_id,
        error_type=fault.error_type,
        error_severity=fault.severity,
        error_code=fault.code,
        error_message=fault.message,
        operation_type=OPERATION,
        bank_id=connection.bank_id,
        external_account_id=fault.external_account_id or None,
        error_details=facts,
        affected_users_count=1,
        business_impact=_IMPACT[fault.severity],
        retry_count=max(attempts - 1, 0),
        max_retries=max_retries,
        next_retry_at=next_retry_at,
        occurred_at=now,
    )
    _tell(connection, fault, now)


def _tell(connection: BankConnection, fault: Fault, now: datetime) -> None:
    """Grave ones do not wait until somebody looks."""
    if fault.severity in (ErrorSeverity.HIGH, ErrorSeverity.CRITICAL) and fault.code != CONSENT_ENDING:
        tell_broken(connection, owner=fault.owner, code=fault.code, now=now)


def resolve_by_success(connection: BankConnection, *, now: datetime) -> int:
    """A sync went through: what was open of the connection's own errors has passed. Alerts on rows stay."""
    return (
        IntegrationError.objects.filter(connection=connection, operation_type=OPERATION, resolution_status__in=OPEN)
        .exclude(error_code__in=ALERTS)
        .update(
            resolution_status=ResolutionStatus.RESOLVED,
            resolution_method="automatic_retry",
            resolved_at=now,
            next_retry_at=None,
        )
    )


# What a good sync does not make undone: a person looks at each.
ROW_WITHDRAWN: Final = "row_withdrawn"
CONSENT_ENDING: Final = "consent_ending"
ACCOUNT_REFUSED: Final = "account_refused"
ROW_UNREADABLE: Final = "row_unreadable"
ALERTS: Final = (ROW_WITHDRAWN, CONSENT_ENDING)


def empty_fault(message: str) -> Fault:
    """A success without what must be there."""
    return Fault(ErrorType.SERVER_ERROR, ErrorOwner.BANK, EMPTY, message, ErrorSeverity.HIGH)


def crash_fault(error: BaseException) -> Fault:
    """An error of ours. Only its kind is told: its text may quote what it choked on."""
    return Fault(
        ErrorType.VALIDATION,
        ErrorOwner.US,
        "internal_error",
        f"The sync broke off with {type(error).__name__}, an error of this program. The worker's log has its trace.",
        ErrorSeverity.CRITICAL,
    )


def breaker_fault(failures: int, probe: datetime) -> Fault:
    """The connection is left alone for a while."""
    return Fault(
        ErrorType.SERVER_ERROR,
        ErrorOwner.BANK,
        "breaker_open",
        f"{failures} syncs failed in a row. The connection is left alone until {probe:%Y-%m-%d %H:%M} UTC, then tried "
        "once; 'Sync now' tries at once.",
        ErrorSeverity.CRITICAL,
        details={"probe_at": probe.isoformat()},
    )


def row_fault(code: str, message: str) -> Fault:
    """Rows or an account of an otherwise good sync that could not be taken."""
    owner = ErrorOwner.US if code.startswith("account_") else ErrorOwner.BANK
    return Fault(ErrorType.VALIDATION, owner, code[:50], message, ErrorSeverity.MEDIUM)
