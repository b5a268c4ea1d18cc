"""Pages without counting whole tables."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.utils.functional import cached_property

MAX_LISTED: Final = 5_000

if TYPE_CHECKING:
    PaginatorBase = Paginator[Any]
else:
    PaginatorBase = Paginator


def bounded_count(queryset: QuerySet[Any], limit: int = MAX_LISTED) -> int:
    """How many rows there are, but never more than ``limit`` + 1: the database stops there."""
    return queryset.order_by()[: limit + 1].count()


class BoundedPaginator(PaginatorBase):
    """Counts to ``MAX_LISTED`` and no further; later rows are reached by filters and search.

    ``count_of`` is counted instead of the list where that is the same number and cheaper; ``known`` is what
    ``bounded_count`` gave already.
    """

    def __init__(
        self, *args: Any, count_of: QuerySet[Any] | None = None, known: int | None = None, **options: Any
    ) -> None:
        super().__init__(*args, **options)
        self._count_of, self._known = count_of, known

    @cached_property
    def _bounded_count(self) -> int:
        if self._known is not None:
            return self._known
        counted = self._count_of if self._count_of is not None else self.object_list
        return bounded_count(counted) if isinstance(counted, QuerySet) else len(counted)

    @cached_property
    def count(self) -> int:
        """Rows that the pages reach."""
        return min(self._bounded_count, MAX_LISTED)

    @property
    def has_more(self) -> bool:
        """Whether there are rows that no page reaches."""
        return self._bounded_count > MAX_LISTED
