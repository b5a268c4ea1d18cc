from django.db import migrations

from dwaybank.db.sql_files import run_sql_file


class Migration(migrations.Migration):
    """What follows an update of bank transactions is planned for the rows it has, not for those of the first one."""

    dependencies = [
        ("integrations", "0021_audit_of_links"),
    ]

    operations = [
        run_sql_file("integrations", "functions", "bank_transactions_follow_update", version=2),
    ]
