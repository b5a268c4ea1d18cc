from django.db import migrations

from dwaybank.db.sql_files import run_sql_file


class Migration(migrations.Migration):
    """Archiving by month and cleaning by step, by workers or by pg_cron where that is."""

    dependencies = [
        ("dwaybank", "0015_retention_triggers"),
        ("integrations", "0015_purging_statement_files"),
    ]

    operations = [
        run_sql_file("integrations", "functions", "archive_bank_transactions_month"),
        run_sql_file("integrations", "functions", "archive_old_bank_transactions", version=2),
        run_sql_file("integrations", "functions", "cleanup_sync_logs_step"),
        run_sql_file("integrations", "functions", "cleanup_old_sync_logs", version=2),
        run_sql_file("integrations", "grants", "maintenance_grants"),
        run_sql_file("integrations", "schedules", "pg_cron"),
    ]
