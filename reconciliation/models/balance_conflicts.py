"""The table ``balance_conflicts``."""

from __future__ import annotations

from django.db import models
from django.db.models.expressions import RawSQL
from django.utils.translation import gettext_lazy as _

from dwaybank.db.constraints import DatabaseForeignKey, OnDelete, foreign_key, values_check
from dwaybank.db.expressions import CurrentTimestamp
from dwaybank.db.fields import MoneyField, timestamp_field, uuid_key
from dwaybank.db.indexes import Index
from reconciliation.balances import Cause
from reconciliation.enums import ConflictStatus

IS_OPEN = models.Q(conflict_status__in=["open", "proposed", "resyncing"])


class BalanceConflict(models.Model):
    """A difference between DwayBank's balance and the bank's that needs people, from its first comparison to its end.

    Its id is ``conflict_resolution_id`` of the comparisons that belong to it. ``dway_balance`` is comparable with
    ``bank_balance``: of the same day, without timing. ``gap`` is bank less DwayBank. ``explanation`` holds ``answers``
    (each with ``cause`` and ``rows``), ``timing``, ``curve``; see ``reconciliation.balancing.records``. ``version``
    grows with every change of what a reviewer looks at. States move along allowed paths only, held by
    ``balance_conflicts_guard()``; ``resolved`` needs an approved resolution, ``healed`` a comparison that says so.
    """

    id = uuid_key()
    account = foreign_key("dwaybank.Account")
    connection = foreign_key("integrations.BankConnection", null=True, blank=True)
    conflict_status = models.CharField(
        _("status"), max_length=20, choices=ConflictStatus.choices, db_default=ConflictStatus.OPEN
    )
    currency = models.CharField(max_length=3)
    bank_day = models.DateField(_("bank's day"))
    bank_balance = MoneyField()
    dway_balance = MoneyField()
    gap = models.GeneratedField(
        expression=RawSQL("bank_balance - dway_balance", []),
        output_field=MoneyField(null=True),
        db_persist=True,
    )
    parted_on = models.DateField(null=True, blank=True)
    parted_from = models.DateField(null=True, blank=True)
    cause = models.CharField(max_length=20, blank=True, db_default="")
    is_certain = models.BooleanField(_("explained"), db_default=False)
    explanation = models.JSONField(default=dict)
    comparisons = models.IntegerField(db_default=1)
    claimed_by = foreign_key("dwaybank.User", null=True, blank=True, db_column="claimed_by")
    claimed_at = models.DateTimeField(null=True, blank=True)
    snoozed_until = models.DateField(null=True, blank=True)
    opened_at = models.DateTimeField(db_default=CurrentTimestamp())
    compared_at = models.DateTimeField(db_default=CurrentTimestamp())
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_reason = models.TextField(blank=True, db_default="")
    version = models.IntegerField(db_default=1)
    created_at = timestamp_field()
    updated_at = timestamp_field()

    class Meta:
        db_table = "balance_conflicts"
        verbose_name = _("balance conflict")
        permissions = [
            ("propose_balance_resolution", "Can propose how a balance conflict is resolved"),
            ("approve_balance_resolution", "Can decide what another proposed for a balance"),
        ]
        indexes = [
            # the queue
            Index(fields=["opened_at", "id"], name="idx_balance_conflicts_open", condition=IS_OPEN),
            # the queue, and the first page's cards, of one status
            Index(
                fields=["conflict_status", "opened_at", "id"],
                name="idx_balance_conflicts_waiting",
                condition=IS_OPEN,
            ),
            Index(fields=["-closed_at", "id"], name="idx_balance_conflicts_closed", condition=~IS_OPEN),
            Index(fields=["account", "-opened_at"], name="idx_balance_conflicts_account"),
            Index(
                fields=["claimed_by"],
                name="idx_balance_conflicts_claimed",
                condition=models.Q(claimed_by__isnull=False),
            ),
        ]
        constraints = [
            DatabaseForeignKey(field="account", on_delete=OnDelete.CASCADE, name="balance_conflicts_account_id_fkey"),
            DatabaseForeignKey(
                field="connection", on_delete=OnDelete.SET_NULL, name="balance_conflicts_connection_id_fkey"
            ),
            DatabaseForeignKey(field="claimed_by", on_delete=OnDelete.REFUSE, name="balance_conflicts_claimed_by_fkey"),
            values_check("conflict_status", ConflictStatus, "balance_conflicts_status_check"),
            models.CheckConstraint(
                condition=models.Q(cause__in=["", *map(str, Cause)]),
                name="balance_conflicts_cause_check",
                violation_error_message=_("A cause is one of those that explaining knows, or empty."),
            ),
            models.CheckConstraint(
                condition=models.Q(claimed_by__isnull=True, claimed_at__isnull=True)
                | models.Q(claimed_by__isnull=False, claimed_at__isnull=False),
                name="balance_conflicts_claim_check",
                violation_error_message=_("A claim has a person and a time."),
            ),
            models.CheckConstraint(
                condition=(IS_OPEN & models.Q(closed_at__isnull=True))
                | (~IS_OPEN & models.Q(closed_at__isnull=False) & ~models.Q(closed_reason="")),
                name="balance_conflicts_closed_check",
                violation_error_message=_("A closed conflict says when and why it was closed; an open one does not."),
            ),
            models.UniqueConstraint(
                fields=["account"],
                condition=IS_OPEN,
                name="idx_balance_conflicts_one_open",
                violation_error_message=_("This account has an open balance conflict already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.account_id} {self.bank_day} {self.gap}"
