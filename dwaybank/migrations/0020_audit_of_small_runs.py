from django.db import migrations

from dwaybank.db.sql_files import run_sql_file


class Migration(migrations.Migration):
    """In a table audited by run, few rows at once can still have an event each."""

    dependencies = [
        ("dwaybank", "0019_saved_filters"),
    ]

    operations = [
        run_sql_file("dwaybank", "functions", "audit_inserted_run", version=2),
    ]
