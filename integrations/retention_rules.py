"""When bank data goes: the connection has ended, its ``data_retention_until`` is over, and no other duty keeps the row.

Duties of upper floors (a report, a cash record, a suspicion, a mapping) are registered here as queries. The database
keeps rows under a retention duty by itself (``bank_transactions_retention_guard``).
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, Final

from django.db.models import Count, Exists, F, Func, Model, Q, QuerySet, TextField, Value
from django.utils.translation import gettext as _

from dwaybank.retention import RetentionRule, five_years_before, purge_rows, register_retention_rule
from integrations.models import (
    ArchivedBankTransaction,
    BankConnection,
    BankTransaction,
    PendingTransaction,
    StatementFile,
    WebhookDelivery,
)

# rows of another table that keep the bank transaction of the outer query, at a moment
Duty = Callable[[datetime], QuerySet[Any]]
_duties: Final[dict[str, Duty]] = {}
_LAW: Final = "PIPEDA 4.5.3; SOR/2002-184 s. 148(1)"


def register_duty(name: str, duty: Duty) -> None:
    """Keep every bank transaction for which ``duty(at)`` finds a row; it names the outer row by ``OuterRef("pk")``.

    The same name again replaces it.
    """
    _duties[name] = duty


def _ended(at: datetime) -> QuerySet[Any]:
    return BankConnection.objects.filter(deleted_at__isnull=False, data_retention_until__lte=at)


def _due(model: type[Model]) -> Callable[[datetime], QuerySet[Any]]:
    """Bank transactions that may go: of ended connections past their time, recorded five years ago, in nobody's use."""

    def due(at: datetime) -> QuerySet[Any]:
        rows: QuerySet[Any] = model._default_manager.filter(
            connection__in=_ended(at).values("pk"), created_at__lte=five_years_before(at)
        )
        for duty in _duties.values():
            rows = rows.filter(~Exists(duty(at)))
        return rows

    return due


def _kept(model: type[Model]) -> Callable[[datetime], dict[str, int]]:
    """Why the other rows of ended connections past their time stay."""

    def kept(at: datetime) -> dict[str, int]:
        reasons = {_("recorded less than 5 years ago"): Q(created_at__gt=five_years_before(at))}
        reasons |= {_("needed by %(table)s") % {"table": name}: Q(Exists(duty(at))) for name, duty in _duties.items()}
        rows = model._default_manager.filter(connection__in=_ended(at).values("pk"))
        counted = rows.aggregate(**{f"n{i}": Count("pk", filter=q) for i, q in enumerate(reasons.values())})
        return {reason: counted[f"n{i}"] for i, reason in enumerate(reasons)}

    return kept


def _files(at: datetime) -> QuerySet[Any]:
    """Every statement file with what keeps it; the database's own guard goes by the same function."""
    kept_by = Func(F("pk"), Value(at), function="statement_file_kept_by", output_field=TextField(null=True))
    return StatementFile.objects.defer("content").annotate(kept_by=kept_by)


def _due_files(at: datetime) -> QuerySet[Any]:
    return _files(at).filter(created_at__lte=five_years_before(at), kept_by__isnull=True)


def _kept_files(at: datetime) -> dict[str, int]:
    said = {
        "five_years": _("handed in less than 5 years ago"),
        "connection": _("of a connection in use, or whose data_retention_until is not over"),
        "rows": _("bank transactions that came from it are kept"),
    }
    counted = dict(_files(at).values_list("kept_by").annotate(rows=Count("pk")).order_by("kept_by"))
    return {text: counted.get(code, 0) for code, text in said.items()}


# one object each: the registry tells a rule that is registered again from another of its name by it
_due_transactions: Final = _due(BankTransaction)
_due_archived: Final = _due(ArchivedBankTransaction)


def register() -> None:
    """Make the rules known; called once when the app is ready."""
    keeps = "data_retention_until of its connection, and 5 years"
    register_retention_rule(
        RetentionRule(
            "bank_transactions",
            "bank transactions of ended connections that nothing refers to",
            keeps,
            _LAW,
            _due_transactions,
            purge_rows(BankTransaction),
            "connection__user_id",
            _kept(BankTransaction),
        )
    )
    register_retention_rule(
        RetentionRule(
            "bank_transactions_archive",
            "archived bank transactions of ended connections that nothing refers to",
            keeps,
            _LAW,
            _due_archived,
            purge_rows(ArchivedBankTransaction),
            "connection__user_id",
            _kept(ArchivedBankTransaction),
        )
    )
    register_retention_rule(
        RetentionRule(
            "pending_transactions",
            "announced movements of ended connections",
            "data_retention_until of their connection",
            _LAW,
            lambda at: PendingTransaction.objects.filter(connection__in=_ended(at).values("pk")),
            purge_rows(PendingTransaction),
            "connection__user_id",
        )
    )
    register_retention_rule(
        RetentionRule(
            "webhook_deliveries",
            "what banks sent about ended connections, with its bytes",
            "data_retention_until of their connection",
            _LAW,
            lambda at: WebhookDelivery.objects.filter(webhook__connection__in=_ended(at).values("pk")),
            purge_rows(WebhookDelivery),
            "webhook__connection__user_id",
        )
    )
    register_retention_rule(
        RetentionRule(
            "statement_files",
            "raw statement files of ended connections, and those that fed none, whose rows are gone",
            "data_retention_until of the connections it fed, and 5 years",
            _LAW,
            _due_files,
            purge_rows(StatementFile),
            "owner_id",
            _kept_files,
        )
    )
