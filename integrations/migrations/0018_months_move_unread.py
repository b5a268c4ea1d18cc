from django.db import migrations

from dwaybank.db.sql_files import run_sql_file


class Migration(migrations.Migration):
    """A month is made with DEFAULT locked before its rows are moved, and goes to the archive without being counted."""

    dependencies = [("integrations", "0017_audit_of_imports")]

    operations = [
        run_sql_file("integrations", "functions", "create_month_partition", version=2),
        run_sql_file("integrations", "functions", "archive_bank_transactions_month", version=2),
        run_sql_file("integrations", "functions", "archive_old_bank_transactions", version=3),
    ]
