"""Booked rows that a bank took back: they stay, and somebody decides what the ledger has to say."""

from __future__ import annotations

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from dwaybank.admin import columns
from dwaybank.admin.base import BackOfficeModelAdmin
from dwaybank.admin.display import Tone
from dwaybank.admin.filters import only_one
from integrations.admin.shared import JOINED_SECRETS, account, bank_transaction, connection
from integrations.enums import WithdrawalKind
from integrations.models import WithdrawnTransaction

_HOW = columns.badge(
    "withdrawal_kind", {WithdrawalKind.REMOVED: Tone.BAD, WithdrawalKind.ABSENT: Tone.WARNING}, label=_("how")
)


@admin.register(WithdrawnTransaction)
class WithdrawnTransactionScreen(BackOfficeModelAdmin):
    """To read: the row's own page leads to its mapping."""

    list_display = (
        columns.time("noticed_at", label=_("noticed"), sort="noticed_at"),
        bank_transaction(label=_("row")),
        account(),
        _HOW,
        columns.time("returned_at", label=_("listed again")),
        connection(),
    )
    list_filter = ("withdrawal_kind", only_one("account", "account"), only_one("connection", "connection"))
    list_select_related = ("bank_transaction", "account", "connection")
    never_loaded = JOINED_SECRETS
    ordering = ("-noticed_at",)
    sorted_only_when_small = True
    uuid_search = ("pk", "bank_transaction_id", "account_id", "connection_id")
    search_help_text = _("The id of the bank transaction, of its account or of its connection.")
    sections = (
        ("", (bank_transaction(label=_("row")), account(), connection(), _HOW)),
        (
            _("When"),
            (
                columns.time("noticed_at", label=_("noticed")),
                columns.id_link("sync_log_id", "integrations.BankSyncLog", label=_("by sync")),
                columns.time("returned_at", label=_("listed again")),
            ),
        ),
        (_("Record"), (columns.code("id"), columns.time("created_at"))),
    )
