from django.db import migrations

from dwaybank.db.sql_files import run_sql_file


class Migration(migrations.Migration):
    """States of balance conflicts, two people, one adjustment; rights and settings."""

    dependencies = [
        ("dwaybank", "0007_ledger_balances"),
        ("reconciliation", "0010_balance_conflicts"),
    ]

    operations = [
        run_sql_file("reconciliation", "functions", "balance_conflicts_guard"),
        run_sql_file("reconciliation", "functions", "balance_resolutions_guard"),
        run_sql_file("reconciliation", "functions", "balance_resolutions_follow"),
        run_sql_file("reconciliation", "functions", "balance_sync_history_guard"),
        run_sql_file("reconciliation", "triggers", "balance_triggers"),
        run_sql_file("reconciliation", "grants", "balance_grants"),
        migrations.RunSQL(
            sql="""
                INSERT INTO system_config (key, value, description) VALUES
                ('balance_one_person_threshold', '0',
                    'Balance conflicts up to this need one person; 0: always two'),
                ('balance_timing_days', '3',
                    'Days that the bank may take to book what the ledger has already')
                ON CONFLICT (key) DO NOTHING
            """,
            reverse_sql="DELETE FROM system_config WHERE key IN ('balance_one_person_threshold', 'balance_timing_days')",
        ),
    ]
