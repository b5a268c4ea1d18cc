import pgtrigger.migrations
from django.db import migrations, models

import dwaybank.db.indexes
from dwaybank.db.sql_files import run_sql_file


class Migration(migrations.Migration):
    """Audit events by month, append-only for everybody, of every table, with the run that wrote."""

    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
        ("dwaybank", "0010_read_events"),
    ]

    operations = [
        pgtrigger.migrations.RemoveTrigger(model_name="auditevent", name="audit_events_append_only"),
        run_sql_file("dwaybank", "functions", "refuse_change"),
        run_sql_file(
            "dwaybank",
            "tables",
            "audit_events",
            state_operations=[
                migrations.AddField(
                    model_name="auditevent",
                    name="run_id",
                    field=models.CharField(blank=True, db_default="", max_length=64),
                ),
                migrations.AddField(
                    model_name="auditevent",
                    name="txid",
                    field=models.BigIntegerField(
                        db_default=models.expressions.RawSQL("pg_current_xact_id()::text::bigint", []), editable=False
                    ),
                ),
                migrations.AddIndex(
                    model_name="auditevent",
                    index=dwaybank.db.indexes.Index(fields=["txid"], name="idx_audit_events_txid"),
                ),
            ],
        ),
        run_sql_file("dwaybank", "functions", "audit_context", version=2),
        run_sql_file("dwaybank", "functions", "audit_table_changes", version=2),
        run_sql_file("dwaybank", "functions", "audit_inserted_rows", version=2),
        run_sql_file("dwaybank", "functions", "audit_updated_rows"),
        run_sql_file("dwaybank", "functions", "audit_deleted_rows"),
        run_sql_file("dwaybank", "functions", "audit_table"),
        run_sql_file("dwaybank", "triggers", "core_audit"),
    ]
