from django.db import migrations

from dwaybank.db.sql_files import run_sql_file


class Migration(migrations.Migration):
    """Timestamps, audit and rights of the tables of syncing."""

    dependencies = [
        ("integrations", "0011_syncing"),
    ]

    operations = [
        run_sql_file("integrations", "triggers", "syncing_triggers"),
        run_sql_file("integrations", "triggers", "integration_triggers", 2),
        run_sql_file("integrations", "grants", "syncing_grants"),
    ]
