"""DwayBank's ledger."""

from __future__ import annotations

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from dwaybank.admin import columns
from dwaybank.admin.base import BackOfficeModelAdmin
from dwaybank.admin.filters import only_one
from dwaybank.models import Transaction


@admin.register(Transaction)
class TransactionScreen(BackOfficeModelAdmin):
    """To read: DwayBank's services write the ledger."""

    list_display = (
        columns.day("transaction_date", label=_("date")),
        "__str__",
        columns.movement(),
        columns.link("account", "dwaybank.Account"),
        "status",
        "import_source",
    )
    list_display_links = ("__str__",)
    list_filter = ("transaction_type", only_one("account", "account"))
    list_select_related = ("account",)
    ordering = ("-transaction_date",)
    sorted_only_when_small = True
    not_in_lists = ("transaction_metadata",)
    uuid_search = ("pk", "account_id")
    text_search = ("external_transaction_id",)
    search_help_text = _("The transaction's id, its account's id, or the bank's whole transaction id.")
    sections = (
        (
            "",
            (
                columns.movement(),
                columns.day("transaction_date", label=_("date")),
                "description",
                columns.link("account", "dwaybank.Account"),
                "transaction_type",
                "status",
            ),
        ),
        (
            _("From the bank"),
            (
                "import_source",
                columns.code("external_transaction_id", label=_("the bank's id")),
                columns.code("bank_reference", label=_("the bank's reference")),
                columns.json("transaction_metadata", label=_("more")),
            ),
        ),
        (_("Record"), (columns.code("id"), columns.time("created_at"), columns.time("updated_at"))),
    )
