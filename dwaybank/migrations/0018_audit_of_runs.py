from django.db import migrations

from dwaybank.db.sql_files import run_sql_file


class Migration(migrations.Migration):
    """Tables that are filled thousands of rows at a time can be audited by run, and compared with what is recorded."""

    dependencies = [
        ("dwaybank", "0017_audit_of_wide_updates"),
    ]

    operations = [
        run_sql_file("dwaybank", "functions", "audited_record_digest"),
        run_sql_file("dwaybank", "functions", "audit_inserted_run"),
        run_sql_file("dwaybank", "functions", "audit_run"),
        run_sql_file("dwaybank", "functions", "audited_rows_that_differ"),
    ]
