import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from dwaybank.db.sql_files import run_sql_file


class Migration(migrations.Migration):
    """Functions other services call, and the health of connections."""

    dependencies = [
        ('integrations', '0004_statements'),
    ]

    operations = [
        run_sql_file('integrations', 'functions', 'bank_connection_health_score'),
        run_sql_file('integrations', 'functions', 'validate_bank_connection'),
        run_sql_file('integrations', 'functions', 'get_user_bank_connections'),
        run_sql_file('integrations', 'functions', 'record_sync_attempt'),
        run_sql_file('integrations', 'functions', 'complete_sync_attempt'),
        run_sql_file('integrations', 'functions', 'cleanup_old_sync_logs'),
        run_sql_file('integrations', 'functions', 'archive_old_bank_transactions'),
        run_sql_file('integrations', 'views', 'bank_integration_health'),
        migrations.CreateModel(
            name='BankIntegrationHealth',
            fields=[
                ('connection', models.OneToOneField(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, primary_key=True, related_name='health', serialize=False, to='integrations.bankconnection')),
                ('user', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('bank_id', models.CharField(choices=[('rbc', 'RBC Royal Bank'), ('td', 'TD Canada Trust'), ('bmo', 'BMO Bank of Montreal'), ('cibc', 'CIBC'), ('aggregation', 'Aggregator or other institution')], max_length=20, verbose_name='bank')),
                ('bank_name', models.CharField(max_length=100)),
                ('connection_status', models.CharField(choices=[('active', 'Active'), ('expired', 'Expired'), ('disabled', 'Disabled'), ('error', 'Error'), ('maintenance', 'Maintenance')], max_length=20, verbose_name='status')),
                ('linked_accounts_count', models.IntegerField()),
                ('last_successful_sync', models.DateTimeField(null=True)),
                ('consecutive_failures', models.IntegerField()),
                ('health_score', models.IntegerField()),
                ('sync_count_7d', models.BigIntegerField(null=True, verbose_name='syncs in 7 days')),
                ('error_count_7d', models.BigIntegerField(null=True, verbose_name='failures in 7 days')),
                ('avg_sync_duration_ms', models.DecimalField(decimal_places=6, max_digits=30, null=True)),
                ('token_status', models.CharField(max_length=20)),
                ('created_at', models.DateTimeField()),
                ('updated_at', models.DateTimeField()),
            ],
            options={
                'verbose_name': 'connection health',
                'verbose_name_plural': 'connection health',
                'db_table': 'bank_integration_health',
                'managed': False,
            },
        ),
    ]
