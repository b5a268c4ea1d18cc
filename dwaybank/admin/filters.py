"""Filters that need no query to offer their choices."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.contrib import admin
from django.contrib.admin.options import IncorrectLookupParameters
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _

from dwaybank.admin.base import as_uuid
from dwaybank.translation import Text


def one_of(column: str, label: Text, choices: Sequence[tuple[str, Text]]) -> type[admin.SimpleListFilter]:
    """A filter by one of the values that are known beforehand: the rows are not asked which of them occur."""

    class OneOf(admin.SimpleListFilter):
        title = label
        parameter_name = column

        def lookups(self, request: HttpRequest, model_admin: Any) -> Iterable[tuple[str, Text]]:
            return choices

        def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any] | None:
            if self.value() is None:
                return None
            if self.value() not in dict(choices):
                raise IncorrectLookupParameters(_("not one of the choices"))
            return queryset.filter(**{column: self.value()})

    return OneOf


def only_one(column: str, label: Text) -> type[admin.SimpleListFilter]:
    """A filter that shows itself only when a link set it: rows of one object, and a way back to all."""

    class OnlyOne(admin.SimpleListFilter):
        title = label
        parameter_name = column

        def lookups(self, request: HttpRequest, model_admin: Any) -> Iterable[tuple[str, str]]:
            return (
                [(self.value() or "", _("Only %(id)s\u2026") % {"id": (self.value() or "")[:8]})]
                if self.value()
                else []
            )

        def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any] | None:
            if not self.value():
                return None
            if (identifier := as_uuid(str(self.value()))) is None:
                raise IncorrectLookupParameters(_("not an id"))
            return queryset.filter(**{f"{column}_id": identifier})

    return OnlyOne
