"""Statement profiles: CSV layouts that people described, with every version."""

from __future__ import annotations

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from dwaybank.admin import columns
from dwaybank.admin.base import BackOfficeModelAdmin
from dwaybank.admin.filters import only_one
from integrations.admin.profile_editor import DELIMITER_NAMES
from integrations.admin.shared import account, customer
from integrations.models import StatementProfile

_IN_USE = columns.yes_or_no("is_current", label=_("in use"), yes=_("In use"), no=_("Out of use"))


def described(row: StatementProfile) -> str:
    """The meaning of the columns, in file order."""
    used = (
        f"{place}. {column['heading'] or '(no heading)'}: {str(column['use']).replace('_', ' ')}"
        for place, column in enumerate(row.columns, 1)
    )
    return "\n".join(used)


@admin.register(StatementProfile)
class StatementProfileScreen(BackOfficeModelAdmin):
    """A profile is made from a file (review, "Describe its columns"); a change is a new version.

    A version can be taken out of use, and nothing else of it changes: the database holds that.
    """

    list_display = (
        "name",
        columns.number("version"),
        _IN_USE,
        customer("owner"),
        account(),
        "bank_id",
        "currency",
        columns.time("created_at", label=_("described"), sort="created_at"),
    )
    list_display_links = ("name",)
    list_filter = ("is_current", only_one("owner", "customer"), only_one("account", "account"))
    list_select_related = ("owner", "account")
    ordering = ("-created_at",)
    sorted_only_when_small = True
    editable_fields = ("is_current",)
    uuid_search = ("pk", "owner_id", "account_id")
    email_search = ("owner__email",)
    search_help_text = _("The profile's id, or its customer's e-mail address or id, or its account's id.")
    sections = (
        ("", ("name", columns.number("version"), "is_current", customer("owner"), account(), "bank_id", "institution")),
        (
            _("How the file is written"),
            (
                columns.column("described", described, label=_("columns")),
                "date_order",
                "sign_rule",
                "has_header",
                columns.column(
                    "parted_by", lambda row: DELIMITER_NAMES[row.delimiter], label=_("columns are parted by")
                ),
                columns.column("encoded", lambda row: row.encoding or _("found from the content"), label=_("encoding")),
                "currency",
                "account_kind",
            ),
        ),
        (
            _("Record"),
            (
                columns.time("created_at", label=_("described")),
                columns.id_link("created_by", "dwaybank.User", label=_("described by")),
                columns.code("id"),
            ),
        ),
    )
