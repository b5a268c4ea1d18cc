from django.db import migrations

from dwaybank.db.sql_files import run_sql_file


class Migration(migrations.Migration):
    """Raw statement files past their time can be purged, and only they."""

    dependencies = [
        ("dwaybank", "0015_retention_triggers"),
        ("integrations", "0014_purging_the_archive"),
    ]

    operations = [
        run_sql_file("integrations", "functions", "statement_file_kept_by"),
        run_sql_file("integrations", "functions", "statement_files_guard"),
        run_sql_file("integrations", "triggers", "statement_files_retention"),
        run_sql_file("integrations", "grants", "statement_files_grants"),
    ]
