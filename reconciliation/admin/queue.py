"""The queue of bank lines that wait for a person: which of them, in what order, and who comes next.

Every read has an end: a page, a neighbour, or the first ``MAX_COUNTED`` lines for the counts.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Final
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from dwaybank.admin.base import as_uuid
from dwaybank.l10n import number_text
from dwaybank.models import Account
from dwaybank.translation import Text
from reconciliation.admin.typed_amounts import typed_magnitude
from reconciliation.enums import ProposalOutcome, ProposalStatus
from reconciliation.models import MappingProposal

PAGE_SIZE: Final = 50
MAX_COUNTED: Final = 1_000
_MAX_ACCOUNTS: Final = 50

WHOSE: Final = {
    "": _("For me"),
    "mine": _("Mine"),
    "unassigned": _("Unassigned"),
    "all": _("All"),
    "disputed": _("Disputed"),
}
ORDERS: Final = {"": _("Oldest first"), "largest": _("Largest first")}
AGES: Final = {
    "": _("Any age"),
    "7": _("Older than 7 days"),
    "30": _("Older than 30 days"),
    "90": _("Older than 90 days"),
}
BANDS: Final = {
    "": _("Any"),
    "high": _("95% and more"),
    "middle": _("80 to 95%"),
    "low": _("Below 80%"),
    "none": _("Not known"),
}
_BAND_CONDITIONS: Final = {
    "high": Q(probability__gte=Decimal("0.95")),
    "middle": Q(probability__gte=Decimal("0.80"), probability__lt=Decimal("0.95")),
    "low": Q(probability__lt=Decimal("0.80")),
    "none": Q(probability__isnull=True),
}


@dataclass(frozen=True, slots=True)
class QueueFilter:
    """What a reviewer wants to see, as the address says it; what the address says wrongly is left out."""

    whose: str = ""
    order: str = ""
    account: UUID | None = None
    age: str = ""
    least: Decimal | None = None
    most: Decimal | None = None
    outcome: str = ""
    reason: str = ""
    band: str = ""

    @classmethod
    def of(cls, query: Mapping[str, str]) -> QueueFilter:
        """The filter of an address."""

        def one_of(name: str, known: Mapping[str, Text]) -> str:
            return query.get(name, "") if query.get(name, "") in known else ""

        return cls(
            whose=one_of("whose", WHOSE),
            order=one_of("order", ORDERS),
            account=as_uuid(query.get("account", "")),
            age=one_of("age", AGES),
            least=typed_magnitude(query.get("least", "")),
            most=typed_magnitude(query.get("most", "")),
            outcome=query.get("outcome", "") if query.get("outcome", "") in ProposalOutcome.values else "",
            reason=query.get("reason", "")[:50].replace("\x00", ""),
            band=one_of("band", BANDS),
        )

    def query(self, **changes: object) -> str:
        """The filter as the query string of an address, with changes; what is not set does not appear."""
        names = ("whose", "order", "account", "age", "least", "most", "outcome", "reason", "band")
        values = {**{name: getattr(self, name) for name in names}, **changes}
        return urlencode({name: str(value) for name, value in values.items() if value not in (None, "")})

    @property
    def is_narrowed(self) -> bool:
        """Whether anything but whose lines and their order is asked for."""
        return self.query(whose="", order="") != ""


def queue_url(query: str = "") -> str:
    """Address of the queue."""
    return reverse("admin:reconciliation_mappingproposal_queue") + (f"?{query}" if query else "")


def work_url(proposal_id: UUID, query: str = "") -> str:
    """Address of the workbench with this line, in the queue that ``query`` describes."""
    address = reverse("admin:reconciliation_mappingproposal_work", args=[proposal_id])
    return address + (f"?{query}" if query else "")


def line_url(bank_transaction_id: UUID) -> str:
    """Address that leads to where a bank line stands: its mapping, or its proposal."""
    return reverse("admin:reconciliation_mappingproposal_line", args=[bank_transaction_id])


def lines(wanted: QueueFilter, person: UUID, today: date) -> QuerySet[MappingProposal]:
    """The lines of the filter, unordered. ``person`` is who looks, ``today`` what age is counted from."""
    status = ProposalStatus.DISPUTED if wanted.whose == "disputed" else ProposalStatus.OPEN
    conditions = [Q(proposal_status=status), *_claims(wanted.whose, person)]
    if wanted.account:
        conditions.append(Q(account=wanted.account))
    if wanted.age:
        conditions.append(Q(transaction_date__lt=today - timedelta(days=int(wanted.age))))
    if wanted.least is not None:
        conditions.append(Q(amount__gte=wanted.least))
    if wanted.most is not None:
        conditions.append(Q(amount__lte=wanted.most))
    if wanted.outcome:
        conditions.append(Q(outcome=wanted.outcome))
    if wanted.reason:
        conditions.append(Q(reason=wanted.reason))
    if wanted.band:
        conditions.append(_BAND_CONDITIONS[wanted.band])
    return MappingProposal.objects.filter(*conditions)


def _claims(whose: str, person: UUID) -> list[Q]:
    if whose == "":
        return [Q(claimed_by=None) | Q(claimed_by=person)]
    if whose == "mine":
        return [Q(claimed_by=person)]
    return [Q(claimed_by=None)] if whose == "unassigned" else []


def in_order(wanted: QueueFilter, rows: QuerySet[MappingProposal], *, back: bool = False) -> QuerySet[MappingProposal]:
    """The lines in the filter's order, which an index has; ``back`` turns it round."""
    if wanted.order == "largest":
        return rows.order_by("amount", "-pk") if back else rows.order_by("-amount", "pk")
    return rows.order_by("-transaction_date", "-pk") if back else rows.order_by("transaction_date", "pk")


def beyond(
    wanted: QueueFilter, rows: QuerySet[MappingProposal], place: MappingProposal, *, back: bool = False
) -> QuerySet[MappingProposal]:
    """The lines after ``place`` (``back``: before it), nearest first, whether or not it still waits itself."""
    name = "amount" if wanted.order == "largest" else "transaction_date"
    value = getattr(place, name)
    falling = (name == "amount") != back  # whether the column falls in the direction of travel
    step, edge = ("lt", "lte") if falling else ("gt", "gte")
    key = "lt" if back else "gt"
    # the edge alone is what an index can start from
    past = Q(**{f"{name}__{edge}": value}) & (Q(**{f"{name}__{step}": value}) | Q(**{f"pk__{key}": place.pk}))
    return in_order(wanted, rows.filter(past), back=back)


@dataclass(frozen=True, slots=True)
class Neighbours:
    """Lines beside one in the queue."""

    previous: UUID | None
    next: UUID | None


def neighbours(wanted: QueueFilter, place: MappingProposal, person: UUID, today: date) -> Neighbours:
    """The line before and after ``place``: two probes of an index."""
    rows = lines(wanted, person, today).exclude(pk=place.pk)
    return Neighbours(
        beyond(wanted, rows, place, back=True).values_list("pk", flat=True).first(),
        beyond(wanted, rows, place).values_list("pk", flat=True).first(),
    )


def next_after(wanted: QueueFilter, place: MappingProposal, person: UUID, today: date) -> UUID | None:
    """The line to go to when ``place`` is done: the next, at the end of the queue the one before; None when empty."""
    beside = neighbours(wanted, place, person, today)
    return beside.next or beside.previous


@dataclass(frozen=True, slots=True)
class QueuePage:
    """Some lines of the queue, and where there are more."""

    rows: Sequence[MappingProposal]
    earlier: UUID | None
    later: UUID | None


def page_of(wanted: QueueFilter, person: UUID, today: date, after: str = "", before: str = "") -> QueuePage:
    """A page by its neighbour's id: after a line, before one, or from the start."""
    rows = lines(wanted, person, today)
    key = as_uuid(after) or as_uuid(before)
    place = MappingProposal.objects.filter(pk=key).defer("candidates").first() if key else None
    back = place is not None and as_uuid(after) is None
    found = in_order(wanted, rows) if place is None else beyond(wanted, rows, place, back=back)
    page = list(found.select_related("account", "claimed_by")[: PAGE_SIZE + 1])
    more, page = len(page) > PAGE_SIZE, page[:PAGE_SIZE]
    if back:
        page.reverse()
    ahead, behind = (True, more) if back else (more, place is not None)
    return QueuePage(
        page,
        earlier=page[0].pk if page and behind else None,
        later=page[-1].pk if page and ahead else None,
    )


@dataclass(frozen=True, slots=True)
class Counts:
    """How many lines wait by outcome, reason and account, among the first ``MAX_COUNTED`` of the queue."""

    total: int
    is_cut: bool
    outcomes: Counter[str] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)
    accounts: Sequence[tuple[UUID, str, int]] = ()
    exact: int = 0

    @property
    def total_text(self) -> str:
        """The number, or that there are more."""
        return f"{number_text(MAX_COUNTED)}+" if self.is_cut else number_text(self.total)


def counts_of(wanted: QueueFilter, person: UUID, today: date) -> Counts:
    """Two queries, however many lines wait; outcome, reason and account of the filter itself are left open."""
    open_choices = QueueFilter(
        whose=wanted.whose,
        order=wanted.order,
        age=wanted.age,
        least=wanted.least,
        most=wanted.most,
        band=wanted.band,
    )
    rows = in_order(open_choices, lines(open_choices, person, today))
    found = list(rows.values_list("outcome", "reason", "account_id", "is_exact")[: MAX_COUNTED + 1])
    is_cut, found = len(found) > MAX_COUNTED, found[:MAX_COUNTED]
    ours = [row for row in found if wanted.account in (None, row[2])]
    by_account = Counter(row[2] for row in found)
    shown = dict(by_account.most_common(_MAX_ACCOUNTS))
    if wanted.account and wanted.account not in shown:
        shown[wanted.account] = 0
    names: dict[Any, str] = dict(Account.objects.filter(pk__in=shown).values_list("pk", "account_name"))
    return Counts(
        total=len(ours),
        is_cut=is_cut,
        outcomes=Counter(row[0] for row in ours),
        reasons=Counter(row[1] for row in ours if row[1]),
        accounts=sorted(
            ((pk, names[pk], count) for pk, count in shown.items() if pk in names),
            key=lambda one: (one[1], str(one[0])),
        ),
        exact=sum(1 for row in ours if row[3]),
    )
