from django.db import migrations

from dwaybank.db.sql_files import run_sql_file


class Migration(migrations.Migration):
    """Bank transactions that come in are audited by run, with the digest of each row."""

    dependencies = [
        ("integrations", "0016_maintenance"),
        ("dwaybank", "0018_audit_of_runs"),
    ]

    operations = [
        run_sql_file("integrations", "triggers", "integration_audit", version=2),
    ]
