"""Rows in every table, with canaries where secrets are, for tests that walk all screens."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

from django.db import connection
from django.db.models import Model

from compliance.models import (
    ComplianceAcknowledgement,
    ComplianceFiling,
    ComplianceReport,
    ComplianceReportTransaction,
    ComplianceReportVersion,
    CustomerProfile,
    DetectionRun,
    LargeCashParty,
    LargeCashRecord,
    Party,
    PrivacyBreach,
    SuspicionAlert,
    SuspicionAlertRow,
    SuspicionCase,
    SuspicionCaseEvent,
)
from dwaybank.enums import ReadKind
from dwaybank.models import (
    LegalHold,
    Notification,
    NotificationSetting,
    ReadEvent,
    RetentionPlan,
    SavedFilter,
    SystemLog,
    User,
)
from integrations.models import (
    AccountSync,
    ArchivedBankTransaction,
    BankBalance,
    BankStatement,
    BankTransaction,
    BankTransactionDuplicate,
    BankTransactionKey,
    ConnectAttempt,
    ConnectionSyncState,
    PendingTransaction,
    StatementFile,
    StatementProfile,
    SyncRequest,
    WebhookDelivery,
    WithdrawnTransaction,
)
from reconciliation.models import (
    BalanceConflict,
    BalanceResolution,
    CounterpartyAlias,
    MappingDecision,
    MappingPolicy,
    MappingProposal,
    MappingRun,
    RejectedPair,
    TransactionPart,
)
from tests.factories import (
    NOW,
    AccountFactory,
    BalanceSyncHistoryFactory,
    BankConnectionFactory,
    BankSyncLogFactory,
    BankTransactionFactory,
    BankWebhookFactory,
    ComplianceReportFactory,
    IntegrationErrorFactory,
    LinkedAccountFactory,
    TransactionFactory,
    TransactionMappingFactory,
    UserFactory,
)

# Each stands in a column, or under a JSON key, that no page may show.
CANARIES = (
    "CANARY-credentials",
    "CANARY-access-token",
    "CANARY-refresh-token",
    "CANARY-webhook-secret",
    "CANARY-verification-token",
    "CANARY-password",
    "CANARY-json-secret",
    "CANARY-file-content",
)
# Stands in alerts, cases and reports: nobody outside compliance may see it, on whatever page.
SUSPICION = "CANARY-suspicion"
SCRIPT = "<script>alert('xss')</script>"


@dataclass(frozen=True, slots=True)
class Corner:
    """One customer with a row in every table."""

    user: User
    bank_transaction: BankTransaction
    repeated: BankTransaction
    statement: BankStatement
    file: StatementFile
    report: ComplianceReport


def corner(number: int) -> Corner:
    """One customer, and a row in every table that belongs to them."""
    user = UserFactory.create(email=f"customer{number}@example.ca", password="CANARY-password")
    linked = BankConnectionFactory.create(
        user=user,
        encrypted_credentials="CANARY-credentials",
        encrypted_access_token="CANARY-access-token",
        encrypted_refresh_token="CANARY-refresh-token",
        encryption_key_id="key-1",
    )
    account = AccountFactory.create(user=user, account_name=f"Chequing {number} {SCRIPT}")
    LinkedAccountFactory.create(connection=linked, account=account)
    file = StatementFile.objects.create(
        owner=user,
        sha256=f"{number:064x}",
        file_name=f"statement{number}.csv",
        size_bytes=10,
        file_format="csv-rbc",
        bank_id="rbc",
        file_status="partial",
        content=b"CANARY-file-content",
        problems=[{"line": 3, "code": "x", "severity": "error", "message": f"Bad {SCRIPT}", "raw": SCRIPT}],
        uploaded_by=user.pk,
    )
    StatementProfile.objects.create(
        owner=user,
        account=account,
        name=f"Credit union {number} {SCRIPT}",
        columns=[{"heading": SCRIPT, "use": "date"}, {"heading": "Amount", "use": "amount"}],
        has_header=True,
        delimiter=";",
        date_order="ymd",
        sign_rule="out_is_negative",
        currency="CAD",
        account_kind="unknown",
    )
    log = BankSyncLogFactory.create(connection=linked, sync_metadata={"api_token": "CANARY-json-secret"})
    statement = BankStatement.objects.create(
        file=file,
        account=account,
        connection=linked,
        sync_log_id=log.pk,
        external_account_id=account.external_account_id,
        currency="CAD",
        opening_balance=Decimal("100.00"),
        closing_balance=Decimal("80.00"),
        signed_sum=Decimal("-12.34"),
        transactions_seen=1,
        transactions_imported=1,
        transactions_duplicates=0,
        transactions_rejected=0,
    )
    row, repeated = _bank_transactions(linked, account, statement, number)
    TransactionMappingFactory.create(bank_row=row, reviewed_by=user)
    TransactionFactory.create(account=account, transaction_metadata={"note": SCRIPT})
    webhook = BankWebhookFactory.create(
        connection=linked, webhook_secret="CANARY-webhook-secret", verification_token="CANARY-verification-token"
    )
    _syncing(linked, account, log, webhook, row)
    IntegrationErrorFactory.create(
        connection=linked,
        user=user,
        error_message=f"Line 7 {SCRIPT}",
        request_data={"headers": {"Authorization": "CANARY-json-secret"}},
    )
    BalanceSyncHistoryFactory.create(account=account, connection=linked, bank_balance=Decimal("90.00"))
    report = ComplianceReportFactory.create(
        user=user, report_type="FINTRAC_STR", report_data={"who": f"{SUSPICION} {SCRIPT}"}
    )
    _reporting(user, account, report, number)
    _matching(user, account, repeated, number)
    _suspicion(user, account, repeated, number)
    told = f"Line {SCRIPT}"
    Notification.objects.create(recipient=user, kind="assigned", subject=told, url="/admin/", dedupe_key="1")
    NotificationSetting.objects.create(person=user)
    SavedFilter.objects.create(owner=user, page="/admin/dwaybank/account/", name=f"Mine {SCRIPT}", query="q=x")
    ReadEvent.objects.create(
        reader_id=user.pk,
        table_name="compliance_reports",
        row_ids=[str(report.pk)],
        what=ReadKind.PAGE,
        path=f"/{SCRIPT}",
    )
    _balances(user, account, linked, number)
    SystemLog.objects.create(level="INFO", message=f"Archived {number}", metadata={"rows": number})
    return Corner(user, row, repeated, statement, file, report)


def _reporting(user: Any, account: Any, report: ComplianceReport, number: int) -> None:
    """A party with a receipt of cash that stands in a report, filed and answered; a hold and a plan."""
    party = Party.objects.create(
        party_key=f"client-{number}", kind="person", surname=f"Roy {SCRIPT}", given_name="Alice", user=user
    )
    record = LargeCashRecord.objects.create(
        reference=f"CASH-{number}",
        received_at=NOW,
        zone="America/Toronto",
        location_id="B1",
        method_code=1,
        amount=Decimal("12000.00"),
        amount_cad=Decimal("12000.00"),
        purpose=SCRIPT,
        account=account,
        created_by=user,
    )
    LargeCashParty.objects.create(record=record, party=party, party_role="conductor")
    ComplianceReportTransaction.objects.create(
        report=report, position=1, transaction_role="suspicious", cash_record=record, snapshot={"note": SCRIPT}
    )
    ComplianceReportVersion.objects.create(report=report, version=1, content={"note": SCRIPT}, changed_by=user)
    payload = json.dumps({"note": SCRIPT}).encode()
    filing = ComplianceFiling.objects.create(
        report=report,
        version=1,
        submit_kind="submit",
        method="api",
        reference=f"STR-{number}",
        payload=payload,
        sha256=hashlib.sha256(payload).hexdigest(),
        filed_by=user,
        filed_at=NOW,
    )
    ComplianceAcknowledgement.objects.create(
        filing=filing, outcome="rejected", messages=[{"path": "/x", "en": SCRIPT}], received_at=NOW
    )
    LegalHold.objects.create(user=user, reason=f"Court {SCRIPT}", placed_by=user)
    RetentionPlan.objects.create(rule_name="bank_transactions", due_at=NOW, rows_due=number, planned_by=user)


def _syncing(linked: Any, account: Any, log: Any, webhook: Any, row: Any) -> None:
    """A request, what a sync said, a pending row, a withdrawn one, a delivery, a state, and somebody on the way."""
    request = SyncRequest.objects.create(connection=linked, reason="manual", message=f"Waits {SCRIPT}")
    ConnectionSyncState.objects.create(connection=linked, cursor="CANARY-json-secret", consent_status="active")
    AccountSync.objects.create(account=account, connection=linked, sync_log_id=log.pk, currency="CAD")
    PendingTransaction.objects.create(
        connection=linked,
        account=account,
        external_account_id="acc-1",
        external_transaction_id="hold-1",
        amount=Decimal("12.34"),
        currency="CAD",
        transaction_type="debit",
        transaction_date=date(2026, 10, 5),
        description=f"HOLD {SCRIPT}",
        raw_data={"name": SCRIPT, "access_token": "CANARY-json-secret"},
        pending_status="posted",
        posted_as_id=row.pk,
        linked_by="bank",
        first_seen_at=NOW,
        last_seen_at=NOW,
        ended_at=NOW,
    )
    WithdrawnTransaction.objects.create(
        bank_transaction_id=row.pk,
        connection=linked,
        account=account,
        withdrawal_kind="removed",
        sync_log_id=log.pk,
        noticed_at=NOW,
    )
    WebhookDelivery.objects.create(
        webhook=webhook,
        verdict="accepted",
        event_id="event-1",
        event_type=f"CONSENT {SCRIPT}",
        body=b'{"type": "CONSENT", "token": "CANARY-json-secret"}',
        proof="CANARY-webhook-secret",
        size_bytes=50,
        received_at=NOW,
        sync_request=request,
    )
    ConnectAttempt.objects.create(
        user=linked.user,
        connector_id="fdx-rbc",
        state_sha256=linked.pk.hex * 2,
        sealed="CANARY-credentials",
        redirect_uri="https://dwaybank.example/connect/callback/",
        expires_at=NOW,
    )


def _matching(user: Any, account: Any, line: Any, number: int) -> None:
    """A run, a proposal, a decision, and what decisions teach."""
    ledger, part = (
        TransactionFactory.create(account=account, description=f"Ledger {text} {SCRIPT}") for text in ("whole", "part")
    )
    run = MappingRun.objects.create(
        account=account,
        run_hash=f"{number:064x}",
        parameters={"accept_probability": 0.985, "api_token": "CANARY-json-secret"},
        bank_lines=1,
        ledger_lines=1,
        outcomes={"matched": 1},
        ledger_offsets=[],
        seconds=Decimal("0.012"),
    )
    MappingProposal.objects.create(
        bank_transaction_id=line.pk,
        account=account,
        run=run,
        outcome="matched",
        reason="below_margin",
        amount=line.amount,
        currency=line.currency,
        transaction_type=line.transaction_type,
        transaction_date=line.transaction_date,
        description=f"{line.raw_description} {SCRIPT}",
        probability=Decimal("0.9700"),
        margin=Decimal("0.5000"),
        candidates=[
            {
                "ledger_ids": [str(ledger.pk)],
                "probability": "0.9700",
                "difference": "0.00",
                "reason": None,
                "evidence": [{"field": "amount", "words": f"same amount {SCRIPT}", "weight": 0.0}],
            }
        ],
        claimed_by=user,
        claimed_at=NOW,
    )
    MappingDecision.objects.create(
        bank_transaction_id=line.pk,
        account=account,
        decision="reject",
        before={"statuses": {}},
        after={"note": SCRIPT},
        note=f"Not this one {SCRIPT}",
        decided_by=user,
    )
    CounterpartyAlias.objects.create(account=account, bank_text=f"TIMS {SCRIPT}", counterparty="Tim Hortons")
    RejectedPair.objects.create(bank_transaction_id=line.pk, transaction=ledger, rejected_by=user)
    MappingPolicy.objects.create(account=account, create_after_days=10)
    TransactionPart.objects.create(parent=ledger, part=part, made="parent")


def _balances(user: Any, account: Any, linked: Any, number: int) -> None:
    """What a sync heard, a conflict with its comparison, and a proposal that waits."""
    BankBalance.objects.create(
        account=account,
        connection=linked,
        kind="posted",
        amount=Decimal("90.00"),
        currency="CAD",
        as_of=NOW,
        bank_day=date(2026, 11, 2),
    )
    conflict = BalanceConflict.objects.create(
        account=account,
        connection=linked,
        currency="CAD",
        bank_day=date(2026, 10, 31),
        bank_balance=Decimal("90.00"),
        dway_balance=Decimal("100.00"),
        parted_on=date(2026, 10, 14),
        parted_from=date(2026, 10, 14),
        cause="missing",
        is_certain=True,
        explanation={"answers": [], "timing": [], "curve": [["2026-10-13", "0.00"], ["2026-10-14", "-10.00"]]},
        opened_at=NOW,
        claimed_by=user,
        claimed_at=NOW,
    )
    BalanceSyncHistoryFactory.create(
        account=account,
        connection=linked,
        bank_balance=Decimal("90.00"),
        sync_status="manual_review",
        conflict_detected=True,
        requires_manual_review=True,
        conflict_resolution_id=conflict.pk,
    )
    BalanceResolution.objects.create(
        conflict=conflict,
        method="accept_bank",
        amount=Decimal("-10.00"),
        reason=f"The statement shows it {SCRIPT}",
        bank_balance=Decimal("90.00"),
        dway_balance=Decimal("100.00"),
        proposed_by=user,
    )


def _suspicion(user: Any, account: Any, line: Any, number: int) -> None:
    """A case with an alert, a note, and the run and the profile behind it."""
    error = IntegrationErrorFactory.create(connection=None, user=user)
    PrivacyBreach.objects.create(
        determined_at=NOW, description=f"Letter {SCRIPT}", recorded_by=user, integration_error=error
    )
    CustomerProfile.objects.create(
        user=user, expected_monthly_cad=Decimal("2000.00"), stated_on=date(2026, 1, 2), source=f"Opening {SCRIPT}"
    )
    run = DetectionRun.objects.create(
        started_at=NOW,
        looked_back_to=date(2025, 10, 1),
        movements=1,
        settings={"round_sums": {"mode": "active"}},
        outcomes={"round_sums": {"fired": 1, "raised": 1}},
        seconds=Decimal("0.010"),
    )
    case = SuspicionCase.objects.create(subject_key=str(user.pk), user=user, opened_at=NOW)
    SuspicionCaseEvent.objects.create(case=case, kind="note", text=f"{SUSPICION} {SCRIPT}")
    alert = SuspicionAlert.objects.create(
        alert_key=f"{number:064x}",
        run=run,
        indicator="structuring_band",
        indicator_version=1,
        settings_version=1,
        subject=str(user.pk),
        user=user,
        case=case,
        alert_status="open",
        first_at=NOW,
        last_at=NOW,
        total_cad=Decimal("27000.00"),
        facts={"limit": "10000", "note": f"{SUSPICION} {SCRIPT}"},
        raised_at=NOW,
    )
    SuspicionAlertRow.objects.create(
        alert=alert,
        position=1,
        source="bank",
        row_id=line.pk,
        account=account,
        at=NOW,
        amount_cad=Decimal("9000.00"),
        flow="in",
        is_cash=True,
        conductor=SUSPICION,
    )


def _bank_transactions(linked: Any, account: Any, statement: Any, number: int) -> tuple[Any, Any]:
    """A row with an earlier version, and one that repeats it."""
    first = BankTransactionFactory.create(
        connection=linked,
        account=account,
        raw_description=f"TIM HORTONS #{number} {SCRIPT}",
        merchant_name="TIM HORTONS",
        raw_data={"FITID": f"FIT-{number}", "NAME": f"TIM HORTONS {SCRIPT}", "TRNAMT": "-12.34", "ODD": ""},
        normalized_data={
            "source": "ofx",
            "statement": str(statement.pk),
            "line": 12,
            "amount": "-12.34",
            "merchant": "TIM HORTONS",
            "words": ["tim", "hortons"],
        },
    )
    BankTransaction.objects.filter(pk=first.pk).update(amount=Decimal("12.35"))
    second = BankTransactionFactory.create(connection=linked, account=account, processing_status="duplicate")
    BankTransactionDuplicate.objects.create(
        bank_transaction=BankTransactionKey.objects.get(pk=second.pk),
        duplicate_of=BankTransactionKey.objects.get(pk=first.pk),
        source="csv-rbc",
    )
    return first, second


def archive(corners: list[Corner]) -> None:
    """One archived bank transaction for each corner."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT create_bank_transactions_partition('2017-03-01')")
        for place, one in enumerate(corners):
            BankTransactionFactory.create(
                id=uuid4(),
                connection=one.bank_transaction.connection,
                account=one.bank_transaction.account,
                transaction_date=date(2017, 3, 1) + timedelta(days=place % 28),
            )
        cursor.execute("SELECT archive_old_bank_transactions()")
        cursor.execute("SELECT create_month_partition('audit_events', '2017-03-01')")
        cursor.execute(
            "INSERT INTO audit_events (occurred_at, table_name, row_id, action, database_role, changed_columns) "
            "SELECT '2017-03-02Z', 'users', 'x', 'UPDATE', 'nobody', '{email}' FROM generate_series(1, %s)",
            [len(corners)],
        )
        cursor.execute("SELECT archive_old_audit_events()")
        cursor.execute(
            "INSERT INTO audit_seals SELECT n, '2017-03-01', n, 0, 1, 'x', 0, ARRAY[n], sha256('x'), sha256('x'), "
            "sha256('x'), 'k', 'x', '2026-11-01Z' FROM generate_series(1, %s) AS n ON CONFLICT DO NOTHING",
            [len(corners)],
        )


def world(size: int) -> list[Corner]:
    """``size`` customers, each with a row in every table."""
    corners = [corner(number) for number in range(1, size + 1)]
    archive(corners)
    return corners


def first_row(model: type[Model], seen: Any = None) -> Model:
    """A row of the table, to open its page; never one of staff; of bank transactions the mapped one."""
    rows = model._default_manager.order_by("pk")
    if model is User:
        rows = rows.filter(is_staff=False)
    if model is BankTransaction:
        rows = rows.filter(processing_status="mapped")
    row = rows.first()
    assert row is not None, f"the world holds no {model._meta.label}"
    return row


def archived_count() -> int:
    """How many rows the archive holds."""
    return ArchivedBankTransaction.objects.count()


__all__ = ["CANARIES", "NOW", "SCRIPT", "SUSPICION", "Corner", "archive", "corner", "first_row", "world"]
