import django.contrib.postgres.functions
import django.db.models.deletion
import django.db.models.lookups
import dwaybank.db.constraints
import dwaybank.db.expressions
import dwaybank.db.indexes
from django.conf import settings
from django.db import migrations, models

from dwaybank.db.sql_files import run_sql_file


class Migration(migrations.Migration):
    """CSV layouts that people describe."""

    dependencies = [
        ('dwaybank', '0006_audit_of_inserts'),
        ('integrations', '0007_grants'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='StatementProfile',
            fields=[
                ('id', models.UUIDField(db_default=django.contrib.postgres.functions.RandomUUID(), editable=False, primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=100)),
                ('version', models.IntegerField(default=1)),
                ('is_current', models.BooleanField(default=True, verbose_name='in use')),
                ('columns', models.JSONField()),
                ('has_header', models.BooleanField(verbose_name='with headings')),
                ('delimiter', models.CharField(max_length=1)),
                ('encoding', models.CharField(blank=True, max_length=10)),
                ('date_order', models.CharField(choices=[('ymd', 'year, month, day'), ('mdy', 'month, day, year'), ('dmy', 'day, month, year'), ('yyyymmdd', 'eight digits (20260131)')], max_length=10)),
                ('sign_rule', models.CharField(choices=[('out_is_negative', 'one amount, money out is negative'), ('out_is_positive', 'one amount, money out is positive (some cards)'), ('two_columns', 'a column for money out, another for money in'), ('word_beside', 'one amount, a word beside it says debit or credit')], max_length=20)),
                ('currency', models.CharField(max_length=3)),
                ('bank_id', models.CharField(blank=True, choices=[('rbc', 'RBC Royal Bank'), ('td', 'TD Canada Trust'), ('bmo', 'BMO Bank of Montreal'), ('cibc', 'CIBC'), ('aggregation', 'Aggregator or other institution')], max_length=20, null=True, verbose_name='bank')),
                ('institution', models.CharField(blank=True, max_length=100)),
                ('account_kind', models.CharField(choices=[('unknown', 'not said'), ('chequing', 'chequing'), ('savings', 'savings'), ('deposit', 'chequing or savings'), ('credit_card', 'credit card'), ('line_of_credit', 'line of credit')], max_length=20, verbose_name='kind of account')),
                ('created_by', models.UUIDField(blank=True, null=True)),
                ('created_at', models.DateTimeField(blank=True, db_default=dwaybank.db.expressions.CurrentTimestamp(), editable=False, null=True)),
                ('account', models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='dwaybank.account')),
                ('owner', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'statement profile',
                'db_table': 'statement_profiles',
                'indexes': [dwaybank.db.indexes.Index(fields=['account'], name='idx_statement_profiles_account')],
                'constraints': [dwaybank.db.constraints.DatabaseForeignKey(field='owner', name='statement_profiles_owner_id_fkey', on_delete='CASCADE'), dwaybank.db.constraints.DatabaseForeignKey(field='account', name='statement_profiles_account_id_fkey', on_delete='CASCADE'), models.CheckConstraint(condition=models.Q(('name__regex', '\\S')), name='statement_profiles_name_check'), models.CheckConstraint(condition=django.db.models.lookups.Exact(models.Func('columns', function='jsonb_typeof', output_field=models.TextField()), models.Value('array')), name='statement_profiles_columns_check'), models.CheckConstraint(condition=models.Q(('version__gte', 1)), name='statement_profiles_version_check'), models.CheckConstraint(condition=models.Q(('delimiter__in', [',', ';', '\t', '|'])), name='statement_profiles_delimiter_check'), models.CheckConstraint(condition=models.Q(('currency__regex', '^[A-Z]{3}$')), name='statement_profiles_currency_check'), models.CheckConstraint(condition=models.Q(('date_order__in', ['ymd', 'mdy', 'dmy', 'yyyymmdd'])), name='statement_profiles_date_order_check', violation_error_code='statement_profiles_date_order_check', violation_error_message='date_order must be one of: ymd, mdy, dmy, yyyymmdd.'), models.CheckConstraint(condition=models.Q(('sign_rule__in', ['out_is_negative', 'out_is_positive', 'two_columns', 'word_beside'])), name='statement_profiles_sign_rule_check', violation_error_code='statement_profiles_sign_rule_check', violation_error_message='sign_rule must be one of: out_is_negative, out_is_positive, two_columns, word_beside.'), models.CheckConstraint(condition=models.Q(('account_kind__in', ['unknown', 'chequing', 'savings', 'deposit', 'credit_card', 'line_of_credit'])), name='statement_profiles_account_kind_check', violation_error_code='statement_profiles_account_kind_check', violation_error_message='account_kind must be one of: unknown, chequing, savings, deposit, credit_card, line_of_credit.'), models.CheckConstraint(condition=models.Q(('bank_id__in', ['rbc', 'td', 'bmo', 'cibc', 'aggregation'])), name='statement_profiles_bank_id_check', violation_error_code='statement_profiles_bank_id_check', violation_error_message='bank_id must be one of: rbc, td, bmo, cibc, aggregation.'), models.UniqueConstraint(fields=('owner', 'name', 'version'), name='statement_profiles_owner_name_version_key'), models.UniqueConstraint(condition=models.Q(('is_current', True)), fields=('owner', 'name'), name='idx_statement_profiles_one_current')],
            },
        ),
        run_sql_file("integrations", "functions", "check_statement_profile_account"),
        run_sql_file("integrations", "triggers", "statement_profiles_triggers"),
        run_sql_file("integrations", "grants", "statement_profiles_grants"),
    ]
