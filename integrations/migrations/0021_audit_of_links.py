from django.db import migrations

from dwaybank.db.sql_files import run_sql_file


class Migration(migrations.Migration):
    """Bank transactions that a run links are audited by run, with all values."""

    dependencies = [
        ("integrations", "0020_index_of_reused_ids"),
        ("dwaybank", "0021_audit_of_updating_runs"),
    ]

    operations = [
        run_sql_file("integrations", "triggers", "integration_audit", version=3),
    ]
