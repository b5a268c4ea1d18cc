"""What reviewers' decisions taught: aliases of counterparties, and pairs that are not the same movement."""

from __future__ import annotations

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from dwaybank.admin import columns
from dwaybank.admin.base import BackOfficeModelAdmin
from dwaybank.admin.filters import only_one
from integrations.admin.shared import account, bank_transaction
from reconciliation.models import CounterpartyAlias, RejectedPair

_CONFIRMED = columns.time("confirmed_at", label=_("last confirmed"))
_REJECTED = columns.time("rejected_at", label=_("rejected"))
_LEDGER = columns.link("transaction", "dwaybank.Transaction", label=_("ledger transaction"))
_BY = columns.link("rejected_by", "dwaybank.User", label=_("by"))


@admin.register(CounterpartyAlias)
class CounterpartyAliasScreen(BackOfficeModelAdmin):
    """To read: decisions confirm an alias, undone ones take that back."""

    list_display = ("bank_text", "counterparty", account(), columns.number("confirmations"), _CONFIRMED)
    list_filter = (only_one("account", "account"),)
    list_select_related = ("account",)
    ordering = ("account_id", "bank_text", "counterparty")
    uuid_search = ("pk", "account_id")
    search_help_text = _("The id of the alias or of its account.")
    sections = (
        ("", ("bank_text", "counterparty", account(), columns.number("confirmations"), _CONFIRMED)),
        (_("Record"), (columns.code("id"), columns.time("created_at"))),
    )


@admin.register(RejectedPair)
class RejectedPairScreen(BackOfficeModelAdmin):
    """To read: written by decisions; the memory fades with its age."""

    list_display = (_REJECTED, bank_transaction(), _LEDGER, _BY)
    list_select_related = ("bank_transaction", "transaction", "rejected_by")
    never_loaded = ("transaction__transaction_metadata",)
    ordering = ("-rejected_at",)
    sorted_only_when_small = True
    uuid_search = ("pk", "bank_transaction_id", "transaction_id")
    search_help_text = _("The id of the pair, of the bank transaction or of the ledger transaction.")
    sections = (
        ("", (bank_transaction(), _LEDGER, _BY, _REJECTED)),
        (_("Record"), (columns.code("id"),)),
    )
