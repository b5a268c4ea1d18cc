"""Who is told of what on which occasion: the right people, once, in words that name no customer and no suspicion."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

import pytest
from django.contrib.auth.models import Group
from django.utils import translation

from compliance import filing, reviewing
from compliance.models import ComplianceReport
from dwaybank import retention
from dwaybank.actor import Actor
from dwaybank.models import Notification, User
from dwaybank.notifications import known_kinds
from dwaybank.roles import sync_roles
from reconciliation import balancing, decisions
from reconciliation.balancing import Proposal
from tests.factories import ComplianceReportFactory, UserFactory
from tests.reconciliation.balancing.books import missing_row
from tests.reconciliation.balancing.books import seen as conflict_seen
from tests.reconciliation.rows import Book, seen

pytestmark = pytest.mark.django_db
NOW: Final = datetime(2026, 11, 25, 15, tzinfo=UTC)


def staff(role: str, **values: object) -> tuple[User, Actor]:
    sync_roles()
    person = UserFactory.create(staff=True, **values)
    person.groups.add(Group.objects.get(name=role))
    return person, Actor(person.pk, "test", "because")


def told(kind: str) -> list[tuple[str, str]]:
    """Who was told, and in which words."""
    found = Notification.objects.filter(kind=kind).order_by("created_at", "pk")
    return list(found.values_list("recipient__full_name", "subject"))


def test_who_proposed_a_balance_hears_the_answer_in_their_language() -> None:
    book = missing_row()
    _person, robin = staff("Reconciliation reviewer", full_name="Robin", language="fr-ca")
    _person, sam = staff("Approver", full_name="Sam")

    for _again in (1, 2):
        balancing.propose(conflict_seen(book), Proposal("keep_dway", "wait for it"), actor=robin)
        balancing.reject(conflict_seen(book), actor=sam, reason="book it")

    words = "Votre proposition visant un solde a été rejetée\u00a0: l\u2019écart est de nouveau ouvert"
    assert told("yours_answered") == [("Robin", words)] * 2
    assert {name for name, _words in told("approval_waits")} == {"Sam"}


def test_who_decided_a_line_hears_that_another_took_it_back_and_not_that_they_did() -> None:
    book = Book()
    proposal = book.proposal(book.bank("-12.34"), [book.ledger("-12.34")])
    (_robin, robin), (_sam, sam) = (staff("Reconciliation reviewer", full_name=name) for name in ("Robin", "Sam"))
    decisions.undo(decisions.approve(seen(proposal), actor=robin).pk, actor=robin)
    assert told("yours_answered") == []

    decisions.undo(decisions.approve(seen(proposal), actor=robin).pk, actor=sam)

    assert told("yours_answered") == [("Robin", "Your decision on a bank line was undone")]


@pytest.mark.parametrize("report_type", ["OSFI_RISK", "FINTRAC_LCTR"])
def test_a_second_person_hears_that_a_report_waits(report_type: str) -> None:
    report: ComplianceReport = ComplianceReportFactory.create(report_type=report_type)
    (_ann, ann), _bob = staff("Compliance analyst", full_name="Ann"), staff("Compliance officer", full_name="Bob")
    staff("Auditor", full_name="Zoe")

    reviewing.submit_for_review(report_id=report.pk, actor=ann, at=NOW)

    assert told("report_review") == [("Bob", "A regulatory report waits for approval")]


def test_who_prepared_a_report_hears_that_the_regulator_rejected_it() -> None:
    report: ComplianceReport = ComplianceReportFactory.create(report_type="OSFI_RISK", due_date=NOW.date())
    (_ann, ann), (_bob, bob) = (
        staff("Compliance analyst", full_name="Ann"),
        staff("Compliance officer", full_name="Bob"),
    )
    reviewing.submit_for_review(report_id=report.pk, actor=ann, at=NOW)
    report.refresh_from_db()
    reviewing.approve(report_id=report.pk, seen_version=report.version, actor=bob, at=NOW)
    filing.record_manual_filing(report_id=report.pk, record_number="77", filed_at=NOW, actor=bob, now=NOW)

    filing.record_manual_answer(report_id=report.pk, accepted=False, text="wrong period", actor=bob, now=NOW)

    assert told("report_rejected") == [("Ann", "A regulatory report was rejected")]


def test_a_planned_purge_is_told_to_who_may_approve_it() -> None:
    officer, _actor = staff("Compliance officer", full_name="Bob")
    staff("Compliance officer", full_name="Eve")
    gone = User.objects.filter(pk=UserFactory.create().pk)
    rule = retention.RetentionRule("old_people", "people", "a day", "none", lambda at: gone, lambda keys: 0)

    plan = retention.plan_purge(rule=rule, at=NOW, by=officer)

    assert told("purge_waits") == [("Eve", "A purge waits for your approval")]
    assert str(plan.pk) in Notification.objects.get().url


def test_no_kind_says_what_a_bystander_may_not_read() -> None:
    for language in ("en-ca", "fr-ca"):
        with translation.override(language):
            words = " ".join(str(kind.label) for kind in known_kinds()).casefold()
        assert [one for one in ("suspic", "soupçon", "douteu", "fintrac", "canafe") if one in words] == []
    everyday = {"compliance_assigned", "report_handed", "report_due", "report_overdue", "report_review"}
    assert everyday <= {kind.name for kind in known_kinds() if kind.is_confidential}
    assert {"sync_broken", "consent_ending", "file_refused", "file_in_part"} <= {kind.name for kind in known_kinds()}
