"""Large cash records: receipts of cash and who took part."""

from __future__ import annotations

from typing import Final

from django.contrib import admin

from compliance.enums import CashRecordStatus
from compliance.models import LargeCashParty, LargeCashRecord
from dwaybank.admin import columns
from dwaybank.admin.base import BackOfficeModelAdmin
from dwaybank.admin.display import Tone
from dwaybank.admin.filters import only_one

STATUS_TONES: Final[dict[str, Tone]] = {
    CashRecordStatus.PROPOSED: Tone.WAITING,
    CashRecordStatus.RECORDED: Tone.GOOD,
    CashRecordStatus.DISMISSED: Tone.QUIET,
}
_STATUS = columns.badge("record_status", STATUS_TONES, label="status")


@admin.register(LargeCashRecord)
class CashRecordScreen(BackOfficeModelAdmin):
    """Receipts of cash, of any size."""

    list_display = (
        columns.time("received_at", label="received", sort="received_at"),
        "reference",
        columns.money("amount"),
        "amount_cad",
        "location_id",
        _STATUS,
        "record_source",
    )
    list_display_links = ("reference",)
    list_filter = ("record_status", "record_source", "exemption")
    date_hierarchy = "received_at"
    ordering = ("-received_at",)
    uuid_search = ("pk", "account_id")
    text_search = ("reference",)
    search_help_text = "A whole reference, or the id of the record or of its account."
    sections = (
        (
            "",
            (
                columns.code("reference"),
                _STATUS,
                "status_reason",
                "record_source",
                columns.time("received_at", label="received"),
                "zone",
                columns.time("posted_at", label="posted"),
                "location_id",
                "method_code",
                "method_other",
            ),
        ),
        (
            "Cash",
            (
                columns.money("amount"),
                "currency",
                "exchange_rate",
                "rate_source",
                "amount_cad",
                "purpose",
                "how_obtained",
                "source_of_cash",
                "business_account",
            ),
        ),
        (
            "Disposition",
            (
                "disposition_code",
                "disposition_other",
                "disposition_reference",
                columns.link("account", "dwaybank.Account"),
                "institution_number",
                "branch_number",
                "account_number",
                "account_type",
                "account_type_other",
                "account_currency",
                "account_opened",
                columns.json("further_dispositions"),
            ),
        ),
        ("Exemption", ("exemption", "exemption_reason")),
        (
            "Record",
            (
                columns.link("transaction", "dwaybank.Transaction", label="ledger transaction"),
                columns.link("created_by", "dwaybank.User", label="entered by"),
                columns.code("id"),
                columns.time("created_at"),
                columns.time("updated_at"),
            ),
        ),
    )


@admin.register(LargeCashParty)
class CashPartyScreen(BackOfficeModelAdmin):
    """Who took part in a receipt: to read; the record's page changes them."""

    list_display = (
        columns.link("party", "compliance.Party"),
        "party_role",
        columns.link("record", "compliance.LargeCashRecord"),
        columns.code("party_key", label="key"),
    )
    list_display_links = ("party_role",)
    list_filter = ("party_role", only_one("record", "record"), only_one("party", "party"))
    filter_columns = ("party_key",)
    list_select_related = ("party", "record")
    sorted_only_when_small = True
    ordering = ("-created_at",)
    uuid_search = ("pk", "record_id", "party_id")
    text_search = ("party_key",)
    search_help_text = "A whole key of a party, or the id of the party or of the record."
    sections = (
        (
            "",
            (
                columns.link("record", "compliance.LargeCashRecord"),
                columns.link("party", "compliance.Party"),
                "party_role",
                "relationship_code",
                "relationship_other",
                columns.code("party_key", label="key"),
            ),
        ),
        ("Record", (columns.code("id"), columns.time("created_at"))),
    )
