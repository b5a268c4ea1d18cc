from django.db import migrations

from dwaybank.db.sql_files import run_sql_file


class Migration(migrations.Migration):
    """Audit of tables that are filled thousands of rows at a time."""

    dependencies = [
        ("dwaybank", "0005_configuration"),
    ]

    operations = [
        run_sql_file("dwaybank", "functions", "audit_inserted_rows"),
    ]
