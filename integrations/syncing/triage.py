"""What staff do with an error: try again, or close it with a word; each a change of its own in the audit."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Final
from uuid import UUID

from django.utils.translation import gettext as _

from dwaybank.actor import Actor, acting_as
from dwaybank.errors import DomainError
from integrations.enums import ConnectionStatus, ConnectionType, ErrorType, ResolutionStatus, SyncReason
from integrations.models import IntegrationError
from integrations.models.integration_errors import OPEN
from integrations.syncing.errors import OPERATION
from integrations.syncing.requests import request_sync
from integrations.syncing.switch import require_enabled

CLOSED: Final = (ResolutionStatus.RESOLVED, ResolutionStatus.IGNORED)
_LIVE: Final = (ConnectionType.OAUTH, ConnectionType.AGGREGATION)


class TriageRefused(DomainError):
    """That cannot be done with this error; the text says why."""


def why_not_retried(error: IntegrationError) -> str:
    """Why another sync would be wrong or of no use; "" where it may be tried. ``error.connection`` is loaded."""
    connection = error.connection
    if error.resolution_status not in OPEN:
        return _("It is closed.")
    if connection is None or error.operation_type != OPERATION or connection.connection_type not in _LIVE:
        return _("It is not about a live connection: hand the file in again.")
    if connection.deleted_at is not None:
        return _("The connection was disconnected.")
    if error.error_type == ErrorType.AUTHENTICATION or connection.connection_status == ConnectionStatus.EXPIRED:
        return _("Only the customer can mend it, by consenting anew: trying again would lock the bank's door.")
    if connection.connection_status != ConnectionStatus.ACTIVE:
        return _("The connection is not active; resume it first.")
    return ""


def retry_error(error_id: UUID, *, actor: Actor) -> UUID:
    """Ask for a sync of the error's connection and mark the error as being worked on; returns the request.

    Raises TriageRefused, IntegrationOff.
    """
    require_enabled()
    with acting_as(replace(actor, reason=actor.reason or "retry of an error")):
        error = _locked(error_id)
        if reason := why_not_retried(error):
            raise TriageRefused(reason)
        assert error.connection_id is not None  # noqa: S101 - why_not_retried() has looked
        if error.resolution_status == ResolutionStatus.NEW:
            IntegrationError.objects.filter(pk=error_id).update(resolution_status=ResolutionStatus.IN_PROGRESS)
        return request_sync(connection_id=error.connection_id, reason=SyncReason.RETRY, requested_by=actor.user_id)


def close_error(error_id: UUID, status: ResolutionStatus, note: str, *, actor: Actor, now: datetime) -> None:
    """Close it as resolved or ignored, signed, with a note. Raises TriageRefused without one, or where it is closed."""
    if status not in CLOSED:
        raise ValueError(f"An error is not closed as {status}.")
    if not note.strip():
        raise TriageRefused(_("Say what was found or done before closing this error. Nothing was changed."))
    with acting_as(replace(actor, reason=note.strip()[:500])):
        error = _locked(error_id)
        if error.resolution_status not in OPEN:
            raise TriageRefused(_("Somebody closed it meanwhile. Nothing was changed."))
        IntegrationError.objects.filter(pk=error_id).update(
            resolution_status=status,
            resolution_method="manual",
            resolution_notes=note.strip(),
            resolved_at=now,
            resolved_by=actor.user_id,
            next_retry_at=None,
        )


def _locked(error_id: UUID) -> IntegrationError:
    error = (
        IntegrationError.objects.select_for_update(no_key=True, of=("self",))
        .select_related("connection")
        .filter(pk=error_id)
        .first()
    )
    if error is None:
        raise TriageRefused(_("There is no such error."))
    return error
