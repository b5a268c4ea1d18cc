"""Every action with every role, against the matrix in docs/roles.md."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from compliance.models import ComplianceReport, SuspicionCase
from dwaybank.admin.display import admin_url
from dwaybank.models import LegalHold, RetentionPlan
from dwaybank.roles import ACTIONS, ROLES
from integrations.models import BankConnection, StatementFile
from reconciliation.admin.conflict_queue import conflict_url
from reconciliation.admin.conflict_queue import queue_url as conflicts_url
from reconciliation.admin.queue import work_url
from reconciliation.models import BalanceConflict, MappingProposal
from tests.admin.world import Corner, first_row

Requests = list[tuple[str, dict[str, str] | None]]


def requests(one: Corner) -> dict[str, Requests]:
    """What is sent for each action of the matrix; None for a page that is only opened."""
    report, conflict = first_row(ComplianceReport), first_row(BalanceConflict)
    connection, proposal = first_row(BankConnection), first_row(MappingProposal)
    plan, hold, case = first_row(RetentionPlan), first_row(LegalHold), first_row(SuspicionCase)
    file, person = first_row(StatementFile), one.user

    def connect(name: str) -> tuple[str, dict[str, str]]:
        return reverse("admin:integrations_bankconnection_act", args=[connection.pk, name]), {"reason": "asked"}

    def step(name: str) -> tuple[str, dict[str, str]]:
        return reverse("admin:compliance_compliancereport_step", args=[report.pk]), {"step": name, "version": "0"}

    def decide(name: str) -> tuple[str, dict[str, str]]:
        return conflict_url(conflict.pk), {"decision": name, "version": "0", "reason": "why"}

    return {
        "Import statements": [
            (reverse("admin:integrations_statementfile_import"), None),
            (reverse("admin:integrations_statementfile_confirm"), {"file": str(file.pk)}),
        ],
        "Describe the columns of a bank's file": [
            (reverse("admin:integrations_statementfile_describe", args=[file.pk]), None)
        ],
        "Sync a connection now": [connect("sync")],
        "Pause and resume a connection": [connect("pause"), connect("resume")],
        "Connect a bank, connect it anew, make its webhook": [
            (reverse("admin:integrations_bankconnection_connect"), {}),
            connect("reconnect"),
            connect("webhook"),
        ],
        "Disconnect a bank": [connect("disconnect")],
        "Decide mappings, one or many, and undo": [
            (work_url(proposal.pk, "whose=all"), {"decision": "skip"}),
            (reverse("admin:reconciliation_mappingproposal_act"), {"action": "approve"}),
            (reverse("admin:reconciliation_mappingproposal_undo", args=[uuid4()]), {}),
        ],
        "Propose how a balance conflict is settled": [decide("propose"), decide("withdraw"), decide("preview")],
        "Approve or reject what was proposed": [
            decide("approve"),
            decide("reject"),
            (f"{conflicts_url()}act/", {"action": "approve"}),
        ],
        "Prepare a report, send it to review, assign it": [step("review"), step("assign"), step("back")],
        "Approve a report": [step("approve")],
        "File a report, export it": [
            step("file"),
            step("manual"),
            (reverse("admin:compliance_compliancereport_export", args=[report.pk, "json"]), None),
        ],
        "Decide a case of suspicion": [
            (reverse("admin:compliance_suspicioncase_act", args=[case.pk]), {"act": "note", "text": ""})
        ],
        "Place and release a legal hold": [
            (reverse("admin:dwaybank_legalhold_add"), {}),
            (reverse("admin:dwaybank_legalhold_release", args=[hold.pk]), {}),
        ],
        "Plan a purge": [(reverse("admin:dwaybank_retentionplan_due"), {"rule": "none"})],
        "Approve a purge": [(reverse("admin:dwaybank_retentionplan_approve", args=[plan.pk]), {})],
        "Give roles, set passwords, reset second factors": [
            (admin_url("dwaybank.User", person.pk), {}),
            (reverse("admin:auth_user_password_change", args=[person.pk]), {}),
            (reverse("admin:dwaybank_user_second_factor", args=[person.pk]), {"reason": ""}),
        ],
    }


def status_of(client: Client, url: str, form: dict[str, str] | None) -> int:
    """What is answered; whatever it did is taken back, so that the next role finds the same."""
    with transaction.atomic():
        answer: Any = client.get(url) if form is None else client.post(url, form)
        transaction.set_rollback(True)
    return int(answer.status_code)


@pytest.mark.parametrize("role", ROLES, ids=lambda role: role.name)
def test_each_role_does_what_the_matrix_says_and_no_more(
    role: Any, sign_in: Callable[[str], Client], one_corner: Corner
) -> None:
    client, sent = sign_in(role.name), requests(one_corner)
    assert set(sent) == set(ACTIONS)

    for words, any_of in ACTIONS.items():
        allowed = bool(role.permissions & set(any_of))
        for url, form in sent[words]:
            status = status_of(client, url, form)
            assert status < 500, f"{words} {url} {form}"
            assert (status in {403, 404, 405}) != allowed, f"{role.name}: {words} {url} {form} {status}"
