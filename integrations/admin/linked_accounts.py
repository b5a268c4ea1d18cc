"""Linked accounts: by which names banks know DwayBank's external accounts."""

from __future__ import annotations

from django.contrib import admin
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from dwaybank.admin import columns
from dwaybank.admin.base import BackOfficeModelAdmin
from dwaybank.admin.filters import only_one
from integrations.admin.shared import JOINED_SECRETS, account, connection
from integrations.importing.accounts import account_key
from integrations.models import LinkedAccount


@admin.register(LinkedAccount)
class LinkedAccountScreen(BackOfficeModelAdmin):
    """To read: the import links accounts when it is told to."""

    list_display = (
        columns.code("external_account_id", label=_("name at the bank")),
        "bank_id",
        "identifier_kind",
        "currency",
        account(),
        connection(),
        columns.time("created_at", label=_("linked")),
    )
    list_filter = ("bank_id", "identifier_kind", only_one("connection", "connection"), only_one("account", "account"))
    list_select_related = ("account", "connection")
    never_loaded = JOINED_SECRETS
    ordering = ("bank_id", "external_account_id")
    sorted_only_when_small = True
    uuid_search = ("pk", "account_id", "connection_id")
    text_search = ("account_key",)
    search_help_text = _("The whole number or name at the bank, or the id of the account or connection.")
    sections = (
        (
            "",
            (
                columns.code("external_account_id", label=_("name at the bank")),
                "bank_id",
                "identifier_kind",
                "currency",
                account(),
                connection(),
            ),
        ),
        (_("Record"), (columns.code("id"), columns.time("created_at"), columns.time("updated_at"))),
    )

    def search_condition(self, term: str) -> Q | None:
        """Numbers are compared without blanks and dashes."""
        found = super().search_condition(term)
        return Q(account_key=account_key(term)) if found == Q(account_key=term) else found
