import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from dwaybank.db.sql_files import run_sql_file


class Migration(migrations.Migration):
    """Balance functions, and the reconciliation status of each account."""

    dependencies = [
        ('reconciliation', '0001_initial'),
    ]

    operations = [
        run_sql_file('reconciliation', 'functions', 'record_balance_sync'),
        run_sql_file('reconciliation', 'functions', 'get_balance_sync_stats'),
        run_sql_file('reconciliation', 'views', 'transaction_reconciliation_status'),
        migrations.CreateModel(
            name='TransactionReconciliationStatus',
            fields=[
                ('account', models.OneToOneField(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, primary_key=True, related_name='reconciliation_status', serialize=False, to='dwaybank.account')),
                ('user', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('account_name', models.CharField(max_length=255)),
                ('external_bank_name', models.CharField(max_length=100, null=True)),
                ('total_bank_transactions', models.BigIntegerField(verbose_name='bank transactions')),
                ('mapped_transactions', models.BigIntegerField(verbose_name='mapped')),
                ('unmapped_transactions', models.BigIntegerField(verbose_name='unmapped')),
                ('total_bank_amount', models.DecimalField(decimal_places=2, max_digits=30)),
                ('total_mapped_amount', models.DecimalField(decimal_places=2, max_digits=30)),
                ('reconciliation_difference', models.DecimalField(decimal_places=2, max_digits=30, verbose_name='difference')),
                ('automatic_mappings', models.BigIntegerField(verbose_name='automatic')),
                ('manual_mappings', models.BigIntegerField(verbose_name='manual')),
                ('discrepancies', models.BigIntegerField()),
                ('earliest_transaction', models.DateField(null=True)),
                ('latest_transaction', models.DateField(null=True)),
                ('last_import', models.DateTimeField(null=True)),
            ],
            options={
                'verbose_name': 'reconciliation status',
                'verbose_name_plural': 'reconciliation status',
                'db_table': 'transaction_reconciliation_status',
                'managed': False,
            },
        ),
    ]
