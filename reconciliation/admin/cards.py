"""What waits in reconciliation, for the first page."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from dwaybank.admin.cards import Card, register_card
from dwaybank.admin.display import Tone, list_url
from integrations.enums import ProcessingStatus
from integrations.models import BankTransaction
from reconciliation.admin.conflict_queue import queue_url as conflicts_url
from reconciliation.admin.queue import queue_url
from reconciliation.enums import ConflictStatus, ProposalStatus
from reconciliation.models import BalanceConflict, MappingProposal

register_card(
    Card(
        name="mappings",
        title=_("Mappings to decide"),
        what=_("Proposals that wait for a reviewer"),
        queryset=lambda: MappingProposal.objects.filter(proposal_status=ProposalStatus.OPEN),
        url=lambda: queue_url(),
        permission="reconciliation.view_mappingproposal",
        oldest="transaction_date",
        ordered=True,
        rank=35,
    )
)
register_card(
    Card(
        name="disputes",
        title=_("Disputed bank lines"),
        what=_("Taken out of the queue until somebody decides"),
        queryset=lambda: MappingProposal.objects.filter(proposal_status=ProposalStatus.DISPUTED),
        url=lambda: queue_url("whose=disputed"),
        permission="reconciliation.view_mappingproposal",
        oldest="transaction_date",
        ordered=True,
        tone=Tone.BAD,
        rank=36,
    )
)

register_card(
    Card(
        name="balances",
        title=_("Balances to decide"),
        what=_("A difference needs a person"),
        queryset=lambda: BalanceConflict.objects.filter(conflict_status=ConflictStatus.OPEN),
        url=lambda: conflicts_url("whose=open"),
        permission="reconciliation.propose_balance_resolution",
        oldest="opened_at",
        ordered=True,
        rank=40,
    )
)
register_card(
    Card(
        name="balance-approvals",
        title=_("Balances to approve"),
        what=_("Proposals that wait for a second person"),
        queryset=lambda: BalanceConflict.objects.filter(conflict_status=ConflictStatus.PROPOSED),
        url=lambda: conflicts_url("whose=proposed"),
        permission="reconciliation.approve_balance_resolution",
        oldest="opened_at",
        ordered=True,
        rank=41,
    )
)
register_card(
    Card(
        name="unmapped",
        title=_("Bank transactions to map"),
        what=_("Imported, not yet mapped to the ledger"),
        queryset=lambda: BankTransaction.objects.filter(processing_status=ProcessingStatus.IMPORTED),
        url=lambda: list_url("integrations.BankTransaction", "processing_status__exact=imported"),
        permission="reconciliation.view_transactionmapping",
        oldest="transaction_date",
        rank=50,
    )
)
