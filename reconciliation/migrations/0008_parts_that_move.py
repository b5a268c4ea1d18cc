from django.db import migrations

from dwaybank.db.sql_files import run_sql_file


class Migration(migrations.Migration):
    """A part that moves to another whole is checked at the old one and at the new one; policies move balances."""

    dependencies = [
        ("reconciliation", "0007_mapping_permissions"),
        ("dwaybank", "0007_ledger_balances"),
    ]

    operations = [
        run_sql_file("reconciliation", "functions", "check_transaction_parts", version=2),
    ]
