import django.contrib.postgres.functions
import django.db.models.deletion
import django.db.models.expressions
import dwaybank.db.constraints
import dwaybank.db.expressions
import dwaybank.db.fields
import dwaybank.db.indexes
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """Mappings and balance comparisons."""

    initial = True

    dependencies = [
        ('integrations', '0007_grants'),
    ]

    operations = [
        migrations.CreateModel(
            name='TransactionMapping',
            fields=[
                ('id', models.UUIDField(db_default=django.contrib.postgres.functions.RandomUUID(), editable=False, primary_key=True, serialize=False)),
                ('transaction', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='dwaybank.transaction')),
                ('bank_transaction', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='integrations.banktransactionkey')),
                ('mapping_type', models.CharField(choices=[('automatic', 'Automatic'), ('manual', 'Manual'), ('corrected', 'Corrected'), ('system_generated', 'System-generated')], max_length=20)),
                ('mapping_confidence', models.DecimalField(blank=True, decimal_places=2, max_digits=3, null=True)),
                ('mapping_algorithm', models.CharField(blank=True, max_length=50, null=True)),
                ('reconciliation_status', models.CharField(blank=True, choices=[('matched', 'Matched'), ('discrepancy', 'Discrepancy'), ('unmatched', 'Unmatched'), ('disputed', 'Disputed')], db_default='matched', max_length=20, null=True, verbose_name='status')),
                ('discrepancy_amount', dwaybank.db.fields.MoneyField(blank=True, decimal_places=2, max_digits=15, null=True)),
                ('discrepancy_reason', models.TextField(blank=True, null=True)),
                ('reviewed_by', models.ForeignKey(blank=True, db_column='reviewed_by', db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('reviewed_at', models.DateTimeField(blank=True, null=True)),
                ('review_notes', models.TextField(blank=True, null=True)),
                ('created_at', models.DateTimeField(blank=True, db_default=dwaybank.db.expressions.CurrentTimestamp(), editable=False, null=True)),
                ('updated_at', models.DateTimeField(blank=True, db_default=dwaybank.db.expressions.CurrentTimestamp(), editable=False, null=True)),
            ],
            options={
                'verbose_name': 'mapping',
                'db_table': 'transaction_mappings',
                'indexes': [dwaybank.db.indexes.Index(fields=['reconciliation_status'], name='idx_transaction_mappings_reconciliation_status'), dwaybank.db.indexes.Index(fields=['mapping_type'], name='idx_transaction_mappings_mapping_type'), dwaybank.db.indexes.Index(condition=models.Q(('reviewed_by__isnull', False)), fields=['reviewed_by'], name='idx_transaction_mappings_reviewed_by')],
                'constraints': [dwaybank.db.constraints.DatabaseForeignKey(field='transaction', name='transaction_mappings_transaction_id_fkey', on_delete='CASCADE'), dwaybank.db.constraints.DatabaseForeignKey(field='bank_transaction', name='transaction_mappings_bank_transaction_id_fkey', on_delete='CASCADE'), dwaybank.db.constraints.DatabaseForeignKey(field='reviewed_by', name='transaction_mappings_reviewed_by_fkey', on_delete='NO ACTION'), models.CheckConstraint(condition=models.Q(('mapping_type__in', ['automatic', 'manual', 'corrected', 'system_generated'])), name='transaction_mappings_mapping_type_check', violation_error_code='transaction_mappings_mapping_type_check', violation_error_message='mapping_type must be one of: automatic, manual, corrected, system_generated.'), models.CheckConstraint(condition=models.Q(('reconciliation_status__in', ['matched', 'discrepancy', 'unmatched', 'disputed'])), name='transaction_mappings_reconciliation_status_check', violation_error_code='transaction_mappings_reconciliation_status_check', violation_error_message='reconciliation_status must be one of: matched, discrepancy, unmatched, disputed.'), models.CheckConstraint(condition=models.Q(('mapping_confidence__isnull', True), models.Q(('mapping_confidence__gte', 0), ('mapping_confidence__lte', 1)), _connector='OR'), name='transaction_mappings_confidence_range', violation_error_message='A confidence lies between 0 and 1.'), models.UniqueConstraint(fields=('transaction',), name='idx_transaction_mappings_transaction_id', violation_error_message='This ledger transaction is already mapped.'), models.UniqueConstraint(fields=('bank_transaction',), name='idx_transaction_mappings_bank_transaction_id', violation_error_message='This bank transaction is already mapped.')],
            },
        ),
        migrations.CreateModel(
            name='BalanceSyncHistory',
            fields=[
                ('id', models.UUIDField(db_default=django.contrib.postgres.functions.RandomUUID(), editable=False, primary_key=True, serialize=False)),
                ('account', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='dwaybank.account')),
                ('connection', models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='integrations.bankconnection')),
                ('dway_balance_before', dwaybank.db.fields.MoneyField(decimal_places=2, max_digits=15)),
                ('bank_balance', dwaybank.db.fields.MoneyField(decimal_places=2, max_digits=15)),
                ('dway_balance_after', dwaybank.db.fields.MoneyField(decimal_places=2, max_digits=15)),
                ('discrepancy_amount', models.GeneratedField(db_persist=True, expression=django.db.models.expressions.RawSQL('ABS(dway_balance_before - bank_balance)', []), output_field=dwaybank.db.fields.MoneyField(decimal_places=2, max_digits=15, null=True))),
                ('discrepancy_percentage', models.GeneratedField(db_persist=True, expression=django.db.models.expressions.RawSQL('CASE WHEN dway_balance_before = bank_balance THEN 0 WHEN bank_balance = 0 THEN NULL ELSE ROUND((ABS(dway_balance_before - bank_balance) / ABS(bank_balance)) * 100, 2) END', []), output_field=models.DecimalField(decimal_places=2, max_digits=20, null=True))),
                ('sync_type', models.CharField(choices=[('scheduled', 'Scheduled'), ('real_time', 'Real time'), ('manual', 'Manual'), ('webhook', 'Webhook'), ('initial', 'Initial')], max_length=50)),
                ('sync_status', models.CharField(choices=[('synchronized', 'Synchronized'), ('conflict_resolved', 'Conflict resolved'), ('manual_review', 'Manual review'), ('error', 'Error')], max_length=20, verbose_name='status')),
                ('resolution_method', models.CharField(blank=True, choices=[('accept_bank', "Accept the bank's balance"), ('keep_dway', "Keep DwayBank's balance"), ('manual_adjustment', 'Manual adjustment'), ('transaction_resync', 'Fetch the transactions again')], max_length=50, null=True)),
                ('conflict_detected', models.BooleanField(db_default=False, null=True, verbose_name='conflict')),
                ('conflict_resolution_id', models.UUIDField(blank=True, null=True)),
                ('resolution_confidence', models.DecimalField(blank=True, decimal_places=2, max_digits=3, null=True)),
                ('resolution_reasoning', models.TextField(blank=True, null=True)),
                ('requires_manual_review', models.BooleanField(db_default=False, null=True, verbose_name='needs a person')),
                ('reviewed_by', models.ForeignKey(blank=True, db_column='reviewed_by', db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('reviewed_at', models.DateTimeField(blank=True, null=True)),
                ('approved_by', models.ForeignKey(blank=True, db_column='approved_by', db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('approved_at', models.DateTimeField(blank=True, null=True)),
                ('sync_metadata', models.JSONField(blank=True, null=True)),
                ('sync_timestamp', models.DateTimeField(db_default=dwaybank.db.expressions.CurrentTimestamp())),
                ('created_at', models.DateTimeField(blank=True, db_default=dwaybank.db.expressions.CurrentTimestamp(), editable=False, null=True)),
            ],
            options={
                'verbose_name': 'balance comparison',
                'db_table': 'balance_sync_history',
                'indexes': [dwaybank.db.indexes.Index(fields=['account'], name='idx_balance_sync_history_account_id'), dwaybank.db.indexes.Index(fields=['sync_timestamp'], name='idx_balance_sync_history_sync_timestamp'), dwaybank.db.indexes.Index(condition=models.Q(('conflict_detected', True)), fields=['conflict_detected'], name='idx_balance_sync_history_conflict'), dwaybank.db.indexes.Index(condition=models.Q(('requires_manual_review', True)), fields=['requires_manual_review'], name='idx_balance_sync_history_review'), dwaybank.db.indexes.Index(fields=['account', '-sync_timestamp'], name='idx_balance_sync_history_recent')],
                'constraints': [dwaybank.db.constraints.DatabaseForeignKey(field='account', name='balance_sync_history_account_id_fkey', on_delete='CASCADE'), dwaybank.db.constraints.DatabaseForeignKey(field='connection', name='balance_sync_history_connection_id_fkey', on_delete='SET NULL'), dwaybank.db.constraints.DatabaseForeignKey(field='reviewed_by', name='balance_sync_history_reviewed_by_fkey', on_delete='NO ACTION'), dwaybank.db.constraints.DatabaseForeignKey(field='approved_by', name='balance_sync_history_approved_by_fkey', on_delete='NO ACTION'), models.CheckConstraint(condition=models.Q(('sync_type__in', ['scheduled', 'real_time', 'manual', 'webhook', 'initial'])), name='balance_sync_history_sync_type_check', violation_error_code='balance_sync_history_sync_type_check', violation_error_message='sync_type must be one of: scheduled, real_time, manual, webhook, initial.'), models.CheckConstraint(condition=models.Q(('sync_status__in', ['synchronized', 'conflict_resolved', 'manual_review', 'error'])), name='balance_sync_history_sync_status_check', violation_error_code='balance_sync_history_sync_status_check', violation_error_message='sync_status must be one of: synchronized, conflict_resolved, manual_review, error.'), models.CheckConstraint(condition=models.Q(('resolution_method__in', ['accept_bank', 'keep_dway', 'manual_adjustment', 'transaction_resync'])), name='balance_sync_history_resolution_method_check', violation_error_code='balance_sync_history_resolution_method_check', violation_error_message='resolution_method must be one of: accept_bank, keep_dway, manual_adjustment, transaction_resync.'), models.CheckConstraint(condition=models.Q(('approved_by', models.F('reviewed_by')), _negated=True), name='balance_sync_history_two_people_check', violation_error_message='Whoever reviewed a balance conflict cannot approve it: two people decide.')],
            },
        ),
    ]
