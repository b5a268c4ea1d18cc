"""What bank transactions said before the bank changed them."""

from __future__ import annotations

from django.contrib import admin

from dwaybank.admin import columns
from dwaybank.admin.base import BackOfficeModelAdmin
from dwaybank.admin.filters import only_one
from integrations.admin.shared import bank_transaction
from integrations.models import BankTransactionVersion


@admin.register(BankTransactionVersion)
class BankTransactionVersionScreen(BackOfficeModelAdmin):
    """To read: written by a trigger, never changed."""

    list_display = (
        columns.time("replaced_at", label="replaced"),
        bank_transaction(),
        columns.day("transaction_date", label="date then"),
        columns.movement(label="amount then"),
        "raw_description",
    )
    list_filter = (only_one("bank_transaction", "bank transaction"),)
    list_select_related = ("bank_transaction",)
    not_in_lists = ("raw_data", "normalized_data")
    ordering = ("-replaced_at",)
    sorted_only_when_small = True
    uuid_search = ("pk", "bank_transaction_id")
    search_help_text = "The id of the bank transaction or of the version."
    sections = (
        (
            "",
            (
                bank_transaction(),
                columns.time("replaced_at", label="replaced"),
                columns.movement(label="amount then"),
                columns.day("transaction_date", label="date then"),
                columns.day("posted_date", label="posted then"),
                "raw_description",
            ),
        ),
        (
            "Record then",
            (columns.json("raw_data", label="raw"), columns.json("normalized_data", label="normalised")),
        ),
    )
