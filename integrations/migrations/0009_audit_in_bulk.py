from django.db import migrations

from dwaybank.db.sql_files import run_sql_file


class Migration(migrations.Migration):
    """Audit of bank data that comes thousands of rows at a time."""

    dependencies = [
        ("dwaybank", "0011_audit_by_month"),
        ("integrations", "0008_statement_profiles"),
    ]

    operations = [
        run_sql_file("integrations", "triggers", "integration_audit"),
    ]
