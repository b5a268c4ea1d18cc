"""What waits in reconciliation, for the first page."""

from __future__ import annotations

from dwaybank.admin.cards import Card, register_card
from dwaybank.admin.display import list_url
from reconciliation.enums import BalanceSyncStatus, ProposalStatus
from reconciliation.models import BalanceSyncHistory, MappingProposal

register_card(
    Card(
        name="balances",
        title="Balances to decide",
        what="A difference needs a person",
        queryset=lambda: BalanceSyncHistory.objects.filter(
            requires_manual_review=True, sync_status=BalanceSyncStatus.MANUAL_REVIEW
        ),
        url=lambda: list_url(
            "reconciliation.BalanceSyncHistory",
            "requires_manual_review__exact=1&sync_status__exact=manual_review",
        ),
        permission="reconciliation.view_balancesynchistory",
        oldest="sync_timestamp",
        rank=40,
    )
)
register_card(
    Card(
        name="proposals",
        title="Bank lines to map",
        what="Not certain enough to be mapped without a person",
        queryset=lambda: MappingProposal.objects.filter(proposal_status=ProposalStatus.OPEN),
        url=lambda: list_url("reconciliation.MappingProposal"),
        permission="reconciliation.view_mappingproposal",
        oldest="transaction_date",
        ordered=True,
        rank=50,
    )
)
