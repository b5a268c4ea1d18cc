"""Columns of lists and lines of detail pages, made by name: each returns a callable that Django's admin takes.

``sort`` names the column to order by; only lists that may sort by it (``sortable_by``) offer that.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from django.apps import apps
from django.contrib import admin
from django.utils import timezone
from django.utils.safestring import SafeString

from dwaybank.admin import display
from dwaybank.admin.display import NOTHING, Tone
from dwaybank.enums import TransactionType
from dwaybank.kept import kept_text
from dwaybank.translation import Text, translated

Column = Callable[[Any], Any]


def column(
    name: str,
    render: Callable[[Any], Any],
    *,
    label: Text = "",
    sort: str = "",
    plain: Callable[[Any], Any] | None = None,
) -> Column:
    """A column whose cells ``render`` makes from the row. ``name`` becomes its CSS class, and without a ``label`` its
    words are the heading.

    ``plain`` gives the bare value for exports; without it what is shown is taken as text.
    """

    def cell(row: Any) -> Any:
        return render(row)

    cell.__name__ = name
    cell.plain = plain  # type: ignore[attr-defined]
    cell.is_named_by_rule = not label  # type: ignore[attr-defined]
    return admin.display(description=label or translated(name.replace("_", " ")), ordering=sort or None)(cell)


def money(
    field: str, *, label: Text = "", currency: str | None = "currency", signed: bool = False, sort: str = ""
) -> Column:
    """An amount that carries its own sign (or none); ``currency`` names the column of its currency."""

    def render(row: Any) -> SafeString:
        unit = getattr(row, currency) if currency else None
        return display.money(getattr(row, field), unit, signed=signed)

    return column(field, render, label=label, sort=sort, plain=_bare(field))


def movement(field: str = "amount", *, label: Text = "", sort: str = "") -> Column:
    """An amount whose sign stands in ``transaction_type``: money out negative."""

    def signed(row: Any) -> Any:
        amount = getattr(row, field)
        return -amount if row.transaction_type == TransactionType.DEBIT else amount

    def render(row: Any) -> SafeString:
        return display.money(signed(row), getattr(row, "currency", None), signed=True)

    return column(field, render, label=label, sort=sort, plain=signed)


def badge(field: str, tones: Mapping[str, Tone], *, label: Text = "", sort: str = "") -> Column:
    """A state by its display name; values without a tone are quiet."""

    def render(row: Any) -> SafeString:
        value = getattr(row, field)
        if value is None:
            return NOTHING
        return display.badge(_names(row._meta.label, field).get(value, value), tones.get(value, Tone.QUIET))

    return column(field, render, label=label, sort=sort)


def yes_or_no(
    field: str, *, label: Text = "", yes: Text = display.YES, no: Text = display.NO, unknown: Text = display.UNKNOWN
) -> Column:
    """A yes that is good and a no that is bad."""
    return column(
        field, lambda row: display.yes_or_no(getattr(row, field), yes=yes, no=no, unknown=unknown), label=label
    )


def flag(field: str, *, yes: Text, tone: Tone, label: Text = "", no: Text = display.NO) -> Column:
    """A yes that stands out, and a quiet no."""
    return column(
        field,
        lambda row: display.badge(yes, tone) if getattr(row, field) else display.badge(no, Tone.QUIET),
        label=label,
    )


def time(field: str, *, label: Text = "", sort: str = "") -> Column:
    """A time, absolute and relative."""
    return column(
        field,
        lambda row: display.moment(getattr(row, field), timezone.now()),
        label=label,
        sort=sort,
        plain=_bare(field),
    )


def day(field: str, *, label: Text = "", sort: str = "") -> Column:
    """A date."""
    return column(field, lambda row: display.day(getattr(row, field)), label=label, sort=sort, plain=_bare(field))


def number(field: str, *, label: Text = "", sort: str = "") -> Column:
    """A count."""
    return column(field, lambda row: display.number(getattr(row, field)), label=label, sort=sort, plain=_bare(field))


def link(
    field: str, to: str, *, label: Text = "", text: Callable[[Any], object] = str, name: str = "", sort: str = ""
) -> Column:
    """A link to the row's related object; by its text where it is loaded, else by the beginning of its id."""

    def render(row: Any) -> SafeString:
        pk = getattr(row, f"{field}_id")
        related = row._state.fields_cache.get(field)
        return display.object_link(to, pk, text(related) if related is not None else None)

    return column(name or field, render, label=label, sort=sort)


def id_link(field: str, to: str, *, label: Text = "") -> Column:
    """A link by an id that is no relation in the database."""
    return column(field, lambda row: display.object_link(to, getattr(row, field)), label=label, plain=_id(field))


def json(field: str, *, label: Text = "") -> Column:
    """JSON as nested tables."""
    return column(field, lambda row: display.json_table(getattr(row, field)), label=label)


def text(field: str, *, label: Text = "") -> Column:
    """A long text with its line breaks."""
    return column(field, lambda row: display.paragraph(getattr(row, field)), label=label)


def kept(field: str, *, label: Text = "") -> Column:
    """A sentence that the row keeps in English, in the reader's language, with its line breaks."""
    return column(field, lambda row: display.paragraph(kept_text(getattr(row, field))), label=label)


def code(field: str, *, label: Text = "") -> Column:
    """An identifier."""
    return column(field, lambda row: display.code(getattr(row, field)), label=label, plain=_id(field))


def listing(field: str, *, label: Text = "") -> Column:
    """An array of short texts."""
    return column(field, lambda row: ", ".join(getattr(row, field) or []) or NOTHING, label=label)


@cache
def _names(model: str, field: str) -> dict[Any, Text]:
    """Value to display name. Django's ``get_…_display()`` makes this dictionary anew, translated, for each cell."""
    return dict(apps.get_model(model)._meta.get_field(field).flatchoices)


def _bare(field: str) -> Callable[[Any], Any]:
    return lambda row: getattr(row, field)


def _id(field: str) -> Callable[[Any], Any]:
    return lambda row: None if getattr(row, field) is None else str(getattr(row, field))
