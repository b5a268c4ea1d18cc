"""Large cash records: receipts of cash and who took part; to read, to enter, to complete where they are proposed."""

from __future__ import annotations

from typing import Any, Final

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods

from compliance.admin.typed import TypedScreen
from compliance.entering.cash import FIELDS, SECTIONS, CashRecordForm
from compliance.enums import CashRecordSource, CashRecordStatus
from compliance.models import LargeCashParty, LargeCashRecord
from compliance.proposing import propose_cash_records
from compliance.tasks import detect_later
from dwaybank.actor import Actor
from dwaybank.admin import columns
from dwaybank.admin.base import BackOfficeModelAdmin, acting_person
from dwaybank.admin.cards import Card, register_card
from dwaybank.admin.display import Tone, list_url
from dwaybank.admin.filters import only_one

STATUS_TONES: Final[dict[str, Tone]] = {
    CashRecordStatus.PROPOSED: Tone.WAITING,
    CashRecordStatus.RECORDED: Tone.GOOD,
    CashRecordStatus.DISMISSED: Tone.QUIET,
}
_STATUS = columns.badge("record_status", STATUS_TONES, label=gettext_lazy("status"))


@admin.register(LargeCashRecord)
class CashRecordScreen(TypedScreen):
    """Receipts of cash, of any size."""

    can_add = True
    form = CashRecordForm
    editable_fields = FIELDS
    reads_logged = True
    list_display = (
        columns.time("received_at", label=gettext_lazy("received"), sort="received_at"),
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
    search_help_text = gettext_lazy("A whole reference, or the id of the record or of its account.")
    sections = (
        (
            "",
            (
                columns.code("reference"),
                _STATUS,
                "status_reason",
                "record_source",
                columns.time("received_at", label=gettext_lazy("received")),
                "zone",
                columns.time("posted_at", label=gettext_lazy("posted")),
                "location_id",
                "method_code",
                "method_other",
            ),
        ),
        (
            gettext_lazy("Cash"),
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
            gettext_lazy("Disposition"),
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
        (gettext_lazy("Exemption"), ("exemption", "exemption_reason")),
        (
            gettext_lazy("Record"),
            (
                columns.link("transaction", "dwaybank.Transaction", label=gettext_lazy("ledger transaction")),
                columns.link("created_by", "dwaybank.User", label=gettext_lazy("entered by")),
                columns.code("id"),
                columns.time("created_at"),
                columns.time("updated_at"),
            ),
        ),
    )
    typed_sections = SECTIONS

    def prepare_change(self, request: HttpRequest, obj: Any, form: Any) -> set[str]:
        """What follows from the time and the amount."""
        return {"received_at", "amount_cad"}

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """With who took part; then what is reportable is looked for again."""
        if not change:
            obj.record_source, obj.created_by = CashRecordSource.ENTERED, acting_person(request)
        super().save_model(request, obj, form, change)
        form.save_parties(obj)
        if obj.record_status == CashRecordStatus.RECORDED:
            detect_later(obj.received_at)

    def list_links(self, request: HttpRequest) -> list[tuple[str, str]]:
        """To the proposals."""
        if not self.has_add_permission(request):
            return []
        return [(_("Propose from bank transactions"), reverse("admin:compliance_largecashrecord_propose"))]

    def get_urls(self) -> list[URLPattern]:
        """And the page that proposes."""
        view = self.admin_site.admin_view(propose_view)
        return [path("propose/", view, name="compliance_largecashrecord_propose"), *super().get_urls()]


@require_http_methods(["GET", "POST"])
def propose_view(request: HttpRequest) -> HttpResponse:
    """Ask, then propose a record for each bank transaction that looks like cash."""
    if not request.user.has_perm("compliance.add_largecashrecord"):
        raise PermissionDenied
    if request.method == "POST":
        actor = Actor(acting_person(request).pk, "admin")
        count = propose_cash_records(actor=actor, now=timezone.now())
        said = ngettext("%(count)d record is proposed.", "%(count)d records are proposed.", count) % {"count": count}
        messages.success(request, f"{said} {_('Complete them, or dismiss them with a reason.')}")
        return HttpResponseRedirect(list_url("compliance.LargeCashRecord", "record_status__exact=proposed"))
    context = {
        **admin.site.each_context(request),
        "title": _("Propose from bank transactions"),
        "back": list_url("compliance.LargeCashRecord"),
    }
    return TemplateResponse(request, "admin/compliance/largecashrecord/propose.html", context)


register_card(
    Card(
        name="cash-proposed",
        title=gettext_lazy("Cash to complete"),
        what=gettext_lazy("Bank transactions that look like cash; the oldest came in"),
        queryset=lambda: LargeCashRecord.objects.filter(record_status=CashRecordStatus.PROPOSED),
        url=lambda: list_url("compliance.LargeCashRecord", "record_status__exact=proposed"),
        permission="compliance.change_largecashrecord",
        oldest="received_at",
        ordered=True,
        rank=62,
    )
)


@admin.register(LargeCashParty)
class CashPartyScreen(BackOfficeModelAdmin):
    """Who took part in a receipt: to read; the record's page changes them."""

    reads_logged = True
    list_display = (
        columns.link("party", "compliance.Party"),
        "party_role",
        columns.link("record", "compliance.LargeCashRecord"),
        columns.code("party_key", label=gettext_lazy("key")),
    )
    list_display_links = ("party_role",)
    list_filter = ("party_role", only_one("record", "record"), only_one("party", "party"))
    filter_columns = ("party_key",)
    list_select_related = ("party", "record")
    sorted_only_when_small = True
    ordering = ("-created_at",)
    uuid_search = ("pk", "record_id", "party_id")
    text_search = ("party_key",)
    search_help_text = gettext_lazy("A whole key of a party, or the id of the party or of the record.")
    sections = (
        (
            "",
            (
                columns.link("record", "compliance.LargeCashRecord"),
                columns.link("party", "compliance.Party"),
                "party_role",
                "relationship_code",
                "relationship_other",
                columns.code("party_key", label=gettext_lazy("key")),
            ),
        ),
        (gettext_lazy("Record"), (columns.code("id"), columns.time("created_at"))),
    )
