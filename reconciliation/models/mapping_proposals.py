"""The table ``mapping_proposals``."""

from __future__ import annotations

from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.utils.translation import gettext_lazy as _

from dwaybank.db.constraints import DatabaseForeignKey, OnDelete, foreign_key, values_check
from dwaybank.db.fields import MoneyField, currency_field, timestamp_field, uuid_key
from dwaybank.db.indexes import Index
from dwaybank.enums import TransactionType
from reconciliation.enums import ProposalOutcome, ProposalStatus


class MappingProposal(models.Model):
    """A bank line that waits for a person, with the ledger lines it could be and the evidence for each.

    Written by ``reconciliation.mapping`` (a run replaces the open proposals of its lines) and by decisions.
    ``candidates`` is a list, best first, of objects: ``ledger_ids``, ``probability``, ``difference`` (bank less
    ledger), ``reason`` (why it lost, or null), ``evidence`` (``field``, ``words``, ``weight`` in nats). Lines of one
    ``group_id`` are decided together: several bank lines of one ledger line, or a charge and its reversal.
    ``version`` grows with every change, so that a stale page is noticed.
    """

    id = uuid_key()
    bank_transaction = foreign_key("integrations.BankTransactionKey")
    account = foreign_key("dwaybank.Account")
    run = foreign_key("reconciliation.MappingRun", null=True, blank=True)
    group_id = models.UUIDField(db_default=RandomUUID())
    proposal_status = models.CharField(
        _("status"), max_length=20, choices=ProposalStatus.choices, db_default=ProposalStatus.OPEN
    )
    outcome = models.CharField(max_length=20, choices=ProposalOutcome.choices)
    reason = models.CharField(max_length=50, blank=True, db_default="")
    amount = MoneyField()
    currency = currency_field()
    transaction_type = models.CharField(_("direction"), max_length=20, choices=TransactionType.choices)
    transaction_date = models.DateField()
    description = models.TextField(blank=True, db_default="")
    probability = models.DecimalField(max_digits=5, decimal_places=4, null=True, blank=True)
    margin = models.DecimalField(max_digits=5, decimal_places=4, null=True, blank=True)
    is_exact = models.BooleanField(_("exact"), db_default=False)
    candidates = models.JSONField()
    claimed_by = foreign_key("dwaybank.User", null=True, blank=True, db_column="claimed_by")
    claimed_at = models.DateTimeField(null=True, blank=True)
    version = models.IntegerField(db_default=1)
    created_at = timestamp_field()
    updated_at = timestamp_field()

    class Meta:
        db_table = "mapping_proposals"
        verbose_name = _("mapping proposal")
        permissions = [("decide_mapping", "Can decide what a bank line is")]
        indexes = [
            # the queue: oldest first, largest first, of one account, of one person
            Index(
                fields=["transaction_date", "id"],
                name="idx_mapping_proposals_oldest",
                condition=models.Q(proposal_status="open"),
            ),
            Index(
                fields=["-amount", "id"],
                name="idx_mapping_proposals_largest",
                condition=models.Q(proposal_status="open"),
            ),
            Index(
                fields=["account", "transaction_date", "id"],
                name="idx_mapping_proposals_account",
                condition=models.Q(proposal_status="open"),
            ),
            Index(
                fields=["claimed_by", "transaction_date"],
                name="idx_mapping_proposals_claimed",
                condition=models.Q(proposal_status="open", claimed_by__isnull=False),
            ),
            # the few that are disputed, which are shown apart
            Index(
                fields=["transaction_date", "id"],
                name="idx_mapping_proposals_disputed",
                condition=models.Q(proposal_status="disputed"),
            ),
            Index(fields=["bank_transaction", "-created_at"], name="idx_mapping_proposals_history"),
            Index(fields=["group_id"], name="idx_mapping_proposals_group"),
        ]
        constraints = [
            DatabaseForeignKey(
                field="bank_transaction", on_delete=OnDelete.CASCADE, name="mapping_proposals_bank_transaction_id_fkey"
            ),
            DatabaseForeignKey(field="account", on_delete=OnDelete.CASCADE, name="mapping_proposals_account_id_fkey"),
            DatabaseForeignKey(field="run", on_delete=OnDelete.SET_NULL, name="mapping_proposals_run_id_fkey"),
            DatabaseForeignKey(field="claimed_by", on_delete=OnDelete.REFUSE, name="mapping_proposals_claimed_by_fkey"),
            values_check("proposal_status", ProposalStatus, "mapping_proposals_status_check"),
            values_check("outcome", ProposalOutcome, "mapping_proposals_outcome_check"),
            values_check("transaction_type", TransactionType, "mapping_proposals_type_check"),
            models.CheckConstraint(
                condition=models.Q(amount__gte=0),
                name="mapping_proposals_amount_check",
                violation_error_message=_("An amount is a magnitude; its direction is the transaction type."),
            ),
            models.CheckConstraint(
                condition=models.Q(probability__gte=0, probability__lte=1) & models.Q(margin__gte=0, margin__lte=1)
                | models.Q(probability__isnull=True),
                name="mapping_proposals_probability_check",
                violation_error_message=_("A probability and a margin lie between 0 and 1."),
            ),
            models.CheckConstraint(
                condition=models.Q(claimed_by__isnull=True, claimed_at__isnull=True)
                | models.Q(claimed_by__isnull=False, claimed_at__isnull=False),
                name="mapping_proposals_claim_check",
                violation_error_message=_("A claim has a person and a time."),
            ),
            models.UniqueConstraint(
                fields=["bank_transaction"],
                condition=models.Q(proposal_status__in=["open", "disputed"]),
                name="idx_mapping_proposals_one_waiting",
                violation_error_message=_("This bank transaction waits in the queue already."),
            ),
        ]

    def __str__(self) -> str:
        sign = "-" if self.transaction_type == TransactionType.DEBIT else "+"
        return f"{self.transaction_date} {sign}{self.amount} {self.currency} {self.description}".strip()
