"""What reconciliation shows on the pages of lower floors."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

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
        _("Mapping to the ledger"),
        (_("Ledger transaction"), _("Status"), _("Made"), _("Confidence"), _("Difference"), _("Mapping")),
        [_mapping_cells(mapping)] if mapping else [],
        empty=_("Not mapped to the ledger yet."),
        numeric=(_("Difference"),),
    )


def _mapping_cells(mapping: TransactionMapping) -> tuple[object, ...]:
    status, kind = mapping.reconciliation_status or "", mapping.mapping_type
    return (
        object_link("dwaybank.Transaction", mapping.transaction_id, mapping.transaction),
        display.badge(str(mapping.get_reconciliation_status_display()), MAPPING_TONES.get(status, Tone.QUIET)),
        display.badge(mapping.get_mapping_type_display(), TYPE_TONES.get(kind, Tone.QUIET)),
        display.NOTHING if mapping.mapping_confidence is None else f"{mapping.mapping_confidence:.0%}",
        display.money(mapping.discrepancy_amount),
        object_link("reconciliation.TransactionMapping", mapping.pk, _("open")),
    )


def bank_transaction_decisions(request: HttpRequest, row: Any) -> Panel:
    """What reviewers decided on the line, newest first."""
    found = decisions_of(row.pk)
    return Panel(
        _("Decisions"),
        (_("Decided"), _("What"), _("By"), _("Note"), ""),
        [
            (one.when, one.what, one.who, one.note or display.NOTHING, _("undone since") if one.undone else "")
            for one in found
        ],
        empty=_("No reviewer decided on this line yet."),
        more=(_("Where the line stands, and undo"), line_url(row.pk)),
    )


def mapping_decisions(request: HttpRequest, row: Any) -> Panel:
    """What reviewers decided on a mapping's bank line."""
    panel = bank_transaction_decisions(request, row.bank_transaction)
    return replace(
        panel,
        more=(_("Correct, dispute, unmap or undo"), admin_url("reconciliation.TransactionMapping", row.pk, "decide")),
    )


def ledger_transaction_mapping(request: HttpRequest, row: Any) -> Panel:
    """The bank transaction that a ledger transaction is."""
    mapping = TransactionMapping.objects.filter(transaction_id=row.pk).select_related("bank_transaction").first()
    if mapping is None:
        return Panel(_("Mapping to the bank"), empty=_("Not mapped to a bank transaction."))
    key = mapping.bank_transaction
    status = mapping.reconciliation_status or ""
    return Panel(
        _("Mapping to the bank"),
        (_("Bank transaction"), _("Date"), _("Status"), _("Mapping")),
        [
            (
                object_link("integrations.BankTransaction", key.pk, key.external_transaction_id),
                display.day(key.transaction_date),
                display.badge(str(mapping.get_reconciliation_status_display()), MAPPING_TONES.get(status, Tone.QUIET)),
                object_link("reconciliation.TransactionMapping", mapping.pk, _("open")),
            )
        ],
    )


def account_status(request: HttpRequest, row: Any) -> Panel | None:
    """How far an external account is mapped."""
    status = TransactionReconciliationStatus.objects.filter(pk=row.pk).first() if row.is_external else None
    if status is None:
        return None
    return Panel(
        _("Reconciliation"),
        (_("Bank rows"), _("Mapped"), _("Not mapped"), _("Bank sum"), _("Mapped sum"), _("Difference")),
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
        more=(_("Open"), admin_url("reconciliation.TransactionReconciliationStatus", row.pk)),
        numeric=(_("Bank rows"), _("Mapped"), _("Not mapped"), _("Bank sum"), _("Mapped sum"), _("Difference")),
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
