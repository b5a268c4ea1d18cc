import django.contrib.postgres.fields
import django.db.models.expressions
import dwaybank.db.expressions
import dwaybank.db.indexes
from django.db import migrations, models

from dwaybank.db.sql_files import run_sql_file


class Migration(migrations.Migration):
    """The chain over the audit, and the archive of its months."""

    dependencies = [
        ("dwaybank", "0011_audit_by_month"),
    ]

    operations = [
        run_sql_file(
            "dwaybank",
            "tables",
            "audit_seals",
            state_operations=[
                migrations.AddIndex(
                    model_name='auditevent',
                    index=dwaybank.db.indexes.Index(condition=models.Q(django.db.models.expressions.RawSQL("changed_columns && '{decided_by}' OR action = 'UPDATE' AND changed_columns && '{approved_by,reviewed_by,resolved_by,submitted_by}'", [], output_field=models.BooleanField())), fields=['id'], name='idx_audit_events_decisions'),
                ),
                migrations.CreateModel(
                    name='ArchivedAuditEvent',
                    fields=[
                        ('occurred_at', models.DateTimeField(db_default=dwaybank.db.expressions.CurrentTimestamp(), editable=False)),
                        ('table_name', models.CharField(max_length=63)),
                        ('row_id', models.CharField(max_length=255)),
                        ('action', models.CharField(choices=[('INSERT', 'Added'), ('UPDATE', 'Changed'), ('DELETE', 'Deleted')], max_length=10)),
                        ('actor_id', models.UUIDField(null=True, verbose_name='acting person')),
                        ('run', models.TextField(blank=True, db_default='')),
                        ('run_id', models.CharField(blank=True, db_default='', max_length=64)),
                        ('reason', models.TextField(blank=True, db_default='')),
                        ('database_role', models.CharField(max_length=63)),
                        ('changed_columns', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=63), size=None)),
                        ('old_values', models.JSONField(null=True)),
                        ('new_values', models.JSONField(null=True)),
                        ('txid', models.BigIntegerField(db_default=django.db.models.expressions.RawSQL('pg_current_xact_id()::text::bigint', []), editable=False)),
                        ('id', models.BigIntegerField(primary_key=True, serialize=False)),
                    ],
                    options={
                        'verbose_name': 'archived audit event',
                        'db_table': 'audit_events_archive',
                        'indexes': [dwaybank.db.indexes.Index(fields=['table_name', 'row_id', 'id'], name='idx_audit_events_archive_row')],
                    },
                ),
                migrations.CreateModel(
                    name='AuditSeal',
                    fields=[
                        ('id', models.BigIntegerField(primary_key=True, serialize=False)),
                        ('month', models.DateField()),
                        ('position', models.IntegerField()),
                        ('first_txid', models.BigIntegerField()),
                        ('next_txid', models.BigIntegerField()),
                        ('cluster', models.CharField(max_length=32)),
                        ('covered_id', models.BigIntegerField()),
                        ('event_ids', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), size=None)),
                        ('event_hashes', models.BinaryField()),
                        ('previous_hash', models.BinaryField()),
                        ('hash', models.BinaryField()),
                        ('key_id', models.CharField(max_length=63)),
                        ('signature', models.BinaryField()),
                        ('sealed_at', models.DateTimeField()),
                    ],
                    options={
                        'verbose_name': 'audit seal',
                        'db_table': 'audit_seals',
                        'constraints': [models.CheckConstraint(condition=django.db.models.expressions.RawSQL('octet_length(event_hashes) = 32 * cardinality(event_ids) AND cardinality(event_ids) > 0', [], output_field=models.BooleanField()), name='audit_seals_event_hashes_check', violation_error_message='A seal holds at least one event and one hash for each.'), models.CheckConstraint(condition=django.db.models.expressions.RawSQL('octet_length(hash) = 32 AND octet_length(previous_hash) = 32', [], output_field=models.BooleanField()), name='audit_seals_hash_check', violation_error_message='A hash has 32 bytes.'), models.UniqueConstraint(fields=('month', 'position'), name='idx_audit_seals_position', violation_error_message='This month has a seal of this number.')],
                    },
                ),
            ],
        ),
        run_sql_file("dwaybank", "functions", "audit_seal_bounds"),
        run_sql_file("dwaybank", "functions", "add_audit_seal"),
        run_sql_file("dwaybank", "functions", "archive_old_audit_events"),
        run_sql_file("dwaybank", "grants", "audit_grants"),
    ]
