"""Fetching an account's window again: queued where the connection syncs; where files feed it, advice to upload."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.utils.translation import gettext as _

from dwaybank.errors import DomainError
from integrations.enums import ConnectionType
from reconciliation.models import BalanceConflict, BalanceResolution


class ResyncRefused(DomainError):
    """Nothing can be fetched again here; the text says what to do instead."""


def advice(conflict: BalanceConflict) -> str:
    """Why this account's data cannot be fetched again, and what helps; empty where it can."""
    connection = conflict.connection
    if connection is None:
        return _("No bank connection feeds this account: import a statement of these days.")
    if connection.connection_type == ConnectionType.API:
        return _("Statement files feed this account: ask the customer for a statement of these days, and import it.")
    return _("Syncs are not set up here: import a statement of these days.")


def require_resync(conflict: BalanceConflict, start: date | None, end: date | None) -> None:
    """Raises ResyncRefused where the window is no window, or nothing can be fetched."""
    if start is None or end is None or start > end:
        raise ResyncRefused(_("Fetching again needs its first and last day, in this order."))
    if why := advice(conflict):
        raise ResyncRefused(why)


def queue_resync(conflict: BalanceConflict, resolution: BalanceResolution, by: UUID) -> UUID:
    """Queue a sync of the window, in the approving transaction. Raises ResyncRefused."""
    raise ResyncRefused(advice(conflict))
