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
    """Statement files and what each says about an account."""

    dependencies = [
        ('integrations', '0003_bank_transactions'),
    ]

    operations = [
        migrations.CreateModel(
            name='StatementFile',
            fields=[
                ('id', models.UUIDField(db_default=django.contrib.postgres.functions.RandomUUID(), editable=False, primary_key=True, serialize=False)),
                ('owner', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('sha256', models.CharField(max_length=64, verbose_name='SHA-256')),
                ('file_name', models.CharField(max_length=255)),
                ('size_bytes', models.BigIntegerField()),
                ('file_format', models.CharField(blank=True, max_length=30, null=True, verbose_name='format')),
                ('bank_id', models.CharField(blank=True, choices=[('rbc', 'RBC Royal Bank'), ('td', 'TD Canada Trust'), ('bmo', 'BMO Bank of Montreal'), ('cibc', 'CIBC'), ('aggregation', 'Aggregator or other institution')], max_length=20, null=True, verbose_name='bank')),
                ('file_status', models.CharField(choices=[('received', 'Received, not yet imported'), ('imported', 'Imported'), ('partial', 'Partly imported'), ('refused', 'Refused')], max_length=20, verbose_name='status')),
                ('content', models.BinaryField(null=True)),
                ('problems', models.JSONField(blank=True, default=list)),
                ('uploaded_by', models.UUIDField(blank=True, null=True)),
                ('created_at', models.DateTimeField(blank=True, db_default=dwaybank.db.expressions.CurrentTimestamp(), editable=False, null=True)),
                ('updated_at', models.DateTimeField(blank=True, db_default=dwaybank.db.expressions.CurrentTimestamp(), editable=False, null=True)),
            ],
            options={
                'verbose_name': 'statement file',
                'permissions': [('import_statement', 'Can import statement files')],
                'db_table': 'statement_files',
                'indexes': [dwaybank.db.indexes.Index(fields=['-created_at'], name='idx_statement_files_created_at'), dwaybank.db.indexes.Index(condition=models.Q(('file_status', 'imported'), _negated=True), fields=['-created_at'], name='idx_statement_files_problems')],
                'constraints': [dwaybank.db.constraints.DatabaseForeignKey(field='owner', name='statement_files_owner_id_fkey', on_delete='CASCADE'), models.CheckConstraint(condition=models.Q(('file_status__in', ['received', 'imported', 'partial', 'refused'])), name='statement_files_status_check', violation_error_code='statement_files_status_check', violation_error_message='file_status must be one of: received, imported, partial, refused.'), models.CheckConstraint(condition=models.Q(('bank_id__in', ['rbc', 'td', 'bmo', 'cibc', 'aggregation'])), name='statement_files_bank_id_check', violation_error_code='statement_files_bank_id_check', violation_error_message='bank_id must be one of: rbc, td, bmo, cibc, aggregation.'), models.CheckConstraint(condition=models.Q(('sha256__regex', '^[0-9a-f]{64}$')), name='statement_files_sha256_check'), models.UniqueConstraint(fields=('owner', 'sha256'), name='statement_files_owner_sha256_key')],
            },
        ),
        migrations.CreateModel(
            name='BankStatement',
            fields=[
                ('id', models.UUIDField(db_default=django.contrib.postgres.functions.RandomUUID(), editable=False, primary_key=True, serialize=False)),
                ('file', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='integrations.statementfile')),
                ('account', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='dwaybank.account')),
                ('connection', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='integrations.bankconnection')),
                ('sync_log_id', models.UUIDField(blank=True, null=True, verbose_name='sync')),
                ('external_account_id', models.CharField(max_length=255)),
                ('currency', models.CharField(max_length=3)),
                ('period_start', models.DateField(blank=True, null=True)),
                ('period_end', models.DateField(blank=True, null=True)),
                ('opening_balance', dwaybank.db.fields.MoneyField(blank=True, decimal_places=2, max_digits=15, null=True)),
                ('closing_balance', dwaybank.db.fields.MoneyField(blank=True, decimal_places=2, max_digits=15, null=True)),
                ('signed_sum', dwaybank.db.fields.MoneyField(decimal_places=2, max_digits=15)),
                ('transactions_seen', models.IntegerField(verbose_name='seen')),
                ('transactions_imported', models.IntegerField(verbose_name='imported')),
                ('transactions_duplicates', models.IntegerField(verbose_name='duplicates')),
                ('transactions_changed', models.IntegerField(db_default=0, verbose_name='of these changed')),
                ('transactions_rejected', models.IntegerField(verbose_name='rejected')),
                ('ties_out', models.GeneratedField(db_persist=True, expression=django.db.models.expressions.RawSQL('opening_balance + signed_sum = closing_balance', []), help_text='Opening balance + rows = closing balance; unknown where the file gives not both.', output_field=models.BooleanField(null=True))),
                ('created_at', models.DateTimeField(blank=True, db_default=dwaybank.db.expressions.CurrentTimestamp(), editable=False, null=True)),
            ],
            options={
                'verbose_name': 'statement',
                'db_table': 'bank_statements',
                'indexes': [dwaybank.db.indexes.Index(fields=['account', 'period_end'], name='idx_bank_statements_account_period'), dwaybank.db.indexes.Index(fields=['connection'], name='idx_bank_statements_connection_id')],
                'constraints': [dwaybank.db.constraints.DatabaseForeignKey(field='file', name='bank_statements_file_id_fkey', on_delete='CASCADE'), dwaybank.db.constraints.DatabaseForeignKey(field='account', name='bank_statements_account_id_fkey', on_delete='CASCADE'), dwaybank.db.constraints.DatabaseForeignKey(field='connection', name='bank_statements_connection_id_fkey', on_delete='CASCADE'), models.UniqueConstraint(fields=('file', 'account'), name='bank_statements_file_account_key'), models.CheckConstraint(condition=models.Q(('transactions_seen', django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(models.F('transactions_imported'), '+', models.F('transactions_duplicates')), '+', models.F('transactions_rejected')))), name='bank_statements_counts_check', violation_error_message='Rows seen must equal imported + duplicates + rejected.'), models.CheckConstraint(condition=models.Q(('transactions_changed__lte', models.F('transactions_duplicates'))), name='bank_statements_changed_check', violation_error_message='Changed rows are counted among the duplicates.')],
            },
        ),
    ]
