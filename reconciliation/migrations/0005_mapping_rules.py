from django.db import migrations

from dwaybank.db.sql_files import run_sql_file


class Migration(migrations.Migration):
    """The link that follows a mapping, sums of groups, versions, audit and rights."""

    dependencies = [
        ("reconciliation", "0004_mapping_tables"),
    ]

    operations = [
        run_sql_file("reconciliation", "functions", "transaction_mappings_follow"),
        run_sql_file("reconciliation", "functions", "check_transaction_parts"),
        run_sql_file("reconciliation", "functions", "mapping_proposals_new_version"),
        run_sql_file("reconciliation", "triggers", "mapping_triggers"),
        run_sql_file("reconciliation", "grants", "mapping_grants"),
    ]
