from django.db import migrations

from dwaybank.db.sql_files import run_sql_file


class Migration(migrations.Migration):
    """In a table whose trigger says so, many rows updated at once share events, with all their values."""

    dependencies = [
        ("dwaybank", "0020_audit_of_small_runs"),
    ]

    operations = [
        run_sql_file("dwaybank", "functions", "audited_updates_query"),
        run_sql_file("dwaybank", "functions", "audit_updated_rows", version=3),
        run_sql_file("dwaybank", "functions", "audited_rows_that_differ", version=2),
    ]
