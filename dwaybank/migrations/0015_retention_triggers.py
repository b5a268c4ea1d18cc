from django.db import migrations

from dwaybank.db.sql_files import run_sql_file


class Migration(migrations.Migration):
    """Holds keep rows; timestamps, audit and rights of holds and plans."""

    dependencies = [
        ("dwaybank", "0014_retention"),
    ]

    operations = [
        run_sql_file("dwaybank", "functions", "refuse_delete_under_hold"),
        run_sql_file("dwaybank", "triggers", "retention_triggers"),
        run_sql_file("dwaybank", "grants", "retention_grants"),
    ]
