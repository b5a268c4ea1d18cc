"""The rows of a list: what Django's ``result_list`` writes, with all that is the same in every row asked once.

Django asks for each cell anew which field its column names and what class it has, and for each row finds the address
of the page by reversing and resolving it: half of what a list costs. No list here has inputs in its rows.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any, Final

from django.contrib.admin.templatetags.admin_urls import add_preserved_filters
from django.contrib.admin.utils import display_for_field, display_for_value, lookup_field
from django.contrib.admin.views.main import ChangeList
from django.core.exceptions import FieldDoesNotExist, ObjectDoesNotExist
from django.db.models import DateField, Field, ForeignKey, TimeField
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString

_Cell = Callable[[Any], str]
# columns whose values do not break over two lines
_UNBROKEN: Final = (DateField, TimeField, ForeignKey)


def rows_html(changelist: ChangeList) -> SafeString:
    """``<tr>`` for each row of the page. No query beyond those of the columns."""
    cells = _cells(changelist)
    # every part is escaped, or safe, where it is made
    return SafeString(
        "\n".join([f"<tr>{''.join([cell(row) for cell in cells])}</tr>" for row in changelist.result_list])
    )


def _cells(changelist: ChangeList) -> list[_Cell]:
    """What writes each column's cell of a row; the first column with a link is the row's heading."""
    address, is_headed = _address_of_rows(changelist), False
    cells = []
    for place, column in enumerate(changelist.list_display):
        is_link = _is_link(changelist, place, column)
        content = _content(changelist, column, is_link=is_link)
        cells.append(_linked(content, address, "td" if is_headed else "th") if is_link else _plain(content))
        is_headed |= is_link
    return cells


def _is_link(changelist: ChangeList, place: int, column: Any) -> bool:
    links = changelist.list_display_links
    return links is not None and (column in links if links else place == 0)


def _plain(content: Callable[[Any], tuple[str, str]]) -> _Cell:
    def cell(row: Any) -> str:
        css, shown = content(row)
        return f'<td class="{css}">{shown}</td>'

    return cell


def _linked(content: Callable[[Any], tuple[str, str]], address: Callable[[Any], str], tag: str) -> _Cell:
    def cell(row: Any) -> str:
        css, shown = content(row)
        return f'<{tag} class="{css}"><a {address(row)}>{shown}</a></{tag}>'

    return cell


def _address_of_rows(changelist: ChangeList) -> Callable[[Any], str]:
    """The attributes of a row's link: its page, which leads back to the list as it is filtered now."""
    words: dict[str, Any] = {"preserved_filters": changelist.preserved_filters, "opts": changelist.opts}
    back: str | None = None

    def address(row: Any) -> str:
        nonlocal back
        url = changelist.url_for_result(row)
        if back is None:  # the same behind every row
            back = add_preserved_filters(words, url).removeprefix(url)
        opener = ""
        if changelist.is_popup:
            value = row.serializable_value(str(changelist.to_field or changelist.pk_attname))
            opener = f' data-popup-opener="{conditional_escape(value)}"'
        return f'href="{conditional_escape(url + back)}"{opener}'

    return address


def _content(changelist: ChangeList, column: Any, *, is_link: bool) -> Callable[[Any], tuple[str, str]]:
    """The class and the safe HTML of a column's cell in a row."""
    empty = changelist.model_admin.get_empty_value_display()
    if not callable(column):
        return _by_name(changelist, column, empty, is_link=is_link)
    css = f"field-{column.__name__}"
    empty, is_sign = getattr(column, "empty_value_display", empty), getattr(column, "boolean", False)

    def content(row: Any) -> tuple[str, str]:
        try:
            value = column(row)
        except ObjectDoesNotExist:
            return css, conditional_escape(empty)
        if type(value) is SafeString and value:
            return css, value
        return _of_value(css, value, empty, is_sign=is_sign)

    return content


def _of_value(css: str, value: Any, empty: str, *, is_sign: bool = False) -> tuple[str, str]:
    if isinstance(value, str) and not value.strip():
        value = ""
    unbroken = " nowrap" if isinstance(value, datetime.date | datetime.time) else ""
    return css + unbroken, conditional_escape(display_for_value(value, empty, is_sign))


def _by_name(changelist: ChangeList, name: str, empty: str, *, is_link: bool) -> Callable[[Any], tuple[str, str]]:
    """Of a field, or of what else the name means to Django: a method or property of screen or row, a field of a
    related row."""
    css, field = f"field-{name}", _field(changelist, name)
    if field is None:
        return lambda row: _of_value(css, lookup_field(name, row, changelist.model_admin)[2], empty)
    if isinstance(field, _UNBROKEN):
        css += " nowrap"

    def content(row: Any) -> tuple[str, str]:
        value = getattr(row, name)
        if field.is_relation:
            return css, conditional_escape(empty if value is None else value)
        if isinstance(value, str) and not value.strip():
            value = ""
        return css, conditional_escape(display_for_field(value, field, empty, avoid_link=is_link))

    return content


def _field(changelist: ChangeList, name: str) -> Field[Any, Any] | None:
    """The column of the list's own table that has this name."""
    try:
        field = changelist.lookup_opts.get_field(name)
    except FieldDoesNotExist:
        return None
    if not isinstance(field, Field) or field.name != name or field.auto_created:
        return None
    return field if not field.is_relation or isinstance(field, ForeignKey) else None
