"""The table ``mapping_decisions``."""

from __future__ import annotations

from uuid import UUID

import pgtrigger
from django.db import models
from django.db.models.fields.json import KeyTransform
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from dwaybank.db.constraints import DatabaseForeignKey, OnDelete, foreign_key, values_check
from dwaybank.db.fields import timestamp_field, uuid_key
from dwaybank.db.indexes import GinIndex, Index
from dwaybank.db.triggers import refuse
from reconciliation.enums import DecisionKind


class MappingDecision(models.Model):
    """One decision of one reviewer on a bank line, with what stood before and after. Never changed, never deleted.

    ``before`` and ``after`` hold ``mappings`` (whole rows), ``groups`` (rows of transaction_parts), ``proposals`` (id →
    status), ``statuses`` (bank transaction → processing_status); ``after`` also ``created`` (ids of ledger
    transactions this decision made). ``undoes`` is the decision that this one takes back. Written by
    ``reconciliation.decisions``.
    """

    id = uuid_key()
    bank_transaction = foreign_key("integrations.BankTransactionKey")
    account = foreign_key("dwaybank.Account")
    decision = models.CharField(max_length=20, choices=DecisionKind.choices)
    before = models.JSONField()
    after = models.JSONField()
    note = models.TextField(blank=True, db_default="")
    undoes = foreign_key("reconciliation.MappingDecision", null=True, blank=True, db_column="undoes")
    decided_by = foreign_key("dwaybank.User", db_column="decided_by")
    decided_at = timestamp_field()

    class Meta:
        db_table = "mapping_decisions"
        verbose_name = _("mapping decision")
        indexes = [
            Index(fields=["bank_transaction", "-decided_at"], name="idx_mapping_decisions_line"),
            Index(fields=["decided_by", "-decided_at"], name="idx_mapping_decisions_person"),
            Index(fields=["account", "-decided_at"], name="idx_mapping_decisions_account"),
            # "what was decided on this line", with others or alone
            GinIndex(KeyTransform("statuses", "before"), name="idx_mapping_decisions_lines"),
            # "what was decided that day"
            Index(fields=["decided_at"], name="idx_mapping_decisions_decided_at"),
        ]
        constraints = [
            DatabaseForeignKey(
                field="bank_transaction", on_delete=OnDelete.CASCADE, name="mapping_decisions_bank_transaction_id_fkey"
            ),
            DatabaseForeignKey(field="account", on_delete=OnDelete.CASCADE, name="mapping_decisions_account_id_fkey"),
            DatabaseForeignKey(field="undoes", on_delete=OnDelete.REFUSE, name="mapping_decisions_undoes_fkey"),
            DatabaseForeignKey(field="decided_by", on_delete=OnDelete.REFUSE, name="mapping_decisions_decided_by_fkey"),
            values_check("decision", DecisionKind, "mapping_decisions_decision_check"),
            models.CheckConstraint(
                condition=models.Q(decision="undo", undoes__isnull=False)
                | ~models.Q(decision="undo") & models.Q(undoes__isnull=True),
                name="mapping_decisions_undo_check",
                violation_error_message=_("An undo names the decision it takes back, and nothing else does."),
            ),
            models.UniqueConstraint(
                fields=["undoes"],
                name="idx_mapping_decisions_undone_once",
                violation_error_message=_("This decision was undone already."),
            ),
        ]
        triggers = [
            refuse(
                "mapping_decisions_append_only",
                pgtrigger.Update,
                gettext_noop("A decision is never changed: undo it, and decide anew."),
            ),
            # going with its account is the one way out
            refuse(
                "mapping_decisions_no_delete",
                pgtrigger.Delete,
                gettext_noop("A decision is never deleted: undo it, and decide anew."),
                condition=pgtrigger.Condition("pg_trigger_depth() = 0"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_decision_display()} {self.decided_at}"


def on_line(bank_transaction_id: UUID) -> models.Q:
    """Decisions on a bank line, alone or together with others."""
    return models.Q(bank_transaction=bank_transaction_id) | models.Q(before__statuses__has_key=str(bank_transaction_id))
