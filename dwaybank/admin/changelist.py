"""The list page's own rules: sort only where it is cheap, dates without scanning, counts with an end."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.contrib.admin.utils import quote
from django.contrib.admin.views.main import ChangeList
from django.db.models import Max, Min, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from dwaybank.admin.display import admin_url
from dwaybank.admin.paginator import MAX_LISTED, bounded_count
from dwaybank.l10n import short_day_text


@dataclass(frozen=True, slots=True)
class DateChoice:
    """One link of the date drill-down."""

    text: str
    url: str
    is_current: bool = False


class BackOfficeChangeList(ChangeList):
    """Django's list page for tables of ten million rows."""

    model_admin: Any  # a BackOfficeModelAdmin; naming it here would go round in circles
    unsorted = False

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.title = capfirst(str(self.opts.verbose_name_plural))

    @property
    def csv_url(self) -> str:
        """The rows of this list, under its filters, as CSV."""
        return reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_csv") + self.get_query_string()

    def url_for_result(self, result: Any) -> str:
        """The row's page."""
        pk = getattr(result, self.pk_attname)
        return admin_url(self.opts.label, pk if isinstance(pk, UUID) else quote(pk))

    def get_ordering_field(self, field_name: Any) -> Any:
        """The column to order by, for columns that this list may be sorted by. (Django takes ?o= of any.)"""
        if self.sortable_by is not None and field_name not in self.sortable_by:
            return None
        return super().get_ordering_field(field_name)

    def get_ordering(self, request: HttpRequest, queryset: QuerySet[Any]) -> list[Any]:
        """As asked; by key alone where no index serves the order and there are too many rows to sort."""
        if self.model_admin.sorted_only_when_small and bounded_count(queryset) > MAX_LISTED:
            self.unsorted = True
            return ["-pk"]
        return list(super().get_ordering(request, queryset))

    def date_choices(self) -> list[DateChoice]:
        """Years, then months, then days of ``date_hierarchy``.

        Django looks up which months and days have rows, which reads a year of the table; here every one is
        offered, and the years are those between the first and the last row (two index probes).
        """
        field = self.date_hierarchy
        chosen = [self._chosen(f"{field}__{part}") for part in ("year", "month", "day")]
        year, month, picked_day = chosen
        names = (f"{field}__year", f"{field}__month", f"{field}__day")
        if year is None:
            return [DateChoice(str(y), self.get_query_string({names[0]: y}, [f"{field}__"])) for y in self._years()]
        back = [DateChoice(_("\u2039 All dates"), self.get_query_string(remove=[f"{field}__"]))]
        if month is None:
            return back + [
                DateChoice(
                    date_format(date(year, m, 1), "M"),
                    self.get_query_string({names[0]: year, names[1]: m}, [f"{field}__"]),
                )
                for m in range(1, 13)
            ]
        back.append(DateChoice(f"\u2039 {year}", self.get_query_string({names[0]: year}, [f"{field}__"])))
        days = calendar.monthrange(year, month)[1]
        return back + [
            DateChoice(
                short_day_text(date(year, month, d)) if d == 1 or d == picked_day else str(d),
                self.get_query_string({names[0]: year, names[1]: month, names[2]: d}, [f"{field}__"]),
                is_current=d == picked_day,
            )
            for d in range(1, days + 1)
        ]

    def _chosen(self, name: str) -> int | None:
        text = str(self.params.get(name, ""))
        limits = {"year": (1, 9999), "month": (1, 12), "day": (1, 31)}[name.rsplit("__", 1)[1]]
        if not (text.isascii() and text.isdigit() and len(text) <= 4):
            return None
        return int(text) if limits[0] <= int(text) <= limits[1] else None

    def _years(self) -> list[int]:
        """From the newest row's year to the oldest's, fifteen at most."""
        ends = self.model._default_manager.aggregate(first=Min(self.date_hierarchy), last=Max(self.date_hierarchy))
        if ends["first"] is None:
            return []
        first, last = (_local_year(ends[name]) for name in ("first", "last"))
        return list(range(last, max(first, last - 14) - 1, -1))


def _local_year(value: date) -> int:
    return timezone.localtime(value).year if isinstance(value, datetime) else value.year
