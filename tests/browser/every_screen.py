"""Every address of the site with a row of the world in it, as a person can open it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any, Final
from urllib.parse import urlencode

from django.contrib import admin
from django.db.models import Model
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from compliance.models import ComplianceReportTransaction, SuspicionCase
from dwaybank.guides import GUIDES
from dwaybank.models import Account
from integrations.models import BankConnection, BankSyncLog, BankTransaction, IntegrationError, StatementFile
from reconciliation.admin.month_progress import month_url
from reconciliation.models import BalanceConflict, MappingDecision, MappingProposal, TransactionMapping
from tests.admin.world import first_row

# the row meant by a name in an address; any other id is of the table whose screen it is
_MEANT: Final[dict[str, type[Model]]] = {
    "account_id": Account,
    "bank_transaction_id": BankTransaction,
    "case_id": SuspicionCase,
    "conflict_id": BalanceConflict,
    "connection_id": BankConnection,
    "decision_id": MappingDecision,
    "error_id": IntegrationError,
    "file_id": StatementFile,
    "log_id": BankSyncLog,
    "mapping_id": TransactionMapping,
    "proposal_id": MappingProposal,
    "transaction_id": ComplianceReportTransaction,
}
# they answer a program, take what a form sends, lead elsewhere, or belong to nobody who is signed in
NO_PAGES: Final = frozenset(
    {
        "account_inactive",
        "account_login",
        "account_logout",
        "account_signup",
        "autocomplete",
        "choose_language",
        "compliance_compliancereport_export",
        "compliance_compliancereport_step",
        "compliance_party_suggest",
        "compliance_suspicioncase_act",
        "help_picture",
        "inbox_count",
        "inbox_open",
        "inbox_read_all",
        "integrations_bankconnection_act",
        "integrations_banksynclog_progress",
        "integrations_integrationerror_act",
        "integrations_statementfile_confirm",
        "jsi18n",
        "login",
        "logout",
        "mfa_authenticate",
        "mfa_deactivate_totp",
        "mfa_download_recovery_codes",
        "mfa_edit_webauthn",
        "mfa_list_webauthn",
        "mfa_login_webauthn",
        "mfa_reauthenticate_webauthn",
        "mfa_remove_webauthn",
        "reconciliation_balanceconflict_bulk",
        "reconciliation_mappingproposal_act",
        "reconciliation_mappingproposal_line",
        "reconciliation_mappingproposal_undo",
        "saved_filters",
        "view_on_site",
    }
)


def addresses() -> Iterator[tuple[str, str]]:
    """Name and address of every page of the back office and of the sign-in."""
    for name, text, pattern in _named(get_resolver(), "/"):
        if not text.startswith(("/admin/", "/accounts/")) or name.endswith(("_csv", "_delete")) or name in NO_PAGES:
            continue
        if name == "help_guide":
            yield from ((name, reverse(f"admin:{name}", args=[guide])) for guide in GUIDES)
        elif name == "app_list":
            yield from ((name, reverse("admin:app_list", args=[app])) for app in ("dwaybank", "integrations"))
        elif name == "reconciliation_transactionreconciliationstatus_month":
            yield name, month_url(first_row(Account).pk, date(2026, 10, 1))
        elif (filled := _filled(text, pattern)) is not None:
            query = {"file": first_row(StatementFile).pk} if name.endswith("_review") else {}
            yield name, filled + (f"?{urlencode(query)}" if query else "")


def _named(resolver: URLResolver, prefix: str) -> Iterator[tuple[str, str, Any]]:
    for entry in resolver.url_patterns:
        text = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from _named(entry, text)
        elif isinstance(entry, URLPattern) and entry.name:
            yield entry.name, text, entry.pattern


def _filled(text: str, pattern: Any) -> str | None:
    """The address with ids of rows; None where the table of its screen is empty."""
    model = next(
        (one for one in admin.site._registry if f"/{one._meta.app_label}/{one._meta.model_name}/" in text), None
    )
    for name, converter in pattern.converters.items():
        meant = _MEANT.get(name, model)
        if meant is None or not meant._default_manager.exists():
            return None
        kind = type(converter).__name__.removesuffix("Converter").lower()
        value = str(first_row(meant).pk)
        text = text.replace(f"<{kind}:{name}>", value).replace(f"<{name}>", value).replace(f"<str:{name}>", value)
    return text
