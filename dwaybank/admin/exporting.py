"""Any list as CSV: the rows that the list shows under its filters, the same columns, values for machines.

An export asks for a recent sign-in and is logged as a read before the first line leaves. Columns of lists hold no
secrets; texts are written so that no spreadsheet takes them for formulas.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from django.contrib import messages
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.utils import label_for_field, lookup_field
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied
from django.db.models import ForeignKey
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect, StreamingHttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from dwaybank.admin.csv_text import BOM, csv_line, plain_text
from dwaybank.admin.display import list_url
from dwaybank.enums import ReadKind
from dwaybank.l10n import number_text
from dwaybank.reads import record_read
from dwaybank.reauth import ensure_recent_sign_in

MAX_EXPORTED: Final = 10_000
_SIGN: Final = re.compile(r'<span class="(?:sign|visually-hidden)"[^>]*>.*?</span>', re.DOTALL)
_TAG: Final = re.compile(r"<[^>]+>")


def export_list(screen: Any, request: HttpRequest) -> HttpResponseBase:
    """The CSV, or a message on the list where there are too many rows. Raises PermissionDenied."""
    if not screen.has_view_permission(request):
        raise PermissionDenied
    ensure_recent_sign_in(request)
    label = f"{screen.opts.app_label}.{screen.opts.model_name}"
    back = list_url(label, request.GET.urlencode())
    try:
        changelist = screen.get_changelist_instance(request)
    except IncorrectLookupParameters:
        return HttpResponseRedirect(list_url(label))
    rows = list(changelist.queryset[: MAX_EXPORTED + 1])
    if len(rows) > MAX_EXPORTED:
        messages.error(
            request,
            _("An export takes %(most)s rows and here are more. Filter the list first. Nothing was exported.")
            % {"most": number_text(MAX_EXPORTED)},
        )
        return HttpResponseRedirect(back)
    ids = [row.pk for row in rows] if screen.reads_logged else []
    record_read(request, screen.model, row_ids=ids, what=ReadKind.EXPORT)
    day = timezone.localdate()
    return StreamingHttpResponse(
        _lines(screen, request, rows),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{screen.opts.model_name}-{day}.csv"'},
    )


def _lines(screen: Any, request: HttpRequest, rows: Sequence[Any]) -> Iterator[str]:
    shown = [one for one in screen.get_list_display(request) if one != "action_checkbox"]
    # amounts are bare figures here: what they are in stands beside them
    if any(field.name == "currency" for field in screen.opts.concrete_fields) and "currency" not in shown:
        shown.append("currency")
    headings = [str(label_for_field(one, screen.model, screen)) for one in shown]
    yield BOM + csv_line(["id", *map(plain_text, headings)])
    for row in rows:
        yield csv_line([str(row.pk), *(csv_value(_value(one, row, screen)) for one in shown)])


def _value(column: Any, row: Any, screen: Any) -> Any:
    """What stands in a cell: the bare value where the column knows it, else what is shown."""
    plain = getattr(column, "plain", None)
    if plain is not None:
        return plain(row)
    try:
        field, _attribute, value = lookup_field(column, row, screen)
    except ObjectDoesNotExist:
        return None
    if field is not None and field.choices:
        return getattr(row, f"get_{field.name}_display")()
    return str(value) if isinstance(field, ForeignKey) and value is not None else value


def csv_value(value: Any) -> str:
    """A value as one cell: times in the bank's zone, figures bare, anything else as text without markup."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return timezone.localtime(value).isoformat(timespec="seconds")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, int | Decimal):
        return str(value)
    text = str(value)
    if hasattr(value, "__html__"):
        text = " ".join(html.unescape(_TAG.sub(" ", _SIGN.sub("", text))).split())
    return "" if text == "\u2013" else plain_text(text)
