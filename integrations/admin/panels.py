"""What is shown around an object of this app: each panel is one bounded query."""

from __future__ import annotations

from typing import Any, Final

from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from dwaybank.admin import display
from dwaybank.admin.base import as_uuid
from dwaybank.admin.display import Tone, admin_url, list_url, object_link
from dwaybank.admin.panels import Panel, register_panel
from dwaybank.kept import kept_text
from integrations.admin.error_triage import OWNERS, open_errors
from integrations.admin.integration_health import score_badge, token_badge
from integrations.admin.shared import PROBLEM_NAMES, PROBLEM_TONES, SEVERITY_TONES, SYNC_TONES
from integrations.models import (
    BankIntegrationHealth,
    BankStatement,
    BankSyncLog,
    BankTransactionDuplicate,
    BankTransactionVersion,
    LinkedAccount,
)

_SHOWN: Final = 10
_PROBLEMS_SHOWN: Final = 500


def connection_health(request: HttpRequest, row: Any) -> Panel | None:
    """Score, token and the last seven days."""
    health = BankIntegrationHealth.objects.filter(pk=row.pk).first()
    if health is None:
        return Panel(gettext("Health"), empty=gettext("This connection is disconnected: it has no health any more."))
    token = token_badge(health.token_status)
    return Panel(
        gettext("Health"),
        (gettext("Score"), gettext("Token"), gettext("Syncs, 7 days"), gettext("Failed, 7 days")),
        [
            (
                score_badge(health.health_score),
                token,
                display.number(health.sync_count_7d or 0),
                display.number(health.error_count_7d or 0),
            )
        ],
        numeric=(gettext("Syncs, 7 days"), gettext("Failed, 7 days")),
    )


def connection_accounts(request: HttpRequest, row: Any) -> Panel:
    """The accounts linked through a connection."""
    links = LinkedAccount.objects.filter(connection_id=row.pk).select_related("account")
    shown = list(links.order_by("external_account_id", "pk")[: _SHOWN + 1])
    return Panel(
        gettext("Linked accounts"),
        (gettext("Name at the bank"), gettext("Kind"), gettext("Currency"), gettext("Account")),
        [
            (
                object_link("integrations.LinkedAccount", link.pk, link.external_account_id),
                link.get_identifier_kind_display(),
                link.currency,
                object_link("dwaybank.Account", link.account_id, link.account.account_name),
            )
            for link in shown[:_SHOWN]
        ],
        empty=gettext("No account is linked."),
        more=(gettext("All linked accounts"), list_url("integrations.LinkedAccount", f"connection={row.pk}"))
        if len(shown) > _SHOWN
        else None,
    )


def connection_syncs(request: HttpRequest, row: Any) -> Panel:
    """The last syncs of a connection."""
    logs = BankSyncLog.objects.filter(connection_id=row.pk).defer("error_details", "sync_metadata")
    shown = list(logs.order_by("-started_at")[: _SHOWN + 1])
    now = timezone.now()
    return Panel(
        gettext("Last syncs"),
        (gettext("Started"), gettext("Status"), gettext("Rows"), gettext("New"), gettext("Known"), gettext("Errors")),
        [
            (
                display.link(admin_url("integrations.BankSyncLog", log.pk), display.moment(log.started_at, now)),
                display.badge(log.get_sync_status_display(), SYNC_TONES.get(log.sync_status, Tone.QUIET)),
                display.number(log.transactions_processed),
                display.number(log.transactions_imported),
                display.number(log.transactions_duplicates),
                display.number(log.errors_count),
            )
            for log in shown[:_SHOWN]
        ],
        empty=gettext("Never synced."),
        numeric=(gettext("Rows"), gettext("New"), gettext("Known"), gettext("Errors")),
        more=(gettext("All syncs"), list_url("integrations.BankSyncLog", f"connection={row.pk}"))
        if len(shown) > _SHOWN
        else None,
    )


def connection_errors(request: HttpRequest, row: Any) -> Panel:
    """What is open of this connection's errors, worst first."""
    found = open_errors().filter(connection=row.pk)[: _SHOWN + 1]
    errors, now = list(found), timezone.now()
    more = list_url("integrations.IntegrationError", f"connection={row.pk}")
    return Panel(
        _("Open errors"),
        (_("Since"), _("Severity"), _("Has to act"), _("What"), _("Next retry")),
        [
            (
                display.moment(error.occurred_at, now),
                display.badge(str(error.get_error_severity_display()), SEVERITY_TONES[error.error_severity]),
                OWNERS.get(error.owner, error.owner),
                display.link(admin_url("integrations.IntegrationError", error.pk), kept_text(error.error_message)),
                display.moment(error.next_retry_at, now),
            )
            for error in errors[:_SHOWN]
        ],
        empty=_("No error is open."),
        more=(_("All errors"), more) if len(errors) > _SHOWN else None,
    )


def account_names(request: HttpRequest, row: Any) -> Panel:
    """By which names banks know an account, and where its bank transactions are."""
    links = LinkedAccount.objects.filter(account_id=row.pk).order_by("external_account_id", "pk")[:_SHOWN]
    return Panel(
        gettext("Names at the bank"),
        (gettext("Name"), gettext("Kind"), gettext("Bank"), gettext("Currency")),
        [
            (
                object_link("integrations.LinkedAccount", link.pk, link.external_account_id),
                link.get_identifier_kind_display(),
                link.get_bank_id_display(),
                link.currency,
            )
            for link in links
        ],
        empty=gettext("No bank reports this account."),
        more=(gettext("Its bank transactions"), list_url("integrations.BankTransaction", f"account={row.pk}")),
    )


def transaction_statement(request: HttpRequest, row: Any) -> Panel:
    """The statement a row came with."""
    record = row.normalized_data if isinstance(row.normalized_data, dict) else {}
    statement_id = as_uuid(str(record.get("statement", "")))
    statement = (
        (
            BankStatement.objects.filter(pk=statement_id)
            .select_related("file")
            .defer("file__content", "file__problems")
        ).first()
        if statement_id
        else None
    )
    if statement is None:
        return Panel(gettext("Statement"), empty=gettext("This row came with no statement file."))
    period = f"{statement.period_start or ''} \u2013 {statement.period_end or ''}"
    return Panel(
        gettext("Statement"),
        (gettext("Period"), gettext("File"), gettext("Line")),
        [
            (
                object_link("integrations.BankStatement", statement.pk, period),
                object_link("integrations.StatementFile", statement.file_id, statement.file.file_name),
                record.get("line") or display.NOTHING,
            )
        ],
    )


def transaction_versions(request: HttpRequest, row: Any) -> Panel:
    """What a row said before the bank changed it."""
    versions = BankTransactionVersion.objects.filter(bank_transaction_id=row.pk).defer("raw_data", "normalized_data")
    shown = list(versions.order_by("-replaced_at")[: _SHOWN + 1])
    now = timezone.now()
    return Panel(
        gettext("Earlier versions"),
        (gettext("Until"), gettext("Date then"), gettext("Amount then"), gettext("Text then")),
        [
            (
                display.link(
                    admin_url("integrations.BankTransactionVersion", version.pk),
                    display.moment(version.replaced_at, now),
                ),
                display.day(version.transaction_date),
                display.money(-version.amount if version.transaction_type == "debit" else version.amount, signed=True),
                version.raw_description,
            )
            for version in shown[:_SHOWN]
        ],
        empty=gettext("The bank never changed this row."),
        numeric=(gettext("Amount then"),),
        more=(gettext("What changed, field by field"), admin_url("integrations.BankTransaction", row.pk, "history"))
        if shown
        else None,
    )


def transaction_duplicates(request: HttpRequest, row: Any) -> Panel:
    """The movement a row repeats, and the rows that repeat it."""
    found = BankTransactionDuplicate.objects.select_related("bank_transaction", "duplicate_of")
    repeats = list(found.filter(bank_transaction_id=row.pk))
    repeated = list(found.filter(duplicate_of_id=row.pk).order_by("created_at", "pk")[:_SHOWN])
    rows = [(gettext("Repeats"), link.duplicate_of, link.source) for link in repeats]
    rows += [(gettext("Is repeated by"), link.bank_transaction, link.source) for link in repeated]
    return Panel(
        gettext("The same movement from another source"),
        ("", gettext("Row"), gettext("Date"), gettext("Source of the repetition")),
        [
            (
                text,
                object_link("integrations.BankTransaction", key.pk, key.external_transaction_id),
                display.day(key.transaction_date),
                source,
            )
            for text, key, source in rows
        ],
        empty=gettext("No other source reported this movement."),
        note=gettext("This row repeats a movement that counts already; it counts nowhere itself.") if repeats else "",
    )


def file_statements(request: HttpRequest, row: Any) -> Panel:
    """The accounts of a file."""
    statements = BankStatement.objects.filter(file_id=row.pk).select_related("account").order_by("created_at", "pk")
    return Panel(
        gettext("Statements in this file"),
        (
            gettext("Account"),
            gettext("Rows"),
            gettext("New"),
            gettext("Known"),
            gettext("Rejected"),
            gettext("Opening"),
            gettext("Sum"),
            gettext("Closing"),
            gettext("Ties out"),
        ),
        [
            (
                format_html(
                    "{}<br>{}",
                    object_link("integrations.BankStatement", s.pk, s.external_account_id),
                    object_link("dwaybank.Account", s.account_id, s.account.account_name),
                ),
                display.number(s.transactions_seen),
                display.number(s.transactions_imported),
                display.number(s.transactions_duplicates),
                display.number(s.transactions_rejected),
                display.money(s.opening_balance, s.currency, signed=True),
                display.money(s.signed_sum, s.currency, signed=True),
                display.money(s.closing_balance, s.currency, signed=True),
                display.yes_or_no(
                    s.ties_out, yes=gettext("Ties out"), no=gettext("Does not"), unknown=gettext("Not stated")
                ),
            )
            for s in statements[:50]
        ],
        empty=gettext("Nothing of this file is imported."),
        numeric=(
            gettext("Rows"),
            gettext("New"),
            gettext("Known"),
            gettext("Rejected"),
            gettext("Opening"),
            gettext("Sum"),
            gettext("Closing"),
        ),
    )


def file_problems(request: HttpRequest, row: Any) -> Panel:
    """What is wrong with a file, line by line."""
    problems = row.problems if isinstance(row.problems, list) else []
    return Panel(
        gettext("Problems"),
        (gettext("Line"), "", gettext("What"), gettext("The line")),
        [
            (
                problem.get("line") or display.NOTHING,
                display.badge(
                    PROBLEM_NAMES.get(str(problem.get("severity")), ""),
                    PROBLEM_TONES.get(str(problem.get("severity")), Tone.QUIET),
                ),
                kept_text(str(problem.get("message", ""))),
                format_html('<span class="as-written">{}</span>', problem.get("raw") or ""),
            )
            for problem in problems[:_PROBLEMS_SHOWN]
            if isinstance(problem, dict)
        ],
    )


for _model in ("integrations.BankTransaction", "integrations.ArchivedBankTransaction"):
    register_panel(_model, "statement", transaction_statement, permission="integrations.view_bankstatement")
    register_panel(
        _model, "duplicates", transaction_duplicates, permission="integrations.view_banktransactionduplicate"
    )
    register_panel(_model, "versions", transaction_versions, permission="integrations.view_banktransactionversion")
register_panel(
    "integrations.BankConnection", "health", connection_health, permission="integrations.view_bankintegrationhealth"
)
register_panel(
    "integrations.BankConnection", "accounts", connection_accounts, permission="integrations.view_linkedaccount"
)
register_panel("integrations.BankConnection", "syncs", connection_syncs, permission="integrations.view_banksynclog")
register_panel(
    "integrations.BankConnection", "errors", connection_errors, permission="integrations.view_integrationerror"
)
register_panel("dwaybank.Account", "names", account_names, permission="integrations.view_linkedaccount")
register_panel(
    "integrations.StatementFile", "statements", file_statements, permission="integrations.view_bankstatement"
)
register_panel("integrations.StatementFile", "problems", file_problems, permission="integrations.view_statementfile")
