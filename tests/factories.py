"""Rows for tests: valid, fixed in time, and with as little in them as a test must say itself."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import factory
from factory.django import DjangoModelFactory

from compliance.models import ComplianceReport
from dwaybank.models import Account, Transaction, User
from integrations.models import (
    BankConnection,
    BankSyncLog,
    BankTransaction,
    BankTransactionKey,
    BankWebhook,
    IntegrationError,
    LinkedAccount,
)
from reconciliation.models import BalanceSyncHistory, TransactionMapping

NOW = datetime(2026, 11, 2, 15, 0, tzinfo=UTC)


class UserFactory(DjangoModelFactory[User]):
    """A customer; the trait ``staff`` makes a member of staff with the password ``staff-password``."""

    class Meta:
        model = User

    class Params:
        staff = factory.Trait(is_staff=True, password=factory.django.Password("staff-password"))

    email = factory.Sequence(lambda n: f"alice{n}@example.ca")
    full_name = "Alice Tremblay"
    is_staff = False
    is_superuser = False
    is_active = True


class AccountFactory(DjangoModelFactory[Account]):
    """An external chequing account in CAD."""

    class Meta:
        model = Account

    user = factory.SubFactory(UserFactory)
    account_name = "RBC chequing"
    account_type = "chequing"
    currency = "CAD"
    is_external = True
    external_bank_name = "RBC Royal Bank"
    external_account_id = factory.Sequence(lambda n: f"01234-{n:07d}")


class TransactionFactory(DjangoModelFactory[Transaction]):
    """A ledger debit of 12.34."""

    class Meta:
        model = Transaction

    account = factory.SubFactory(AccountFactory)
    amount = Decimal("12.34")
    currency = "CAD"
    transaction_type = "debit"
    transaction_date = date(2026, 10, 5)
    description = "Coffee"


class BankConnectionFactory(DjangoModelFactory[BankConnection]):
    """An active connection that statement files feed; no retention duty."""

    class Meta:
        model = BankConnection

    user = factory.SubFactory(UserFactory)
    bank_id = "rbc"
    bank_name = "RBC Royal Bank"
    connection_type = "api"
    encrypted_credentials = ""
    encryption_key_id = "none"
    consent_given_at = NOW


class LinkedAccountFactory(DjangoModelFactory[LinkedAccount]):
    """The name under which a connection's bank knows an account of the same customer."""

    class Meta:
        model = LinkedAccount

    connection = factory.SubFactory(BankConnectionFactory)
    account = factory.SubFactory(
        AccountFactory,
        user=factory.SelfAttribute("..connection.user"),
        external_account_id=factory.SelfAttribute("..external_account_id"),
    )
    bank_id = factory.SelfAttribute("connection.bank_id")
    external_account_id = factory.Sequence(lambda n: f"09876-{n:07d}")
    identifier_kind = "account_number"
    currency = "CAD"


class BankTransactionFactory(DjangoModelFactory[BankTransaction]):
    """A posted debit of 12.34; its key is written by the database."""

    class Meta:
        model = BankTransaction

    connection = factory.SubFactory(BankConnectionFactory)
    account = factory.SubFactory(AccountFactory, user=factory.SelfAttribute("..connection.user"))
    bank_id = factory.SelfAttribute("connection.bank_id")
    external_account_id = factory.SelfAttribute("account.external_account_id")
    external_transaction_id = factory.Sequence(lambda n: f"FIT{n:08d}")
    raw_data: Any = factory.LazyAttribute(lambda row: {"FITID": row.external_transaction_id})
    normalized_data: Any = factory.LazyAttribute(lambda row: {"source": "ofx"})
    amount = Decimal("12.34")
    currency = "CAD"
    transaction_type = "debit"
    transaction_date = date(2026, 10, 5)
    posted_date = date(2026, 10, 5)
    raw_description = "TIM HORTONS #1234 TORONTO"


class TransactionMappingFactory(DjangoModelFactory[TransactionMapping]):
    """An automatic mapping of a bank transaction to a ledger transaction of the same account."""

    class Meta:
        model = TransactionMapping

    class Params:
        bank_row = factory.SubFactory(BankTransactionFactory)

    transaction = factory.SubFactory(TransactionFactory, account=factory.SelfAttribute("..bank_row.account"))
    bank_transaction = factory.LazyAttribute(lambda row: BankTransactionKey.objects.get(pk=row.bank_row.pk))
    mapping_type = "automatic"
    mapping_confidence = Decimal("0.97")


class BankSyncLogFactory(DjangoModelFactory[BankSyncLog]):
    """An open log of a manual sync."""

    class Meta:
        model = BankSyncLog

    connection = factory.SubFactory(BankConnectionFactory)
    user = factory.SelfAttribute("connection.user")
    sync_type = "manual"
    sync_operation = "transactions"
    sync_status = "started"
    started_at = NOW


class BalanceSyncHistoryFactory(DjangoModelFactory[BalanceSyncHistory]):
    """A comparison in which both sides agree."""

    class Meta:
        model = BalanceSyncHistory

    account = factory.SubFactory(AccountFactory)
    dway_balance_before = Decimal("100.00")
    bank_balance = Decimal("100.00")
    dway_balance_after = Decimal("100.00")
    sync_type = "manual"
    sync_status = "synchronized"


class BankWebhookFactory(DjangoModelFactory[BankWebhook]):
    """An active webhook."""

    class Meta:
        model = BankWebhook

    connection = factory.SubFactory(BankConnectionFactory)
    bank_id = "rbc"
    webhook_url = "https://dwaybank.example/webhooks/rbc/"
    webhook_secret = "ciphertext"
    webhook_events = ["transactions"]


class IntegrationErrorFactory(DjangoModelFactory[IntegrationError]):
    """A new validation error of medium severity."""

    class Meta:
        model = IntegrationError

    connection = factory.SubFactory(BankConnectionFactory)
    error_type = "validation"
    error_severity = "medium"
    error_code = "amount_unreadable"
    error_message = "Line 7: the amount 12,3.4 cannot be read."


class ComplianceReportFactory(DjangoModelFactory[ComplianceReport]):
    """A draft large cash transaction report."""

    class Meta:
        model = ComplianceReport

    report_type = "FINTRAC_LCTR"
    report_period_start = date(2026, 10, 1)
    report_period_end = date(2026, 10, 31)
    report_data: Any = factory.LazyAttribute(lambda row: {})
    due_date = date(2026, 11, 15)
