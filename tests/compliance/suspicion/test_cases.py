"""From movements to alerts, from alerts to a case, from a case to a report or a closing: in the database."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from compliance.enums import AlertStatus, CaseClosing, CaseStatus, IndicatorMode, ReportType
from compliance.indicators import INDICATORS
from compliance.models import (
    CustomerProfile,
    DetectionRun,
    IndicatorSetting,
    SuspicionAlert,
    SuspicionAlertRow,
    SuspicionCase,
)
from compliance.suspicion import Detected, cases, detect
from compliance.suspicion.cases import CaseRefused
from compliance.suspicion.settings import running, text_of, value_of, values_of
from compliance.suspicion.statistics import measure
from dwaybank.actor import Actor, acting_as
from dwaybank.errors import DomainError
from dwaybank.models import AuditEvent, Notification, Transaction, User
from tests.compliance.suspicion.planting import DAY, activate, cash, member, structured
from tests.factories import AccountFactory, BankTransactionFactory, TransactionFactory, TransactionMappingFactory

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 10, 20, 15, tzinfo=UTC)
ACTOR = Actor(None, "test")


def search(now: datetime = NOW, **more: Any) -> Detected:
    return detect(now=now, actor=ACTOR, **more)


def found(indicator: str, **more: Any) -> list[SuspicionAlert]:
    return list(SuspicionAlert.objects.filter(indicator=indicator, **more).order_by("raised_at", "pk"))


def sets(indicator: str) -> list[set[Any]]:
    rows = SuspicionAlertRow.objects.filter(alert__indicator=indicator).values_list("alert_id", "row_id")
    by_alert: dict[Any, set[Any]] = {}
    for alert, row in rows:
        by_alert.setdefault(alert, set()).add(row)
    return sorted(by_alert.values(), key=len)


def as_person(person: User, reason: str = "") -> Actor:
    return Actor(person.pk, "admin", reason)


@pytest.fixture
def case() -> SuspicionCase:
    """A case of two alerts, nobody's yet."""
    structured()
    activate("structuring_band", "structuring_just_below")
    search()
    return SuspicionCase.objects.get()


@pytest.fixture
def officer() -> User:
    return member("Compliance officer")


class TestDetecting:
    def test_in_shadow_what_fires_is_kept_and_measured_and_shown_in_no_queue(self) -> None:
        account = structured()

        result = search()

        assert result.raised["structuring_band"] == 1
        assert {alert.alert_status for alert in SuspicionAlert.objects.all()} == {AlertStatus.SHADOW}
        assert not SuspicionCase.objects.exists()
        (alert,) = found("structuring_band")
        assert (alert.user_id, alert.subject, alert.total_cad) == (
            account.user_id,
            str(account.user_id),
            Decimal("27300.00"),
        )
        assert [row.amount_cad for row in alert.rows.order_by("position")] == [9000, 9100, 9200]
        run = DetectionRun.objects.get()
        assert run.movements == 3
        assert run.outcomes["structuring_band"] == {"fired": result.fired["structuring_band"], "raised": 1}

    def test_active_indicators_open_one_case_for_a_customer_and_the_same_run_again_raises_nothing(self) -> None:
        structured()
        activate("structuring_band", "structuring_just_below")

        first, again = search(), search(NOW + timedelta(hours=1))

        assert (first.cases_opened, sum(again.raised.values()), again.cases_opened) == (1, 0, 0)
        case = SuspicionCase.objects.get()
        assert set(case.alerts.values_list("indicator", "alert_status")) == {
            ("structuring_band", AlertStatus.OPEN),
            ("structuring_just_below", AlertStatus.OPEN),
        }
        assert [event.kind for event in case.events.all()] == ["opened"]

    def test_a_series_that_grows_takes_the_place_of_what_it_was(self) -> None:
        account = structured()
        activate("structuring_band")
        search()
        cash(account, "9300.00", 3)

        result = search(NOW + timedelta(days=1))

        assert result.cases_grown == 1
        old, new = found("structuring_band")
        assert (old.alert_status, old.superseded_by_id, new.alert_status) == ("superseded", new.pk, "open")
        assert new.case_id == SuspicionCase.objects.get().pk == old.case_id

    def test_only_customers_of_whom_something_is_new_are_looked_at_and_then_with_their_history(self) -> None:
        account = structured()
        other = AccountFactory.create()
        for days in range(3):
            cash(other, "9000.00", days)
        Transaction.objects.update(created_at=NOW - timedelta(days=5))
        late = cash(account, "9900.00", 4)
        Transaction.objects.filter(pk=late.pk).update(created_at=NOW)

        result = search(new_since=NOW - timedelta(days=1))

        assert result.run.movements == 4
        assert [alert.user_id for alert in found("structuring_band")] == [account.user_id]
        assert late.pk in sets("structuring_band")[0]

    def test_a_bank_line_counts_once_with_its_ledger_transaction_and_duplicates_and_batches_do_not_count(self) -> None:
        account = AccountFactory.create()
        line = BankTransactionFactory.create(account=account, raw_description="CASH DEPOSIT", amount=Decimal("9500.00"))
        ledger = TransactionFactory.create(account=account, amount=line.amount, transaction_date=line.transaction_date)
        TransactionMappingFactory.create(bank_row=line, transaction=ledger)
        BankTransactionFactory.create(account=account, processing_status="duplicate")
        TransactionFactory.create(account=account, status="grouping")
        TransactionFactory.create(account=account, currency="USD")

        result = search()

        assert (result.run.movements, result.run.left_out) == (1, 1)

    def test_profiles_dormancy_and_money_that_passes_through_are_seen_in_ledger_and_bank(self) -> None:
        account = AccountFactory.create()
        CustomerProfile.objects.create(
            user=account.user, expected_monthly_cad=Decimal(2000), stated_on=DAY, source="account opening"
        )
        # the last movement lies before the time that is looked at
        TransactionFactory.create(account=account, transaction_date=DAY - timedelta(days=710))
        TransactionFactory.create(
            account=account, amount=Decimal(8000), transaction_type="credit", transaction_date=DAY
        )
        BankTransactionFactory.create(
            account=account, amount=Decimal(7000), transaction_type="debit", transaction_date=DAY + timedelta(days=1)
        )

        result = search()

        assert {name for name, count in result.raised.items() if count} == {
            "pass_through",
            "dormant_wakes",
            "profile_mismatch",
        }
        assert found("dormant_wakes")[0].facts == {"days_asleep": "710"}
        assert set(found("pass_through")[0].rows.values_list("source", flat=True)) == {"ledger", "bank"}


class TestSettings:
    def test_every_declared_indicator_has_its_settings_from_the_start_in_shadow(self) -> None:
        stored = dict(IndicatorSetting.objects.values_list("indicator", "mode"))
        assert stored == dict.fromkeys(INDICATORS, IndicatorMode.SHADOW)

    def test_off_runs_nothing_and_changed_parameters_hold_with_their_version(self) -> None:
        structured()
        IndicatorSetting.objects.filter(indicator="structuring_just_below").update(mode=IndicatorMode.OFF)
        setting = IndicatorSetting.objects.get(indicator="structuring_band")
        setting.parameters = {"count": "4"}
        setting.save()

        result = search()

        assert "structuring_just_below" not in result.fired
        assert result.raised["structuring_band"] == 0
        assert result.run.settings["structuring_band"]["version"] == 2
        assert result.run.settings["structuring_band"]["parameters"]["count"] == "4"

    @pytest.mark.parametrize("indicator", INDICATORS.values(), ids=lambda one: one.id)
    def test_every_parameter_is_written_and_read_as_people_do(self, indicator: Any) -> None:
        for value in indicator.values().values():
            assert value_of(text_of(value), value) == value

    @pytest.mark.parametrize(
        ("name", "text"),
        [("count", "0"), ("count", "2.5"), ("share", "-1"), ("spans", "soon"), ("spans", ""), ("limit", "1e3")],
    )
    def test_what_cannot_be_read_is_refused_by_its_name(self, name: str, text: str) -> None:
        with pytest.raises(ValueError, match=name):
            values_of(INDICATORS["structuring_band"], {name: text})

    def test_a_stored_setting_that_cannot_be_read_stops_the_run_and_says_where(self) -> None:
        IndicatorSetting.objects.filter(indicator="round_sums").update(parameters={"count": "many"})

        with pytest.raises(DomainError, match="round_sums cannot run: count: write a whole number"):
            running()


class TestDeciding:
    def test_a_case_goes_to_a_draft_with_its_movements_once_and_the_clock_of_the_grounds(
        self, case: SuspicionCase, officer: User
    ) -> None:
        cases.assign(case_id=case.pk, to=officer, now=NOW, actor=as_person(officer))
        grounds = NOW - timedelta(hours=2)
        band = case.alerts.get(indicator="structuring_band")
        near = case.alerts.get(indicator="structuring_just_below")

        draft = cases.report(
            case_id=case.pk,
            grounds_established_at=grounds,
            why="Three deposits just below the limit on three days.",
            alert_ids=[band.pk],
            now=NOW,
            actor=as_person(officer),
        )

        case.refresh_from_db()
        assert (case.case_status, case.report_id, case.grounds_established_at) == ("reported", draft.pk, grounds)
        assert (draft.report_type, draft.user_id) == (ReportType.FINTRAC_STR, case.user_id)
        assert draft.suspicious_activity_indicators == ["structuring_band"]
        assert len(draft.report_data["movements"]) == draft.transactions.count() == 3
        assert draft.report_data["grounds_established_at"].startswith("2026-10-20T13:00")
        band.refresh_from_db()
        near.refresh_from_db()
        assert (band.alert_status, near.alert_status) == (AlertStatus.CONFIRMED, AlertStatus.DISMISSED)
        precision = {one.indicator: one.precision for one in measure(NOW - timedelta(days=1), NOW + timedelta(days=1))}
        assert precision["structuring_band"] == 1.0
        assert precision["structuring_just_below"] == 0.0
        assert precision["round_sums"] is None

    def test_a_case_is_closed_with_a_reason_and_taken_up_again_with_another(
        self, case: SuspicionCase, officer: User
    ) -> None:
        cases.assign(case_id=case.pk, to=officer, now=NOW, actor=as_person(officer))
        cases.close(
            case_id=case.pk, closing=CaseClosing.EXPLAINED, why="Sells cars.", now=NOW, actor=as_person(officer)
        )
        assert set(case.alerts.values_list("alert_status", flat=True)) == {AlertStatus.DISMISSED}

        cases.reopen(case_id=case.pk, why="The cars do not exist.", now=NOW, actor=as_person(officer))

        case.refresh_from_db()
        assert (case.case_status, case.assigned_to_id, case.decision_note) == ("in_progress", officer.pk, "")
        assert set(case.alerts.values_list("alert_status", flat=True)) == {AlertStatus.OPEN}
        assert [event.kind for event in case.events.order_by("written_at")] == [
            "opened",
            "assigned",
            "closed",
            "reopened",
        ]
        told = AuditEvent.objects.filter(table_name="suspicion_cases").order_by("-pk")[0]
        assert told.reason == "The cars do not exist."

    def test_who_is_given_a_case_is_told_in_words_that_anybody_may_read(
        self, case: SuspicionCase, officer: User
    ) -> None:
        analyst = member("Compliance analyst")
        cases.assign(case_id=case.pk, to=officer, now=NOW, actor=as_person(officer))
        assert not Notification.objects.exists(), "who takes it knows"

        cases.assign(case_id=case.pk, to=analyst, now=NOW, actor=as_person(officer))

        told = Notification.objects.get()
        assert (told.recipient, told.subject) == (analyst, "Work is assigned to you")
        assert str(case.pk) in told.url

    def test_what_cannot_be_done_says_why_and_changes_nothing(self, case: SuspicionCase, officer: User) -> None:
        me, other = as_person(officer), member("Compliance analyst")
        reviewer = member("Reconciliation reviewer")
        alerts = [alert.pk for alert in case.alerts.all()]

        def refused(match: str, act: Any, **more: Any) -> None:
            with pytest.raises(CaseRefused, match=match):
                act(case_id=case.pk, **more)

        refused("may not work", cases.assign, to=reviewer, now=NOW, actor=me)
        assert not Notification.objects.exists()
        refused("Take the case first", cases.close, closing=CaseClosing.EXPLAINED, why="x", now=NOW, actor=me)
        cases.assign(case_id=case.pk, to=officer, now=NOW, actor=me)
        refused(
            "Take the case first",
            cases.close,
            closing=CaseClosing.EXPLAINED,
            why="x",
            now=NOW,
            actor=as_person(other),
        )
        refused("Say why", cases.close, closing=CaseClosing.EXPLAINED, why=" ", now=NOW, actor=me)
        refused("changed this case meanwhile", cases.assign, to=other, now=NOW, actor=me, version=1)
        grounds = {"why": "x", "now": NOW, "actor": me}
        refused("future", cases.report, grounds_established_at=NOW + timedelta(1), alert_ids=alerts, **grounds)
        refused(
            "before the first", cases.report, grounds_established_at=NOW - timedelta(99), alert_ids=alerts, **grounds
        )
        refused("Choose the alerts", cases.report, grounds_established_at=NOW, alert_ids=[], **grounds)
        refused("empty note", cases.add_note, text="  ", actor=me)
        refused("Only a closed case", cases.reopen, why="x", now=NOW, actor=me)
        cases.release(case_id=case.pk, actor=me)
        case.refresh_from_db()
        assert (case.case_status, case.assigned_to_id) == (CaseStatus.OPEN, None)
        assert set(case.alerts.values_list("alert_status", flat=True)) == {AlertStatus.OPEN}

    def test_a_decided_case_stays_decided_and_new_alerts_open_a_new_one(
        self, case: SuspicionCase, officer: User
    ) -> None:
        me = as_person(officer)
        cases.assign(case_id=case.pk, to=officer, now=NOW, actor=me)
        cases.close(case_id=case.pk, closing=CaseClosing.MONITORED, why="Watched.", now=NOW, actor=me)
        account = AccountFactory.create(user_id=case.user_id)
        for days in (9, 10, 11):
            cash(account, "9800.00", days)

        search(NOW + timedelta(days=1))

        newer = SuspicionCase.objects.exclude(pk=case.pk).get()
        assert newer.case_status == CaseStatus.OPEN
        with pytest.raises(CaseRefused, match="newer case"):
            cases.reopen(case_id=case.pk, why="x", now=NOW, actor=me)

    def test_the_audit_keeps_that_a_case_was_decided_and_not_what_was_thought(
        self, case: SuspicionCase, officer: User
    ) -> None:
        me = as_person(officer)
        cases.assign(case_id=case.pk, to=officer, now=NOW, actor=me)
        cases.close(case_id=case.pk, closing=CaseClosing.EXPLAINED, why="CANARY-thought", now=NOW, actor=me)

        events = AuditEvent.objects.filter(table_name__startswith="suspicion")
        assert events.filter(new_values__case_status="closed", actor_id=officer.pk).exists()
        assert not [one for one in events if "CANARY-thought" in f"{one.old_values}{one.new_values}"]


def test_settings_change_with_a_person_and_a_reason(officer: User) -> None:
    with acting_as(as_person(officer, "Too many false alarms")):
        setting = IndicatorSetting.objects.get(indicator="round_sums")
        setting.parameters = {"count": "8"}
        setting.save()

    event = AuditEvent.objects.get(table_name="indicator_settings", row_id=str(setting.pk), action="UPDATE")
    assert (event.actor_id, event.reason, event.new_values["parameters"]) == (
        officer.pk,
        "Too many false alarms",
        {"count": "8"},
    )
