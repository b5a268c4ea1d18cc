"""What the database refuses is told to people: by the model's message, the trigger's, or the database's own."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from dwaybank.errors import constraint_name, explain
from dwaybank.models import AuditEvent, SystemConfig
from tests.factories import BankConnectionFactory, BankTransactionFactory, TransactionFactory, UserFactory

pytestmark = pytest.mark.django_db


def refused(action: Callable[[], Any]) -> IntegrityError:
    """The error of an action that the database refuses."""
    with pytest.raises(IntegrityError) as refusal, transaction.atomic():
        action()
    return refusal.value


def run(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def test_a_unique_rule_speaks_the_models_words() -> None:
    person = UserFactory.create()
    error = refused(lambda: UserFactory.create(email=person.email))

    assert constraint_name(error) == "users_email_key"
    assert explain(error) == "Another person already has this e-mail address."


def test_a_partial_unique_index_speaks_the_models_words() -> None:
    first = BankConnectionFactory.create()
    error = refused(lambda: BankConnectionFactory.create(user=first.user))

    assert constraint_name(error) == "idx_bank_connections_active_user_bank"
    assert explain(error) == "This customer already has an active connection to this bank."


def test_a_check_on_a_partition_speaks_the_models_words() -> None:
    error = refused(lambda: BankTransactionFactory.create(amount=Decimal("-1.00")))

    assert constraint_name(error) == "bank_transactions_amount_check"
    assert explain(error) == "An amount is a magnitude; its direction is the transaction type."


def test_a_rule_held_by_a_trigger_in_another_table_speaks_the_models_words() -> None:
    row = BankTransactionFactory.create()
    again = {
        "connection": row.connection,
        "account": row.account,
        "external_transaction_id": row.external_transaction_id,
        "transaction_date": date(2026, 9, 1),
    }
    error = refused(lambda: BankTransactionFactory.create(**again))

    assert constraint_name(error) == "idx_bank_transactions_unique"
    assert explain(error) == "This bank transaction is already stored for this account."


def test_allowed_values_are_listed() -> None:
    error = refused(lambda: TransactionFactory.create(transaction_type="sideways"))

    assert explain(error) == "transaction_type must be one of: debit, credit."


def test_a_trigger_speaks_for_itself_and_says_what_to_do() -> None:
    kept = BankConnectionFactory.create(data_retention_until=timezone.now() + timedelta(days=30))
    error = refused(lambda: run(f"DELETE FROM bank_connections WHERE id = '{kept.pk}'"))

    assert constraint_name(error) == "bank_connections_retention_guard"
    assert explain(error) == (
        "This bank connection is under a retention duty and cannot be deleted. "
        "Disconnect it instead (deleted_at, deleted_by); it can be purged after data_retention_until."
    )


def test_a_trigger_says_its_sentence_and_what_to_do() -> None:
    SystemConfig.objects.create(key="k", value="1")
    assert AuditEvent.objects.exists()

    error = refused(lambda: AuditEvent.objects.all().delete())

    assert constraint_name(error) == "audit_events_append_only"
    assert explain(error).startswith("Audit events are never changed or deleted. ")


def test_a_rule_without_words_of_its_own_is_passed_on_in_the_databases() -> None:
    nobody = uuid4()
    error = refused(
        lambda: run(f"INSERT INTO accounts (user_id, account_name, account_type) VALUES ('{nobody}', 'a', 'b')")
    )

    assert constraint_name(error) == "accounts_user_id_fkey"
    assert explain(error).startswith('insert or update on table "accounts" violates foreign key constraint')


def test_a_missing_value_names_its_column() -> None:
    error = refused(lambda: run("INSERT INTO system_config (key) VALUES ('k')"))

    assert 'column "value"' in explain(error)
    assert "DETAIL" not in explain(error)


def test_an_error_that_did_not_come_from_the_database_is_told_as_it_is() -> None:
    error = IntegrityError("raised by hand")

    assert constraint_name(error) is None
    assert explain(error) == "raised by hand"


def test_no_name_has_two_messages() -> None:
    """The mapping goes by name alone, so a name must mean one thing in the whole schema."""
    messages = defaultdict(set)
    for model in apps.get_models():
        for constraint in model._meta.constraints:
            messages[constraint.name].add(str(constraint.violation_error_message))

    assert {name: found for name, found in messages.items() if len(found) > 1} == {}
