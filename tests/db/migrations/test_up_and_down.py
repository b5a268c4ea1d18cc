"""From an empty database up, back to nothing, and up again."""

from __future__ import annotations

import pytest
from django.core.management import call_command
from pytest_django import DjangoDbBlocker

from tests.db.migrations.conftest import Scratch

# Everything in the schema public, by its definition; the table of migrations itself is Django's and stays.
SNAPSHOT = """
    SELECT 'column', attrelid::regclass || '.' || attname,
        concat_ws(' ', format_type(atttypid, atttypmod), attnotnull, attgenerated, attidentity, attacl)
    FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
    WHERE c.relnamespace = 'public'::regnamespace AND c.relname !~ '^django_migrations' AND attnum > 0
        AND NOT attisdropped
    UNION ALL
    SELECT 'relation', relname::text, concat_ws(' ', relkind, relacl, pg_get_expr(relpartbound, oid))
    FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relname !~ '^django_migrations'
    UNION ALL
    SELECT 'constraint', conrelid::regclass || '.' || conname, pg_get_constraintdef(oid)
    FROM pg_constraint
    WHERE connamespace = 'public'::regnamespace AND conrelid <> COALESCE(to_regclass('django_migrations'), 0)
    UNION ALL
    SELECT 'index', indexrelid::regclass::text, pg_get_indexdef(indexrelid)
    FROM pg_index JOIN pg_class c ON c.oid = indexrelid
    WHERE c.relnamespace = 'public'::regnamespace AND c.relname !~ '^django_migrations'
    UNION ALL
    SELECT 'function', oid::regprocedure::text, concat_ws(' ', pg_get_functiondef(oid), proacl)
    FROM pg_proc WHERE pronamespace = 'public'::regnamespace
    UNION ALL
    SELECT 'trigger', tgrelid::regclass || '.' || tgname, pg_get_triggerdef(oid)
    FROM pg_trigger WHERE NOT tgisinternal
    UNION ALL
    SELECT 'view', viewname::text, definition FROM pg_views WHERE schemaname = 'public'
    UNION ALL
    SELECT 'type', typname::text, typtype::text
    FROM pg_type WHERE typnamespace = 'public'::regnamespace AND typrelid = 0 AND typelem = 0
    UNION ALL
    SELECT 'extension', extname::text, '' FROM pg_extension
    UNION ALL
    SELECT 'schema', nspname::text, nspacl::text FROM pg_namespace WHERE nspname !~ '^pg_'
"""


def catalog(scratch: Scratch) -> set[tuple[str, ...]]:
    """Without the job queue's objects: the migrations of its library have no way back."""
    return {row for row in scratch.run(SNAPSHOT) if "procrastinate" not in row[1]}


@pytest.mark.long
def test_up_down_to_nothing_and_up_again(scratch: Scratch) -> None:
    empty = catalog(scratch)

    for app in ("dwaybank", "integrations", "admin", "sessions"):
        scratch.migrate(app)
    two_floors = catalog(scratch)
    scratch.migrate()
    built = catalog(scratch)
    assert {"bank_transactions", "compliance_reports"} <= {name for kind, name, _ in built if kind == "relation"}
    assert scratch.run("SELECT key, value, description FROM system_config ORDER BY key") == [
        ("balance_discrepancy_threshold", "1.00", "Balance discrepancy threshold in CAD"),
        ("balance_one_person_threshold", "0", "Balance conflicts up to this need one person; 0: always two"),
        ("balance_timing_days", "3", "Days that the bank may take to book what the ledger has already"),
        ("bank_integration_enabled", "true", "Enable bank integration features"),
        (
            "mapping_accept_margin",
            "0.95",
            "A match is accepted without a person only if it leads its rival by this",
        ),
        ("mapping_accept_probability", "0.985", "A match is accepted without a person from this probability on"),
        ("mapping_amount_tolerance", "5.00", "Difference of amounts that a fee may make, whatever the amount"),
        ("mapping_max_lag_days", "45", "No bank line is matched to a ledger transaction further away in days"),
        ("mapping_rejection_half_life_days", "180", "Days after which a rejected pair counts half"),
        ("max_sync_retries", "3", "Maximum number of sync retries before failure"),
        (
            "privacy_breach_record_months",
            "60",
            "Months that the record of a breach of safeguards is kept; the law asks for 24 at least",
        ),
        (
            "suspicion_cash_pattern",
            "cash dep|atm dep|abm dep|coin dep|dep gab|d[eé]p[oô]t (en )?esp[eè]ces",
            "Regular expression (PostgreSQL's) of descriptions that say a movement is of cash",
        ),
        ("suspicion_lookback_days", "400", "Days of movements that the indicators of suspicion look back on"),
        ("sync_frequency_hours", "4", "Default synchronization frequency in hours"),
    ]

    # an upper floor leaves without the ones below losing anything
    scratch.migrate("reconciliation", "zero")
    scratch.migrate("compliance", "zero")
    assert catalog(scratch) == two_floors

    scratch.migrate_to_zero()
    assert catalog(scratch) == empty
    assert scratch.run("SELECT * FROM django_migrations WHERE app <> 'procrastinate'") == []

    scratch.migrate()
    assert catalog(scratch) == built


def test_models_and_migrations_have_not_drifted_apart(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, capsys: pytest.CaptureFixture[str]
) -> None:
    with django_db_blocker.unblock():
        call_command("makemigrations", check=True, dry_run=True)
    assert capsys.readouterr().out.strip() == "No changes detected"
