import django.contrib.postgres.functions
import django.db.models.deletion
import django.db.models.expressions
import dwaybank.db.constraints
import dwaybank.db.expressions
import dwaybank.db.indexes
from django.conf import settings
from django.db import migrations, models

from dwaybank.db.sql_files import run_sql_file


class Migration(migrations.Migration):
    """Sync logs, partitioned by month."""

    dependencies = [
        ('integrations', '0001_initial'),
    ]

    operations = [
        run_sql_file('integrations', 'functions', 'create_month_partition'),
        run_sql_file('integrations', 'functions', 'create_bank_sync_logs_partition'),
        run_sql_file('integrations', 'tables', 'bank_sync_logs',
            state_operations=[
                migrations.CreateModel(
                    name='BankSyncLog',
                    fields=[
                        ('id', models.UUIDField(db_default=django.contrib.postgres.functions.RandomUUID(), editable=False, primary_key=True, serialize=False)),
                        ('connection', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='integrations.bankconnection')),
                        ('user', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('sync_type', models.CharField(choices=[('initial', 'Initial'), ('scheduled', 'Scheduled'), ('manual', 'Manual'), ('webhook', 'Webhook'), ('real_time', 'Real time'), ('fallback', 'Fallback')], max_length=50)),
                        ('sync_operation', models.CharField(choices=[('accounts', 'Accounts'), ('transactions', 'Transactions'), ('balance', 'Balance'), ('full', 'Full'), ('connection_test', 'Connection test')], max_length=50)),
                        ('sync_status', models.CharField(choices=[('started', 'Started'), ('in_progress', 'In progress'), ('completed', 'Completed'), ('failed', 'Failed'), ('partial', 'Partial'), ('timeout', 'Timed out')], max_length=20, verbose_name='status')),
                        ('started_at', models.DateTimeField(db_default=dwaybank.db.expressions.CurrentTimestamp())),
                        ('completed_at', models.DateTimeField(blank=True, null=True)),
                        ('duration_ms', models.GeneratedField(db_persist=True, expression=django.db.models.expressions.RawSQL('CASE WHEN completed_at IS NOT NULL THEN EXTRACT(EPOCH FROM (completed_at - started_at)) * 1000 END', []), output_field=models.BigIntegerField(null=True))),
                        ('accounts_processed', models.IntegerField(db_default=0, null=True)),
                        ('accounts_imported', models.IntegerField(db_default=0, null=True)),
                        ('accounts_updated', models.IntegerField(db_default=0, null=True)),
                        ('transactions_processed', models.IntegerField(db_default=0, null=True)),
                        ('transactions_imported', models.IntegerField(db_default=0, null=True)),
                        ('transactions_duplicates', models.IntegerField(db_default=0, null=True)),
                        ('errors_count', models.IntegerField(db_default=0, null=True)),
                        ('warnings_count', models.IntegerField(db_default=0, null=True)),
                        ('error_details', models.JSONField(blank=True, null=True)),
                        ('sync_metadata', models.JSONField(blank=True, null=True)),
                    ],
                    options={
                        'verbose_name': 'sync log',
                        'db_table': 'bank_sync_logs',
                        'indexes': [dwaybank.db.indexes.Index(fields=['connection'], name='idx_bank_sync_logs_connection_id'), dwaybank.db.indexes.Index(fields=['user'], name='idx_bank_sync_logs_user_id'), dwaybank.db.indexes.Index(fields=['sync_status'], name='idx_bank_sync_logs_status'), dwaybank.db.indexes.Index(fields=['started_at'], name='idx_bank_sync_logs_started_at'), dwaybank.db.indexes.Index(fields=['sync_type', 'sync_operation'], name='idx_bank_sync_logs_type_operation'), dwaybank.db.indexes.Index(condition=models.Q(('sync_status', 'completed')), fields=['user', '-started_at'], name='idx_bank_sync_logs_user_recent')],
                        'constraints': [dwaybank.db.constraints.DatabaseForeignKey(field='connection', name='bank_sync_logs_connection_id_fkey', on_delete='CASCADE'), dwaybank.db.constraints.DatabaseForeignKey(field='user', name='bank_sync_logs_user_id_fkey', on_delete='CASCADE'), models.CheckConstraint(condition=models.Q(('sync_type__in', ['initial', 'scheduled', 'manual', 'webhook', 'real_time', 'fallback'])), name='bank_sync_logs_sync_type_check', violation_error_code='bank_sync_logs_sync_type_check', violation_error_message='sync_type must be one of: initial, scheduled, manual, webhook, real_time, fallback.'), models.CheckConstraint(condition=models.Q(('sync_operation__in', ['accounts', 'transactions', 'balance', 'full', 'connection_test'])), name='bank_sync_logs_sync_operation_check', violation_error_code='bank_sync_logs_sync_operation_check', violation_error_message='sync_operation must be one of: accounts, transactions, balance, full, connection_test.'), models.CheckConstraint(condition=models.Q(('sync_status__in', ['started', 'in_progress', 'completed', 'failed', 'partial', 'timeout'])), name='bank_sync_logs_sync_status_check', violation_error_code='bank_sync_logs_sync_status_check', violation_error_message='sync_status must be one of: started, in_progress, completed, failed, partial, timeout.')],
                    },
                ),
            ],
        ),
    ]
