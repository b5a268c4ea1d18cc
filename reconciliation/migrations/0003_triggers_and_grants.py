from django.db import migrations

from dwaybank.db.sql_files import run_sql_file


class Migration(migrations.Migration):
    """Timestamps, audit and rights."""

    dependencies = [
        ("dwaybank", "0006_audit_of_inserts"),
        ("reconciliation", "0002_functions_and_views"),
    ]

    operations = [
        run_sql_file("reconciliation", "triggers", "reconciliation_triggers"),
        run_sql_file("reconciliation", "grants", "reconciliation_grants"),
    ]
