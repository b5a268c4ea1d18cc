from django.db import migrations

from dwaybank.db.sql_files import run_sql_file


class Migration(migrations.Migration):
    """Timestamps, audit and rights."""

    dependencies = [
        ("compliance", "0001_initial"),
    ]

    operations = [
        run_sql_file("compliance", "triggers", "compliance_triggers"),
        run_sql_file("compliance", "grants", "compliance_grants"),
    ]
