"""Fetching an account's days again, as a decision on its conflict: who can be asked, and what waits for the answer.

Flow: proposed for a window · approved, which asks for the sync in the same transaction · the conflict waits · the sync
ends, well or not · ``reconciliation.tasks.compare_after_sync()`` compares again · the conflict goes on or heals.
"""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from dwaybank.actor import Actor, acting_as
from dwaybank.errors import DomainError
from integrations.enums import ConnectionStatus, ConnectionType, RequestStatus, SyncReason
from integrations.models import LinkedAccount, SyncRequest
from integrations.models.sync_requests import ENDED
from integrations.syncing import request_sync
from integrations.syncing.switch import is_enabled
from reconciliation.enums import ResolutionMethod, ResolutionStatus
from reconciliation.models import BalanceConflict, BalanceResolution


class ResyncRefused(DomainError):
    """Nothing can be fetched again here; the text says what to do instead."""


def advice(conflict: BalanceConflict) -> str:
    """Why this account's days cannot be fetched again, and what helps; empty where they can."""
    return _asked(conflict)[1]


def require_resync(conflict: BalanceConflict, start: date | None, end: date | None) -> UUID:
    """The connection that is asked. Raises ResyncRefused where the window is no window, or nobody can be asked."""
    if start is None or end is None or start > end:
        raise ResyncRefused(_("Fetching again needs its first and last day, in this order."))
    connection_id, why = _asked(conflict)
    if connection_id is None:
        raise ResyncRefused(why)
    return connection_id


def _asked(conflict: BalanceConflict) -> tuple[UUID | None, str]:
    """The live connection that knows the account, that of the compared balance first; or None, and what helps."""
    known = LinkedAccount.objects.filter(account_id=conflict.account_id, connection__deleted_at__isnull=True)
    found = list(
        known.order_by("connection_id")
        .distinct()
        .values_list(
            "connection_id",
            "connection__connection_type",
            "connection__connection_status",
            "connection__bank_name",
        )
    )
    if not found:
        return None, _("No bank connection feeds this account: import a statement of these days.")
    live = [one for one in found if one[1] != ConnectionType.API]
    if not live:
        return None, _(
            "Statement files feed this account: ask the customer for a statement of these days, and import it."
        )
    active = [one for one in live if one[2] == ConnectionStatus.ACTIVE]
    if not active:
        return None, _(
            "The connection to %(bank)s is not active (%(status)s): the customer connects it again, or import a "
            "statement of these days."
        ) % {"bank": live[0][3], "status": ConnectionStatus(live[0][2]).label.lower()}
    if not is_enabled():
        return None, _("Bank integration is switched off, no bank is asked: import a statement of these days.")
    return max(active, key=lambda one: one[0] == conflict.connection_id)[0], ""


def queue_resync(conflict: BalanceConflict, resolution: BalanceResolution, by: UUID) -> UUID:
    """Ask for a sync of the window, in the approving transaction; the request's id. Raises ResyncRefused."""
    connection_id = require_resync(conflict, resolution.window_start, resolution.window_end)
    return request_sync(
        connection_id=connection_id,
        account_id=conflict.account_id,
        start=resolution.window_start,
        end=resolution.window_end,
        reason=SyncReason.RESYNC,
        requested_by=by,
    )


def is_being_fetched(conflict_id: UUID) -> bool:
    """Whether a sync that was decided on for this conflict waits or runs."""
    wanted = _decided().filter(conflict=conflict_id).values("sync_request_id")
    return SyncRequest.objects.filter(pk__in=wanted).exclude(request_status__in=ENDED).exists()


def accounts_waiting_for(request: SyncRequest, actor: Actor) -> list[UUID]:
    """Accounts whose conflict waited for this request, which has ended.

    Where an equal request goes on in its place (see ``postpone()``), they wait for that one, and are none of these.
    """
    waited = _decided().filter(sync_request_id=request.pk)
    accounts = list(waited.values_list("conflict__account_id", flat=True).distinct())
    if not accounts or request.request_status != RequestStatus.CANCELLED:
        return accounts
    onward = (
        SyncRequest.objects.filter(
            connection=request.connection_id,
            account=request.account_id,
            window_start=request.window_start,
            window_end=request.window_end,
            created_at__gte=request.created_at,
        )
        .exclude(pk=request.pk)
        .order_by("created_at")
        .first()
    )
    if onward is None:
        return accounts
    with acting_as(actor):
        waited.update(sync_request_id=onward.pk)
    return accounts if onward.request_status in ENDED else []


def _decided() -> QuerySet[BalanceResolution]:
    return BalanceResolution.objects.filter(
        method=ResolutionMethod.TRANSACTION_RESYNC, resolution_status=ResolutionStatus.APPROVED
    )
