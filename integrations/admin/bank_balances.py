"""Balances that banks stated while syncing."""

from __future__ import annotations

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from dwaybank.admin import columns
from dwaybank.admin.base import BackOfficeModelAdmin
from dwaybank.admin.filters import only_one
from integrations.admin.shared import JOINED_SECRETS, account, connection
from integrations.models import BankBalance

_DAY = columns.day("bank_day", label=_("bank's day"))
_AMOUNT = columns.money("amount", signed=True)


@admin.register(BankBalance)
class BankBalanceScreen(BackOfficeModelAdmin):
    """To read: written by syncs; statements keep their own."""

    list_display = (_DAY, account(), _AMOUNT, "kind", connection(), columns.time("as_of", label=_("as of")))
    list_filter = ("kind", only_one("account", "account"))
    list_select_related = ("account", "connection")
    never_loaded = JOINED_SECRETS
    ordering = ("-as_of",)
    sorted_only_when_small = True
    uuid_search = ("pk", "account_id", "connection_id")
    search_help_text = _("The id of the balance, of its account or connection.")
    sections = (
        ("", (_DAY, account(), _AMOUNT, "kind", connection(), columns.time("as_of", label=_("as of")))),
        (_("Record"), (columns.code("sync_log_id", label=_("sync")), columns.code("id"), columns.time("created_at"))),
    )
