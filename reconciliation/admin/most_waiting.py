"""External accounts in the order of the work that waits on them, a page at a time."""

from __future__ import annotations

from typing import Any, cast
from uuid import UUID

from django.core.paginator import Page
from django.db.models import Count, Exists, OuterRef, QuerySet

from dwaybank.admin.paginator import BoundedPaginator
from dwaybank.models import Account
from reconciliation.enums import ProposalStatus
from reconciliation.models import MappingProposal


def open_lines() -> QuerySet[MappingProposal]:
    """Bank lines that wait for a person: the index of an account's open lines holds them and no others."""
    return MappingProposal.objects.filter(proposal_status=ProposalStatus.OPEN)


def accounts_by_work(bottom: int, top: int) -> list[UUID]:
    """Keys of external accounts from place ``bottom`` to before ``top``: most open lines first, then by key.

    Two queries, three where the last account with work is passed.
    """
    theirs = open_lines().filter(account__is_external=True, account__deleted_at=None)
    busy = theirs.values("account_id").annotate(waiting=Count("pk")).order_by("-waiting", "account_id")
    keys = [row["account_id"] for row in busy[bottom:top]]
    if len(keys) == top - bottom:
        return keys
    passed = bottom + len(keys) if keys or not bottom else busy.order_by().count()
    idle = Account.objects.filter(is_external=True, deleted_at=None).filter(
        ~Exists(open_lines().filter(account=OuterRef("pk")))
    )
    first = max(bottom - passed, 0)
    return keys + list(idle.order_by("pk").values_list("pk", flat=True)[first : first + top - bottom - len(keys)])


class MostWaitingFirst(BoundedPaginator):
    """Pages whose keys are found first, so that only a page of the view's rows is summed up."""

    def page(self, number: Any) -> Page[Any]:
        """The page's rows, in the order of ``accounts_by_work``."""
        number = self.validate_number(number)
        bottom = (number - 1) * self.per_page
        keys = accounts_by_work(bottom, min(bottom + self.per_page, self.count))
        listed = cast(QuerySet[Any], self.object_list)
        rows = {row.pk: row for row in listed.filter(pk__in=keys).order_by()}
        return Page([rows[pk] for pk in keys if pk in rows], number, self)
