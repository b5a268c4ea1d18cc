"""What the screens of this app share: how states read, and columns that come again."""

from __future__ import annotations

from typing import Any, Final

from django.contrib import messages
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from dwaybank.admin import columns
from dwaybank.admin.base import BackOfficeModelAdmin
from dwaybank.admin.columns import Column
from dwaybank.admin.display import Tone
from dwaybank.translation import Text
from integrations.enums import (
    ConnectionStatus,
    ConsentState,
    DeliveryVerdict,
    ErrorSeverity,
    FileStatus,
    PendingStatus,
    ProcessingStatus,
    RequestStatus,
    ResolutionStatus,
    SyncStatus,
    WebhookStatus,
)
from integrations.syncing.switch import OFF, is_enabled

# Columns of bank_connections that no screen ever reads, nor any join to it.
CONNECTION_SECRETS: Final = ("encrypted_credentials", "encrypted_access_token", "encrypted_refresh_token")
JOINED_SECRETS: Final = tuple(f"connection__{name}" for name in CONNECTION_SECRETS)

CONNECTION_TONES: Final[dict[str, Tone]] = {
    ConnectionStatus.ACTIVE: Tone.GOOD,
    ConnectionStatus.EXPIRED: Tone.WARNING,
    ConnectionStatus.DISABLED: Tone.QUIET,
    ConnectionStatus.ERROR: Tone.BAD,
    ConnectionStatus.MAINTENANCE: Tone.WAITING,
}
SYNC_TONES: Final[dict[str, Tone]] = {
    SyncStatus.STARTED: Tone.WAITING,
    SyncStatus.IN_PROGRESS: Tone.WAITING,
    SyncStatus.COMPLETED: Tone.GOOD,
    SyncStatus.FAILED: Tone.BAD,
    SyncStatus.PARTIAL: Tone.WARNING,
    SyncStatus.TIMEOUT: Tone.BAD,
}
PROCESSING_TONES: Final[dict[str, Tone]] = {
    ProcessingStatus.IMPORTED: Tone.WAITING,
    ProcessingStatus.PROCESSED: Tone.INFO,
    ProcessingStatus.MAPPED: Tone.GOOD,
    ProcessingStatus.ERROR: Tone.BAD,
    ProcessingStatus.DUPLICATE: Tone.QUIET,
}
FILE_TONES: Final[dict[str, Tone]] = {
    FileStatus.RECEIVED: Tone.WAITING,
    FileStatus.IMPORTED: Tone.GOOD,
    FileStatus.PARTIAL: Tone.WARNING,
    FileStatus.REFUSED: Tone.BAD,
}
SEVERITY_TONES: Final[dict[str, Tone]] = {
    ErrorSeverity.LOW: Tone.QUIET,
    ErrorSeverity.MEDIUM: Tone.INFO,
    ErrorSeverity.HIGH: Tone.WARNING,
    ErrorSeverity.CRITICAL: Tone.BAD,
}
RESOLUTION_TONES: Final[dict[str, Tone]] = {
    ResolutionStatus.NEW: Tone.WAITING,
    ResolutionStatus.IN_PROGRESS: Tone.INFO,
    ResolutionStatus.RESOLVED: Tone.GOOD,
    ResolutionStatus.IGNORED: Tone.QUIET,
    ResolutionStatus.ESCALATED: Tone.WARNING,
}
WEBHOOK_TONES: Final[dict[str, Tone]] = {
    WebhookStatus.ACTIVE: Tone.GOOD,
    WebhookStatus.INACTIVE: Tone.QUIET,
    WebhookStatus.FAILED: Tone.BAD,
    WebhookStatus.PENDING: Tone.WAITING,
    WebhookStatus.EXPIRED: Tone.WARNING,
}
REQUEST_TONES: Final[dict[str, Tone]] = {
    RequestStatus.QUEUED: Tone.WAITING,
    RequestStatus.RUNNING: Tone.INFO,
    RequestStatus.COMPLETED: Tone.GOOD,
    RequestStatus.FAILED: Tone.BAD,
    RequestStatus.CANCELLED: Tone.QUIET,
}
CONSENT_TONES: Final[dict[str, Tone]] = {
    ConsentState.UNKNOWN: Tone.QUIET,
    ConsentState.AWAITING: Tone.WAITING,
    ConsentState.ACTIVE: Tone.GOOD,
    ConsentState.EXPIRING: Tone.WARNING,
    ConsentState.EXPIRED: Tone.BAD,
    ConsentState.REVOKED: Tone.BAD,
}
PENDING_TONES: Final[dict[str, Tone]] = {
    PendingStatus.PENDING: Tone.WAITING,
    PendingStatus.POSTED: Tone.GOOD,
    PendingStatus.CHANGED: Tone.INFO,
    PendingStatus.VANISHED: Tone.QUIET,
    PendingStatus.EXPIRED: Tone.QUIET,
}
VERDICT_TONES: Final[dict[str, Tone]] = {
    DeliveryVerdict.ACCEPTED: Tone.GOOD,
    DeliveryVerdict.UNVERIFIED: Tone.WAITING,
    DeliveryVerdict.DUPLICATE: Tone.QUIET,
    DeliveryVerdict.BAD_SIGNATURE: Tone.BAD,
    DeliveryVerdict.STALE: Tone.WARNING,
    DeliveryVerdict.OVERSIZED: Tone.WARNING,
    DeliveryVerdict.INACTIVE: Tone.WARNING,
    DeliveryVerdict.TOO_MANY: Tone.WARNING,
}
# severities of a file's problems, as the import stores them
PROBLEM_TONES: Final[dict[str, Tone]] = {"warning": Tone.WARNING, "error": Tone.BAD}
PROBLEM_NAMES: Final[dict[str, Text]] = {"warning": _("Warning"), "error": _("Error")}


def customer(field: str = "user") -> Column:
    """The customer, by e-mail."""
    return columns.link(field, "dwaybank.User", label=_("customer"))


def account() -> Column:
    """DwayBank's account, by name."""
    return columns.link("account", "dwaybank.Account", text=account_name)


def account_name(row: Any) -> str:
    """An account's name alone."""
    return str(row.account_name)


def connection() -> Column:
    """The connection, by its bank."""
    return columns.link("connection", "integrations.BankConnection", text=lambda row: row.bank_name)


def bank_transaction(field: str = "bank_transaction", label: Text = "") -> Column:
    """A bank transaction, by its key."""
    return columns.link(
        field, "integrations.BankTransaction", label=label, text=lambda key: key.external_transaction_id
    )


class SaysWhenOff(BackOfficeModelAdmin):
    """A screen of live connections, whose list says when bank integration is switched off."""

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """The list, with a warning while nothing is asked of banks."""
        if request.method == "GET" and not is_enabled():
            messages.warning(request, OFF)
        return super().changelist_view(request, extra_context)
