import django.contrib.postgres.functions
import django.db.models.deletion
import dwaybank.db.constraints
import dwaybank.db.expressions
import dwaybank.db.fields
from django.conf import settings
from django.db import migrations, models

from dwaybank.db.adoption import CreateModelUnlessPresent


class Migration(migrations.Migration):
    """The three tables DwayBank already has; where they stand, they are adopted as they are."""

    initial = True

    dependencies = [
    ]

    operations = [
        CreateModelUnlessPresent(
            name='User',
            fields=[
                ('id', models.UUIDField(db_default=django.contrib.postgres.functions.RandomUUID(), editable=False, primary_key=True, serialize=False)),
                ('email', models.EmailField(max_length=254)),
                ('created_at', models.DateTimeField(blank=True, db_default=dwaybank.db.expressions.CurrentTimestamp(), editable=False, null=True)),
                ('updated_at', models.DateTimeField(blank=True, db_default=dwaybank.db.expressions.CurrentTimestamp(), editable=False, null=True)),
            ],
            options={
                'verbose_name': 'user',
                'db_table': 'users',
                'constraints': [models.UniqueConstraint(fields=('email',), name='users_email_key', violation_error_message='Another person already has this e-mail address.')],
            },
        ),
        CreateModelUnlessPresent(
            name='Account',
            fields=[
                ('id', models.UUIDField(db_default=django.contrib.postgres.functions.RandomUUID(), editable=False, primary_key=True, serialize=False)),
                ('user', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('account_name', models.CharField(max_length=255)),
                ('account_type', models.CharField(max_length=50)),
                ('currency', models.CharField(blank=True, db_default='CAD', max_length=3, null=True)),
                ('current_balance', dwaybank.db.fields.MoneyField(db_default=0, decimal_places=2, max_digits=15)),
                ('is_external', models.BooleanField(db_default=False, verbose_name='held at another bank')),
                ('deleted_at', models.DateTimeField(blank=True, null=True)),
                ('created_at', models.DateTimeField(blank=True, db_default=dwaybank.db.expressions.CurrentTimestamp(), editable=False, null=True)),
                ('updated_at', models.DateTimeField(blank=True, db_default=dwaybank.db.expressions.CurrentTimestamp(), editable=False, null=True)),
            ],
            options={
                'verbose_name': 'account',
                'db_table': 'accounts',
                'constraints': [dwaybank.db.constraints.DatabaseForeignKey(field='user', name='accounts_user_id_fkey', on_delete='CASCADE')],
            },
        ),
        CreateModelUnlessPresent(
            name='Transaction',
            fields=[
                ('id', models.UUIDField(db_default=django.contrib.postgres.functions.RandomUUID(), editable=False, primary_key=True, serialize=False)),
                ('account', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='dwaybank.account')),
                ('amount', dwaybank.db.fields.MoneyField(decimal_places=2, max_digits=15)),
                ('currency', models.CharField(blank=True, db_default='CAD', max_length=3, null=True)),
                ('transaction_type', models.CharField(choices=[('debit', 'Debit (money out)'), ('credit', 'Credit (money in)')], max_length=20)),
                ('transaction_date', models.DateField()),
                ('description', models.TextField(blank=True, null=True)),
                ('status', models.CharField(blank=True, db_default='posted', max_length=20, null=True)),
                ('created_at', models.DateTimeField(blank=True, db_default=dwaybank.db.expressions.CurrentTimestamp(), editable=False, null=True)),
                ('updated_at', models.DateTimeField(blank=True, db_default=dwaybank.db.expressions.CurrentTimestamp(), editable=False, null=True)),
            ],
            options={
                'verbose_name': 'ledger transaction',
                'db_table': 'transactions',
                'constraints': [dwaybank.db.constraints.DatabaseForeignKey(field='account', name='transactions_account_id_fkey', on_delete='CASCADE'), models.CheckConstraint(condition=models.Q(('amount__gte', 0)), name='transactions_amount_check', violation_error_message='An amount is a magnitude; its direction is the transaction type.'), models.CheckConstraint(condition=models.Q(('transaction_type__in', ['debit', 'credit'])), name='transactions_type_check', violation_error_code='transactions_type_check', violation_error_message='transaction_type must be one of: debit, credit.')],
            },
        ),
    ]
