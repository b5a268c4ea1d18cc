import dwaybank.db.indexes
from django.db import migrations, models

from dwaybank.db.adoption import AddFieldUnlessPresent, AddIndexUnlessPresent
from dwaybank.db.sql_files import run_sql_file


class Migration(migrations.Migration):
    """Columns and indexes that sign-in and bank integration add to DwayBank's tables."""

    dependencies = [
        ('auth', '0012_alter_user_first_name_max_length'),
        ('dwaybank', '0001_initial'),
    ]

    operations = [
        run_sql_file('dwaybank', 'tables', 'adopted_tables'),
        AddFieldUnlessPresent(
            model_name='user',
            name='full_name',
            field=models.CharField(blank=True, db_default='', max_length=200),
        ),
        AddFieldUnlessPresent(
            model_name='user',
            name='password',
            field=models.CharField(db_default='!', editable=False, max_length=128),
        ),
        AddFieldUnlessPresent(
            model_name='user',
            name='last_login',
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
        AddFieldUnlessPresent(
            model_name='user',
            name='is_active',
            field=models.BooleanField(db_default=True, help_text='Untick to keep the person out; nobody is deleted.', verbose_name='active'),
        ),
        AddFieldUnlessPresent(
            model_name='user',
            name='is_staff',
            field=models.BooleanField(db_default=False, help_text='May enter the back office.', verbose_name='staff'),
        ),
        AddFieldUnlessPresent(
            model_name='user',
            name='is_superuser',
            field=models.BooleanField(db_default=False, help_text='Has every permission without being given it.', verbose_name='superuser'),
        ),
        migrations.AddField(
            model_name='user',
            name='groups',
            field=models.ManyToManyField(blank=True, help_text='The groups this user belongs to. A user will get all permissions granted to each of their groups.', related_name='user_set', related_query_name='user', to='auth.group', verbose_name='groups'),
        ),
        migrations.AddField(
            model_name='user',
            name='user_permissions',
            field=models.ManyToManyField(blank=True, help_text='Specific permissions for this user.', related_name='user_set', related_query_name='user', to='auth.permission', verbose_name='user permissions'),
        ),
        AddFieldUnlessPresent(
            model_name='account',
            name='external_bank_name',
            field=models.CharField(blank=True, max_length=100, null=True),
        ),
        AddFieldUnlessPresent(
            model_name='account',
            name='external_account_id',
            field=models.CharField(blank=True, max_length=255, null=True),
        ),
        AddFieldUnlessPresent(
            model_name='account',
            name='last_sync_date',
            field=models.DateTimeField(blank=True, null=True),
        ),
        AddFieldUnlessPresent(
            model_name='account',
            name='sync_enabled',
            field=models.BooleanField(db_default=False, null=True),
        ),
        AddFieldUnlessPresent(
            model_name='transaction',
            name='external_transaction_id',
            field=models.CharField(blank=True, max_length=255, null=True),
        ),
        AddFieldUnlessPresent(
            model_name='transaction',
            name='import_source',
            field=models.CharField(blank=True, db_default='manual', max_length=50, null=True),
        ),
        AddFieldUnlessPresent(
            model_name='transaction',
            name='bank_reference',
            field=models.CharField(blank=True, max_length=255, null=True),
        ),
        AddFieldUnlessPresent(
            model_name='transaction',
            name='transaction_metadata',
            field=models.JSONField(blank=True, null=True),
        ),
        AddIndexUnlessPresent(
            model_name='account',
            index=dwaybank.db.indexes.Index(fields=['user'], name='idx_accounts_user_id'),
        ),
        AddIndexUnlessPresent(
            model_name='account',
            index=dwaybank.db.indexes.Index(condition=models.Q(('external_bank_name__isnull', False)), fields=['external_bank_name'], name='idx_accounts_external_bank'),
        ),
        AddIndexUnlessPresent(
            model_name='account',
            index=dwaybank.db.indexes.Index(condition=models.Q(('external_account_id__isnull', False)), fields=['external_account_id'], name='idx_accounts_external_id'),
        ),
        AddIndexUnlessPresent(
            model_name='account',
            index=dwaybank.db.indexes.Index(condition=models.Q(('sync_enabled', True)), fields=['sync_enabled'], name='idx_accounts_sync_enabled'),
        ),
        AddIndexUnlessPresent(
            model_name='transaction',
            index=dwaybank.db.indexes.Index(fields=['account', 'transaction_date'], name='idx_transactions_account_date'),
        ),
        AddIndexUnlessPresent(
            model_name='transaction',
            index=dwaybank.db.indexes.Index(condition=models.Q(('external_transaction_id__isnull', False)), fields=['external_transaction_id'], name='idx_transactions_external_id'),
        ),
        AddIndexUnlessPresent(
            model_name='transaction',
            index=dwaybank.db.indexes.Index(fields=['import_source'], name='idx_transactions_import_source'),
        ),
        AddIndexUnlessPresent(
            model_name='transaction',
            index=dwaybank.db.indexes.GinIndex(condition=models.Q(('transaction_metadata__isnull', False)), fields=['transaction_metadata'], name='idx_transactions_metadata_gin'),
        ),
    ]
