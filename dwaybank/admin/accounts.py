"""DwayBank's accounts: its own and those held at other banks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from dwaybank.admin import columns
from dwaybank.admin.base import BackOfficeModelAdmin
from dwaybank.admin.display import Tone, list_url
from dwaybank.admin.filters import only_one
from dwaybank.models import Account
from dwaybank.translation import Text


def owner_column() -> columns.Column:
    """The customer, by e-mail."""
    return columns.link("user", "dwaybank.User", label=_("customer"))


@admin.register(Account)
class AccountScreen(BackOfficeModelAdmin):
    """To read: DwayBank's services write accounts, the import adds external ones."""

    list_display = (
        "account_name",
        columns.code("external_account_id", label=_("number at the bank")),
        owner_column(),
        "account_type",
        columns.money("current_balance", label=_("balance")),
        columns.flag("is_external", label=_("held"), yes=_("At another bank"), tone=Tone.INFO, no=_("At DwayBank")),
        columns.time("last_sync_date", label=_("last data")),
    )
    list_filter = ("is_external", "sync_enabled", only_one("user", "customer"))
    list_select_related = ("user",)
    ordering = ("account_name",)
    sorted_only_when_small = True
    uuid_search = ("pk", "user_id")
    email_search = ("user__email",)
    text_search = ("external_account_id",)
    search_help_text = _("The account's whole number at the bank, its id, or its customer's e-mail address or id.")
    sections = (
        ("", ("account_name", owner_column(), "account_type", columns.money("current_balance"))),
        (
            _("At the bank"),
            (
                columns.flag(
                    "is_external", label=_("held"), yes=_("At another bank"), tone=Tone.INFO, no=_("At DwayBank")
                ),
                "external_bank_name",
                columns.code("external_account_id", label=_("number at the bank")),
                columns.yes_or_no("sync_enabled", label=_("sync")),
                columns.time("last_sync_date", label=_("last data")),
            ),
        ),
        (
            _("Record"),
            (
                columns.code("id"),
                columns.time("deleted_at", label=_("closed")),
                columns.time("created_at"),
                columns.time("updated_at"),
            ),
        ),
    )

    def object_links(self, request: HttpRequest, row: Any) -> Sequence[tuple[Text, str]]:
        """What moves on this account."""
        if not request.user.has_perm("dwaybank.view_transaction"):
            return []
        return [(gettext("Ledger transactions"), list_url("dwaybank.Transaction", f"account={row.pk}"))]
