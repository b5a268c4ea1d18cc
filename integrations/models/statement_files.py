"""The table ``statement_files``: every file that was handed in, taken or refused."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from dwaybank.db.constraints import DatabaseForeignKey, OnDelete, foreign_key, values_check
from dwaybank.db.fields import timestamp_field, uuid_key
from dwaybank.db.indexes import Index
from integrations.enums import Bank, FileStatus


class StatementFile(models.Model):
    """One file of one customer, known by the SHA-256 of its bytes; handing it in again adds no row.

    ``content`` holds the bytes of a statement, as evidence and for an import that a person confirms after the
    preview; a file that is no statement leaves only its hash and its problems. ``problems`` is a list of
    {line, code, severity, message, raw}.
    """

    id = uuid_key()
    owner = foreign_key("dwaybank.User")
    sha256 = models.CharField("SHA-256", max_length=64)
    file_name = models.CharField(max_length=255)
    size_bytes = models.BigIntegerField()
    file_format = models.CharField(_("format"), max_length=30, null=True, blank=True)
    bank_id = models.CharField(_("bank"), max_length=20, null=True, blank=True, choices=Bank.choices)
    file_status = models.CharField(_("status"), max_length=20, choices=FileStatus.choices)
    content = models.BinaryField(null=True)
    problems = models.JSONField(default=list, blank=True)
    uploaded_by = models.UUIDField(null=True, blank=True)
    created_at = timestamp_field()
    updated_at = timestamp_field()

    class Meta:
        db_table = "statement_files"
        verbose_name = _("statement file")
        permissions = [("import_statement", "Can import statement files")]
        indexes = [
            Index(fields=["-created_at"], name="idx_statement_files_created_at"),
            # "files that wait for somebody to import them": the first page's card
            Index(
                fields=["created_at"],
                name="idx_statement_files_received",
                condition=models.Q(file_status=FileStatus.RECEIVED),
            ),
            # "files that need a look"
            Index(
                fields=["-created_at"],
                name="idx_statement_files_problems",
                condition=~models.Q(file_status=FileStatus.IMPORTED),
            ),
        ]
        constraints = [
            DatabaseForeignKey(field="owner", on_delete=OnDelete.CASCADE, name="statement_files_owner_id_fkey"),
            values_check("file_status", FileStatus, "statement_files_status_check"),
            values_check("bank_id", Bank, "statement_files_bank_id_check"),
            models.CheckConstraint(
                condition=models.Q(sha256__regex=r"^[0-9a-f]{64}$"), name="statement_files_sha256_check"
            ),
            models.UniqueConstraint(fields=["owner", "sha256"], name="statement_files_owner_sha256_key"),
        ]

    def __str__(self) -> str:
        return f"{self.file_name} ({self.sha256[:12]})"
