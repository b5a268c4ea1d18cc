"""Bank transactions, live and archived: search that uses the indexes, raw and normalised side by side."""

from __future__ import annotations

from datetime import date
from itertools import pairwise
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Count, F, IntegerField, OrderBy, Q, QuerySet, Value
from django.db.models.expressions import CombinedExpression
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from dwaybank.admin import columns, display
from dwaybank.admin.base import BackOfficeModelAdmin, as_uuid
from dwaybank.admin.display import Tone
from dwaybank.admin.filters import only_one
from dwaybank.admin.history import FieldChange, HistoryEntry, run_entry
from dwaybank.admin.paginator import MAX_LISTED
from integrations.admin.shared import JOINED_SECRETS, PROCESSING_TONES, account, connection
from integrations.admin.side_by_side import compare, signed_amount
from integrations.models import (
    ArchivedBankTransaction,
    BankTransaction,
    BankTransactionKey,
    BankTransactionVersion,
)
from integrations.search import SearchError, bank_transaction_condition

_FEW_DAYS = 100
_STATUS = columns.badge("processing_status", PROCESSING_TONES, label=_("status"))
_DESCRIPTION = columns.column("description", lambda row: row.raw_description or gettext("(no text)"))
_COMPARED = (
    ("transaction_date", "date"),
    ("posted_date", "posted"),
    ("amount", "amount"),
    ("transaction_type", "direction"),
    ("raw_description", "description"),
    ("raw_data", _("raw record")),
    ("normalized_data", _("normalised record")),
)
SEARCH_HELP = _(
    "Words of the description, 12.34, 2026-10-05, or merchant:tim hortons \u00b7 amount:-12.34 \u00b7 date:2026-10 "
    "\u00b7 code:\u2026 \u00b7 ref:\u2026 \u00b7 fitid:\u2026 \u00b7 account:\u2026 \u00b7 statement:\u2026 "
    '\u00b7 raw.NAME:value \u00b7 raw."Description 1":value \u00b7 an id. All of them must hold.'
)


class BankTransactionBase(BackOfficeModelAdmin):
    """What the live table and its archive share."""

    change_form_template = "admin/integrations/banktransaction/change_form.html"
    list_display = (
        columns.day("transaction_date", label=_("date"), sort="transaction_date"),
        _DESCRIPTION,
        columns.movement(),
        account(),
        "bank_id",
        _STATUS,
    )
    list_display_links = (_DESCRIPTION,)
    list_filter = (
        "transaction_type",
        "processing_status",
        "bank_id",
        only_one("account", "account"),
        only_one("connection", "connection"),
    )
    list_select_related = ("account",)
    not_in_lists = ("raw_data", "normalized_data")
    date_hierarchy = "transaction_date"
    ordering = ("-transaction_date",)
    search_help_text = SEARCH_HELP
    sections = (
        ("", (account(), connection(), "bank_id", _STATUS)),
        (
            _("Record"),
            (
                columns.code("id"),
                columns.time("imported_at", label=_("imported")),
                columns.time("processed_at", label=_("processed")),
                columns.time("bank_created_at", label=_("made at the bank")),
                "category",
                "subcategory",
                columns.time("updated_at"),
            ),
        ),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """The object's page also names its connection."""
        queryset = super().get_queryset(request)
        if self._is_list(request):
            return queryset
        return queryset.select_related("account", "connection").defer(*JOINED_SECRETS)

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        """By id and date: the key table knows the date, so that one partition is read and not every one."""
        day = transaction_day(object_id)
        if day is None:
            return None
        return self.get_queryset(request).filter(pk=as_uuid(object_id), transaction_date=day).first()

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """See ``integrations.search``. Every month's indexes are asked once, to count; what was found on few days is
        then read in the months of these days alone. Few hits are sorted after they were found, many while walking the
        dates.
        """
        if not search_term.strip():
            return queryset, False
        try:
            found = queryset.filter(bank_transaction_condition(search_term))
        except SearchError as error:
            messages.error(request, str(error))
            return queryset.none(), False
        counted = found.order_by().values("pk", "transaction_date")[: MAX_LISTED + 1]
        hits = counted.aggregate(count=Count("pk"), days=ArrayAgg("transaction_date", distinct=True, default=[]))
        request.search_found = hits["count"]  # type: ignore[attr-defined]
        if hits["count"] > MAX_LISTED:
            return found, False
        return sorted_after_search(found.filter(_on(hits["days"])) if len(hits["days"]) <= _FEW_DAYS else found), False

    def counting(self, request: HttpRequest) -> dict[str, Any]:
        """What a search found was counted while searching."""
        return {"known": getattr(request, "search_found", None)}

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], *args: Any, **options: Any) -> Any:
        """With the two records side by side."""
        row = context.get("original")
        if row is not None:
            context.update(compared=compare(row), amount=signed_amount(row), status=_STATUS(row))
        return super().render_change_form(request, context, *args, **options)

    def get_history(self, request: HttpRequest, row: Any) -> list[HistoryEntry]:
        """Earlier versions, which a trigger keeps: what each said, and what it became; and how the row came in."""
        versions = BankTransactionVersion.objects.filter(bank_transaction_id=row.pk)
        newest_first = [row, *versions.order_by("-replaced_at", "-pk")[:50]]
        came_in = run_entry(row, BankTransaction._meta.db_table)
        changed = [_version_entry(later, earlier) for later, earlier in pairwise(newest_first)]
        return [*changed, came_in] if came_in else changed


def _on(days: list[date]) -> Q:
    return Q(transaction_date__in=days) if days else Q(pk__in=[])


def sorted_after_search(queryset: QuerySet[Any]) -> QuerySet[Any]:
    """The same order by an expression that no index has.

    The planner guesses one row in a thousand for every containment; with LIMIT it would walk all dates in search of a
    rare word instead of asking the index of words.
    """
    day = CombinedExpression(F("transaction_date"), "+", Value(0), output_field=IntegerField())
    ordering = [
        OrderBy(day, descending=str(part).startswith("-")) if str(part).lstrip("-") == "transaction_date" else part
        for part in queryset.query.order_by
    ]
    return queryset.order_by(*ordering)


def transaction_day(object_id: str) -> Any:
    """The date of a stored bank transaction, live or archived; None for no such id."""
    if (identifier := as_uuid(unquote(object_id))) is None:
        return None
    return BankTransactionKey.objects.filter(pk=identifier).values_list("transaction_date", flat=True).first()


def _version_entry(later: Any, earlier: BankTransactionVersion) -> HistoryEntry:
    return HistoryEntry(
        when=earlier.replaced_at,
        action=gettext("Changed by the bank"),
        tone=Tone.INFO,
        who="import",
        changes=[
            FieldChange(label, _value(getattr(earlier, name)), _value(getattr(later, name)))
            for name, label in _COMPARED
            if getattr(earlier, name) != getattr(later, name)
        ],
    )


def _value(value: Any) -> object:
    return display.json_table(value) if isinstance(value, dict | list) else value


@admin.register(BankTransaction)
class BankTransactionScreen(BankTransactionBase):
    """To read: written by the import alone."""

    def not_found(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """A row that was archived is shown where it is now."""
        identifier = as_uuid(unquote(object_id))
        day = transaction_day(object_id)
        if (
            identifier is None
            or not ArchivedBankTransaction.objects.filter(pk=identifier, transaction_date=day).exists()
        ):
            return super().not_found(request, object_id)
        messages.info(request, gettext("This bank transaction is past seven years and stands in the archive."))
        return HttpResponseRedirect(display.admin_url("integrations.ArchivedBankTransaction", identifier))


@admin.register(ArchivedBankTransaction)
class ArchivedBankTransactionScreen(BankTransactionBase):
    """To read: whole months past seven years."""
