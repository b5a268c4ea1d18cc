from django.db import migrations

from dwaybank.db.sql_files import run_sql_file


class Migration(migrations.Migration):
    """Audit, timestamps, roles and grants of the ground floor."""

    dependencies = [
        ("dwaybank", "0003_configuration_logs_audit"),
    ]

    operations = [
        run_sql_file("dwaybank", "functions", "audit_context"),
        run_sql_file("dwaybank", "functions", "audit_table_changes"),
        run_sql_file("dwaybank", "functions", "update_updated_at_column"),
        run_sql_file("dwaybank", "functions", "system_config_numeric"),
        run_sql_file("dwaybank", "triggers", "core_triggers"),
        run_sql_file("dwaybank", "functions", "grant_if_role_exists"),
        run_sql_file("dwaybank", "grants", "roles"),
        run_sql_file("dwaybank", "grants", "core_grants"),
    ]
