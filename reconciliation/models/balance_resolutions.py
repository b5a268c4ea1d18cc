"""The table ``balance_resolutions``."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from dwaybank.db.constraints import DatabaseForeignKey, OnDelete, foreign_key, values_check
from dwaybank.db.expressions import CurrentTimestamp
from dwaybank.db.fields import MoneyField, timestamp_field, uuid_key
from dwaybank.db.indexes import Index
from reconciliation.enums import ResolutionMethod, ResolutionStatus

BOOKS = Q(method__in=["accept_bank", "manual_adjustment"])
DECIDED = Q(resolution_status__in=["approved", "rejected"])


class BalanceResolution(models.Model):
    """What one person proposed for a balance conflict, and what another decided.

    ``amount`` is what the ledger gets, signed: the whole gap for ``accept_bank``, any for ``manual_adjustment``, none
    otherwise. Approving books it: ``balance_resolutions_follow()`` makes the adjusting ledger transaction
    (``adjustment``) and moves the account's balance in the same statement, whoever sends it. ``is_one_person``: the
    proposer approved alone, which ``balance_one_person_threshold`` must allow. ``sync_request_id`` names what a
    ``transaction_resync`` queued. Never changed once decided.
    """

    id = uuid_key()
    conflict = foreign_key("reconciliation.BalanceConflict")
    resolution_status = models.CharField(
        _("status"), max_length=20, choices=ResolutionStatus.choices, db_default=ResolutionStatus.PROPOSED
    )
    method = models.CharField(max_length=20, choices=ResolutionMethod.choices)
    amount = MoneyField(null=True, blank=True)
    window_start = models.DateField(null=True, blank=True)
    window_end = models.DateField(null=True, blank=True)
    reason = models.TextField()
    bank_balance = MoneyField()
    dway_balance = MoneyField()
    proposed_by = foreign_key("dwaybank.User", db_column="proposed_by")
    proposed_at = models.DateTimeField(db_default=CurrentTimestamp())
    decided_by = foreign_key("dwaybank.User", null=True, blank=True, db_column="decided_by")
    decided_at = models.DateTimeField(null=True, blank=True)
    decision_reason = models.TextField(blank=True, db_default="")
    is_one_person = models.BooleanField(_("one person"), db_default=False)
    adjustment = foreign_key("dwaybank.Transaction", null=True, blank=True)
    sync_request_id = models.UUIDField(null=True, blank=True)
    created_at = timestamp_field()
    updated_at = timestamp_field()

    class Meta:
        db_table = "balance_resolutions"
        verbose_name = _("balance resolution")
        indexes = [
            Index(fields=["conflict", "-proposed_at"], name="idx_balance_resolutions_conflict"),
            Index(fields=["proposed_by"], name="idx_balance_resolutions_proposed_by"),
            # "what was approved that day"
            Index(
                fields=["decided_at"],
                name="idx_balance_resolutions_decided_at",
                condition=Q(decided_at__isnull=False),
            ),
            Index(
                fields=["sync_request_id"],
                name="idx_balance_resolutions_request",
                condition=Q(sync_request_id__isnull=False),
            ),
        ]
        constraints = [
            DatabaseForeignKey(
                field="conflict", on_delete=OnDelete.CASCADE, name="balance_resolutions_conflict_id_fkey"
            ),
            DatabaseForeignKey(
                field="proposed_by", on_delete=OnDelete.REFUSE, name="balance_resolutions_proposed_by_fkey"
            ),
            DatabaseForeignKey(
                field="decided_by", on_delete=OnDelete.REFUSE, name="balance_resolutions_decided_by_fkey"
            ),
            DatabaseForeignKey(
                field="adjustment", on_delete=OnDelete.CASCADE, name="balance_resolutions_adjustment_id_fkey"
            ),
            values_check("method", ResolutionMethod, "balance_resolutions_method_check"),
            models.CheckConstraint(
                condition=~DECIDED | ~Q(decided_by=F("proposed_by")) | Q(is_one_person=True),
                name="balance_resolutions_two_people_check",
                violation_error_message=_("Whoever proposed a resolution cannot decide on it: two people decide."),
            ),
            # and so a status is one of the four
            models.CheckConstraint(
                condition=Q(resolution_status="proposed", decided_by__isnull=True, decided_at__isnull=True)
                | (DECIDED & Q(decided_by__isnull=False, decided_at__isnull=False))
                | Q(resolution_status="withdrawn", decided_at__isnull=False),
                name="balance_resolutions_decided_check",
                violation_error_message=_("A decision has a person and a time; a proposal that waits has neither."),
            ),
            models.CheckConstraint(
                condition=(BOOKS & Q(amount__isnull=False) & ~Q(amount=0)) | (~BOOKS & Q(amount__isnull=True)),
                name="balance_resolutions_amount_check",
                violation_error_message=_("An adjustment has an amount, and nothing else has one."),
            ),
            models.CheckConstraint(
                condition=(BOOKS & Q(resolution_status="approved", adjustment__isnull=False))
                | (Q(adjustment__isnull=True) & ~(BOOKS & Q(resolution_status="approved"))),
                name="balance_resolutions_adjustment_check",
                violation_error_message=_("An approved adjustment has its ledger transaction, and nothing else has."),
            ),
            models.CheckConstraint(
                condition=(Q(method="transaction_resync", window_start__lte=F("window_end")))
                | (~Q(method="transaction_resync") & Q(window_start__isnull=True, window_end__isnull=True)),
                name="balance_resolutions_window_check",
                violation_error_message=_("Fetching again needs its first and last day, in this order."),
            ),
            models.CheckConstraint(
                condition=~Q(reason="") & (~Q(resolution_status="rejected") | ~Q(decision_reason="")),
                name="balance_resolutions_reason_check",
                violation_error_message=_("A proposal and a rejection say why."),
            ),
            models.UniqueConstraint(
                fields=["conflict"],
                condition=Q(resolution_status="proposed"),
                name="idx_balance_resolutions_one_waits",
                violation_error_message=_("A proposal for this conflict waits for approval already."),
            ),
            models.UniqueConstraint(
                fields=["conflict"],
                condition=Q(resolution_status="approved") & ~Q(method="transaction_resync"),
                name="idx_balance_resolutions_one_ends_it",
                violation_error_message=_("This conflict is resolved already."),
            ),
            models.UniqueConstraint(
                fields=["adjustment"],
                name="balance_resolutions_adjustment_key",
                violation_error_message=_("This ledger transaction adjusts for another conflict."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_method_display()} {self.get_resolution_status_display()}"
