from django.db import migrations

from dwaybank.db.sql_files import run_sql_file


class Migration(migrations.Migration):
    """Who may do what with bank data."""

    dependencies = [
        ("integrations", "0006_triggers"),
    ]

    operations = [
        run_sql_file("integrations", "grants", "integration_grants"),
    ]
