"""Who may do what: roles as code, synced into Django's groups by ``manage.py sync_roles``.

Permissions are named ``app.codename``; upper floors are named as text here, never imported.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.contrib.auth.models import Group, Permission
from django.db import transaction
from django.utils.translation import gettext_noop


def _view(app: str, *models: str) -> frozenset[str]:
    return frozenset(f"{app}.view_{model}" for model in models)


_LEDGER: Final = _view("dwaybank", "account", "transaction")
_BANK_DATA: Final = _view(
    "integrations",
    "banktransaction",
    "archivedbanktransaction",
    "banktransactionversion",
    "banktransactionduplicate",
    "bankstatement",
    "statementfile",
    "statementprofile",
    "linkedaccount",
    "bankbalance",
    "accountsync",
    "pendingtransaction",
    "withdrawntransaction",
)
_OPERATIONS: Final = _view(
    "integrations",
    "bankconnection",
    "bankintegrationhealth",
    "banksynclog",
    "bankwebhook",
    "integrationerror",
    "syncrequest",
    "webhookdelivery",
)
_RECONCILIATION: Final = _view(
    "reconciliation",
    "transactionmapping",
    "balancesynchistory",
    "balanceconflict",
    "balanceresolution",
    "transactionreconciliationstatus",
    "mappingproposal",
    "mappingdecision",
    "mappingrun",
    "mappingpolicy",
    "counterpartyalias",
    "rejectedpair",
    "transactionpart",
)
# Reports, what they are made of and what was filed: all of it may name a suspicion.
_REPORTING: Final = _view(
    "compliance",
    "compliancereport",
    "party",
    "largecashrecord",
    "largecashparty",
    "compliancereporttransaction",
    "compliancereportversion",
    "compliancefiling",
    "complianceacknowledgement",
    "privacybreach",
) | {
    "compliance.view_suspicion",
    "compliance.change_compliancereport",
    "compliance.review_report",
    "compliance.file_report",
    "compliance.add_privacybreach",
    "compliance.change_privacybreach",
    "compliance.add_party",
    "compliance.change_party",
    "compliance.add_largecashrecord",
    "compliance.change_largecashrecord",
    "compliance.import_cash_records",
    # incidents and breaches of safeguards come of them
    "integrations.view_integrationerror",
}
_RETENTION: Final = _view("dwaybank", "legalhold", "retentionplan")

# Alerts, cases and what decides of them: nobody else may know that there is a suspicion
_SUSPICION: Final = _view(
    "compliance",
    "suspicioncase",
    "suspicioncaseevent",
    "suspicionalert",
    "suspicionalertrow",
    "detectionrun",
    "indicatorsetting",
    "customerprofile",
) | {"compliance.decide_suspicioncase"}


@dataclass(frozen=True, slots=True)
class Role:
    """A group of staff: its name and what it is for, both translated where they are shown, and its permissions."""

    name: str
    purpose: str
    permissions: frozenset[str]


ROLES: Final = (
    Role(
        gettext_noop("Compliance officer"),
        gettext_noop("Answers for regulatory reports."),
        _LEDGER
        | _BANK_DATA
        | _REPORTING
        | _RETENTION
        | {
            "compliance.add_compliancereport",
            "dwaybank.add_legalhold",
            "dwaybank.view_readevent",
            "dwaybank.plan_purge",
            "dwaybank.approve_purge",
        }
        | _SUSPICION
        | {
            "compliance.change_indicatorsetting",
            "compliance.add_customerprofile",
            "compliance.change_customerprofile",
        },
    ),
    Role(
        gettext_noop("Compliance analyst"),
        gettext_noop("Prepares regulatory reports."),
        _LEDGER | _BANK_DATA | _REPORTING | _RETENTION | {"dwaybank.plan_purge"} | _SUSPICION,
    ),
    Role(
        gettext_noop("Reconciliation reviewer"),
        gettext_noop("Imports statements, decides mappings, reviews balance conflicts."),
        _LEDGER
        | _BANK_DATA
        | _RECONCILIATION
        | {
            "integrations.import_statement",
            "integrations.add_statementprofile",
            "integrations.change_statementprofile",
            "reconciliation.decide_mapping",
            "reconciliation.propose_balance_resolution",
        },
    ),
    Role(
        gettext_noop("Approver"),
        gettext_noop("Approves what a reviewer proposed, and sets what is mapped without a person."),
        _LEDGER
        | _BANK_DATA
        | _RECONCILIATION
        | {
            "reconciliation.add_mappingpolicy",
            "reconciliation.change_mappingpolicy",
            "reconciliation.approve_balance_resolution",
        },
    ),
    Role(
        gettext_noop("Integration operator"),
        gettext_noop("Keeps bank data coming in: connections, syncs, files, errors."),
        _OPERATIONS
        | _BANK_DATA
        | {
            "integrations.import_statement",
            "integrations.add_statementprofile",
            "integrations.change_statementprofile",
            "integrations.change_integrationerror",
            "integrations.sync_connection",
            "integrations.pause_connection",
            "integrations.connect_bank",
            "integrations.disconnect_bank",
            "dwaybank.view_systemconfig",
            "dwaybank.change_systemconfig",
            "dwaybank.view_systemlog",
        },
    ),
    Role(
        gettext_noop("Auditor"),
        gettext_noop("Reads everything except secrets and reports on suspicion; changes nothing."),
        _LEDGER
        | _BANK_DATA
        | _OPERATIONS
        | _RECONCILIATION
        | _view(
            "dwaybank",
            "auditevent",
            "archivedauditevent",
            "auditseal",
            "readevent",
            "systemlog",
            "systemconfig",
            "user",
        ),
    ),
    Role(
        gettext_noop("Administrator"),
        gettext_noop("Keeps the people and their roles; sees no bank data."),
        frozenset(
            {
                "dwaybank.view_user",
                "dwaybank.add_user",
                "dwaybank.change_user",
                "auth.view_group",
            }
        ),
    ),
)


# What people do beside reading and filling in forms: the words of docs/roles.md, and a permission that is enough.
ACTIONS: Final[dict[str, tuple[str, ...]]] = {
    "Import statements": ("integrations.import_statement",),
    "Describe the columns of a bank's file": ("integrations.add_statementprofile",),
    "Sync a connection now": ("integrations.sync_connection",),
    "Pause and resume a connection": ("integrations.pause_connection",),
    "Connect a bank, connect it anew, make its webhook": ("integrations.connect_bank",),
    "Disconnect a bank": ("integrations.disconnect_bank",),
    "Decide mappings, one or many, and undo": ("reconciliation.decide_mapping",),
    "Propose how a balance conflict is settled": ("reconciliation.propose_balance_resolution",),
    "Approve or reject what was proposed": ("reconciliation.approve_balance_resolution",),
    "Prepare a report, send it to review, assign it": ("compliance.change_compliancereport",),
    "Approve a report": ("compliance.review_report",),
    "File a report, export it": ("compliance.file_report",),
    "Decide a case of suspicion": ("compliance.decide_suspicioncase",),
    "Place and release a legal hold": ("dwaybank.add_legalhold",),
    "Plan a purge": ("dwaybank.plan_purge",),
    "Approve a purge": ("dwaybank.approve_purge",),
    "Give roles, set passwords, reset second factors": ("dwaybank.change_user",),
}


@transaction.atomic
def sync_roles() -> dict[str, int]:
    """Make the groups be what ROLES says; returns the number of permissions of each.

    Raises LookupError when a role names a permission that no migration has made.
    """
    known = {
        f"{permission.content_type.app_label}.{permission.codename}": permission
        for permission in Permission.objects.select_related("content_type")
    }
    counts = {}
    for role in ROLES:
        if missing := role.permissions - known.keys():
            raise LookupError(f"Role {role.name} names unknown permissions: {', '.join(sorted(missing))}.")
        group, _ = Group.objects.get_or_create(name=role.name)
        group.permissions.set([known[name] for name in role.permissions])
        counts[role.name] = len(role.permissions)
    return counts


def out_of_step() -> list[str]:
    """Names of the roles whose group is missing or has other permissions than ROLES says."""
    stored: dict[str, set[str]] = {}
    # a group without permissions comes as one row of NULLs
    for name, app, codename in Group.objects.values_list(
        "name", "permissions__content_type__app_label", "permissions__codename"
    ):
        stored.setdefault(name, set()).add(f"{app}.{codename}")
    return [role.name for role in ROLES if stored.get(role.name, set()) != set(role.permissions)]


def matrix() -> str:
    """``docs/roles.md``: a table a person can read, of what each role may do with what."""
    things = sorted({name.split(".")[0] + "." + name.split("_", 1)[1] for role in ROLES for name in role.permissions})
    lines = [
        "# Roles",
        "",
        "Who may do what. This page is written from `dwaybank/roles.py` (`RENEW=1 pytest",
        "tests/dwaybank/test_roles_document.py`), and `manage.py sync_roles` makes the database so. A test walks every",
        "address of the site with every role.",
        "",
        *(f"- **{role.name}**: {role.purpose}" for role in ROLES),
        "",
        "Words in the table are what the role may do there; an empty cell is nothing, not even a look. Whoever may not",
        "see a table's rows does not see its audit either. Nobody deletes anything in the admin. Superusers, made on",
        "the command line for the first sign-in, have every permission.",
        "",
        "| | " + " | ".join(role.name for role in ROLES) + " |",
        "|---|" + "---|" * len(ROLES),
    ]
    for thing in things:
        app, what = thing.split(".", 1)
        cells = []
        for role in ROLES:
            verbs = sorted(
                name.split(".", 1)[1].removesuffix(f"_{what}")
                for name in role.permissions
                if name.startswith(f"{app}.") and name.split("_", 1)[1] == what
            )
            cells.append(", ".join(verbs))
        lines.append(f"| {app}: {what} | " + " | ".join(cells) + " |")
    lines += [
        "",
        "## Actions",
        "",
        "Each is tried by each role in `tests/admin/test_role_actions.py`. Whoever may see a list may have it as CSV.",
        "",
        "| | " + " | ".join(role.name for role in ROLES) + " |",
        "|---|" + "---|" * len(ROLES),
        *(
            f"| {words} | " + " | ".join("yes" if role.permissions & set(any_of) else "" for role in ROLES) + " |"
            for words, any_of in ACTIONS.items()
        ),
    ]
    return "\n".join(lines) + "\n"
