"""External accounts in the order of the work that waits on them, a page at a time."""

from __future__ import annotations

from collections import Counter
from typing import Any, Final, cast
from uuid import UUID

from django.core.paginator import Page
from django.db.models import QuerySet

from dwaybank.admin.paginator import BoundedPaginator
from dwaybank.models import Account
from reconciliation.enums import ProposalStatus
from reconciliation.models import MappingProposal

OLDEST: Final = 5_000  # waiting lines among which the accounts' are counted


def open_lines() -> QuerySet[MappingProposal]:
    """Bank lines that wait for a person: the index of an account's open lines holds them and no others."""
    return MappingProposal.objects.filter(proposal_status=ProposalStatus.OPEN)


def accounts_by_work(bottom: int, top: int) -> list[UUID]:
    """Keys of external accounts from place ``bottom`` to before ``top``: most open lines first, then by key.

    The lines are counted among the ``OLDEST`` that wait, so that a long queue costs no more. Two queries at most.
    """
    theirs = open_lines().filter(account__is_external=True, account__deleted_at=None)
    oldest = Counter(theirs.order_by("transaction_date", "pk").values_list("account_id", flat=True)[:OLDEST])
    busy = sorted(oldest, key=lambda key: (-oldest[key], key))
    keys = busy[bottom:top]
    if len(keys) == top - bottom:
        return keys
    others = Account.objects.filter(is_external=True, deleted_at=None).exclude(pk__in=busy)
    first = max(bottom - len(busy), 0)
    return keys + list(others.order_by("pk").values_list("pk", flat=True)[first : first + top - bottom - len(keys)])


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
