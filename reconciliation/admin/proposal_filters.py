"""Filters of the queue; none of them needs a query to offer its choices."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone

from dwaybank.admin.cards import MAX_COUNTED
from reconciliation.enums import ProposalOutcome, ProposalStatus
from reconciliation.models import MappingProposal


class StatusFilter(admin.SimpleListFilter):
    """What waits, unless something else is asked for."""

    title = "status"
    parameter_name = "status"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Iterable[tuple[str, str]]:
        """Open is the default and has no value of its own."""
        return [(ProposalStatus.DISPUTED, "Disputed"), (ProposalStatus.DECIDED, "Decided"), ("withdrawn", "Withdrawn")]

    def choices(self, changelist: Any) -> Iterator[Any]:
        """The default reads "Open"."""
        first, *others = super().choices(changelist)
        yield {**first, "display": "Open"}
        yield from others

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """One status at a time, so that the index of what is open serves."""
        chosen = self.value() if self.value() in ProposalStatus.values else ProposalStatus.OPEN
        return queryset.filter(proposal_status=chosen)


class OutcomeFilter(admin.SimpleListFilter):
    """What the engine found, with how many open lines each has, counted to an end."""

    title = "found"
    parameter_name = "found"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Iterable[tuple[str, str]]:
        """One query over the open lines, MAX_COUNTED at most."""
        first = MappingProposal.objects.filter(proposal_status=ProposalStatus.OPEN).values("outcome")[:MAX_COUNTED]
        counts = Counter(row["outcome"] for row in first)
        more = "+" if counts.total() >= MAX_COUNTED else ""
        return [(str(value), f"{text} ({counts[value]}{more})") for value, text in ProposalOutcome.choices]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Of this outcome."""
        return queryset.filter(outcome=self.value()) if self.value() in ProposalOutcome.values else queryset


class ClaimFilter(admin.SimpleListFilter):
    """Whose line it is."""

    title = "reviewer"
    parameter_name = "claim"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Iterable[tuple[str, str]]:
        """Mine, nobody's, somebody else's."""
        return [("mine", "Mine"), ("nobody", "Unassigned"), ("others", "Others'")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """By the claim."""
        conditions = {
            "mine": Q(claimed_by=request.user.pk),
            "nobody": Q(claimed_by=None),
            "others": Q(claimed_by__isnull=False) & ~Q(claimed_by=request.user.pk),
        }
        condition = conditions.get(str(self.value()))
        return queryset if condition is None else queryset.filter(condition)


class _BandFilter(admin.SimpleListFilter):
    """Bands of a number: (value, text, condition)."""

    bands: tuple[tuple[str, str, Q], ...] = ()

    def lookups(self, request: HttpRequest, model_admin: Any) -> Iterable[tuple[str, str]]:
        """The bands."""
        return [(value, text) for value, text, _ in self.bands]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Within the band."""
        chosen = [condition for value, _, condition in self.bands if value == self.value()]
        return queryset.filter(chosen[0]) if chosen else queryset


class AmountFilter(_BandFilter):
    """How large."""

    title = "amount"
    parameter_name = "size"
    bands = (
        ("small", "Under 100", Q(amount__lt=100)),
        ("medium", "100 to 1,000", Q(amount__gte=100, amount__lt=1000)),
        ("large", "1,000 to 10,000", Q(amount__gte=1000, amount__lt=10_000)),
        ("huge", "10,000 and more", Q(amount__gte=10_000)),
    )


class ConfidenceFilter(_BandFilter):
    """How sure the engine is."""

    title = "confidence"
    parameter_name = "sure"
    bands = (
        ("exact", "Exact", Q(is_exact=True)),
        ("high", "90 % and more", Q(probability__gte="0.9")),
        ("middle", "50 to 90 %", Q(probability__gte="0.5", probability__lt="0.9")),
        ("low", "Under 50 % or none", Q(probability__lt="0.5") | Q(probability=None)),
    )


class AgeFilter(admin.SimpleListFilter):
    """How long ago the bank booked it."""

    title = "age"
    parameter_name = "age"
    _days = {"3": (None, 3), "7": (3, 7), "30": (7, 30), "old": (30, None)}

    def lookups(self, request: HttpRequest, model_admin: Any) -> Iterable[tuple[str, str]]:
        """Up to three days, a week, a month, more."""
        return [("3", "Up to 3 days"), ("7", "4 to 7 days"), ("30", "8 to 30 days"), ("old", "Over 30 days")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """By the bank's date."""
        if self.value() not in self._days:
            return queryset
        after, until = self._days[str(self.value())]
        today = timezone.localdate()
        if after is not None:
            queryset = queryset.filter(transaction_date__lt=today - timedelta(days=after))
        if until is not None:
            queryset = queryset.filter(transaction_date__gte=today - timedelta(days=until))
        return queryset
