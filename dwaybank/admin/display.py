"""Values as people read them: money, times, states, links and JSON, each as safe HTML in one way everywhere.

Nothing here runs a query or reads the clock; ``now`` is passed in by the columns.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from functools import cache
from typing import Any, Final
from uuid import UUID

from django.urls import get_script_prefix, reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.timesince import timesince
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from dwaybank.l10n import moment_text, money_text, number_text
from dwaybank.translation import Text

_SOME_ID: Final = UUID(int=0)
NOTHING: Final = format_html('<span class="nothing">{}</span>', "\u2013")
# JSON keys whose values are never shown, whatever wrote them.
_SECRET_KEY: Final = re.compile(
    r"password|passwd|secret|token|credential|authorization|api[_-]?key|private[_-]?key|cookie", re.IGNORECASE
)
_MAX_DEPTH: Final = 8
_MAX_ITEMS: Final = 200
# objects that are alike stand as the rows of a table, if they are this many and this narrow
_LEAST_ROWS: Final = 2
_MOST_COLUMNS: Final = 10


class Tone(StrEnum):
    """How a state should be read; each tone has a sign of its own, so that colour is never alone."""

    GOOD = "good"
    INFO = "info"
    WAITING = "waiting"
    WARNING = "warning"
    BAD = "bad"
    QUIET = "quiet"


_SIGNS: Final = {
    Tone.GOOD: "\u2713",
    Tone.INFO: "\u2022",
    Tone.WAITING: "\u25cb",
    Tone.WARNING: "!",
    Tone.BAD: "\u00d7",
    Tone.QUIET: "\u2013",
}


def badge(text: Text, tone: Tone) -> SafeString:
    """A state: its text, a sign and a colour that say the same."""
    return format_html(
        '<span class="badge {}"><span class="sign" aria-hidden="true">{}</span>{}</span>', tone, _SIGNS[tone], text
    )


YES: Final = gettext_lazy("Yes")
NO: Final = gettext_lazy("No")
UNKNOWN: Final = gettext_lazy("Unknown")


def yes_or_no(value: bool | None, *, yes: Text = YES, no: Text = NO, unknown: Text = UNKNOWN) -> SafeString:
    """A good yes, a bad no, or a quiet unknown."""
    if value is None:
        return badge(unknown, Tone.QUIET)
    return badge(yes, Tone.GOOD) if value else badge(no, Tone.BAD)


def money(amount: Decimal | None, currency: str | None = None, *, signed: bool = False) -> SafeString:
    """An amount as the reader's language writes it, right-aligned. ``signed`` also writes the plus of money in."""
    if amount is None:
        return NOTHING
    side = "out" if amount < 0 else "in" if amount > 0 and signed else "flat"
    return format_html('<span class="money {}">{}</span>', side, money_text(amount, currency, signed=signed))


def number(value: int | None) -> SafeString:
    """A count, right-aligned."""
    return NOTHING if value is None else format_html('<span class="number">{}</span>', number_text(value))


def relative(moment: datetime, now: datetime) -> str:
    """``3 days ago``, ``in 2 hours``."""
    if abs(moment - now) < timedelta(minutes=1):
        return _("just now")
    if moment > now:
        return _("in %(time)s") % {"time": timesince(now, moment, depth=1)}
    return _("%(time)s ago") % {"time": timesince(moment, now, depth=1)}


def moment(value: datetime | None, now: datetime) -> SafeString:
    """A time in the bank's zone, and how long ago it is."""
    if value is None:
        return NOTHING
    local = timezone.localtime(value)
    return format_html(
        '<time class="moment" datetime="{}" title="{}">{} <span class="ago">{}</span></time>',
        local.isoformat(),
        local.strftime("%Y-%m-%d %H:%M:%S %Z"),
        moment_text(value),
        relative(value, now),
    )


def day(value: date | None) -> SafeString:
    """A date, never broken over two lines."""
    return NOTHING if value is None else format_html('<time class="day" datetime="{0}">{0}</time>', value.isoformat())


def admin_url(model: str, pk: object, view: str = "change") -> str:
    """Address of one object's page; ``model`` is ``app.model``. No query."""
    if isinstance(pk, UUID):
        before, after = _around_id(model, view, get_script_prefix())
        return f"{before}{pk}{after}"
    app, name = model.lower().split(".")
    return reverse(f"admin:{app}_{name}_{view}", args=[str(pk)])


@cache
def _around_id(model: str, view: str, script_prefix: str) -> tuple[str, str]:
    """What stands before and behind the id in the address of an object's page: a list has a hundred such links."""
    app, name = model.lower().split(".")
    before, _id, after = reverse(f"admin:{app}_{name}_{view}", args=[str(_SOME_ID)]).partition(str(_SOME_ID))
    return before, after


def list_url(model: str, query: str = "") -> str:
    """Address of a list, with an optional query string."""
    app, name = model.lower().split(".")
    return reverse(f"admin:{app}_{name}_changelist") + (f"?{query}" if query else "")


def link(url: str, text: object) -> SafeString:
    """A link."""
    return format_html('<a href="{}">{}</a>', url, text)


def object_link(model: str, pk: object, text: object = None) -> SafeString:
    """A link to an object's page; without ``text`` the beginning of its id. No query."""
    if pk is None:
        return NOTHING
    return link(admin_url(model, pk), text if text is not None else short_id(pk))


def short_id(pk: object) -> str:
    """The first block of a UUID, enough to tell rows of one page apart."""
    return f"{str(pk)[:8]}\u2026" if isinstance(pk, UUID) else str(pk)


def code(text: object) -> SafeString:
    """An identifier, in figures and letters of one width."""
    return NOTHING if text in (None, "") else format_html("<code>{}</code>", text)


def paragraph(text: str | None) -> SafeString:
    """A text with its own line breaks."""
    return NOTHING if not text else format_html('<div class="long-text">{}</div>', text)


def json_table(value: Any, depth: int = 0) -> SafeString:
    """JSON as nested tables, label → value. Values under secret-looking labels are never shown."""
    if value is None or value == "" or value == [] or value == {}:
        return NOTHING
    if depth >= _MAX_DEPTH:
        return format_html("<code>{}</code>", str(value)[:500])
    if isinstance(value, Mapping):
        rows = format_html_join(
            "", '<tr><th scope="row">{}</th><td>{}</td></tr>', (_json_pair(key, value[key], depth) for key in value)
        )
        return format_html('<table class="facts"><tbody>{}</tbody></table>', rows)
    if isinstance(value, list):
        return _json_list(value, depth)
    if isinstance(value, bool):
        return format_html("{}", _("yes") if value else _("no"))
    return format_html("{}", value)


def _json_pair(key: str, value: Any, depth: int) -> tuple[str, SafeString]:
    return key, _hidden() if _SECRET_KEY.search(key) and not isinstance(value, bool) else json_table(value, depth + 1)


def _hidden() -> SafeString:
    return format_html('<span class="nothing">{}</span>', _("(not shown)"))


def _more(count: int) -> str:
    return ngettext("and %(n)s more", "and %(n)s more", count) % {"n": number_text(count)}


def _same_keys(items: list[Any]) -> tuple[str, ...]:
    """The keys of several flat objects that all have the same ones, as columns of a table; else nothing."""
    if len(items) < _LEAST_ROWS or not all(isinstance(item, Mapping) and item for item in items):
        return ()
    keys = tuple(items[0])
    flat = all(not isinstance(value, Mapping | list) for item in items for value in item.values())
    return keys if flat and len(keys) <= _MOST_COLUMNS and all(set(item) == set(keys) for item in items) else ()


def _json_columns(headings: tuple[str, ...], items: list[Any], depth: int, more: str) -> SafeString:
    head = format_html_join("", '<th scope="col">{}</th>', ((name,) for name in headings))
    body = format_html_join(
        "",
        "<tr>{}</tr>",
        (
            (format_html_join("", "<td>{}</td>", ((_json_pair(name, item[name], depth)[1],) for name in headings)),)
            for item in items
        ),
    )
    return format_html('<table class="facts"><thead><tr>{}</tr></thead><tbody>{}</tbody></table>{}', head, body, more)


def _json_list(value: list[Any], depth: int) -> SafeString:
    """Short plain values in one line, anything else as a list, with an end."""
    shown = value[:_MAX_ITEMS]
    more = f" \u2026 {_more(len(value) - _MAX_ITEMS)}" if len(value) > _MAX_ITEMS else ""
    if all(not isinstance(item, Mapping | list) for item in shown):
        return format_html("{}{}", ", ".join(map(str, shown)), more)
    if headings := _same_keys(shown):
        return _json_columns(headings, shown, depth, more)
    items = format_html_join("", "<li>{}</li>", ((json_table(item, depth + 1),) for item in shown))
    return format_html('<ol class="facts">{}</ol>{}', items, more)
