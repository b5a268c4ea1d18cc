"""Statements: what one file said about one account."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from dwaybank.admin import columns, display
from dwaybank.admin.base import BackOfficeModelAdmin
from dwaybank.admin.display import list_url
from dwaybank.admin.filters import one_of, only_one
from dwaybank.translation import Text
from integrations.admin.shared import JOINED_SECRETS, account, connection
from integrations.models import BankStatement

_TIES, _TIES_NOT = _("Ties out"), _("Does not tie out")
TIES_OUT = columns.yes_or_no("ties_out", label=_("ties out"), yes=_TIES, no=_TIES_NOT, unknown=_("Not stated"))
_FILE = columns.link("file", "integrations.StatementFile", text=lambda row: row.file_name)
_PERIOD = columns.column(
    "period",
    lambda row: (
        display.NOTHING
        if row.period_start is None
        else f"{row.period_start.isoformat()} \u2013 {row.period_end.isoformat() if row.period_end else ''}"
    ),
)
_CHANGED = columns.number("transactions_changed", label=_("of these changed"))


@admin.register(BankStatement)
class BankStatementScreen(BackOfficeModelAdmin):
    """To read: written once by the import."""

    list_display = (
        _PERIOD,
        account(),
        _FILE,
        columns.number("transactions_seen", label=_("rows")),
        columns.number("transactions_imported", label=_("new")),
        columns.number("transactions_duplicates", label=_("known")),
        columns.number("transactions_rejected", label=_("rejected")),
        columns.money("closing_balance", label=_("closing"), signed=True),
        TIES_OUT,
    )
    list_filter = (
        one_of("ties_out", _("ties out"), [("1", _TIES), ("0", _TIES_NOT)]),
        only_one("account", "account"),
        only_one("file", "file"),
    )
    list_select_related = ("file", "account", "connection")
    never_loaded = ("file__content", "file__problems", *JOINED_SECRETS)
    ordering = ("-created_at",)
    sorted_only_when_small = True
    uuid_search = ("pk", "file_id", "account_id", "connection_id")
    search_help_text = _("The id of the statement, its file, account or connection.")
    sections = (
        ("", (columns.code("external_account_id", label=_("account at the bank")), account(), _PERIOD, _FILE)),
        (
            _("Balances"),
            (
                columns.money("opening_balance", label=_("opening"), signed=True),
                columns.money("signed_sum", label=_("+ rows"), signed=True),
                columns.money("closing_balance", label=_("= closing"), signed=True),
                TIES_OUT,
            ),
        ),
        (
            _("Counts at the first import"),
            (
                columns.number("transactions_seen", label=_("rows seen")),
                columns.number("transactions_imported", label=_("new")),
                columns.number("transactions_duplicates", label=_("known")),
                _CHANGED,
                columns.number("transactions_rejected", label=_("rejected")),
            ),
        ),
        (
            _("Record"),
            (
                connection(),
                columns.id_link("sync_log_id", "integrations.BankSyncLog", label=_("sync")),
                columns.code("id"),
                columns.time("created_at"),
            ),
        ),
    )

    def object_links(self, request: HttpRequest, row: Any) -> Sequence[tuple[Text, str]]:
        """The rows that came with this statement."""
        if not request.user.has_perm("integrations.view_banktransaction"):
            return []
        return [(gettext("Its rows"), list_url("integrations.BankTransaction", f"q=statement:{row.pk}"))]
