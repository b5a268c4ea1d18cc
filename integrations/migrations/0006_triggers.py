from django.db import migrations

from dwaybank.db.sql_files import run_sql_file


class Migration(migrations.Migration):
    """Timestamps, audit and counts."""

    dependencies = [
        ("integrations", "0005_functions_and_views"),
    ]

    operations = [
        run_sql_file("integrations", "functions", "count_linked_accounts"),
        run_sql_file("integrations", "triggers", "integration_triggers"),
    ]
