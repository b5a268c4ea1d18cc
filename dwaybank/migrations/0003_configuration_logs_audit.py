import django.contrib.postgres.fields
import django.contrib.postgres.functions
import dwaybank.db.expressions
import dwaybank.db.indexes
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models

from dwaybank.db.triggers import drop_function_on_the_way_back


class Migration(migrations.Migration):
    """Settings, maintenance log and audit."""

    dependencies = [
        ('dwaybank', '0002_bank_integration_columns'),
    ]

    operations = [
        migrations.CreateModel(
            name='SystemConfig',
            fields=[
                ('key', models.CharField(max_length=100, primary_key=True, serialize=False)),
                ('value', models.TextField()),
                ('description', models.TextField(blank=True, null=True)),
                ('created_at', models.DateTimeField(blank=True, db_default=dwaybank.db.expressions.CurrentTimestamp(), editable=False, null=True)),
                ('updated_at', models.DateTimeField(blank=True, db_default=dwaybank.db.expressions.CurrentTimestamp(), editable=False, null=True)),
            ],
            options={
                'verbose_name': 'setting',
                'db_table': 'system_config',
            },
        ),
        migrations.CreateModel(
            name='SystemLog',
            fields=[
                ('id', models.UUIDField(db_default=django.contrib.postgres.functions.RandomUUID(), editable=False, primary_key=True, serialize=False)),
                ('level', models.CharField(choices=[('DEBUG', 'Debug'), ('INFO', 'Info'), ('WARNING', 'Warning'), ('ERROR', 'Error')], max_length=10)),
                ('message', models.TextField()),
                ('metadata', models.JSONField(blank=True, null=True)),
                ('created_at', models.DateTimeField(blank=True, db_default=dwaybank.db.expressions.CurrentTimestamp(), editable=False, null=True)),
            ],
            options={
                'verbose_name': 'maintenance log line',
                'db_table': 'system_logs',
                'indexes': [dwaybank.db.indexes.Index(fields=['-created_at'], name='idx_system_logs_created_at')],
                'constraints': [models.CheckConstraint(condition=models.Q(('level__in', ['DEBUG', 'INFO', 'WARNING', 'ERROR'])), name='system_logs_level_check', violation_error_code='system_logs_level_check', violation_error_message='level must be one of: DEBUG, INFO, WARNING, ERROR.')],
            },
        ),
        migrations.CreateModel(
            name='AuditEvent',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('occurred_at', models.DateTimeField(db_default=dwaybank.db.expressions.CurrentTimestamp(), editable=False)),
                ('table_name', models.CharField(max_length=63)),
                ('row_id', models.CharField(max_length=255)),
                ('action', models.CharField(choices=[('INSERT', 'Added'), ('UPDATE', 'Changed'), ('DELETE', 'Deleted')], max_length=10)),
                ('actor_id', models.UUIDField(null=True, verbose_name='acting person')),
                ('run', models.TextField(blank=True, db_default='')),
                ('reason', models.TextField(blank=True, db_default='')),
                ('database_role', models.CharField(max_length=63)),
                ('changed_columns', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=63), size=None)),
                ('old_values', models.JSONField(null=True)),
                ('new_values', models.JSONField(null=True)),
            ],
            options={
                'verbose_name': 'audit event',
                'db_table': 'audit_events',
                'indexes': [dwaybank.db.indexes.Index(fields=['table_name', 'row_id', 'id'], name='idx_audit_events_row'), dwaybank.db.indexes.Index(condition=models.Q(('actor_id__isnull', False)), fields=['actor_id', 'id'], name='idx_audit_events_actor'), dwaybank.db.indexes.Index(fields=['occurred_at'], name='idx_audit_events_occurred_at')],
                'constraints': [models.CheckConstraint(condition=models.Q(('action__in', ['INSERT', 'UPDATE', 'DELETE'])), name='audit_events_action_check', violation_error_code='audit_events_action_check', violation_error_message='action must be one of: INSERT, UPDATE, DELETE.')],
            },
        ),
        drop_function_on_the_way_back('pgtrigger_audit_events_append_only_776e3'),
        pgtrigger.migrations.AddTrigger(
            model_name='auditevent',
            trigger=pgtrigger.compiler.Trigger(name='audit_events_append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'Audit events are never changed or deleted.' USING ERRCODE = 'check_violation', CONSTRAINT = 'audit_events_append_only';", hash='cfa0a8b2871240c80d7bab43571c633a30d74901', operation='UPDATE OR DELETE', pgid='pgtrigger_audit_events_append_only_776e3', table='audit_events', when='BEFORE')),
        ),
    ]
