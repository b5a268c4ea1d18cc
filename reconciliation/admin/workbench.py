"""The workbench: one bank line, its candidates, and every decision a key away.

Nothing is changed by GET. After a decision the next line of the filtered queue opens, with the way back to undo.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.template.response import TemplateResponse
from django.urls import reverse

from dwaybank.admin.base import as_uuid
from dwaybank.admin.display import admin_url, list_url
from dwaybank.admin.refusals import refusal_message
from reconciliation import decisions
from reconciliation.admin.workbench_view import SEARCHED, ledger_choices, shown_candidates, shown_history, shown_line
from reconciliation.decisions import DecisionRefused, Seen
from reconciliation.models import MappingDecision, MappingProposal

MODEL = "reconciliation.MappingProposal"
LAST = "last_mapping_decision"  # of this session: what "undo" takes back
_FILTERS = "_changelist_filters"


class Workbench:
    """One request to the workbench."""

    def __init__(self, screen: Any, request: HttpRequest) -> None:
        self.screen, self.request = screen, request
        if not screen.has_view_permission(request):
            raise PermissionDenied
        self.filters = request.GET.get(_FILTERS, "")

    def respond(self, object_id: str) -> HttpResponse:
        """Show the line, or decide on it."""
        proposal = self._proposal(object_id)
        if proposal is None:
            return self.screen.not_found(self.request, object_id)  # type: ignore[no-any-return]
        if self.request.method == "POST":
            return self._decide(proposal)
        return self._page(proposal)

    def ledger(self, object_id: str) -> HttpResponse:
        """The part of the page with ledger transactions to choose from."""
        proposal = self._proposal(object_id)
        if proposal is None:
            return self.screen.not_found(self.request, object_id)  # type: ignore[no-any-return]
        text = self.request.GET.get("ledger", "")
        return TemplateResponse(
            self.request,
            "admin/reconciliation/mappingproposal/ledger_choices.html",
            {"choices": ledger_choices(proposal, text), "ledger_text": text, "searched": SEARCHED},
        )

    def _proposal(self, object_id: str) -> MappingProposal | None:
        if (pk := as_uuid(object_id)) is None:
            return None
        related = MappingProposal.objects.select_related("account", "claimed_by", "bank_transaction")
        return related.filter(pk=pk).first()

    # --- Showing

    def _page(self, proposal: MappingProposal) -> HttpResponse:
        site, text = self.screen.admin_site, self.request.GET.get("ledger", "")
        before, after = self._neighbour(proposal, -1), self._neighbour(proposal, +1)
        last = self.request.session.get(LAST)
        return TemplateResponse(
            self.request,
            "admin/reconciliation/mappingproposal/workbench.html",
            {
                **site.each_context(self.request),
                "title": "Map a bank line",
                "opts": MappingProposal._meta,
                "proposal": proposal,
                "line": shown_line(proposal),
                "candidates": shown_candidates(proposal),
                "history": shown_history(proposal.bank_transaction_id),
                "choices": ledger_choices(proposal, text),
                "ledger_text": text,
                "searched": SEARCHED,
                "may_decide": self.screen.has_decide_permission(self.request) and proposal.proposal_status == "open",
                "may_undo": self.screen.has_decide_permission(self.request),
                "is_mine": proposal.claimed_by_id == self.request.user.pk,
                "last_decision": MappingDecision.objects.filter(pk=last).first() if last else None,
                "previous_url": before and self._url(before),
                "next_url": after and self._url(after),
                "queue_url": list_url(MODEL, self.filters),
                "ledger_url": reverse("admin:reconciliation_mappingproposal_ledger", args=[proposal.pk]),
                "filters": self.filters,
            },
        )

    def _queue(self) -> QuerySet[MappingProposal]:
        """The queue as the reviewer filtered and sorted it."""
        request = copy.copy(self.request)
        request.GET = QueryDict(self.filters)
        changelist = self.screen.get_changelist_instance(request)
        queue: QuerySet[MappingProposal] = changelist.queryset
        return queue

    def _neighbour(self, proposal: MappingProposal, step: int) -> MappingProposal | None:
        """The line after this one in the queue (step +1) or before it (-1), whether or not it still waits itself."""
        queue = self._queue()
        order = [str(part) for part in queue.query.order_by] or ["transaction_date", "-pk"]
        field, down = order[0].lstrip("-"), order[0].startswith("-")
        tie_down = next((part.startswith("-") for part in order[1:] if part.lstrip("-") == "pk"), True)
        value = getattr(proposal, field)
        beyond = "lt" if down == (step > 0) else "gt"
        tie = "lt" if tie_down == (step > 0) else "gt"
        later = queue.filter(Q(**{f"{field}__{beyond}": value}) | Q(**{field: value, f"pk__{tie}": proposal.pk}))
        if step < 0:
            later = later.order_by(*(part[1:] if part.startswith("-") else f"-{part}" for part in order))
        return later.exclude(pk=proposal.pk).first()

    def _url(self, proposal: MappingProposal) -> str:
        query = QueryDict(mutable=True)
        if self.filters:
            query[_FILTERS] = self.filters
        return f"{admin_url(MODEL, proposal.pk)}{'?' if query else ''}{query.urlencode()}"

    # --- Deciding

    def _decide(self, proposal: MappingProposal) -> HttpResponse:
        if not self.screen.has_decide_permission(self.request):
            raise PermissionDenied
        wish = self.request.POST.get("decision", "")
        act = self._acts().get(wish)
        if act is None:
            messages.error(self.request, "Nothing was decided: the page did not say what.")
            return HttpResponseRedirect(self._url(proposal))
        after = self._neighbour(proposal, +1) or self._neighbour(proposal, -1)
        try:
            decision = act(proposal)
        except DecisionRefused as error:
            messages.error(self.request, str(error))
            return HttpResponseRedirect(self._url(proposal))
        except DatabaseError as error:
            if (message := refusal_message(error)) is None:
                raise
            messages.error(self.request, f"{message} Nothing was changed. Choose another.")
            return HttpResponseRedirect(self._url(proposal))
        return self._done(proposal, decision, wish, after)

    def _done(
        self, proposal: MappingProposal, decision: MappingDecision | None, wish: str, after: MappingProposal | None
    ) -> HttpResponse:
        if decision is None:  # a claim
            return HttpResponseRedirect(self._url(proposal))
        if wish == "undo":
            self.request.session.pop(LAST, None)
            messages.success(self.request, "Undone. The line waits again.")
            waits = MappingProposal.objects.filter(
                bank_transaction_id=decision.bank_transaction_id, proposal_status__in=["open", "disputed"]
            ).first()
            return HttpResponseRedirect(self._url(waits or proposal))
        self.request.session[LAST] = str(decision.pk)
        if wish == "reject":
            messages.info(self.request, "Struck. It will not be proposed for this line again soon.")
            return HttpResponseRedirect(self._url(proposal))
        if after is None:
            messages.success(self.request, "That was the last line of this queue. Well done.")
            return HttpResponseRedirect(list_url(MODEL, self.filters))
        return HttpResponseRedirect(self._url(after))

    def _acts(self) -> dict[str, Callable[[MappingProposal], MappingDecision | None]]:
        post = self.request.POST
        note, reason = post.get("note", ""), post.get("reason", "")
        actor = self.screen.actor(self.request, note)
        number = int(post["candidate"]) if post.get("candidate", "").isdigit() else 0
        chosen = [pk for text in post.getlist("ledger_id") if (pk := as_uuid(text))]
        undone = as_uuid(post.get("undo", ""))

        def seen(proposal: MappingProposal) -> Seen:
            version = post.get("version", "")
            return Seen(proposal.pk, int(version) if version.isdigit() else -1)

        def claim(proposal: MappingProposal) -> None:
            decisions.claim([proposal.pk], actor=actor, take_over=True)

        def release(proposal: MappingProposal) -> None:
            decisions.release([proposal.pk], actor=actor)

        return {
            "approve": lambda p: decisions.approve(seen(p), actor=actor, candidate=number, note=note, reason=reason),
            "choose": lambda p: decisions.choose(seen(p), chosen, actor=actor, note=note, reason=reason),
            "create": lambda p: decisions.create_ledger_transaction(seen(p), actor=actor, note=note),
            "settle": lambda p: decisions.settle_offset(seen(p), actor=actor, note=note),
            "reject": lambda p: decisions.reject_candidate(seen(p), number, actor=actor, note=note),
            "dispute": lambda p: decisions.dispute_line(p.pk, actor=actor, note=note),
            "undo": lambda p: decisions.undo(undone or UUID(int=0), actor=actor),
            "claim": claim,
            "release": release,
        }
