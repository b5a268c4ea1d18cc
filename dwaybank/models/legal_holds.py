"""The table ``legal_holds``."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from dwaybank.db.constraints import DatabaseForeignKey, OnDelete, foreign_key
from dwaybank.db.expressions import CurrentTimestamp
from dwaybank.db.fields import timestamp_field, uuid_key
from dwaybank.db.indexes import Index


class LegalHold(models.Model):
    """A stop to every purge: of one person's records, of one row, or of all that a retention rule would remove.

    Exactly one of ``user``, ``row_id`` (with ``table_name``) and ``rule_name`` is set. A hold is released, never
    deleted. While it stands, ``purge_expired`` leaves alone what it covers. Reports, parties, cash records and raw
    statement files have a trigger besides (``<table>_hold_guard``), by which the database refuses to delete a held row
    or a held person's, whoever asks.
    """

    id = uuid_key()
    user = foreign_key("dwaybank.User", null=True, blank=True)
    table_name = models.CharField(max_length=63, blank=True, db_default="")
    row_id = models.CharField(max_length=255, blank=True, db_default="")
    rule_name = models.CharField(_("retention rule"), max_length=63, blank=True, db_default="")
    reason = models.TextField()
    placed_by = foreign_key("dwaybank.User", db_column="placed_by")
    placed_at = models.DateTimeField(db_default=CurrentTimestamp(), editable=False)
    released_by = foreign_key("dwaybank.User", null=True, blank=True, db_column="released_by")
    released_at = models.DateTimeField(null=True, blank=True)
    release_reason = models.TextField(blank=True, db_default="")
    created_at = timestamp_field()
    updated_at = timestamp_field()

    class Meta:
        db_table = "legal_holds"
        verbose_name = _("legal hold")
        indexes = [
            # "is this row held": asked by the trigger at each deletion
            Index(
                fields=["table_name", "row_id"],
                name="idx_legal_holds_row",
                condition=models.Q(released_at__isnull=True),
            ),
            Index(
                fields=["user"],
                name="idx_legal_holds_user",
                condition=models.Q(released_at__isnull=True),
            ),
        ]
        constraints = [
            DatabaseForeignKey(field="user", on_delete=OnDelete.REFUSE, name="legal_holds_user_id_fkey"),
            DatabaseForeignKey(field="placed_by", on_delete=OnDelete.REFUSE, name="legal_holds_placed_by_fkey"),
            DatabaseForeignKey(field="released_by", on_delete=OnDelete.REFUSE, name="legal_holds_released_by_fkey"),
            models.CheckConstraint(
                condition=models.Q(user__isnull=False, table_name="", row_id="", rule_name="")
                | models.Q(user__isnull=True, rule_name="") & ~models.Q(table_name="") & ~models.Q(row_id="")
                | models.Q(user__isnull=True, table_name="", row_id="") & ~models.Q(rule_name=""),
                name="legal_holds_subject_check",
                violation_error_message=_(
                    "A hold covers one person, one row, or one retention rule: name exactly one."
                ),
            ),
            models.CheckConstraint(
                condition=~models.Q(reason=""),
                name="legal_holds_reason_check",
                violation_error_message=_("Say why this must be kept."),
            ),
            models.CheckConstraint(
                condition=models.Q(released_by__isnull=True, released_at__isnull=True)
                | models.Q(released_by__isnull=False, released_at__isnull=False) & ~models.Q(release_reason=""),
                name="legal_holds_release_check",
                violation_error_message=_("A release has a person, a time and a reason."),
            ),
        ]

    def __str__(self) -> str:
        subject = self.rule_name or (f"{self.table_name} {self.row_id}" if self.row_id else f"person {self.user_id}")
        return f"Hold on {subject}"
