from django.db import migrations

from dwaybank.db.sql_files import run_sql_file


class Migration(migrations.Migration):
    """What the back office books moves the account's balance, by one function."""

    dependencies = [
        ("dwaybank", "0006_audit_of_inserts"),
    ]

    operations = [
        run_sql_file("dwaybank", "functions", "is_booked"),
        run_sql_file("dwaybank", "functions", "move_account_balances"),
    ]
