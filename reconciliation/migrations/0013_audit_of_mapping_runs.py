from django.db import migrations

from dwaybank.db.sql_files import run_sql_file


class Migration(migrations.Migration):
    """What a matching run maps is audited by run."""

    dependencies = [
        ("dwaybank", "0020_audit_of_small_runs"),
        ("reconciliation", "0012_indexes_for_figures"),
    ]

    operations = [
        run_sql_file("reconciliation", "triggers", "reconciliation_triggers", version=2),
    ]
