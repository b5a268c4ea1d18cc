"""What has to hold after any storm: the truth, closed logs, one sync at a time, failures and retries explained."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import connection as database

from integrations.models import (
    BankSyncLog,
    BankTransaction,
    LinkedAccount,
    PendingTransaction,
    SyncRequest,
    WithdrawnTransaction,
)
from integrations.sandbox.bank import SandboxBank
from integrations.sandbox.faults import Fault, Served
from tests.soak.world import RETRY_AFTER, RETRY_SECONDS, Customer

RETRIES: Final = 3  # max_sync_retries as delivered
_DEAD: Final = "The worker that ran this sync ended without a word; it was closed as timed out."
# which faults can end an attempt so
_BRINGS: Final = {
    "too_many_calls": {Fault.BUSY},
    "server_fault": {Fault.ERROR},
    "connection_failed": {Fault.CUT, Fault.TIMEOUT},
    "no_answer_in_time": {Fault.TIMEOUT, Fault.SLOW},
    "malformed_answer": {Fault.MALFORMED},
    "wrong_typed_answer": {Fault.WRONG_TYPES},
    "suspiciously_empty": {Fault.EMPTY},
    "transactions_sync_mutation_during_pagination": {Fault.MUTATION},
    "security_challenge": {Fault.EXPIRED_TOKEN},
    "item_login_required": {Fault.EXPIRED_TOKEN},
}
_ENDS_CONSENT: Final = {Fault.REVOKED, Fault.EXPIRED_TOKEN}
_TICK: Final = timedelta(milliseconds=50)  # between two clocks' readings


def compare(customers: list[Customer], bank: SandboxBank) -> tuple[dict[str, int], list[str]]:
    """Every account's rows, pending and booked, against the sandbox's truth: (figures, problems)."""
    figures: Counter[str] = Counter()
    problems: list[str] = []
    at = bank.clock.now()
    for one in customers:
        customer = bank.customer(one.key)
        assert customer is not None
        links = dict(
            LinkedAccount.objects.filter(connection=one.connection).values_list("external_account_id", "account")
        )
        truth = bank.truth(customer, one.protocol, at)
        for name, held in truth.items():
            figures["accounts"] += 1
            figures["rows"] += len(held["booked"])
            figures["pending rows"] += len(held["pending"])
            if name not in links:
                problems.append(f"{one.connector} {one.key}: account {name} is not linked")
                continue
            for difference in _differences(one, links[name], held):
                problems.append(f"{one.connector} {one.key} {name}: {difference}")
        if len(links) > len(truth):
            problems.append(
                f"{one.connector} {one.key}: {len(links) - len(truth)} accounts that the bank does not have"
            )
    return dict(figures), problems


def _differences(one: Customer, account: Any, held: dict[str, Any]) -> Iterator[str]:
    # Flinks' ids do not outlive a session: there a row is its day, amount and text
    with_id = one.protocol != "flinks"
    dated = "posted" if one.protocol == "plaid" else "date"
    withdrawn = WithdrawnTransaction.objects.filter(account=account, returned_at__isnull=True)
    rows: Any = BankTransaction.objects.filter(account=account, connection=one.connection).exclude(
        pk__in=withdrawn.values("bank_transaction")
    )
    stored = Counter(
        (
            row.external_transaction_id if with_id else "",
            str(row.amount if row.transaction_type == "credit" else -row.amount),
            str(row.posted_date if dated == "posted" else row.transaction_date),
            row.raw_description,
        )
        for row in rows
    )
    true = Counter(
        (row["id"] if with_id else "", row["amount"], row[dated] or row["date"], row["description"])
        for row in held["booked"]
    )
    if stored != true:
        missing, surplus = true - stored, stored - true
        yield f"{missing.total()} rows missing, {surplus.total()} too many: {[*missing][:2]} {[*surplus][:2]}"
    if with_id:
        pending = PendingTransaction.objects.filter(
            account=account, connection=one.connection, pending_status="pending"
        )
        listed = set(pending.values_list("external_transaction_id", flat=True))
        told = set(held["pending"])
        if listed != told:
            yield f"pending rows differ: {len(told - listed)} missing, {len(listed - told)} too many"


def one_at_a_time() -> Iterator[str]:
    """No log is open, and no two syncs of one connection ran at the same moment, whoever ran them."""
    with database.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM bank_sync_logs WHERE completed_at IS NULL")
        if still_open := cursor.fetchone()[0]:
            yield f"{still_open} logs were left open"
        cursor.execute(
            "SELECT count(*) FROM bank_sync_logs a JOIN bank_sync_logs b ON a.connection_id = b.connection_id "
            "AND a.id < b.id AND tstzrange(a.started_at, a.completed_at) && tstzrange(b.started_at, b.completed_at)"
        )
        if overlaps := cursor.fetchone()[0]:
            yield f"{overlaps} syncs of one connection overlapped"


def explained(customers: list[Customer], journal: list[Served], since: datetime) -> tuple[dict[str, int], list[str]]:
    """Every failure has its fault and every retry its time: (figures, problems)."""
    figures: Counter[str] = Counter()
    problems: list[str] = []
    served: dict[str, list[Served]] = {}
    for call in journal:
        if call.fault is not None and call.at >= since:
            served.setdefault(call.customer, []).append(call)
    for one in customers:
        logs = list(
            BankSyncLog.objects.filter(connection=one.connection, started_at__gte=since)
            .order_by("started_at")
            .values("sync_status", "started_at", "completed_at", "error_details", "sync_metadata")
        )
        faults = served.get(one.key, []) + served.get(one.protocol, [])
        for place, log in enumerate(logs):
            kind = _kind(log)
            figures[kind] += 1
            later = logs[place + 1] if place + 1 < len(logs) else None
            for problem in _strange(kind, log, later, faults, since):
                problems.append(f"{one.connector} {one.key} at {log['started_at']:%H:%M:%S}: {problem}")
    too_often = SyncRequest.objects.filter(created_at__gte=since, attempts__gt=RETRIES + 1 + figures["killed"])
    problems += [f"request {request.pk} was tried {request.attempts} times" for request in too_often]
    return dict(figures), problems


def _kind(log: dict[str, Any]) -> str:
    """completed, partial, failed, timeout, or killed: closed for a worker that died."""
    is_dead = log["sync_status"] == "timeout" and log["sync_metadata"].get("error_message") == _DEAD
    return "killed" if is_dead else str(log["sync_status"])


def _strange(
    kind: str, log: dict[str, Any], later: dict[str, Any] | None, faults: list[Served], since: datetime
) -> Iterator[str]:
    if kind in ("completed", "partial"):
        during = {call.fault for call in faults if log["started_at"] <= call.at <= log["completed_at"]}
        if Fault.REVOKED in during and not later:
            yield "went through although the consent was revoked meanwhile"
        return
    if kind == "killed":
        return
    code = log["error_details"][0]["code"]
    ends_consent = code not in _BRINGS
    begin = since if ends_consent else log["started_at"]
    during = {call.fault for call in faults if begin <= call.at <= log["completed_at"]}
    if not during & (_BRINGS.get(code) or _ENDS_CONSENT):
        yield f"failed as {code}, which none of {sorted(during)} brings"
    if later is None:
        return
    same = later["sync_metadata"].get("request") == log["sync_metadata"].get("request")
    attempt = log["sync_metadata"]["attempt"]
    waited = later["started_at"] - log["completed_at"]
    if same and attempt > RETRIES:
        yield f"tried again after attempt {attempt}"
    if same and waited < _least_wait(code, attempt) - _TICK:
        yield f"tried again after {waited}, at least {_least_wait(code, attempt)} was due"


def _least_wait(code: str, attempt: int) -> timedelta:
    """Half of the exponential wait, which is drawn from its upper half; what Retry-After asks for, if that is more."""
    exponential = timedelta(seconds=RETRY_SECONDS * 2 ** (attempt - 1) / 2)
    return max(exponential, timedelta(seconds=RETRY_AFTER)) if code == "too_many_calls" else exponential
