from django.db import migrations

from dwaybank.db.sql_files import run_sql_file


class Migration(migrations.Migration):
    """Audit of what matching runs write thousands of rows at a time."""

    dependencies = [
        ("dwaybank", "0011_audit_by_month"),
        ("reconciliation", "0008_parts_that_move"),
    ]

    operations = [
        run_sql_file("reconciliation", "triggers", "reconciliation_audit"),
    ]
