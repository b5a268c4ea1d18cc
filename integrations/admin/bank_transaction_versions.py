"""What bank transactions said before the bank changed them."""

from __future__ import annotations

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from dwaybank.admin import columns
from dwaybank.admin.base import BackOfficeModelAdmin
from dwaybank.admin.filters import only_one
from integrations.admin.shared import bank_transaction
from integrations.models import BankTransactionVersion


@admin.register(BankTransactionVersion)
class BankTransactionVersionScreen(BackOfficeModelAdmin):
    """To read: written by a trigger, never changed."""

    list_display = (
        columns.time("replaced_at", label=_("replaced")),
        bank_transaction(),
        columns.day("transaction_date", label=_("date then")),
        columns.movement(label=_("amount then")),
        "raw_description",
    )
    list_filter = (only_one("bank_transaction", _("bank transaction")),)
    list_select_related = ("bank_transaction",)
    not_in_lists = ("raw_data", "normalized_data")
    ordering = ("-replaced_at",)
    sorted_only_when_small = True
    uuid_search = ("pk", "bank_transaction_id")
    search_help_text = _("The id of the bank transaction or of the version.")
    sections = (
        (
            "",
            (
                bank_transaction(),
                columns.time("replaced_at", label=_("replaced")),
                columns.movement(label=_("amount then")),
                columns.day("transaction_date", label=_("date then")),
                columns.day("posted_date", label=_("posted then")),
                "raw_description",
            ),
        ),
        (
            _("Record then"),
            (columns.json("raw_data", label=_("raw")), columns.json("normalized_data", label=_("normalised"))),
        ),
    )
