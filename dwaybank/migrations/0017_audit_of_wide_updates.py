from django.db import migrations

from dwaybank.db.sql_files import run_sql_file


class Migration(migrations.Migration):
    """Recording an update costs what changed, not how wide the table is."""

    dependencies = [
        ("dwaybank", "0016_language"),
    ]

    operations = [
        run_sql_file("dwaybank", "functions", "audit_updated_rows", version=2),
    ]
