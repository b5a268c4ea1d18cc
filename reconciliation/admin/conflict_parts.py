"""What a conflict's page shows of both sides, of the rows that explain the gap, of timing, and of its history."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import chain
from typing import Any, Final
from uuid import UUID

from django.db.models import Case, Count, F, Sum, When
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dwaybank.admin import display
from dwaybank.admin.display import Tone
from dwaybank.db.fields import MoneyField
from dwaybank.enums import TransactionType
from dwaybank.kept import kept_text
from dwaybank.l10n import money_text
from dwaybank.models import Transaction
from integrations.admin.shared import REQUEST_TONES
from integrations.enums import PendingStatus, SyncReason
from integrations.models import (
    BankBalance,
    BankStatement,
    BankTransaction,
    BankTransactionKey,
    PendingTransaction,
    SyncRequest,
)
from reconciliation.admin.shared import BALANCE_TONES, RESOLUTION_TONES, cause_words
from reconciliation.balances import Cause
from reconciliation.decisions.locking import signed
from reconciliation.enums import ConflictStatus
from reconciliation.models import BalanceConflict, BalanceResolution, BalanceSyncHistory

_SHOWN: Final = 5
_MOST_HISTORY: Final = 40
_TIMING: Final = {
    "ledger_first": gettext_lazy("in the ledger already, at the bank after this day"),
    "bank_first": gettext_lazy("at the bank already, in the ledger after this day"),
    "not_at_bank_yet": gettext_lazy("in the ledger, not at the bank yet"),
    "not_fetched_yet": gettext_lazy("in the bank's balance, its rows not fetched yet"),
}


@dataclass(frozen=True, slots=True)
class ShownRow:
    """One row of either side."""

    side: str
    url: str
    day: SafeString
    text: str
    amount: SafeString


def both_sides(conflict: BalanceConflict) -> dict[str, Any]:
    """The bank's figure with its source, DwayBank's with its last postings, and what is pending on either side."""
    last = (
        BalanceSyncHistory.objects.filter(conflict_resolution_id=conflict.pk)
        .order_by("-sync_timestamp", "-created_at")
        .values_list("sync_metadata", flat=True)
        .first()
    ) or {}
    unit = conflict.currency
    kept = Decimal(conflict.explanation.get("kept", "0"))
    available = (
        BankBalance.objects.filter(account_id=conflict.account_id, kind="available", currency=unit)
        .order_by("-as_of")
        .first()
    )
    bank_rows = (
        BankTransaction.objects.filter(account_id=conflict.account_id, currency=unit)
        .exclude(processing_status="duplicate")
        .defer("raw_data", "normalized_data")
    )
    ledger = Transaction.objects.filter(account_id=conflict.account_id, currency=unit)
    return {
        "bank": display.money(conflict.bank_balance, unit, signed=True),
        "bank_day": conflict.bank_day,
        "source": _source(last),
        "available": display.money(available.amount, unit, signed=True) if available else "",
        "available_at": display.moment(available.as_of, timezone.now()) if available else "",
        "bank_rows": [_bank_row(one) for one in bank_rows.order_by("-transaction_date", "-pk")[:_SHOWN]],
        "dway": display.money(conflict.dway_balance, unit, signed=True),
        "ledger": _plain(conflict.explanation.get("ledger_balance"), unit),
        "kept": display.money(kept, unit, signed=True) if kept else "",
        "current": display.money(conflict.account.current_balance, unit, signed=True),
        "ledger_rows": [
            _ledger_row(one)
            for one in ledger.exclude(status__in=["grouping", "pending"]).order_by("-transaction_date", "-pk")[:_SHOWN]
        ],
        "pending": [
            _ledger_row(one) for one in ledger.filter(status="pending").order_by("-transaction_date", "-pk")[:_SHOWN]
        ],
        "bank_pending": _announced(conflict),
    }


def _announced(conflict: BalanceConflict) -> dict[str, Any] | None:
    """What the bank announced and has not booked: in no posted balance, and so no part of any difference."""
    waiting = PendingTransaction.objects.filter(
        account_id=conflict.account_id, currency=conflict.currency, pending_status=PendingStatus.PENDING
    )
    out = Case(
        When(transaction_type=TransactionType.DEBIT, then=-F("amount")), default=F("amount"), output_field=MoneyField()
    )
    number, total = waiting.aggregate(number=Count("pk"), total=Sum(out)).values()
    if not number:
        return None
    newest = waiting.defer("raw_data").order_by("-transaction_date", "-pk")[:_SHOWN]
    return {
        "number": number,
        "more": number - _SHOWN if number > _SHOWN else 0,
        "total": display.money(total, conflict.currency, signed=True),
        "rows": [_pending_row(one) for one in newest],
        "url": display.list_url(
            "integrations.PendingTransaction", f"account={conflict.account_id}&pending_status=pending"
        ),
    }


def _plain(text: str | None, unit: str) -> SafeString:
    return display.money(None if text is None else Decimal(text), unit, signed=True)


def _source(metadata: dict[str, Any]) -> dict[str, Any]:
    """Where the bank's figure comes from."""
    pk = metadata.get("source_id")
    if metadata.get("source") == "statement" and pk:
        statement = BankStatement.objects.filter(pk=pk).first()
        if statement:
            return {
                "text": _("statement %(start)s to %(end)s")
                % {"start": statement.period_start or "", "end": statement.period_end or ""},
                "url": display.admin_url("integrations.BankStatement", pk),
            }
    if metadata.get("source") == "sync" and pk:
        return {"text": _("sync"), "url": display.admin_url("integrations.BankBalance", pk)}
    return {"text": _("not known"), "url": ""}


def _bank_row(one: BankTransaction) -> ShownRow:
    return ShownRow(
        "bank",
        display.admin_url("integrations.BankTransaction", one.pk),
        display.day(one.posted_date or one.transaction_date),
        one.raw_description or _("(no text)"),
        display.money(signed(one), one.currency, signed=True),
    )


def _pending_row(one: PendingTransaction) -> ShownRow:
    return ShownRow(
        "bank",
        display.admin_url("integrations.PendingTransaction", one.pk),
        display.day(one.transaction_date),
        one.description or _("(no text)"),
        display.money(signed(one), one.currency, signed=True),
    )


def _ledger_row(one: Transaction) -> ShownRow:
    return ShownRow(
        "ledger",
        display.admin_url("dwaybank.Transaction", one.pk),
        display.day(one.transaction_date),
        one.description or _("(no text)"),
        display.money(signed(one), one.currency, signed=True),
    )


# --- Why they differ


def answers_of(conflict: BalanceConflict) -> list[dict[str, Any]]:
    """The smallest sets of rows that account for the gap, in words, each row with its page."""
    answers = conflict.explanation.get("answers", [])
    known = _rows(ref for one in answers for part in one["parts"] for ref in (*part["rows"], *part["rivals"]))
    shown = []
    for answer in answers:
        parts = []
        for part in answer["parts"]:
            parts.append(
                {
                    "cause": cause_words(part["cause"]),
                    "amount": _plain(part["amount"], conflict.currency),
                    "when": _when(part),
                    "rows": [known[pk] for _side, pk in part["rows"] if pk in known],
                    "rivals": [known[pk] for _side, pk in part["rivals"] if pk in known],
                    "no_row": part["cause"] == Cause.NOT_FETCHED,
                }
            )
        shown.append({"cause": cause_words(answer["cause"]), "parts": parts})
    return shown


def _when(part: dict[str, Any]) -> str:
    if part["first_day"] == part["day"]:
        return str(part["day"])
    return _("between %(first)s and %(last)s") % {"first": part["first_day"], "last": part["day"]}


def _rows(refs: Iterable[list[str]]) -> dict[str, ShownRow]:
    """Rows by id, in three queries however many there are; bank rows from their months only."""
    wanted = [(side, pk) for side, pk in refs]
    bank = [UUID(pk) for side, pk in wanted if side == "bank"]
    ledger = [UUID(pk) for side, pk in wanted if side == "ledger"]
    days = dict(BankTransactionKey.objects.filter(pk__in=bank).values_list("pk", "transaction_date"))
    found = {
        str(one.pk): _bank_row(one)
        for one in BankTransaction.objects.filter(pk__in=days, transaction_date__in=set(days.values())).defer(
            "raw_data", "normalized_data"
        )
    }
    found |= {str(one.pk): _ledger_row(one) for one in Transaction.objects.filter(pk__in=ledger)}
    return found


def timing_of(conflict: BalanceConflict) -> list[dict[str, Any]]:
    """What is under way on one side: shown, and no part of the difference."""
    timing = conflict.explanation.get("timing", [])
    known = _rows(ref for one in timing for ref in one["rows"])
    return [
        {
            "words": _TIMING.get(one["kind"], one["kind"]),
            "amount": _plain(one["amount"], conflict.currency),
            "day": display.day(date.fromisoformat(one["day"])),
            "rows": [known[pk] for _side, pk in one["rows"] if pk in known],
        }
        for one in timing
    ]


# --- What happened


def fetching_of(conflict: BalanceConflict) -> dict[str, Any] | None:
    """The sync that a conflict which waits for bank data waits for; None for other conflicts."""
    if conflict.conflict_status != ConflictStatus.RESYNCING:
        return None
    asked = (
        BalanceResolution.objects.filter(conflict=conflict, sync_request_id__isnull=False)
        .order_by("-decided_at")
        .values_list("sync_request_id", flat=True)
    )
    shown = SyncRequest.objects.select_related("connection").only(
        "window_start", "window_end", "request_status", "next_attempt_at", "message", "connection__bank_name"
    )
    request = shown.filter(pk__in=asked[:1]).first()
    if request is None:
        return None
    return {
        "request": request,
        "status": display.badge(
            request.get_request_status_display(), REQUEST_TONES.get(request.request_status, Tone.QUIET)
        ),
        "next": display.moment(request.next_attempt_at, timezone.now()) if request.next_attempt_at else "",
        "url": display.admin_url("integrations.SyncRequest", request.pk),
    }


def history_of(conflict: BalanceConflict) -> list[dict[str, Any]]:
    """Comparisons, proposals, decisions and what was fetched again, newest first."""
    now = timezone.now()
    decided = list(
        BalanceResolution.objects.filter(conflict=conflict)
        .select_related("proposed_by", "decided_by")
        .order_by("-proposed_at")[:_MOST_HISTORY]
    )
    asked = [one.sync_request_id for one in decided if one.sync_request_id]
    entries = [*_compared(conflict), *chain.from_iterable(_decided(one, conflict.currency) for one in decided)]
    if asked:
        entries += map(_fetched, SyncRequest.objects.filter(pk__in=asked))
    entries.sort(key=lambda entry: entry["at"], reverse=True)
    return [entry | {"when": display.moment(entry["at"], now)} for entry in entries]


def _compared(conflict: BalanceConflict) -> Iterator[dict[str, Any]]:
    compared = BalanceSyncHistory.objects.filter(conflict_resolution_id=conflict.pk).order_by("-sync_timestamp")
    for event in compared[:_MOST_HISTORY]:
        yield {
            "at": event.sync_timestamp,
            "what": display.badge(_("Compared"), BALANCE_TONES.get(event.sync_status, Tone.QUIET)),
            "who": _run_words((event.sync_metadata or {}).get("run", "")),
            "text": _("bank %(bank)s, DwayBank %(dway)s: %(gap)s")
            % {
                "bank": money_text(event.bank_balance, conflict.currency),
                "dway": money_text(event.dway_balance_before, conflict.currency),
                "gap": money_text(event.bank_balance - event.dway_balance_before, conflict.currency, signed=True),
            },
            "url": display.admin_url("reconciliation.BalanceSyncHistory", event.pk),
        }


def _run_words(run: str) -> str:
    """What a comparison followed, for people; a command keeps its name."""
    kind, _colon, name = run.partition(":")
    if kind == "sync" and name in SyncReason.values:
        return _("after a sync (%(reason)s)") % {"reason": str(SyncReason(name).label).lower()}
    return str(_("every day")) if kind == "scheduled" else run


def _decided(one: BalanceResolution, unit: str) -> Iterator[dict[str, Any]]:
    amount = f" {money_text(one.amount, unit, signed=True)}" if one.amount is not None else ""
    window = f" {one.window_start} - {one.window_end}" if one.window_start else ""
    yield {
        "at": one.proposed_at,
        "what": display.badge(_("Proposed"), Tone.WAITING),
        "who": str(one.proposed_by),
        "text": f"{one.get_method_display()}{amount}{window}: {one.reason}",
        "url": display.admin_url("reconciliation.BalanceResolution", one.pk),
    }
    if one.decided_at:
        yield {
            "at": one.decided_at,
            "what": display.badge(
                one.get_resolution_status_display(), RESOLUTION_TONES.get(one.resolution_status, Tone.QUIET)
            ),
            "who": str(one.decided_by) if one.decided_by else _("by itself"),
            "text": kept_text(one.decision_reason),
            "url": display.admin_url("dwaybank.Transaction", one.adjustment_id) if one.adjustment_id else "",
        }


def _fetched(request: SyncRequest) -> dict[str, Any]:
    """The sync that fetching again asked for, where it stands or how it ended."""
    ended = request.ended_at is not None
    return {
        "at": request.ended_at or request.created_at,
        "what": display.badge(
            _("Fetched again") if ended else _("Being fetched again"),
            REQUEST_TONES.get(request.request_status, Tone.QUIET),
        ),
        "who": _("the bank"),
        "text": f"{request.get_request_status_display()}. {kept_text(request.message)}".strip(),
        "url": display.admin_url("integrations.SyncRequest", request.pk),
    }
