import django.contrib.postgres.functions
import django.db.models.deletion
import dwaybank.db.constraints
import dwaybank.db.expressions
import dwaybank.db.fields
import dwaybank.db.indexes
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models

from dwaybank.db.sql_files import run_sql_file
from dwaybank.db.triggers import drop_function_on_the_way_back


class Migration(migrations.Migration):
    """Bank transactions by month, their keys, versions and duplicates."""

    dependencies = [
        ('integrations', '0002_bank_sync_logs'),
    ]

    operations = [
        migrations.CreateModel(
            name='BankTransactionKey',
            fields=[
                ('id', models.UUIDField(editable=False, primary_key=True, serialize=False)),
                ('bank_id', models.CharField(max_length=20, verbose_name='bank')),
                ('external_account_id', models.CharField(max_length=255)),
                ('external_transaction_id', models.CharField(max_length=255)),
                ('transaction_date', models.DateField()),
            ],
            options={
                'verbose_name': 'bank transaction key',
                'db_table': 'bank_transaction_keys',
                'constraints': [models.UniqueConstraint(fields=('bank_id', 'external_account_id', 'external_transaction_id'), name='idx_bank_transactions_unique', violation_error_message='This bank transaction is already stored for this account.')],
            },
        ),
        run_sql_file('integrations', 'tables', 'bank_transactions',
            state_operations=[
                migrations.CreateModel(
                    name='BankTransaction',
                    fields=[
                        ('id', models.UUIDField(db_default=django.contrib.postgres.functions.RandomUUID(), editable=False, primary_key=True, serialize=False)),
                        ('connection', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='integrations.bankconnection')),
                        ('account', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='dwaybank.account')),
                        ('bank_id', models.CharField(choices=[('rbc', 'RBC Royal Bank'), ('td', 'TD Canada Trust'), ('bmo', 'BMO Bank of Montreal'), ('cibc', 'CIBC'), ('aggregation', 'Aggregator or other institution')], max_length=20, verbose_name='bank')),
                        ('external_transaction_id', models.CharField(max_length=255)),
                        ('external_account_id', models.CharField(max_length=255)),
                        ('raw_data', models.JSONField()),
                        ('normalized_data', models.JSONField()),
                        ('amount', dwaybank.db.fields.MoneyField(decimal_places=2, max_digits=15)),
                        ('currency', models.CharField(blank=True, db_default='CAD', max_length=3, null=True)),
                        ('transaction_type', models.CharField(choices=[('debit', 'Debit (money out)'), ('credit', 'Credit (money in)')], max_length=20, verbose_name='direction')),
                        ('transaction_date', models.DateField()),
                        ('posted_date', models.DateField(blank=True, null=True)),
                        ('value_date', models.DateField(blank=True, null=True)),
                        ('raw_description', models.TextField(blank=True, null=True)),
                        ('normalized_description', models.TextField(blank=True, null=True)),
                        ('merchant_name', models.CharField(blank=True, max_length=255, null=True)),
                        ('category', models.CharField(blank=True, max_length=100, null=True)),
                        ('subcategory', models.CharField(blank=True, max_length=100, null=True)),
                        ('transaction_code', models.CharField(blank=True, max_length=50, null=True)),
                        ('bank_reference', models.CharField(blank=True, max_length=255, null=True)),
                        ('processing_status', models.CharField(blank=True, choices=[('imported', 'Imported'), ('processed', 'Processed'), ('mapped', 'Mapped'), ('error', 'Error'), ('duplicate', 'Duplicate')], db_default='imported', max_length=20, null=True, verbose_name='status')),
                        ('mapped_transaction', models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='dwaybank.transaction')),
                        ('bank_created_at', models.DateTimeField(blank=True, null=True)),
                        ('imported_at', models.DateTimeField(blank=True, db_default=dwaybank.db.expressions.CurrentTimestamp(), editable=False, null=True)),
                        ('processed_at', models.DateTimeField(blank=True, null=True)),
                        ('created_at', models.DateTimeField(blank=True, db_default=dwaybank.db.expressions.CurrentTimestamp(), editable=False, null=True)),
                        ('updated_at', models.DateTimeField(blank=True, db_default=dwaybank.db.expressions.CurrentTimestamp(), editable=False, null=True)),
                    ],
                    options={
                        'verbose_name': 'bank transaction',
                        'db_table': 'bank_transactions',
                        'indexes': [dwaybank.db.indexes.Index(fields=['account'], name='idx_bank_transactions_account_id'), dwaybank.db.indexes.Index(fields=['connection'], name='idx_bank_transactions_connection_id'), dwaybank.db.indexes.Index(fields=['transaction_date'], name='idx_bank_transactions_transaction_date'), dwaybank.db.indexes.Index(fields=['processing_status'], name='idx_bank_transactions_processing_status'), dwaybank.db.indexes.Index(condition=models.Q(('mapped_transaction__isnull', False)), fields=['mapped_transaction'], name='idx_bank_transactions_mapped'), dwaybank.db.indexes.GinIndex(fields=['raw_data'], name='idx_bank_transactions_raw_data_gin', opclasses=['jsonb_path_ops']), dwaybank.db.indexes.GinIndex(fields=['normalized_data'], name='idx_bank_transactions_normalized_gin', opclasses=['jsonb_path_ops'])],
                        'constraints': [dwaybank.db.constraints.DatabaseForeignKey(field='connection', name='bank_transactions_connection_id_fkey', on_delete='CASCADE'), dwaybank.db.constraints.DatabaseForeignKey(field='account', name='bank_transactions_account_id_fkey', on_delete='CASCADE'), dwaybank.db.constraints.DatabaseForeignKey(field='mapped_transaction', name='bank_transactions_mapped_transaction_id_fkey', on_delete='SET NULL'), models.CheckConstraint(condition=models.Q(('bank_id__in', ['rbc', 'td', 'bmo', 'cibc', 'aggregation'])), name='bank_transactions_bank_id_check', violation_error_code='bank_transactions_bank_id_check', violation_error_message='bank_id must be one of: rbc, td, bmo, cibc, aggregation.'), models.CheckConstraint(condition=models.Q(('transaction_type__in', ['debit', 'credit'])), name='bank_transactions_type_check', violation_error_code='bank_transactions_type_check', violation_error_message='transaction_type must be one of: debit, credit.'), models.CheckConstraint(condition=models.Q(('processing_status__in', ['imported', 'processed', 'mapped', 'error', 'duplicate'])), name='bank_transactions_processing_status_check', violation_error_code='bank_transactions_processing_status_check', violation_error_message='processing_status must be one of: imported, processed, mapped, error, duplicate.'), models.CheckConstraint(condition=models.Q(('amount__gte', 0)), name='bank_transactions_amount_check', violation_error_message='An amount is a magnitude; its direction is the transaction type.')],
                    },
                ),
                migrations.CreateModel(
                    name='ArchivedBankTransaction',
                    fields=[
                        ('id', models.UUIDField(db_default=django.contrib.postgres.functions.RandomUUID(), editable=False, primary_key=True, serialize=False)),
                        ('connection', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='integrations.bankconnection')),
                        ('account', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='dwaybank.account')),
                        ('bank_id', models.CharField(choices=[('rbc', 'RBC Royal Bank'), ('td', 'TD Canada Trust'), ('bmo', 'BMO Bank of Montreal'), ('cibc', 'CIBC'), ('aggregation', 'Aggregator or other institution')], max_length=20, verbose_name='bank')),
                        ('external_transaction_id', models.CharField(max_length=255)),
                        ('external_account_id', models.CharField(max_length=255)),
                        ('raw_data', models.JSONField()),
                        ('normalized_data', models.JSONField()),
                        ('amount', dwaybank.db.fields.MoneyField(decimal_places=2, max_digits=15)),
                        ('currency', models.CharField(blank=True, db_default='CAD', max_length=3, null=True)),
                        ('transaction_type', models.CharField(choices=[('debit', 'Debit (money out)'), ('credit', 'Credit (money in)')], max_length=20, verbose_name='direction')),
                        ('transaction_date', models.DateField()),
                        ('posted_date', models.DateField(blank=True, null=True)),
                        ('value_date', models.DateField(blank=True, null=True)),
                        ('raw_description', models.TextField(blank=True, null=True)),
                        ('normalized_description', models.TextField(blank=True, null=True)),
                        ('merchant_name', models.CharField(blank=True, max_length=255, null=True)),
                        ('category', models.CharField(blank=True, max_length=100, null=True)),
                        ('subcategory', models.CharField(blank=True, max_length=100, null=True)),
                        ('transaction_code', models.CharField(blank=True, max_length=50, null=True)),
                        ('bank_reference', models.CharField(blank=True, max_length=255, null=True)),
                        ('processing_status', models.CharField(blank=True, choices=[('imported', 'Imported'), ('processed', 'Processed'), ('mapped', 'Mapped'), ('error', 'Error'), ('duplicate', 'Duplicate')], db_default='imported', max_length=20, null=True, verbose_name='status')),
                        ('mapped_transaction', models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='dwaybank.transaction')),
                        ('bank_created_at', models.DateTimeField(blank=True, null=True)),
                        ('imported_at', models.DateTimeField(blank=True, db_default=dwaybank.db.expressions.CurrentTimestamp(), editable=False, null=True)),
                        ('processed_at', models.DateTimeField(blank=True, null=True)),
                        ('created_at', models.DateTimeField(blank=True, db_default=dwaybank.db.expressions.CurrentTimestamp(), editable=False, null=True)),
                        ('updated_at', models.DateTimeField(blank=True, db_default=dwaybank.db.expressions.CurrentTimestamp(), editable=False, null=True)),
                    ],
                    options={
                        'verbose_name': 'archived bank transaction',
                        'db_table': 'bank_transactions_archive',
                    },
                ),
            ],
        ),
        migrations.CreateModel(
            name='BankTransactionVersion',
            fields=[
                ('id', models.UUIDField(db_default=django.contrib.postgres.functions.RandomUUID(), editable=False, primary_key=True, serialize=False)),
                ('bank_transaction', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='integrations.banktransactionkey')),
                ('replaced_at', models.DateTimeField(db_default=dwaybank.db.expressions.CurrentTimestamp(), editable=False)),
                ('transaction_date', models.DateField()),
                ('posted_date', models.DateField(null=True)),
                ('amount', dwaybank.db.fields.MoneyField(decimal_places=2, max_digits=15)),
                ('transaction_type', models.CharField(max_length=20)),
                ('raw_description', models.TextField(null=True)),
                ('raw_data', models.JSONField()),
                ('normalized_data', models.JSONField()),
            ],
            options={
                'verbose_name': 'earlier version',
                'db_table': 'bank_transaction_versions',
                'indexes': [dwaybank.db.indexes.Index(fields=['bank_transaction', 'replaced_at'], name='idx_bank_transaction_versions_row')],
                'constraints': [dwaybank.db.constraints.DatabaseForeignKey(field='bank_transaction', name='bank_transaction_versions_bank_transaction_id_fkey', on_delete='CASCADE')],
            },
        ),
        drop_function_on_the_way_back('pgtrigger_bank_transaction_versions_immutable_1308a'),
        pgtrigger.migrations.AddTrigger(
            model_name='banktransactionversion',
            trigger=pgtrigger.compiler.Trigger(name='bank_transaction_versions_immutable', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'Earlier versions are never changed.' USING ERRCODE = 'check_violation', CONSTRAINT = 'bank_transaction_versions_immutable';", hash='c660c29959d32cffc1a040fb67aa6782add3e5e8', operation='UPDATE', pgid='pgtrigger_bank_transaction_versions_immutable_1308a', table='bank_transaction_versions', when='BEFORE')),
        ),
        migrations.CreateModel(
            name='BankTransactionDuplicate',
            fields=[
                ('id', models.UUIDField(db_default=django.contrib.postgres.functions.RandomUUID(), editable=False, primary_key=True, serialize=False)),
                ('bank_transaction', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='integrations.banktransactionkey')),
                ('duplicate_of', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='integrations.banktransactionkey')),
                ('source', models.CharField(max_length=30)),
                ('created_at', models.DateTimeField(blank=True, db_default=dwaybank.db.expressions.CurrentTimestamp(), editable=False, null=True)),
            ],
            options={
                'verbose_name': 'duplicate',
                'db_table': 'bank_transaction_duplicates',
                'constraints': [dwaybank.db.constraints.DatabaseForeignKey(field='bank_transaction', name='bank_transaction_duplicates_bank_transaction_id_fkey', on_delete='CASCADE'), dwaybank.db.constraints.DatabaseForeignKey(field='duplicate_of', name='bank_transaction_duplicates_duplicate_of_id_fkey', on_delete='CASCADE'), models.UniqueConstraint(fields=('bank_transaction',), name='bank_transaction_duplicates_bank_transaction_id_key'), models.UniqueConstraint(fields=('duplicate_of', 'source'), name='bank_transaction_duplicates_source_key'), models.CheckConstraint(condition=models.Q(('bank_transaction', models.F('duplicate_of')), _negated=True), name='bank_transaction_duplicates_two_rows_check', violation_error_message='A row cannot be a duplicate of itself.')],
            },
        ),
        run_sql_file('integrations', 'functions', 'bank_transactions_follow_insert'),
        run_sql_file('integrations', 'functions', 'bank_transactions_follow_update'),
        run_sql_file('integrations', 'functions', 'bank_transactions_follow_delete'),
        run_sql_file('integrations', 'functions', 'refuse_new_id'),
        run_sql_file('integrations', 'triggers', 'bank_transactions_triggers'),
        run_sql_file('integrations', 'functions', 'create_bank_transactions_partition'),
        run_sql_file('integrations', 'tables', 'first_partitions'),
    ]
