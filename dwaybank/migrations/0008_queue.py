from django.db import migrations

from dwaybank.db.sql_files import run_sql_file


class Migration(migrations.Migration):
    """The job queue: its tables come with its library, its rights from here."""

    dependencies = [
        ("dwaybank", "0007_ledger_balances"),
        ("procrastinate", "0041_post_retry_failed_job"),
    ]

    operations = [
        run_sql_file("dwaybank", "grants", "queue_grants"),
    ]
