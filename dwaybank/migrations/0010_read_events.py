import django.contrib.postgres.fields
import dwaybank.db.expressions
import dwaybank.db.indexes
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models

from dwaybank.db.sql_files import run_sql_file
from dwaybank.db.triggers import drop_function_on_the_way_back


class Migration(migrations.Migration):
    """The log of reads."""

    dependencies = [
        ('dwaybank', '0009_notifications'),
    ]

    operations = [
        migrations.CreateModel(
            name='ReadEvent',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('read_at', models.DateTimeField(db_default=dwaybank.db.expressions.CurrentTimestamp(), editable=False)),
                ('reader_id', models.UUIDField(null=True, verbose_name='reader')),
                ('table_name', models.CharField(max_length=63)),
                ('row_ids', django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), db_default=[], size=None, verbose_name='rows')),
                ('what', models.CharField(choices=[('list', 'List'), ('page', 'Page'), ('history', 'History'), ('export', 'Export')], max_length=20)),
                ('path', models.TextField(blank=True, db_default='')),
                ('run', models.TextField(blank=True, db_default='')),
                ('request_id', models.CharField(blank=True, db_default='', max_length=100)),
            ],
            options={
                'verbose_name': 'read event',
                'db_table': 'read_events',
                'indexes': [dwaybank.db.indexes.GinIndex(fields=['row_ids'], name='idx_read_events_rows'), dwaybank.db.indexes.Index(condition=models.Q(('reader_id__isnull', False)), fields=['reader_id', 'id'], name='idx_read_events_reader'), dwaybank.db.indexes.Index(fields=['table_name', 'read_at'], name='idx_read_events_table'), dwaybank.db.indexes.Index(fields=['read_at'], name='idx_read_events_read_at')],
                'constraints': [models.CheckConstraint(condition=models.Q(('what__in', ['list', 'page', 'history', 'export'])), name='read_events_what_check', violation_error_code='read_events_what_check', violation_error_message='what must be one of: list, page, history, export.')],
            },
        ),
        drop_function_on_the_way_back('pgtrigger_read_events_append_only_e4e96'),
        pgtrigger.migrations.AddTrigger(
            model_name='readevent',
            trigger=pgtrigger.compiler.Trigger(name='read_events_append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'Read events are never changed or deleted.' USING ERRCODE = 'check_violation', CONSTRAINT = 'read_events_append_only';", hash='34c5329d9154661472e12203b8641ca71553734b', operation='UPDATE OR DELETE', pgid='pgtrigger_read_events_append_only_e4e96', table='read_events', when='BEFORE')),
        ),
        run_sql_file("dwaybank", "grants", "read_events_grants"),
    ]
