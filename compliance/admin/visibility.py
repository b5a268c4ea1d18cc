"""Who sees what of a suspicion: nobody without ``compliance.view_suspicion``, wherever a report shows up.

Telling a client of a suspicion is an offence (PCMLTFA s. 8), so a row that may not be seen is no row: not found, not
counted, not searched.
"""

from __future__ import annotations

from typing import Any, ClassVar, TypeVar

from django.contrib.auth.models import AnonymousUser
from django.db.models import Model, QuerySet
from django.http import HttpRequest

from compliance.enums import ReportType
from dwaybank.admin.base import BackOfficeModelAdmin
from dwaybank.models import User

M = TypeVar("M", bound=Model)


def without_hidden(queryset: QuerySet[M], person: User | AnonymousUser, path: str = "") -> QuerySet[M]:
    """The rows that ``person`` may know of; ``path`` leads from a row to its report (``report__``)."""
    if person.has_perm("compliance.view_suspicion"):
        return queryset
    return queryset.exclude(**{f"{path}report_type": ReportType.FINTRAC_STR})


class HiddenSuspicions(BackOfficeModelAdmin):
    """A screen whose rows belong to reports."""

    report_path: ClassVar[str] = "report__"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Without what may not be known."""
        return without_hidden(super().get_queryset(request), request.user, self.report_path)
