"""Who sees what of a suspicion: nobody without ``compliance.view_suspicion``, wherever a report shows up.

Telling a client of a suspicion is an offence (PCMLTFA s. 8), so a row that may not be seen is no row: not found, not
counted, not searched.
"""

from __future__ import annotations

from typing import Any, ClassVar, TypeVar

from django.contrib.auth.models import AnonymousUser
from django.db.models import Exists, Model, OuterRef, QuerySet
from django.http import HttpRequest

from compliance.enums import ReportType
from compliance.models import LargeCashParty, Party
from dwaybank.admin.base import BackOfficeModelAdmin
from dwaybank.models import User

M = TypeVar("M", bound=Model)


def without_hidden(queryset: QuerySet[M], person: User | AnonymousUser, path: str = "") -> QuerySet[M]:
    """The rows that ``person`` may know of; ``path`` leads from a row to its report (``report__``)."""
    if person.has_perm("compliance.view_suspicion"):
        return queryset
    return queryset.exclude(**{f"{path}report_type": ReportType.FINTRAC_STR})


def visible_parties(person: User | AnonymousUser) -> QuerySet[Party]:
    """The parties that ``person`` may know of: without sight of suspicions, those on a cash record alone, since a party
    on none was entered for a suspicion, or may have been."""
    parties = Party.objects.all()
    if person.has_perm("compliance.view_suspicion"):
        return parties
    return parties.filter(Exists(LargeCashParty.objects.filter(party_key=OuterRef("party_key"))))


class HiddenSuspicions(BackOfficeModelAdmin):
    """A screen whose rows belong to reports: who looks at them is written down."""

    report_path: ClassVar[str] = "report__"
    reads_logged = True

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Without what may not be known."""
        return without_hidden(super().get_queryset(request), request.user, self.report_path)
