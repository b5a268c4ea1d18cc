import django.contrib.postgres.functions
import django.db.models.deletion
import dwaybank.db.constraints
import dwaybank.db.expressions
import dwaybank.db.indexes
from django.conf import settings
from django.db import migrations, models

from dwaybank.db.sql_files import run_sql_file


class Migration(migrations.Migration):
    """Filters of lists under names."""

    dependencies = [
        ('auth', '0012_alter_user_first_name_max_length'),
        ('dwaybank', '0018_audit_of_runs'),
    ]

    operations = [
        migrations.CreateModel(
            name='SavedFilter',
            fields=[
                ('id', models.UUIDField(db_default=django.contrib.postgres.functions.RandomUUID(), editable=False, primary_key=True, serialize=False)),
                ('page', models.CharField(max_length=200)),
                ('name', models.CharField(max_length=60)),
                ('query', models.CharField(blank=True, max_length=2000)),
                ('is_default', models.BooleanField(db_default=False)),
                ('created_at', models.DateTimeField(blank=True, db_default=dwaybank.db.expressions.CurrentTimestamp(), editable=False, null=True)),
                ('updated_at', models.DateTimeField(blank=True, db_default=dwaybank.db.expressions.CurrentTimestamp(), editable=False, null=True)),
                ('owner', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('shared_with', models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='auth.group')),
            ],
            options={
                'verbose_name': 'saved filter',
                'verbose_name_plural': 'saved filters',
                'db_table': 'saved_filters',
                'indexes': [dwaybank.db.indexes.Index(condition=models.Q(('shared_with__isnull', False)), fields=['page', 'shared_with'], name='idx_saved_filters_shared')],
                'constraints': [dwaybank.db.constraints.DatabaseForeignKey(field='owner', name='saved_filters_owner_id_fkey', on_delete='CASCADE'), dwaybank.db.constraints.DatabaseForeignKey(field='shared_with', name='saved_filters_shared_with_id_fkey', on_delete='SET NULL'), models.CheckConstraint(condition=models.Q(('page__regex', '^/admin/([a-z0-9_-]+/)+$')), name='saved_filters_page_check', violation_error_message='A saved filter belongs to a list of this site.'), models.CheckConstraint(condition=models.Q(('name__regex', '\\S')), name='saved_filters_name_check', violation_error_message='A saved filter has a name.'), models.CheckConstraint(condition=models.Q(('query__regex', '[^!$-;=@-Z_a-z~]'), _negated=True), name='saved_filters_query_check', violation_error_message='The filter cannot be kept: its address holds other characters.'), models.UniqueConstraint(fields=('owner', 'page', 'name'), name='idx_saved_filters_unique', violation_error_message='You have a filter of this name here already: choose another name.'), models.UniqueConstraint(condition=models.Q(('is_default', True)), fields=('owner', 'page'), name='idx_saved_filters_default', violation_error_message='A list begins with one filter only.')],
            },
        ),
        run_sql_file("dwaybank", "triggers", "saved_filters_triggers"),
        run_sql_file("dwaybank", "grants", "saved_filters_grants"),
    ]
