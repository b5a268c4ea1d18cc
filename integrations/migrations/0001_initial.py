import django.contrib.postgres.fields
import django.contrib.postgres.functions
import django.db.models.deletion
import django.db.models.expressions
import dwaybank.db.constraints
import dwaybank.db.expressions
import dwaybank.db.indexes
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models

from dwaybank.db.triggers import drop_function_on_the_way_back


class Migration(migrations.Migration):
    """Connections, webhooks, errors, and the names banks give to accounts."""

    initial = True

    dependencies = [
        ('dwaybank', '0005_configuration'),
    ]

    operations = [
        migrations.CreateModel(
            name='BankConnection',
            fields=[
                ('id', models.UUIDField(db_default=django.contrib.postgres.functions.RandomUUID(), editable=False, primary_key=True, serialize=False)),
                ('user', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('bank_id', models.CharField(choices=[('rbc', 'RBC Royal Bank'), ('td', 'TD Canada Trust'), ('bmo', 'BMO Bank of Montreal'), ('cibc', 'CIBC'), ('aggregation', 'Aggregator or other institution')], max_length=20, verbose_name='bank')),
                ('bank_name', models.CharField(max_length=100)),
                ('connection_type', models.CharField(choices=[('oauth', 'Bank API (OAuth)'), ('aggregation', 'Aggregator'), ('scraping', 'Screen scraping'), ('api', 'Statement files')], max_length=20)),
                ('encrypted_credentials', models.TextField(editable=False)),
                ('encryption_key_id', models.CharField(editable=False, max_length=100)),
                ('encrypted_access_token', models.TextField(blank=True, editable=False, null=True)),
                ('encrypted_refresh_token', models.TextField(blank=True, editable=False, null=True)),
                ('token_expires_at', models.DateTimeField(blank=True, null=True)),
                ('token_last_refreshed', models.DateTimeField(blank=True, null=True)),
                ('connection_status', models.CharField(choices=[('active', 'Active'), ('expired', 'Expired'), ('disabled', 'Disabled'), ('error', 'Error'), ('maintenance', 'Maintenance')], db_default='active', max_length=20, verbose_name='status')),
                ('scopes', django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), blank=True, null=True, size=None)),
                ('linked_accounts_count', models.IntegerField(db_default=0, editable=False, null=True)),
                ('last_successful_sync', models.DateTimeField(blank=True, null=True)),
                ('last_sync_attempt', models.DateTimeField(blank=True, null=True)),
                ('consecutive_failures', models.IntegerField(db_default=0, null=True)),
                ('last_error_message', models.TextField(blank=True, null=True)),
                ('last_error_at', models.DateTimeField(blank=True, null=True)),
                ('consent_given_at', models.DateTimeField()),
                ('consent_expires_at', models.DateTimeField(blank=True, null=True)),
                ('data_retention_until', models.DateTimeField(blank=True, null=True)),
                ('created_at', models.DateTimeField(blank=True, db_default=dwaybank.db.expressions.CurrentTimestamp(), editable=False, null=True)),
                ('updated_at', models.DateTimeField(blank=True, db_default=dwaybank.db.expressions.CurrentTimestamp(), editable=False, null=True)),
                ('created_by', models.UUIDField(blank=True, editable=False, null=True)),
                ('updated_by', models.UUIDField(blank=True, editable=False, null=True)),
                ('deleted_at', models.DateTimeField(blank=True, editable=False, null=True)),
                ('deleted_by', models.UUIDField(blank=True, editable=False, null=True)),
            ],
            options={
                'verbose_name': 'bank connection',
                'db_table': 'bank_connections',
                'indexes': [dwaybank.db.indexes.Index(fields=['user'], name='idx_bank_connections_user_id'), dwaybank.db.indexes.Index(fields=['bank_id'], name='idx_bank_connections_bank_id'), dwaybank.db.indexes.Index(fields=['connection_status'], name='idx_bank_connections_status'), dwaybank.db.indexes.Index(condition=models.Q(('token_expires_at__isnull', False)), fields=['token_expires_at'], name='idx_bank_connections_expires')],
                'constraints': [dwaybank.db.constraints.DatabaseForeignKey(field='user', name='bank_connections_user_id_fkey', on_delete='CASCADE'), models.CheckConstraint(condition=models.Q(('bank_id__in', ['rbc', 'td', 'bmo', 'cibc', 'aggregation'])), name='bank_connections_bank_id_check', violation_error_code='bank_connections_bank_id_check', violation_error_message='bank_id must be one of: rbc, td, bmo, cibc, aggregation.'), models.CheckConstraint(condition=models.Q(('connection_type__in', ['oauth', 'aggregation', 'scraping', 'api'])), name='bank_connections_connection_type_check', violation_error_code='bank_connections_connection_type_check', violation_error_message='connection_type must be one of: oauth, aggregation, scraping, api.'), models.CheckConstraint(condition=models.Q(('connection_status__in', ['active', 'expired', 'disabled', 'error', 'maintenance'])), name='bank_connections_status_check', violation_error_code='bank_connections_status_check', violation_error_message='connection_status must be one of: active, expired, disabled, error, maintenance.'), models.UniqueConstraint(condition=models.Q(('connection_status', 'active'), ('deleted_at__isnull', True)), fields=('user', 'bank_id'), name='idx_bank_connections_active_user_bank', violation_error_message='This customer already has an active connection to this bank.')],
            },
        ),
        drop_function_on_the_way_back('pgtrigger_bank_connections_retention_guard_fe8e9'),
        pgtrigger.migrations.AddTrigger(
            model_name='bankconnection',
            trigger=pgtrigger.compiler.Trigger(name='bank_connections_retention_guard', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.data_retention_until > CURRENT_TIMESTAMP)', func="RAISE EXCEPTION 'This bank connection is under a retention duty and cannot be deleted.' USING ERRCODE = 'check_violation', CONSTRAINT = 'bank_connections_retention_guard', HINT = 'Disconnect it instead (deleted_at, deleted_by); it can be purged after data_retention_until.';", hash='5fb695205257fd460b5c597cbe293ef462ee2537', operation='DELETE', pgid='pgtrigger_bank_connections_retention_guard_fe8e9', table='bank_connections', when='BEFORE')),
        ),
        migrations.CreateModel(
            name='BankWebhook',
            fields=[
                ('id', models.UUIDField(db_default=django.contrib.postgres.functions.RandomUUID(), editable=False, primary_key=True, serialize=False)),
                ('connection', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='integrations.bankconnection')),
                ('bank_id', models.CharField(choices=[('rbc', 'RBC Royal Bank'), ('td', 'TD Canada Trust'), ('bmo', 'BMO Bank of Montreal'), ('cibc', 'CIBC'), ('aggregation', 'Aggregator or other institution')], max_length=20, verbose_name='bank')),
                ('webhook_url', models.TextField()),
                ('webhook_secret', models.TextField(editable=False)),
                ('webhook_events', django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), size=None)),
                ('webhook_status', models.CharField(blank=True, choices=[('active', 'Active'), ('inactive', 'Inactive'), ('failed', 'Failed'), ('pending', 'Pending'), ('expired', 'Expired')], db_default='active', max_length=20, null=True, verbose_name='status')),
                ('last_verification_at', models.DateTimeField(blank=True, null=True)),
                ('verification_token', models.TextField(blank=True, editable=False, null=True)),
                ('events_received', models.IntegerField(db_default=0, null=True)),
                ('last_event_at', models.DateTimeField(blank=True, null=True)),
                ('last_successful_event_at', models.DateTimeField(blank=True, null=True)),
                ('consecutive_failures', models.IntegerField(db_default=0, null=True)),
                ('supported_events', django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), blank=True, null=True, size=None)),
                ('webhook_version', models.CharField(blank=True, max_length=10, null=True)),
                ('webhook_metadata', models.JSONField(blank=True, null=True)),
                ('created_at', models.DateTimeField(blank=True, db_default=dwaybank.db.expressions.CurrentTimestamp(), editable=False, null=True)),
                ('updated_at', models.DateTimeField(blank=True, db_default=dwaybank.db.expressions.CurrentTimestamp(), editable=False, null=True)),
                ('expires_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'verbose_name': 'webhook',
                'db_table': 'bank_webhooks',
                'indexes': [dwaybank.db.indexes.Index(fields=['bank_id'], name='idx_bank_webhooks_bank_id'), dwaybank.db.indexes.Index(fields=['webhook_status'], name='idx_bank_webhooks_status'), dwaybank.db.indexes.Index(condition=models.Q(('expires_at__isnull', False)), fields=['expires_at'], name='idx_bank_webhooks_expires_at')],
                'constraints': [dwaybank.db.constraints.DatabaseForeignKey(field='connection', name='bank_webhooks_connection_id_fkey', on_delete='CASCADE'), models.CheckConstraint(condition=models.Q(('bank_id__in', ['rbc', 'td', 'bmo', 'cibc', 'aggregation'])), name='bank_webhooks_bank_id_check', violation_error_code='bank_webhooks_bank_id_check', violation_error_message='bank_id must be one of: rbc, td, bmo, cibc, aggregation.'), models.CheckConstraint(condition=models.Q(('webhook_status__in', ['active', 'inactive', 'failed', 'pending', 'expired'])), name='bank_webhooks_status_check', violation_error_code='bank_webhooks_status_check', violation_error_message='webhook_status must be one of: active, inactive, failed, pending, expired.'), models.UniqueConstraint(fields=('connection',), name='idx_bank_webhooks_connection_id', violation_error_message='This connection already has a webhook.')],
            },
        ),
        migrations.CreateModel(
            name='IntegrationError',
            fields=[
                ('id', models.UUIDField(db_default=django.contrib.postgres.functions.RandomUUID(), editable=False, primary_key=True, serialize=False)),
                ('connection', models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='integrations.bankconnection')),
                ('user', models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('error_type', models.CharField(choices=[('authentication', 'Authentication'), ('network', 'Network'), ('rate_limit', 'Rate limit'), ('server_error', 'Server error'), ('validation', 'Validation'), ('timeout', 'Timeout')], max_length=50)),
                ('error_severity', models.CharField(choices=[('low', 'Low'), ('medium', 'Medium'), ('high', 'High'), ('critical', 'Critical')], max_length=20, verbose_name='severity')),
                ('error_code', models.CharField(blank=True, max_length=50, null=True)),
                ('error_message', models.TextField()),
                ('operation_type', models.CharField(blank=True, max_length=50, null=True)),
                ('bank_id', models.CharField(blank=True, max_length=20, null=True, verbose_name='bank')),
                ('external_account_id', models.CharField(blank=True, max_length=255, null=True)),
                ('error_details', models.JSONField(blank=True, null=True)),
                ('stack_trace', models.TextField(blank=True, null=True)),
                ('request_data', models.JSONField(blank=True, null=True)),
                ('response_data', models.JSONField(blank=True, null=True)),
                ('resolution_status', models.CharField(blank=True, choices=[('new', 'New'), ('in_progress', 'In progress'), ('resolved', 'Resolved'), ('ignored', 'Ignored'), ('escalated', 'Escalated')], db_default='new', max_length=20, null=True)),
                ('resolution_method', models.CharField(blank=True, max_length=50, null=True)),
                ('resolved_at', models.DateTimeField(blank=True, null=True)),
                ('resolved_by', models.ForeignKey(blank=True, db_column='resolved_by', db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('resolution_notes', models.TextField(blank=True, null=True)),
                ('affected_users_count', models.IntegerField(db_default=0, null=True)),
                ('business_impact', models.CharField(blank=True, choices=[('none', 'None'), ('low', 'Low'), ('medium', 'Medium'), ('high', 'High'), ('critical', 'Critical')], max_length=20, null=True)),
                ('estimated_downtime_minutes', models.IntegerField(blank=True, null=True)),
                ('retry_count', models.IntegerField(db_default=0, null=True)),
                ('last_retry_at', models.DateTimeField(blank=True, null=True)),
                ('next_retry_at', models.DateTimeField(blank=True, null=True)),
                ('max_retries', models.IntegerField(db_default=3, null=True)),
                ('notification_sent', models.BooleanField(db_default=False, null=True)),
                ('notification_sent_at', models.DateTimeField(blank=True, null=True)),
                ('escalated', models.BooleanField(db_default=False, null=True)),
                ('escalated_at', models.DateTimeField(blank=True, null=True)),
                ('occurred_at', models.DateTimeField(db_default=dwaybank.db.expressions.CurrentTimestamp())),
                ('created_at', models.DateTimeField(blank=True, db_default=dwaybank.db.expressions.CurrentTimestamp(), editable=False, null=True)),
                ('updated_at', models.DateTimeField(blank=True, db_default=dwaybank.db.expressions.CurrentTimestamp(), editable=False, null=True)),
            ],
            options={
                'verbose_name': 'integration error',
                'db_table': 'integration_errors',
                'indexes': [dwaybank.db.indexes.Index(fields=['connection'], name='idx_integration_errors_connection_id'), dwaybank.db.indexes.Index(fields=['user'], name='idx_integration_errors_user_id'), dwaybank.db.indexes.Index(fields=['occurred_at'], name='idx_integration_errors_occurred_at'), dwaybank.db.indexes.Index(fields=['resolution_status'], name='idx_integration_errors_resolution_status'), dwaybank.db.indexes.Index(fields=['error_type'], name='idx_integration_errors_error_type'), dwaybank.db.indexes.Index(fields=['error_severity'], name='idx_integration_errors_severity'), dwaybank.db.indexes.Index(fields=['bank_id'], name='idx_integration_errors_bank_id'), dwaybank.db.indexes.Index(condition=models.Q(('resolution_status__in', ['new', 'in_progress'])), fields=['error_severity', 'occurred_at'], name='idx_integration_errors_unresolved'), dwaybank.db.indexes.Index(condition=models.Q(('next_retry_at__isnull', False), ('resolution_status', 'new')), fields=['next_retry_at'], name='idx_integration_errors_retry')],
                'constraints': [dwaybank.db.constraints.DatabaseForeignKey(field='connection', name='integration_errors_connection_id_fkey', on_delete='SET NULL'), dwaybank.db.constraints.DatabaseForeignKey(field='user', name='integration_errors_user_id_fkey', on_delete='SET NULL'), dwaybank.db.constraints.DatabaseForeignKey(field='resolved_by', name='integration_errors_resolved_by_fkey', on_delete='NO ACTION'), models.CheckConstraint(condition=models.Q(('error_type__in', ['authentication', 'network', 'rate_limit', 'server_error', 'validation', 'timeout'])), name='integration_errors_type_check', violation_error_code='integration_errors_type_check', violation_error_message='error_type must be one of: authentication, network, rate_limit, server_error, validation, timeout.'), models.CheckConstraint(condition=models.Q(('error_severity__in', ['low', 'medium', 'high', 'critical'])), name='integration_errors_severity_check', violation_error_code='integration_errors_severity_check', violation_error_message='error_severity must be one of: low, medium, high, critical.'), models.CheckConstraint(condition=models.Q(('resolution_status__in', ['new', 'in_progress', 'resolved', 'ignored', 'escalated'])), name='integration_errors_resolution_status_check', violation_error_code='integration_errors_resolution_status_check', violation_error_message='resolution_status must be one of: new, in_progress, resolved, ignored, escalated.'), models.CheckConstraint(condition=models.Q(('business_impact__in', ['none', 'low', 'medium', 'high', 'critical'])), name='integration_errors_business_impact_check', violation_error_code='integration_errors_business_impact_check', violation_error_message='business_impact must be one of: none, low, medium, high, critical.')],
            },
        ),
        migrations.CreateModel(
            name='LinkedAccount',
            fields=[
                ('id', models.UUIDField(db_default=django.contrib.postgres.functions.RandomUUID(), editable=False, primary_key=True, serialize=False)),
                ('connection', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='integrations.bankconnection')),
                ('account', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='dwaybank.account')),
                ('bank_id', models.CharField(choices=[('rbc', 'RBC Royal Bank'), ('td', 'TD Canada Trust'), ('bmo', 'BMO Bank of Montreal'), ('cibc', 'CIBC'), ('aggregation', 'Aggregator or other institution')], max_length=20, verbose_name='bank')),
                ('external_account_id', models.CharField(max_length=255)),
                ('identifier_kind', models.CharField(choices=[('account_number', 'Account number'), ('card_number', 'Card number'), ('masked_card', 'Masked card number'), ('unnamed', 'Not named by the file')], max_length=20)),
                ('currency', models.CharField(max_length=3)),
                ('account_key', models.GeneratedField(db_persist=True, expression=django.db.models.expressions.RawSQL("upper(regexp_replace(external_account_id, '[^0-9A-Za-z*]', '', 'g'))", []), output_field=models.CharField(max_length=255))),
                ('created_at', models.DateTimeField(blank=True, db_default=dwaybank.db.expressions.CurrentTimestamp(), editable=False, null=True)),
                ('updated_at', models.DateTimeField(blank=True, db_default=dwaybank.db.expressions.CurrentTimestamp(), editable=False, null=True)),
            ],
            options={
                'verbose_name': 'linked account',
                'db_table': 'linked_accounts',
                'indexes': [dwaybank.db.indexes.Index(fields=['account'], name='idx_linked_accounts_account_id')],
                'constraints': [dwaybank.db.constraints.DatabaseForeignKey(field='connection', name='linked_accounts_connection_id_fkey', on_delete='CASCADE'), dwaybank.db.constraints.DatabaseForeignKey(field='account', name='linked_accounts_account_id_fkey', on_delete='CASCADE'), models.CheckConstraint(condition=models.Q(('bank_id__in', ['rbc', 'td', 'bmo', 'cibc', 'aggregation'])), name='linked_accounts_bank_id_check', violation_error_code='linked_accounts_bank_id_check', violation_error_message='bank_id must be one of: rbc, td, bmo, cibc, aggregation.'), models.CheckConstraint(condition=models.Q(('identifier_kind__in', ['account_number', 'card_number', 'masked_card', 'unnamed'])), name='linked_accounts_identifier_kind_check', violation_error_code='linked_accounts_identifier_kind_check', violation_error_message='identifier_kind must be one of: account_number, card_number, masked_card, unnamed.'), models.UniqueConstraint(fields=('connection', 'account_key', 'currency', 'account'), name='linked_accounts_connection_account_key', violation_error_message='This connection already knows this account by this name.'), models.UniqueConstraint(condition=models.Q(('identifier_kind', 'account_number')), fields=('bank_id', 'account_key', 'currency'), name='linked_accounts_bank_account_key', violation_error_message='This account number is already linked to another connection.')],
            },
        ),
    ]
