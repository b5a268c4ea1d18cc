"""Which stored row is the same movement as which."""

from __future__ import annotations

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from dwaybank.admin import columns
from dwaybank.admin.base import BackOfficeModelAdmin
from integrations.admin.shared import bank_transaction
from integrations.models import BankTransactionDuplicate

_FOUND = columns.time("created_at", label=_("found"))
_COLUMNS = (
    bank_transaction(label=_("row that repeats")),
    bank_transaction("duplicate_of", label=_("the movement it repeats")),
    "source",
)


@admin.register(BankTransactionDuplicate)
class BankTransactionDuplicateScreen(BackOfficeModelAdmin):
    """To read: written by the import."""

    list_display = (_FOUND, *_COLUMNS)
    list_select_related = ("bank_transaction", "duplicate_of")
    ordering = ("-created_at",)
    sorted_only_when_small = True
    uuid_search = ("pk", "bank_transaction_id", "duplicate_of_id")
    search_help_text = _("The id of one of the two bank transactions.")
    sections = (("", (*_COLUMNS, _FOUND)), (_("Record"), (columns.code("id"),)))
