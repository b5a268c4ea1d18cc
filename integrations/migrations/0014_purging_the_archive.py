from django.db import migrations

from dwaybank.db.sql_files import run_sql_file


class Migration(migrations.Migration):
    """The right to purge archived bank transactions whose time is over."""

    dependencies = [
        ("integrations", "0013_syncing_permissions"),
    ]

    operations = [
        run_sql_file("integrations", "grants", "archive_grants"),
    ]
