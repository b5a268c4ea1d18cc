"""A database in which DwayBank's users, accounts and transactions already stand, with rows."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError

from dwaybank.errors import constraint_name
from dwaybank.models import Account, Transaction, User
from tests.db.migrations.conftest import ALIAS, Scratch

USERS = "CREATE TABLE users (id uuid PRIMARY KEY, email text NOT NULL UNIQUE, phone text);"
ACCOUNTS = """
    CREATE TABLE accounts (
        id uuid PRIMARY KEY, user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
        account_name varchar(255) NOT NULL, account_type varchar(50) NOT NULL, currency varchar(3) DEFAULT 'CAD',
        current_balance decimal(15,2) NOT NULL DEFAULT 0, is_external boolean, deleted_at timestamptz, branch text
    );
"""
TRANSACTIONS = """
    CREATE TABLE transactions (
        id uuid PRIMARY KEY, account_id uuid NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
        amount decimal(15,2) NOT NULL, currency varchar(3) DEFAULT 'CAD', transaction_type varchar(20) NOT NULL,
        transaction_date date NOT NULL, description text, status varchar(20), created_at timestamptz DEFAULT now(),
        updated_at timestamptz DEFAULT now(), posted_by text
    );
    CREATE INDEX idx_transactions_account_date ON transactions (account_id, transaction_date);
"""
ROWS = """
    INSERT INTO users SELECT gen_random_uuid(), 'customer' || n || '@example.ca', '555-' || n
    FROM generate_series(1, 20) AS n;
    INSERT INTO accounts (id, user_id, account_name, account_type, is_external, current_balance, branch)
    SELECT gen_random_uuid(), id, kind, kind, (kind = 'chequing'), 12.34, '00' || length(kind)
    FROM users, unnest(ARRAY['chequing', 'savings']) AS kind;
    INSERT INTO transactions (id, account_id, amount, transaction_type, transaction_date, description, posted_by)
    SELECT gen_random_uuid(), id, n, 'debit', date '2023-12-30' + n, 'row ' || n, 'branch' FROM accounts,
    generate_series(1, 5) AS n;
    INSERT INTO transactions (id, account_id, amount, transaction_type, transaction_date)
    SELECT gen_random_uuid(), id, -7.50, 'reversal', '2020-02-29' FROM accounts LIMIT 1;
"""
TABLES = {"users": "id, email, phone", "accounts": "*", "transactions": "*"}


def build_dwaybank(scratch: Scratch) -> None:
    scratch.run(USERS + ACCOUNTS + TRANSACTIONS + ROWS)


def columns_of(scratch: Scratch) -> dict[str, list[str]]:
    """Each old table's columns, types and defaults."""
    return {
        table: [
            str(row)
            for row in scratch.run(
                "SELECT column_name, data_type, is_nullable, column_default FROM information_schema.columns "
                "WHERE table_schema = 'public' AND table_name = %s ORDER BY ordinal_position",
                table,
            )
        ]
        for table in TABLES
    }


def contents(scratch: Scratch, columns: dict[str, str]) -> dict[str, list[tuple[Any, ...]]]:
    return {table: scratch.run(f"SELECT {names} FROM {table} ORDER BY id") for table, names in columns.items()}


def old_columns(scratch: Scratch) -> dict[str, str]:
    """Column names, but the timestamp that any update moves."""
    return {
        table: ", ".join(
            name
            for (name,) in scratch.run(
                "SELECT attname::text FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0 "
                "AND attname <> 'updated_at' ORDER BY attnum",
                table,
            )
        )
        for table in TABLES
    }


@pytest.mark.parametrize(
    "fake_initial",
    [pytest.param(True, id="migrate --fake-initial", marks=pytest.mark.long), pytest.param(False, id="migrate")],
)
def test_no_row_is_lost_and_the_new_columns_are_there(scratch: Scratch, fake_initial: bool) -> None:
    build_dwaybank(scratch)
    names = old_columns(scratch)
    before = contents(scratch, names)
    assert [len(rows) for rows in before.values()] == [20, 40, 201]

    scratch.migrate(fake_initial=fake_initial)

    assert contents(scratch, names) == before
    assert scratch.run(
        "SELECT is_external, sync_enabled, external_bank_name, count(*) FROM accounts GROUP BY 1, 2, 3 ORDER BY 1"
    ) == [(False, False, None, 20), (True, True, None, 20)]
    assert scratch.run("SELECT DISTINCT import_source, external_transaction_id FROM transactions") == [("manual", None)]
    # when old rows were made is not known, and nothing pretends it was today
    assert scratch.run("SELECT count(created_at) FROM users") == [(0,)]


def test_the_application_works_on_adopted_tables(scratch: Scratch) -> None:
    build_dwaybank(scratch)
    scratch.migrate("dwaybank", fake_initial=True)

    user = User.objects.using(ALIAS).get(email="customer7@example.ca")
    assert (user.is_active, user.is_staff, user.has_usable_password(), user.full_name) == (True, False, False, "")
    user.full_name = "Alice Tremblay"
    user.save(using=ALIAS)
    account = Account.objects.using(ALIAS).create(
        user_id=user.pk, account_name="RBC", account_type="chequing", is_external=True
    )
    row = Transaction.objects.using(ALIAS).create(
        account_id=account.pk, amount=Decimal("1.00"), transaction_type="debit", transaction_date="2026-10-05"
    )
    row.refresh_from_db()
    assert row.created_at is not None
    assert row.import_source == "manual"
    assert Transaction.objects.using(ALIAS).count() == 202

    # new rows keep the rules that old ones may break
    for assignment, rule in (
        ("amount = -1", "transactions_amount_check"),
        ("transaction_type = 'refund'", "transactions_type_check"),
    ):
        with pytest.raises(IntegrityError) as refused:
            scratch.run(f"UPDATE transactions SET {assignment} WHERE amount = 1")
        assert constraint_name(refused.value) == rule
    assert scratch.run("SELECT amount, transaction_type FROM transactions WHERE amount < 0") == [
        (Decimal("-7.50"), "reversal")
    ]


RULES = (
    "SELECT conrelid::regclass::text, conname::text FROM pg_constraint "
    "WHERE conrelid IN ('users'::regclass, 'accounts'::regclass, 'transactions'::regclass) ORDER BY 1, 2"
)
REMARKS = "SELECT objoid::regclass::text, objsubid, description FROM pg_description WHERE objoid >= 16384 ORDER BY 1, 2"


@pytest.mark.long
def test_going_back_leaves_the_old_tables_as_they_were(scratch: Scratch) -> None:
    """Also what somebody added by hand before, under the name of a new column or index, or wrote as a comment."""
    build_dwaybank(scratch)
    scratch.run(
        "ALTER TABLE transactions ADD COLUMN bank_reference varchar(255); "
        "UPDATE transactions SET bank_reference = 'REF ' || amount; "
        "COMMENT ON COLUMN accounts.id IS 'never shown'"
    )
    names = old_columns(scratch)
    before, shape, rules, remarks = contents(scratch, names), columns_of(scratch), scratch.run(RULES), scratch.run(REMARKS)

    scratch.migrate()
    assert contents(scratch, names) == before
    assert columns_of(scratch) != shape
    scratch.migrate_to_zero()

    assert contents(scratch, names) == before
    assert columns_of(scratch) == shape
    assert scratch.run(RULES) == rules
    assert scratch.run(REMARKS) == remarks
    assert scratch.run("SELECT indexname::text FROM pg_indexes WHERE indexname ~ '^idx_[^p]'") == [
        ("idx_transactions_account_date",)
    ]


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        ("ALTER TABLE accounts DROP COLUMN is_external", "The existing table accounts has no column is_external."),
        (
            "ALTER TABLE transactions ALTER COLUMN amount TYPE double precision",
            "Column transactions.amount is double precision, expected numeric.",
        ),
        (
            "ALTER TABLE transactions ALTER COLUMN created_at TYPE timestamp",
            "Column transactions.created_at is timestamp without time zone, expected timestamp with time zone.",
        ),
    ],
)
def test_tables_that_do_not_fit_are_refused_by_column_and_stay_as_they_are(
    scratch: Scratch, damage: str, message: str
) -> None:
    build_dwaybank(scratch)
    scratch.run(damage)
    shape = columns_of(scratch)

    with pytest.raises(DatabaseError) as refused:
        scratch.migrate("dwaybank", fake_initial=True)

    diagnosis = refused.value.__cause__.diag  # type: ignore[union-attr]
    assert diagnosis.message_primary == message
    assert diagnosis.message_hint
    assert columns_of(scratch) == shape
    assert scratch.run("SELECT count(*) FROM transactions") == [(201,)]
