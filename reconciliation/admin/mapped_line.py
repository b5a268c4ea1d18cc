"""Decisions on a bank line that is mapped: correct, dispute, unmap, each with a note; and its history with Undo."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from dwaybank.admin import display
from dwaybank.admin.base import as_uuid
from dwaybank.admin.display import Tone, list_url
from dwaybank.models import Transaction
from reconciliation import decisions
from reconciliation.admin.candidates import ledger_line, plain_money
from reconciliation.admin.ledger_search import MAX_FOUND, WINDOWS, LedgerSearch, find_ledger, ticked_ledger
from reconciliation.admin.mapped_sides import sides_of
from reconciliation.admin.mapping_decisions import decisions_of
from reconciliation.admin.reviewing import VIEW, actor_of, attempt, last_decision_context, require
from reconciliation.admin.shared import DECIDE, MAPPING_TONES
from reconciliation.admin.workbench import DIFFERENCE_REASONS, where_it_stands
from reconciliation.decisions.locking import signed
from reconciliation.models import MappingDecision, TransactionMapping

_SEEN_FIELDS = ("transaction_id", "reconciliation_status")


@require_http_methods(["GET", "HEAD", "POST"])
def decide_view(request: HttpRequest, mapping_id: UUID) -> HttpResponse:
    """Show both sides and the forms; POST decides, and shows where the line stands then."""
    require(request, VIEW, "reconciliation.view_transactionmapping")
    mapping = (
        TransactionMapping.objects.filter(pk=mapping_id)
        .select_related("transaction__account", "bank_transaction", "reviewed_by")
        .defer("transaction__transaction_metadata")
        .first()
    )
    if mapping is None:
        messages.warning(request, _("This mapping is gone: somebody took it away or corrected it."))
        return HttpResponseRedirect(list_url("reconciliation.TransactionMapping"))
    if request.method == "POST":
        require(request, DECIDE)
        if address := _act(request, mapping):
            return HttpResponseRedirect(address)
    return TemplateResponse(request, "admin/reconciliation/transactionmapping/decide.html", _context(request, mapping))


def _context(request: HttpRequest, mapping: TransactionMapping) -> dict[str, Any]:
    form = request.POST or request.GET  # a refused form is shown again with what it held
    sides = sides_of(mapping)
    line = sides.line
    search, problem = LedgerSearch.of(form), ""
    found: list[Transaction] = []
    if line is not None and not sides.is_shared:
        try:
            found = find_ledger(line, search)
        except ValueError as error:
            problem = str(error)
    asked = [pk for text in form.getlist("pick") if (pk := as_uuid(text))]
    parts = [row.pk for row in sides.ledger] if sides.is_batch and "decision" not in form else []
    ticked = ticked_ledger(line, asked or parts) if line is not None else []
    chosen = {row.pk for row in ticked}
    status = mapping.reconciliation_status or ""
    total = sum((signed(row) for row in ticked), Decimal(0))
    return {
        **admin.site.each_context(request),
        **last_decision_context(request),
        "title": _("Decide a mapping anew"),
        "opts": TransactionMapping._meta,
        "mapping": mapping,
        "status": display.badge(
            str(mapping.get_reconciliation_status_display()), MAPPING_TONES.get(status, Tone.QUIET)
        ),
        "seen": seen_of(mapping),
        "sides": sides,
        "cents": int(signed(line) * 100) if line else 0,
        "total": plain_money(total),
        "rest": plain_money(signed(line) - total) if line else "",
        "difference": display.money(mapping.discrepancy_amount, mapping.transaction.currency, signed=True),
        "search": search,
        "search_problem": problem,
        "windows": WINDOWS,
        "ticked": [ledger_line(row) for row in ticked],
        "found": [ledger_line(row) for row in found if row.pk not in chosen],
        "found_cut": len(found) >= MAX_FOUND,
        "difference_reasons": DIFFERENCE_REASONS,
        "kept": {name: request.POST.get(name, "") for name in ("decision", "note", "reason")},
        "is_correcting": search.is_asked or bool(asked) or form.get("decision", "") in ("correct", "search"),
        "history": decisions_of(mapping.bank_transaction_id),
        "is_archived": line is None,
    }


def seen_of(mapping: TransactionMapping) -> str:
    """What the page showed of the mapping, to notice that it changed since."""
    return ":".join(str(getattr(mapping, name)) for name in _SEEN_FIELDS)


def _act(request: HttpRequest, mapping: TransactionMapping) -> str:
    """Do what the form asks; the address to show next, or none where the same page is shown with what was written."""
    form, actor = request.POST, actor_of(request)
    asked, note = form.get("decision", ""), form.get("note", "").strip()
    bank_transaction_id = mapping.bank_transaction_id
    here = where_it_stands(bank_transaction_id)
    ledger = [pk for text in form.getlist("pick") if (pk := as_uuid(text))]
    if asked == "search":
        if form.get("note") or form.get("reason"):
            return ""  # notes stay out of addresses, which are logged
        query = form.copy()
        for name in set(query) - {"text", "amount", "days", "pick"}:
            del query[name]
        return f"{here}?{query.urlencode()}"
    if form.get("seen") != seen_of(mapping):
        messages.error(
            request, _("This mapping was changed since the page was opened. Nothing was changed. Look again.")
        )
        return here
    known: dict[str, Callable[[], MappingDecision]] = {
        "correct": lambda: _correct(mapping, ledger, actor, note, form.get("reason", "").strip()[:200]),
        "dispute": lambda: decisions.dispute(mapping.pk, actor=actor, note=note),
        "unmap": lambda: decisions.unmap(mapping.pk, actor=actor, note=note),
    }
    if asked not in known:
        messages.error(request, _("This page asked for something that is not known. Nothing was changed: reload it."))
        return here
    decision = attempt(request, known[asked])
    if decision is None:
        return "" if TransactionMapping.objects.filter(pk=mapping.pk).exists() else here
    messages.success(request, f"{decision.get_decision_display()}.")
    return where_it_stands(bank_transaction_id)


def _correct(mapping: TransactionMapping, ledger: list[UUID], actor: Any, note: str, reason: str) -> MappingDecision:
    if not ledger:
        raise decisions.DecisionRefused(_("Tick the ledger transaction that it is, or several."))
    return decisions.correct(mapping.pk, ledger, actor=actor, note=note, reason=reason)
