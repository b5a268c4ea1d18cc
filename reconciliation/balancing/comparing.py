"""One comparison: explain, record, and keep the account's one conflict in step with what was found."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from django.db import connection
from django.db.models import F, Max
from django.utils import timezone
from django.utils.translation import gettext as _

from dwaybank.actor import Actor, acting_as
from dwaybank.errors import DomainError
from dwaybank.kept import in_english
from dwaybank.models import Account, Transaction
from integrations.models import BankTransaction
from reconciliation.balances import Explanation, explain
from reconciliation.balancing.loading import Loaded, Stated, load, parameters, to_cents, to_money
from reconciliation.balancing.records import explanation_json
from reconciliation.balancing.resync import is_being_fetched
from reconciliation.enums import (
    BalanceSyncStatus,
    BalanceSyncType,
    ConflictStatus,
    ResolutionMethod,
    ResolutionStatus,
)
from reconciliation.models import BalanceConflict, BalanceResolution, BalanceSyncHistory
from reconciliation.models.balance_conflicts import IS_OPEN

_LOOK_BACK: Final = timedelta(days=45)
_SYNC_TYPES: Final = {
    "sync:webhook": BalanceSyncType.WEBHOOK,
    "sync:manual": BalanceSyncType.MANUAL,
    "sync:resync": BalanceSyncType.MANUAL,
    "sync": BalanceSyncType.SCHEDULED,
    "scheduled": BalanceSyncType.SCHEDULED,
}


class NothingToCompare(DomainError):
    """The bank has stated no balance of this account, or there is no such account."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """What one comparison found and wrote. ``conflict_id``: the account's conflict, where it has or had one now."""

    history_id: UUID
    account_id: UUID
    currency: str
    bank_day: date
    source: str
    bank_balance: Decimal
    dway_balance: Decimal
    status: str
    conflict_id: UUID | None
    what: str  # agrees, by_policy, opened, continued, healed
    parted_on: date | None
    cause: str
    is_certain: bool
    timing: int

    @property
    def gap(self) -> Decimal:
        """Bank less DwayBank."""
        return self.bank_balance - self.dway_balance


def compare_accounts(account_ids: Sequence[UUID], actor: Actor) -> None:
    """Compare these accounts: what follows an import or a sync. One without any balance of the bank is left out."""
    for account_id in account_ids:
        try:
            compare_account(account_id, actor=actor, now=timezone.now())
        except NothingToCompare:
            continue


def compare_account(account_id: UUID, *, actor: Actor, now: datetime) -> Comparison:
    """Compare the newest balance of the bank with DwayBank's of that day, and record it.

    Holds the account's row meanwhile, so that no booking comes between the reading and the record. Raises
    NothingToCompare; DomainError where a setting cannot be read.
    """
    with acting_as(actor):
        account = Account.objects.select_for_update(no_key=True).filter(pk=account_id).first()
        if account is None:
            raise NothingToCompare(_("There is no account %(id)s.") % {"id": account_id})
        loaded, explained = _explained(account, timezone.localdate(now))
        kept = _kept(account_id, explained)
        explained = replace(explained, comparable=explained.comparable + kept)
        return _recorded(account, loaded, explained, kept, actor, now)


def _explained(account: Account, today: date) -> tuple[Loaded, Explanation]:
    """From a while before the sides last agreed; from the beginning where that does not lead back to agreement."""
    for since in (_last_agreement(account.pk), None):
        loaded = load(account, since)
        if not loaded.stated:
            if since is not None:
                continue
            raise NothingToCompare(
                _("The bank has stated no balance of %(account)s: its files or syncs hold none.")
                % {"account": account.account_name}
            )
        explained = explain(
            loaded.bank,
            loaded.ledger,
            [one.anchor for one in loaded.stated],
            loaded.ledger_now,
            loaded.known,
            parameters(loaded.newest, today=today),
            loaded.adjustments,
        )
        if explained.ever_agreed or since is None:
            break
    return loaded, explained


def _last_agreement(account_id: UUID) -> date | None:
    agreed = BalanceSyncHistory.objects.filter(account_id=account_id, sync_status=BalanceSyncStatus.SYNCHRONIZED)
    row = agreed.order_by("-sync_timestamp").values_list("sync_metadata", flat=True).first()
    return date.fromisoformat(row["bank_day"]) - _LOOK_BACK if row and "bank_day" in row else None


def _kept(account_id: UUID, explained: Explanation) -> int:
    """The difference in cents that people decided to keep, as long as it is there: not once the sides agree without."""
    decided = (
        BalanceResolution.objects.filter(
            conflict__account_id=account_id,
            resolution_status=ResolutionStatus.APPROVED,
            method=ResolutionMethod.KEEP_DWAY,
        )
        .select_related("conflict")
        .order_by("-decided_at")
        .first()
    )
    if decided is None or abs(explained.gap) <= 1:
        return 0
    since = (
        BalanceSyncHistory.objects.filter(account_id=account_id, sync_timestamp__gt=decided.decided_at)
        .order_by("-sync_timestamp", "-created_at")
        .values_list("sync_metadata", flat=True)
        .first()
    )
    if since is not None:
        return to_cents(Decimal(since.get("kept", "0")))
    return to_cents(Decimal(decided.conflict.explanation.get("kept", "0")) + decided.conflict.gap)


# --- Recording


def _recorded(
    account: Account, loaded: Loaded, explained: Explanation, kept: int, actor: Actor, now: datetime
) -> Comparison:
    stated = loaded.newest
    found = explanation_json(explained) | {"kept": str(to_money(kept))}
    day = date.fromordinal(explained.day)
    bank, ours = to_money(explained.bank), to_money(explained.comparable)
    metadata = {
        "bank_day": day.isoformat(),
        "source": stated.source,
        "source_id": str(stated.source_id),
        "ledger_balance": found["ledger_balance"],
        "kept": found["kept"],
        "timing": found["timing"],
        "run": actor.run,
    }
    row = _record(account.pk, stated, bank, ours, _sync_type(account.pk, actor), metadata)
    open_one = BalanceConflict.objects.select_for_update(no_key=True).filter(IS_OPEN, account_id=account.pk).first()
    conflict: BalanceConflict | None
    if row.sync_status == BalanceSyncStatus.MANUAL_REVIEW:
        conflict, came = _continued(open_one, account, stated, row, explained, found, now)
    else:
        if row.sync_status == BalanceSyncStatus.CONFLICT_RESOLVED:
            _settle_by_policy(row, explained)
        conflict, came = open_one, "by_policy" if row.conflict_detected else "agrees"
        if open_one is not None:
            _heal(open_one, row, account, now)
            came = "healed"
    return Comparison(
        row.pk,
        account.pk,
        loaded.currency,
        day,
        stated.source,
        bank,
        ours,
        row.sync_status,
        conflict.pk if conflict else None,
        came,
        None if explained.parted_on is None else date.fromordinal(explained.parted_on),
        str(explained.answers[0].cause) if explained.answers else "",
        explained.is_certain,
        len(explained.timing),
    )


def _record(
    account_id: UUID, stated: Stated, bank: Decimal, ours: Decimal, sync_type: str, metadata: dict[str, Any]
) -> BalanceSyncHistory:
    """Through the schema's function, which decides whether it is a conflict and needs a person."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT record_balance_sync(%s, %s, %s, %s, %s, %s, NULL, false, %s::jsonb)",
            [account_id, stated.connection_id, ours, bank, ours, sync_type, json.dumps(metadata)],
        )
        return BalanceSyncHistory.objects.get(pk=cursor.fetchone()[0])


def _sync_type(account_id: UUID, actor: Actor) -> str:
    """Why it ran, by the run's name (``sync:`` and its reason, ``scheduled:`` and its command, or a person's)."""
    if not BalanceSyncHistory.objects.filter(account_id=account_id).exists():
        return BalanceSyncType.INITIAL
    return _SYNC_TYPES.get(actor.run, _SYNC_TYPES.get(actor.run.partition(":")[0], BalanceSyncType.MANUAL))


def _settle_by_policy(row: BalanceSyncHistory, explained: Explanation) -> None:
    """Small differences are kept, with what speaks for it; they are looked at whole again next time."""
    with in_english():
        if explained.is_certain:
            confidence, why = Decimal("0.95"), _("one set of rows explains it (%(cause)s)")
        elif explained.answers:
            confidence, why = Decimal("0.80"), _("rows that may explain it were found (%(cause)s)")
        else:
            confidence, why = Decimal("0.50"), _("no row explains it%(cause)s")
        cause = str(explained.answers[0].cause) if explained.answers else ""
        reasoning = _("The difference of %(gap)s is below the threshold and is kept: %(why)s.") % {
            "gap": f"{to_money(explained.gap):+,.2f}",
            "why": why % {"cause": cause},
        }
    BalanceSyncHistory.objects.filter(pk=row.pk).update(
        resolution_method=ResolutionMethod.KEEP_DWAY,
        resolution_confidence=confidence,
        resolution_reasoning=reasoning,
    )


# --- The account's one conflict


def _continued(
    conflict: BalanceConflict | None,
    account: Account,
    stated: Stated,
    row: BalanceSyncHistory,
    explained: Explanation,
    found: dict[str, Any],
    now: datetime,
) -> tuple[BalanceConflict, str]:
    """Open a conflict, or add this comparison to the one that is open; what it waited for may have come."""
    values: dict[str, Any] = {
        "connection_id": stated.connection_id,
        "bank_day": date.fromordinal(explained.day),
        "bank_balance": to_money(explained.bank),
        "dway_balance": to_money(explained.comparable),
        "parted_on": None if explained.parted_on is None else date.fromordinal(explained.parted_on),
        "parted_from": None if explained.parted_from is None else date.fromordinal(explained.parted_from),
        "cause": str(explained.answers[0].cause) if explained.answers else "",
        "is_certain": explained.is_certain,
        "explanation": found,
        "compared_at": now,
    }
    if conflict is None:
        made = BalanceConflict.objects.create(
            account_id=account.pk, currency=account.currency or "CAD", opened_at=now, **values
        )
        BalanceSyncHistory.objects.filter(pk=row.pk).update(conflict_resolution_id=made.pk)
        return made, "opened"
    if (conflict.bank_balance, conflict.dway_balance) != (values["bank_balance"], values["dway_balance"]):
        with in_english():
            why = _("The balances were compared again and differ otherwise now.")
        _withdraw_waiting(conflict, why, now)
    if conflict.conflict_status == ConflictStatus.RESYNCING and not is_being_fetched(conflict.pk):
        values["conflict_status"] = ConflictStatus.OPEN
    BalanceConflict.objects.filter(pk=conflict.pk).update(comparisons=F("comparisons") + 1, **values)
    BalanceSyncHistory.objects.filter(pk=row.pk).update(conflict_resolution_id=conflict.pk)
    return conflict, "continued"


def _withdraw_waiting(conflict: BalanceConflict, why: str, now: datetime) -> None:
    waiting = BalanceResolution.objects.filter(conflict=conflict, resolution_status=ResolutionStatus.PROPOSED)
    waiting.update(resolution_status=ResolutionStatus.WITHDRAWN, decided_at=now, decision_reason=why)


def _heal(conflict: BalanceConflict, row: BalanceSyncHistory, account: Account, now: datetime) -> None:
    """Close it: the sides agree again, or differ by less than anybody is asked about. Say which, and what arrived."""
    with in_english():
        if row.conflict_detected:
            why = _("The difference fell to %(gap)s, below the threshold.") % {"gap": f"{row.discrepancy_amount:,.2f}"}
        else:
            why = _("Both sides say %(balance)s on %(day)s.") % {
                "balance": f"{row.bank_balance:,.2f} {account.currency}",
                "day": (row.sync_metadata or {}).get("bank_day", ""),
            }
        why = f"{why} {_arrived(conflict)}".strip()
    _withdraw_waiting(conflict, why, now)
    BalanceSyncHistory.objects.filter(pk=row.pk).update(conflict_resolution_id=conflict.pk)
    BalanceConflict.objects.filter(pk=conflict.pk).update(
        conflict_status=ConflictStatus.HEALED,
        closed_at=now,
        closed_reason=why,
        compared_at=now,
        comparisons=F("comparisons") + 1,
        claimed_by=None,
        claimed_at=None,
    )
    BalanceSyncHistory.objects.filter(
        conflict_resolution_id=conflict.pk, sync_status=BalanceSyncStatus.MANUAL_REVIEW
    ).update(
        sync_status=BalanceSyncStatus.CONFLICT_RESOLVED,
        resolution_reasoning=why,
        resolution_confidence=Decimal("1.00"),
    )


def _arrived(conflict: BalanceConflict) -> str:
    """How many rows came since the conflict was last compared, which is what mostly heals one."""
    bank = BankTransaction.objects.filter(account_id=conflict.account_id, imported_at__gt=conflict.compared_at).count()
    ours = Transaction.objects.filter(account_id=conflict.account_id, created_at__gt=conflict.compared_at).count()
    if not bank and not ours:
        return ""
    return _("Since the comparison before, %(bank)d bank rows and %(ledger)d ledger rows arrived.") % {
        "bank": bank,
        "ledger": ours,
    }


def accounts_to_compare() -> list[UUID]:
    """Accounts for which a bank has stated a balance, the longest not compared first."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT s.account_id FROM ("
            "SELECT account_id FROM bank_statements WHERE closing_balance IS NOT NULL OR opening_balance IS NOT NULL "
            "UNION SELECT account_id FROM bank_balances WHERE kind = 'posted') s"
        )
        found = [row[0] for row in cursor.fetchall()]
    last = dict(
        BalanceSyncHistory.objects.filter(account_id__in=found)
        .values_list("account_id")
        .annotate(last=Max("sync_timestamp"))
    )
    never = datetime.min.replace(tzinfo=timezone.get_default_timezone())
    return sorted(found, key=lambda pk: (last.get(pk, never), pk))
