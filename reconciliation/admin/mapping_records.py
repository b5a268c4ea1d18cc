"""What matching and reviewers left behind: runs, decisions, groups, aliases, rejected pairs. To read."""

from __future__ import annotations

from django.contrib import admin

from dwaybank.admin import columns, display
from dwaybank.admin.base import BackOfficeModelAdmin
from dwaybank.admin.filters import only_one
from integrations.admin.shared import account, bank_transaction
from reconciliation.models import CounterpartyAlias, MappingDecision, MappingRun, RejectedPair, TransactionPart

_RECORD = (columns.code("id"), columns.time("created_at"))
_PERSON = columns.link("decided_by", "dwaybank.User", label="by")
_LEDGER = columns.link("transaction", "dwaybank.Transaction", label="ledger transaction")


@admin.register(MappingRun)
class MappingRunScreen(BackOfficeModelAdmin):
    """What went into each run, and what came out."""

    list_display = (
        columns.time("created_at", label="ran", sort="created_at"),
        account(),
        columns.number("bank_lines"),
        columns.number("ledger_lines"),
        columns.column("outcomes", lambda row: ", ".join(f"{n} {k}" for k, n in row.outcomes.items() if n)),
        columns.column("run_hash", lambda row: display.code(row.run_hash[:12]), label="run"),
    )
    list_filter = (only_one("account", "account"),)
    list_select_related = ("account", "created_by")
    not_in_lists = ("parameters", "ledger_offsets")
    date_hierarchy = "created_at"
    ordering = ("-created_at",)
    uuid_search = ("pk", "account_id")
    search_help_text = "The id of a run or of an account."
    sections = (
        (
            "",
            (
                account(),
                "since",
                columns.code("run_hash"),
                columns.number("bank_lines"),
                columns.number("ledger_lines"),
            ),
        ),
        ("Outcomes", (columns.json("outcomes"), "seconds")),
        (
            "What it depended on",
            (columns.json("parameters"), columns.json("ledger_offsets", label="reversals in the ledger")),
        ),
        ("Record", (*_RECORD, columns.link("created_by", "dwaybank.User", label="started by"))),
    )


@admin.register(MappingDecision)
class MappingDecisionScreen(BackOfficeModelAdmin):
    """Who decided what, when and why. Undone in the workbench or on the mapping's page."""

    list_display = (
        columns.time("decided_at", label="decided", sort="decided_at"),
        "decision",
        _PERSON,
        bank_transaction(label="bank line"),
        account(),
        "note",
    )
    list_display_links = ("decision",)
    list_filter = ("decision", only_one("account", "account"))
    list_select_related = ("decided_by", "bank_transaction", "account")
    not_in_lists = ("before", "after")
    date_hierarchy = "decided_at"
    ordering = ("-decided_at",)
    sorted_only_when_small = True
    uuid_search = ("pk", "bank_transaction_id", "decided_by_id")
    search_help_text = "The id of a decision, of a bank transaction, or of the person who decided."
    sections = (
        ("", ("decision", _PERSON, columns.time("decided_at", label="decided"), columns.text("note"))),
        ("Line", (bank_transaction(label="bank line"), account())),
        ("Before and after", (columns.json("before"), columns.json("after"))),
        (
            "Record",
            (columns.code("id"), columns.id_link("undoes_id", "reconciliation.MappingDecision", label="undoes")),
        ),
    )


@admin.register(TransactionPart)
class TransactionPartScreen(BackOfficeModelAdmin):
    """Which ledger transactions are parts of which."""

    list_display = (
        columns.link("part", "dwaybank.Transaction"),
        columns.link("parent", "dwaybank.Transaction", label="whole"),
        "made",
        columns.time("created_at", label="since"),
    )
    list_select_related = ("part", "parent")
    never_loaded = ("part__transaction_metadata", "parent__transaction_metadata")
    ordering = ("-created_at",)
    sorted_only_when_small = True
    uuid_search = ("pk", "part_id", "parent_id")
    search_help_text = "The id of a ledger transaction, part or whole."
    sections = (
        (
            "",
            (columns.link("part", "dwaybank.Transaction"), columns.link("parent", "dwaybank.Transaction"), "made"),
        ),
        ("Record", _RECORD),
    )


@admin.register(CounterpartyAlias)
class CounterpartyAliasScreen(BackOfficeModelAdmin):
    """What a bank's text means on an account."""

    list_display = (
        "bank_text",
        "counterparty",
        account(),
        columns.number("confirmations"),
        columns.time("confirmed_at", label="last confirmed"),
    )
    list_filter = (only_one("account", "account"),)
    list_select_related = ("account",)
    ordering = ("-confirmed_at",)
    sorted_only_when_small = True
    uuid_search = ("pk", "account_id")
    search_help_text = "The id of an account."
    sections = (
        (
            "",
            ("bank_text", "counterparty", account(), columns.number("confirmations"), columns.time("confirmed_at")),
        ),
        ("Record", _RECORD),
    )


@admin.register(RejectedPair)
class RejectedPairScreen(BackOfficeModelAdmin):
    """Pairs that a reviewer said are not one movement."""

    list_display = (
        columns.time("rejected_at", label="rejected"),
        bank_transaction(label="bank line"),
        _LEDGER,
        columns.link("rejected_by", "dwaybank.User", label="by"),
    )
    list_select_related = ("bank_transaction", "transaction", "rejected_by")
    never_loaded = ("transaction__transaction_metadata",)
    ordering = ("-rejected_at",)
    sorted_only_when_small = True
    uuid_search = ("pk", "bank_transaction_id", "transaction_id")
    search_help_text = "The id of a bank transaction or of a ledger transaction."
    sections = (
        (
            "",
            (
                bank_transaction(label="bank line"),
                _LEDGER,
                columns.link("rejected_by", "dwaybank.User", label="by"),
                columns.time("rejected_at", label="rejected"),
            ),
        ),
    )
