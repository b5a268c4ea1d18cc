"""The queue of balance conflicts: which, in what order, with totals; and what is done with several at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Final
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import admin, messages
from django.db.models import Count, F, Min, Q, QuerySet, Sum
from django.db.models.expressions import RawSQL
from django.db.models.functions import Abs
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from dwaybank.admin import display
from dwaybank.admin.base import acting_person, as_uuid
from dwaybank.admin.paginator import MAX_LISTED
from dwaybank.admin.saved_filters import with_saved_filters
from dwaybank.db.expressions import one_of_the_first
from dwaybank.l10n import money_text, number_text
from dwaybank.reauth import ensure_recent_sign_in
from integrations.enums import Bank
from reconciliation import balancing
from reconciliation.admin.reviewing import actor_of, refusal_of, require, today
from reconciliation.admin.shared import CONFLICT_TONES, cause_words
from reconciliation.admin.typed_amounts import misread, typed_magnitude
from reconciliation.balances import Cause
from reconciliation.balancing import Proposal, Seen
from reconciliation.enums import ConflictStatus, ResolutionMethod
from reconciliation.models import BalanceConflict
from reconciliation.models.balance_conflicts import IS_OPEN

VIEW: Final = "reconciliation.view_balanceconflict"
PROPOSE: Final = "reconciliation.propose_balance_resolution"
APPROVE: Final = "reconciliation.approve_balance_resolution"
PAGE_SIZE: Final = 50
_RESULTS: Final = "reconciliation-balance-results"
WHOSE: Final = {
    "": gettext_lazy("All that wait"),
    "open": gettext_lazy("To propose"),
    "proposed": gettext_lazy("To approve"),
    "mine": gettext_lazy("Mine"),
    "unclaimed": gettext_lazy("Unclaimed"),
    "snoozed": gettext_lazy("Snoozed"),
    "closed": gettext_lazy("Closed"),
}
ORDERS: Final = {
    "": gettext_lazy("Age \u00d7 amount"),
    "oldest": gettext_lazy("Oldest first"),
    "largest": gettext_lazy("Largest first"),
}
AGES: Final = {
    "": gettext_lazy("Any age"),
    "1": gettext_lazy("Older than a day"),
    "7": gettext_lazy("Older than 7 days"),
    "30": gettext_lazy("Older than 30 days"),
}
# what several conflicts may get at once; an amount of one's own is no such thing
BULK: Final = (ResolutionMethod.ACCEPT_BANK, ResolutionMethod.KEEP_DWAY)


def queue_url(query: str = "") -> str:
    """Address of the queue."""
    return reverse("admin:reconciliation_balanceconflict_queue") + (f"?{query}" if query else "")


def conflict_url(pk: UUID | str) -> str:
    """Address of a conflict's page."""
    return reverse("admin:reconciliation_balanceconflict_decide", args=[str(pk)])


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a person wants to see, as the address says it; what it says wrongly is left out."""

    whose: str = ""
    order: str = ""
    age: str = ""
    bank: str = ""
    cause: str = ""
    account: UUID | None = None
    least: Decimal | None = None
    most: Decimal | None = None
    page: int = 1

    @classmethod
    def of(cls, query: Mapping[str, str]) -> Wanted:
        """The filter of an address."""

        def known(name: str, values: Any) -> str:
            return query.get(name, "") if query.get(name, "") in values else ""

        page = query.get("page", "1")
        return cls(
            whose=known("whose", WHOSE),
            order=known("order", ORDERS),
            age=known("age", AGES),
            bank=known("bank", Bank.values),
            cause=known("cause", {*map(str, Cause), "none"}),
            account=as_uuid(query.get("account", "")),
            least=typed_magnitude(query.get("least", "")),
            most=typed_magnitude(query.get("most", "")),
            page=int(page) if page.isascii() and page.isdigit() and int(page[:5]) > 0 else 1,
        )

    def query(self, **changes: object) -> str:
        """As an address says it."""
        values = {name: getattr(self, name) for name in self.__slots__} | {"page": 1} | changes
        return urlencode({k: v for k, v in values.items() if v not in ("", None) and (k, v) != ("page", 1)})


def conflicts(wanted: Wanted, person: UUID, day: date) -> QuerySet[BalanceConflict]:
    """The conflicts of a filter, in order: of a flood, the ``MAX_LISTED`` that wait longest (or closed last)."""
    awake = Q(snoozed_until=None) | Q(snoozed_until__lte=day)
    by_whose = {
        "": IS_OPEN & awake,
        "open": Q(conflict_status=ConflictStatus.OPEN) & awake,
        "proposed": Q(conflict_status=ConflictStatus.PROPOSED) & awake,
        "mine": IS_OPEN & Q(claimed_by=person),
        "unclaimed": IS_OPEN & Q(claimed_by=None) & awake,
        "snoozed": IS_OPEN & Q(snoozed_until__gt=day),
        "closed": ~IS_OPEN,
    }
    found = BalanceConflict.objects.filter(by_whose[wanted.whose]).alias(size=Abs("gap"))
    if wanted.age:
        found = found.filter(opened_at__lt=timezone.now() - timedelta(days=int(wanted.age)))
    if wanted.bank:
        found = found.filter(connection__bank_id=wanted.bank)
    if wanted.cause:
        found = found.filter(cause="" if wanted.cause == "none" else wanted.cause)
    if wanted.account:
        found = found.filter(account_id=wanted.account)
    if wanted.least is not None:
        found = found.filter(size__gte=wanted.least)
    if wanted.most is not None:
        found = found.filter(size__lte=wanted.most)
    by_age = ("-closed_at", "pk") if wanted.whose == "closed" else ("opened_at", "pk")
    # an index gives the rows by age; to be weighed they are all read, so there is an end to them
    reached = one_of_the_first(found.order_by(*by_age), MAX_LISTED)
    found = BalanceConflict.objects.filter(reached).alias(size=Abs("gap"))
    if wanted.whose == "closed" or wanted.order == "oldest":
        return found.order_by(*by_age)
    weight = RawSQL("(EXTRACT(EPOCH FROM now() - balance_conflicts.opened_at) / 86400 + 1) * abs(gap)", [])
    return found.order_by(F("size").desc() if wanted.order == "largest" else weight.desc(), "pk")


@require_GET
@with_saved_filters("reconciliation_balanceconflict_queue")
def queue_view(request: HttpRequest) -> HttpResponse:
    """The conflicts that wait, with filters and totals."""
    require(request, VIEW)
    person, wanted = acting_person(request).pk, Wanted.of(request.GET)
    found = conflicts(wanted, person, today())
    start = (wanted.page - 1) * PAGE_SIZE
    page = list(
        found.select_related("account", "claimed_by", "connection")
        .only(
            "account__account_name", "claimed_by__email", "claimed_by__full_name", "connection__bank_name",
            "conflict_status", "gap", "currency", "bank_day", "parted_on", "cause", "is_certain", "version",
            "opened_at", "snoozed_until", "closed_at", "claimed_by_id", "comparisons",
        )[start : start + PAGE_SIZE + 1]
    )  # fmt: skip
    rows, totals = page[:PAGE_SIZE], _totals(found)
    context = {
        **admin.site.each_context(request),
        "title": _("Balance conflicts"),
        "opts": BalanceConflict._meta,
        "wanted": wanted,
        "typed": request.GET,
        "misread": misread(request.GET, "least", "most"),
        "query": wanted.query(),
        "rows": [_row(one, person) for one in rows],
        "totals": totals,
        "reached": number_text(MAX_LISTED) if sum(one["number"] for one in totals) >= MAX_LISTED else "",
        "whose_choices": _choices(wanted, "whose", WHOSE),
        "order_choices": _choices(wanted, "order", ORDERS),
        "age_choices": _choices(wanted, "age", AGES),
        "bank_choices": [("", _("Any bank")), *Bank.choices],
        "cause_choices": [
            ("", _("Any cause")),
            *((str(cause), cause_words(cause)) for cause in Cause),
            ("none", _("nothing explains it")),
        ],
        "bulk_choices": [(str(method), method.label) for method in BULK],
        "may_propose": request.user.has_perm(PROPOSE),
        "may_approve": request.user.has_perm(APPROVE),
        "earlier_url": queue_url(wanted.query(page=wanted.page - 1)) if wanted.page > 1 else "",
        "later_url": queue_url(wanted.query(page=wanted.page + 1)) if len(page) > PAGE_SIZE else "",
        "stats_url": reverse("admin:reconciliation_balanceconflict_statistics"),
        "results": request.session.pop(_RESULTS, []) if _RESULTS in request.session else [],
    }
    return TemplateResponse(request, "admin/reconciliation/balanceconflict/queue.html", context)


def _row(one: BalanceConflict, person: UUID) -> dict[str, Any]:
    mine = one.claimed_by_id in (None, person)
    days = (timezone.localdate() - timezone.localdate(one.opened_at)).days
    return {
        "conflict": one,
        "url": conflict_url(one.pk),
        "gap": display.money(one.gap, one.currency, signed=True),
        "days": days,
        "status": display.badge(one.get_conflict_status_display(), CONFLICT_TONES[one.conflict_status]),
        "cause": cause_words(one.cause),
        "claimed": "" if one.claimed_by is None else _("you") if one.claimed_by_id == person else str(one.claimed_by),
        "value": f"{one.pk}:{one.version}",
        "may_tick": mine and one.conflict_status in (ConflictStatus.OPEN, ConflictStatus.PROPOSED),
    }


def _totals(found: QuerySet[BalanceConflict]) -> list[dict[str, Any]]:
    """By currency: how many, what they add up to, the largest, the oldest."""
    sums = (
        found.order_by()
        .values("currency")
        .annotate(number=Count("pk"), total=Sum(Abs("gap")), net=Sum("gap"), oldest=Min("opened_at"))
        .order_by("currency")
    )
    now = timezone.now()
    return [
        {
            "number": one["number"],
            "total": display.money(one["total"], one["currency"]),
            "net": display.money(one["net"], one["currency"], signed=True),
            "oldest": display.relative(one["oldest"], now),
        }
        for one in sums
    ]


def _choices(wanted: Wanted, name: str, known: Mapping[str, Any]) -> list[tuple[str, str, str, bool]]:
    return [
        (value, str(text), queue_url(wanted.query(**{name: value})), getattr(wanted, name) == value)
        for value, text in known.items()
    ]


# --- Several at once


@require_POST
def bulk_view(request: HttpRequest) -> HttpResponse:
    """Propose the same for, or approve, the ticked conflicts of one cause; each on its own, with an answer for each."""
    wanted, action = Wanted.of(request.GET), request.POST.get("action", "")
    require(request, VIEW, APPROVE if action == "approve" else PROPOSE)
    if action == "approve":
        ensure_recent_sign_in(request)
    seen = _ticked(request.POST.getlist("conflict"))
    shown = {
        one.pk: one
        for one in BalanceConflict.objects.filter(pk__in=[page.conflict_id for page in seen])
        .select_related("account")
        .defer("explanation")
    }
    causes = {(one.cause, one.conflict_status) for one in shown.values()}
    reason = request.POST.get("reason", "").strip()
    if not seen:
        messages.warning(request, _("No conflict was ticked, so nothing was done."))
    elif action in ("claim", "release"):
        _claim(request, action, seen)
    elif len(causes) > 1 or ("" in {cause for cause, _status in causes}):
        messages.error(
            request,
            _("Only conflicts of one and the same known cause and state are decided together. Nothing was changed."),
        )
    elif action == "approve" or request.POST.get("method", "") in [str(one) for one in BULK]:
        _decide_each(request, action, seen, shown, reason)
    else:
        messages.error(request, _("This page asked for something that is not known. Nothing was changed: reload it."))
    return HttpResponseRedirect(queue_url(wanted.query()))


def _ticked(values: Sequence[str]) -> list[Seen]:
    """Conflicts as the page showed them, a page of them at most; what is none is left out."""
    found = []
    for value in values[:PAGE_SIZE]:
        key, _colon, version = value.partition(":")
        identifier = as_uuid(key)
        if identifier is not None and version.isascii() and version.isdigit() and len(version) < 10:
            found.append(Seen(identifier, int(version)))
    return found


def _claim(request: HttpRequest, action: str, seen: Sequence[Seen]) -> None:
    work = balancing.claim if action == "claim" else balancing.release
    done = work([one.conflict_id for one in seen], actor=actor_of(request))
    say = messages.success if done == len(seen) else messages.warning
    text = _("%(done)d of %(asked)d are yours now.") if action == "claim" else _("%(done)d of %(asked)d given back.")
    say(request, text % {"done": done, "asked": len(seen)})


def _decide_each(
    request: HttpRequest, action: str, seen: Sequence[Seen], shown: Mapping[UUID, BalanceConflict], reason: str
) -> None:
    """Each in its own transaction: one that is refused holds up no other."""
    actor, results = actor_of(request), []
    proposal = Proposal(request.POST.get("method", ""), reason)
    for page in seen:
        if action == "approve":
            done, refused = refusal_of(lambda page=page: balancing.approve(page, actor=actor, reason=reason))  # type: ignore[misc]
        else:
            done, refused = refusal_of(lambda page=page: balancing.propose(page, proposal, actor=actor))  # type: ignore[misc]
        one = shown.get(page.conflict_id)
        text = (
            f"{one.account.account_name} {money_text(one.gap, one.currency, signed=True)}"
            if one
            else str(page.conflict_id)
        )
        results.append({"text": text, "url": conflict_url(page.conflict_id), "done": done is not None, "why": refused})
    number = sum(1 for one in results if one["done"])
    request.session[_RESULTS] = results
    say = messages.success if number == len(results) else messages.warning
    say(request, _("%(done)d done, %(skipped)d skipped.") % {"done": number, "skipped": len(results) - number})
