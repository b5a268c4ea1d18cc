import django.contrib.postgres.fields
import django.contrib.postgres.functions
import django.db.models.deletion
import dwaybank.db.constraints
import dwaybank.db.expressions
import dwaybank.db.indexes
from django.conf import settings
from django.db import migrations, models

from dwaybank.db.sql_files import run_sql_file


class Migration(migrations.Migration):
    """Inboxes and how people want their mail."""

    dependencies = [
        ('dwaybank', '0008_queue'),
    ]

    operations = [
        migrations.CreateModel(
            name='Notification',
            fields=[
                ('id', models.UUIDField(db_default=django.contrib.postgres.functions.RandomUUID(), editable=False, primary_key=True, serialize=False)),
                ('kind', models.CharField(max_length=40)),
                ('subject', models.CharField(max_length=200)),
                ('url', models.CharField(max_length=300)),
                ('dedupe_key', models.CharField(max_length=200)),
                ('created_at', models.DateTimeField(db_default=dwaybank.db.expressions.CurrentTimestamp(), editable=False)),
                ('read_at', models.DateTimeField(editable=False, null=True)),
                ('mailed_at', models.DateTimeField(editable=False, null=True)),
                ('recipient', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'notification',
                'verbose_name_plural': 'notifications',
                'db_table': 'notifications',
                'indexes': [dwaybank.db.indexes.Index(fields=['recipient', '-created_at'], name='idx_notifications_recipient'), dwaybank.db.indexes.Index(condition=models.Q(('read_at__isnull', True)), fields=['recipient', 'created_at'], name='idx_notifications_unread')],
                'constraints': [dwaybank.db.constraints.DatabaseForeignKey(field='recipient', name='notifications_recipient_id_fkey', on_delete='CASCADE'), models.CheckConstraint(condition=models.Q(('kind__regex', '^[a-z][a-z_]*$')), name='notifications_kind_check', violation_error_message='A kind is written in small letters.'), models.CheckConstraint(condition=models.Q(('url__regex', '^/[^/\\\\]')), name='notifications_url_check', violation_error_message='A notification leads to a page of this site.'), models.UniqueConstraint(fields=('recipient', 'dedupe_key'), name='idx_notifications_unique', violation_error_message='This person has been told already.')],
            },
        ),
        migrations.CreateModel(
            name='NotificationSetting',
            fields=[
                ('id', models.UUIDField(db_default=django.contrib.postgres.functions.RandomUUID(), editable=False, primary_key=True, serialize=False)),
                ('mail_mode', models.CharField(choices=[('at_once', 'Within minutes'), ('daily', 'Once a day'), ('never', 'Never')], db_default='daily', max_length=10, verbose_name='e-mail')),
                ('digest_hour', models.SmallIntegerField(db_default=8, verbose_name='hour of the daily mail')),
                ('quiet_from', models.SmallIntegerField(blank=True, null=True, verbose_name='quiet from')),
                ('quiet_until', models.SmallIntegerField(blank=True, null=True, verbose_name='quiet until')),
                ('muted_kinds', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=40), blank=True, db_default=[], size=None)),
                ('digest_sent_on', models.DateField(blank=True, editable=False, null=True)),
                ('created_at', models.DateTimeField(blank=True, db_default=dwaybank.db.expressions.CurrentTimestamp(), editable=False, null=True)),
                ('updated_at', models.DateTimeField(blank=True, db_default=dwaybank.db.expressions.CurrentTimestamp(), editable=False, null=True)),
                ('person', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'notification setting',
                'verbose_name_plural': 'notification settings',
                'db_table': 'notification_settings',
                'constraints': [dwaybank.db.constraints.DatabaseForeignKey(field='person', name='notification_settings_person_id_fkey', on_delete='CASCADE'), models.CheckConstraint(condition=models.Q(('mail_mode__in', ['at_once', 'daily', 'never'])), name='notification_settings_mail_mode_check', violation_error_code='notification_settings_mail_mode_check', violation_error_message='mail_mode must be one of: at_once, daily, never.'), models.CheckConstraint(condition=models.Q(('digest_hour__gte', 0), ('digest_hour__lte', 23), models.Q(models.Q(('quiet_from__isnull', True), ('quiet_until__isnull', True)), models.Q(('quiet_from__gte', 0), ('quiet_from__isnull', False), ('quiet_from__lte', 23), ('quiet_until__gte', 0), ('quiet_until__isnull', False), ('quiet_until__lte', 23)), _connector='OR')), name='notification_settings_hours_check', violation_error_message='Hours run from 0 to 23; quiet hours need a beginning and an end.'), models.UniqueConstraint(fields=('person',), name='idx_notification_settings_person', violation_error_message='This person has settings already: change those.')],
            },
        ),
        run_sql_file("dwaybank", "triggers", "notification_triggers"),
        run_sql_file("dwaybank", "grants", "notification_grants"),
    ]
