"""The table ``audit_seals``: the chain over the audit's events."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _


class AuditSeal(models.Model):
    """A batch of audit events, sealed: ``event_hashes`` are the SHA-256 of each of ``event_ids``; ``hash`` covers them
    and the seal before. Written by ``add_audit_seal()`` only, never changed.

    ``first_txid`` up to ``next_txid`` (exclusive): the transactions whose events this run sealed. ``covered_id``: every
    event up to it is sealed, whatever its transaction (set when the database was restored into another server,
    ``cluster``, whose transactions are numbered anew).
    """

    id = models.BigIntegerField(primary_key=True)
    month = models.DateField()
    position = models.IntegerField()
    first_txid = models.BigIntegerField()
    next_txid = models.BigIntegerField()
    cluster = models.CharField(max_length=32)
    covered_id = models.BigIntegerField()
    event_ids = ArrayField(models.BigIntegerField())
    event_hashes = models.BinaryField()
    previous_hash = models.BinaryField()
    hash = models.BinaryField()
    key_id = models.CharField(max_length=63)
    signature = models.BinaryField()
    sealed_at = models.DateTimeField()

    class Meta:
        db_table = "audit_seals"
        verbose_name = _("audit seal")
        constraints = [
            models.CheckConstraint(
                condition=models.expressions.RawSQL(
                    "octet_length(event_hashes) = 32 * cardinality(event_ids) AND cardinality(event_ids) > 0",
                    [],
                    output_field=models.BooleanField(),
                ),
                name="audit_seals_event_hashes_check",
                violation_error_message=_("A seal holds at least one event and one hash for each."),
            ),
            models.CheckConstraint(
                condition=models.expressions.RawSQL(
                    "octet_length(hash) = 32 AND octet_length(previous_hash) = 32",
                    [],
                    output_field=models.BooleanField(),
                ),
                name="audit_seals_hash_check",
                violation_error_message=_("A hash has 32 bytes."),
            ),
            models.UniqueConstraint(
                fields=["month", "position"],
                name="idx_audit_seals_position",
                violation_error_message=_("This month has a seal of this number."),
            ),
        ]

    def __str__(self) -> str:
        return f"seal {self.pk}"
