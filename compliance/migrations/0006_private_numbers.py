from django.db import migrations

from dwaybank.db.sql_files import run_sql_file


class Migration(migrations.Migration):
    """Social insurance numbers are refused wherever they are typed."""

    dependencies = [("compliance", "0005_suspicion")]

    operations = [run_sql_file("compliance", "triggers", "private_numbers_triggers")]
