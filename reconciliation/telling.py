"""People hear what others made of their work: a proposal answered, a decision taken back. Subjects name no customer."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from dwaybank.models import User
from dwaybank.notifications import NotificationKind, notify, register_kind
from dwaybank.translation import Text
from reconciliation.enums import ResolutionStatus
from reconciliation.models import BalanceResolution, MappingDecision

YOURS_ANSWERED: Final = register_kind(
    NotificationKind("yours_answered", _("What others made of your decisions"), "reconciliation.view_balanceconflict")
)
_ANSWERS: Final = {
    ResolutionStatus.APPROVED: _("Your proposal for a balance was approved"),
    ResolutionStatus.REJECTED: _("Your proposal for a balance was rejected: the conflict is open again"),
}


def tell_answered(resolution: BalanceResolution) -> int:
    """Tell who proposed it what another decided; how many were told (0 or 1)."""
    return _tell(
        resolution.proposed_by_id,
        by=resolution.decided_by_id,
        subject=_ANSWERS[ResolutionStatus(resolution.resolution_status)],
        url=reverse("admin:reconciliation_balanceconflict_decide", args=[resolution.conflict_id]),
        key=f"answered:{resolution.pk}",
    )


def tell_undone(decision: MappingDecision, *, by: UUID) -> int:
    """Tell who decided it that another took it back; how many were told (0 or 1)."""
    return _tell(
        decision.decided_by_id,
        by=by,
        subject=_("Your decision on a bank line was undone"),
        url=reverse("admin:reconciliation_mappingproposal_line", args=[decision.bank_transaction_id]),
        key=f"undone:{decision.pk}",
    )


def _tell(person: UUID, *, by: UUID | None, subject: Text, url: str, key: str) -> int:
    if person == by:
        return 0
    recipients = User.objects.filter(pk=person)
    return notify(kind=YOURS_ANSWERED, recipients=recipients, subject=subject, url=url, dedupe_key=key)
