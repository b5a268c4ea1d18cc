"""What reconciliation shows on the pages of lower floors."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.http import HttpRequest

from dwaybank.admin import display
from dwaybank.admin.display import Tone, admin_url, object_link
from dwaybank.admin.panels import Panel, register_panel
from reconciliation.admin.mapping_decisions import decisions_of
from reconciliation.admin.queue import line_url
from reconciliation.admin.reviewing import VIEW
from reconciliation.admin.shared import MAPPING_TONES, TYPE_TONES
from reconciliation.models import TransactionMapping, TransactionReconciliationStatus


def bank_transaction_mapping(request: HttpRequest, row: Any) -> Panel:
    """The ledger transaction that a bank transaction is, and who said so."""
    mapping = TransactionMapping.objects.filter(bank_transaction_id=row.pk).select_related("transaction").first()
    return Panel(
        "Mapping to the ledger",
        ("Ledger transaction", "Status", "Made", "Confidence", "Difference", "Mapping"),
        [_mapping_cells(mapping)] if mapping else [],
        empty="Not mapped to the ledger yet.",
        numeric=("Difference",),
    )


def _mapping_cells(mapping: TransactionMapping) -> tuple[object, ...]:
    status, kind = mapping.reconciliation_status or "", mapping.mapping_type
    return (
        object_link("dwaybank.Transaction", mapping.transaction_id, mapping.transaction),
        display.badge(str(mapping.get_reconciliation_status_display()), MAPPING_TONES.get(status, Tone.QUIET)),
        display.badge(mapping.get_mapping_type_display(), TYPE_TONES.get(kind, Tone.QUIET)),
        display.NOTHING if mapping.mapping_confidence is None else f"{mapping.mapping_confidence:.0%}",
        display.money(mapping.discrepancy_amount),
        object_link("reconciliation.TransactionMapping", mapping.pk, "open"),
    )


def bank_transaction_decisions(request: HttpRequest, row: Any) -> Panel:
    """What reviewers decided on the line, newest first."""
    found = decisions_of(row.pk)
    return Panel(
        "Decisions",
        ("Decided", "What", "By", "Note", ""),
        [
            (one.when, one.what, one.who, one.note or display.NOTHING, "undone since" if one.undone else "")
            for one in found
        ],
        empty="No reviewer decided on this line yet.",
        more=("Where the line stands, and undo", line_url(row.pk)),
    )


def mapping_decisions(request: HttpRequest, row: Any) -> Panel:
    """What reviewers decided on a mapping's bank line."""
    panel = bank_transaction_decisions(request, row.bank_transaction)
    return replace(
        panel,
        more=("Correct, dispute, unmap or undo", admin_url("reconciliation.TransactionMapping", row.pk, "decide")),
    )


def ledger_transaction_mapping(request: HttpRequest, row: Any) -> Panel:
    """The bank transaction that a ledger transaction is."""
    mapping = TransactionMapping.objects.filter(transaction_id=row.pk).select_related("bank_transaction").first()
    if mapping is None:
        return Panel("Mapping to the bank", empty="Not mapped to a bank transaction.")
    key = mapping.bank_transaction
    status = mapping.reconciliation_status or ""
    return Panel(
        "Mapping to the bank",
        ("Bank transaction", "Date", "Status", "Mapping"),
        [
            (
                object_link("integrations.BankTransaction", key.pk, key.external_transaction_id),
                display.day(key.transaction_date),
                display.badge(str(mapping.get_reconciliation_status_display()), MAPPING_TONES.get(status, Tone.QUIET)),
                object_link("reconciliation.TransactionMapping", mapping.pk, "open"),
            )
        ],
    )


def account_status(request: HttpRequest, row: Any) -> Panel | None:
    """How far an external account is mapped."""
    status = TransactionReconciliationStatus.objects.filter(pk=row.pk).first() if row.is_external else None
    if status is None:
        return None
    return Panel(
        "Reconciliation",
        ("Bank rows", "Mapped", "Not mapped", "Bank sum", "Mapped sum", "Difference"),
        [
            (
                display.number(status.total_bank_transactions),
                display.number(status.mapped_transactions),
                display.number(status.unmapped_transactions),
                display.money(status.total_bank_amount, row.currency, signed=True),
                display.money(status.total_mapped_amount, row.currency, signed=True),
                display.money(status.reconciliation_difference, row.currency, signed=True),
            )
        ],
        more=("Open", admin_url("reconciliation.TransactionReconciliationStatus", row.pk)),
        numeric=("Bank rows", "Mapped", "Not mapped", "Bank sum", "Mapped sum", "Difference"),
    )


for _model in ("integrations.BankTransaction", "integrations.ArchivedBankTransaction"):
    register_panel(
        _model, "mapping", bank_transaction_mapping, permission="reconciliation.view_transactionmapping", rank=10
    )
    register_panel(_model, "decisions", bank_transaction_decisions, permission=VIEW, rank=11)
register_panel("reconciliation.TransactionMapping", "decisions", mapping_decisions, permission=VIEW)
register_panel(
    "dwaybank.Transaction",
    "mapping",
    ledger_transaction_mapping,
    permission="reconciliation.view_transactionmapping",
    rank=10,
)
register_panel(
    "dwaybank.Account",
    "reconciliation",
    account_status,
    permission="reconciliation.view_transactionreconciliationstatus",
)
