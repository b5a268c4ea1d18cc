import django.contrib.postgres.functions
import django.db.models.deletion
import dwaybank.db.constraints
import dwaybank.db.expressions
import dwaybank.db.fields
import dwaybank.db.indexes
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models

from dwaybank.db.sql_files import run_sql_file
from dwaybank.db.triggers import drop_function_on_the_way_back


class Migration(migrations.Migration):
    """Indicators as the bank runs them, what they find, and the cases it comes together in."""

    dependencies = [
        ('compliance', '0004_reporting_triggers'),
        ('dwaybank', '0013_sign_in'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='DetectionRun',
            fields=[
                ('id', models.UUIDField(db_default=django.contrib.postgres.functions.RandomUUID(), editable=False, primary_key=True, serialize=False)),
                ('started_at', models.DateTimeField()),
                ('new_since', models.DateTimeField(blank=True, null=True)),
                ('looked_back_to', models.DateField()),
                ('movements', models.IntegerField()),
                ('left_out', models.IntegerField(db_default=0, verbose_name='left out: other currencies')),
                ('settings', models.JSONField()),
                ('outcomes', models.JSONField()),
                ('seconds', models.DecimalField(decimal_places=3, max_digits=10)),
                ('created_at', models.DateTimeField(blank=True, db_default=dwaybank.db.expressions.CurrentTimestamp(), editable=False, null=True)),
                ('created_by', models.ForeignKey(blank=True, db_column='created_by', db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'detection run',
                'db_table': 'detection_runs',
            },
        ),
        migrations.CreateModel(
            name='IndicatorSetting',
            fields=[
                ('id', models.UUIDField(db_default=django.contrib.postgres.functions.RandomUUID(), editable=False, primary_key=True, serialize=False)),
                ('indicator', models.CharField(max_length=50)),
                ('mode', models.CharField(choices=[('off', 'Off'), ('shadow', 'Shadow: measured, raises nothing'), ('active', 'Active: raises alerts')], db_default='shadow', max_length=10)),
                ('parameters', models.JSONField(blank=True, db_default=models.Value({}, models.JSONField()))),
                ('version', models.IntegerField(db_default=1, editable=False)),
                ('created_at', models.DateTimeField(blank=True, db_default=dwaybank.db.expressions.CurrentTimestamp(), editable=False, null=True)),
                ('updated_at', models.DateTimeField(blank=True, db_default=dwaybank.db.expressions.CurrentTimestamp(), editable=False, null=True)),
            ],
            options={
                'verbose_name': 'suspicion indicator',
                'db_table': 'indicator_settings',
                'constraints': [models.CheckConstraint(condition=models.Q(('mode__in', ['off', 'shadow', 'active'])), name='indicator_settings_mode_check', violation_error_code='indicator_settings_mode_check', violation_error_message='mode must be one of: off, shadow, active.'), models.CheckConstraint(condition=models.Q(('version__gte', 1)), name='indicator_settings_version_check', violation_error_message='Versions count from 1.'), models.UniqueConstraint(fields=('indicator',), name='idx_indicator_settings_indicator', violation_error_message='This indicator has its settings already.')],
            },
        ),
        migrations.CreateModel(
            name='SuspicionAlert',
            fields=[
                ('id', models.UUIDField(db_default=django.contrib.postgres.functions.RandomUUID(), editable=False, primary_key=True, serialize=False)),
                ('alert_key', models.CharField(max_length=64)),
                ('indicator', models.CharField(max_length=50)),
                ('indicator_version', models.IntegerField()),
                ('settings_version', models.IntegerField()),
                ('subject', models.CharField(max_length=100)),
                ('alert_status', models.CharField(choices=[('shadow', 'Shadow'), ('open', 'Open'), ('confirmed', 'Confirmed: in a report'), ('dismissed', 'Dismissed'), ('superseded', 'Part of a newer one')], max_length=20, verbose_name='status')),
                ('first_at', models.DateTimeField(verbose_name='from')),
                ('last_at', models.DateTimeField(verbose_name='until')),
                ('total_cad', dwaybank.db.fields.MoneyField(decimal_places=2, max_digits=15, verbose_name='sum, CAD')),
                ('facts', models.JSONField()),
                ('raised_at', models.DateTimeField(verbose_name='raised')),
                ('decided_at', models.DateTimeField(blank=True, null=True, verbose_name='decided')),
                ('created_at', models.DateTimeField(blank=True, db_default=dwaybank.db.expressions.CurrentTimestamp(), editable=False, null=True)),
                ('updated_at', models.DateTimeField(blank=True, db_default=dwaybank.db.expressions.CurrentTimestamp(), editable=False, null=True)),
                ('run', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='compliance.detectionrun')),
                ('superseded_by', models.ForeignKey(blank=True, db_column='superseded_by', db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='compliance.suspicionalert')),
                ('user', models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='customer')),
            ],
            options={
                'verbose_name': 'alert',
                'db_table': 'suspicion_alerts',
            },
        ),
        migrations.CreateModel(
            name='SuspicionAlertRow',
            fields=[
                ('id', models.UUIDField(db_default=django.contrib.postgres.functions.RandomUUID(), editable=False, primary_key=True, serialize=False)),
                ('position', models.IntegerField()),
                ('source', models.CharField(choices=[('ledger', 'Ledger'), ('bank', 'Bank transaction'), ('cash', 'Cash record')], max_length=10)),
                ('row_id', models.UUIDField()),
                ('at', models.DateTimeField()),
                ('amount_cad', dwaybank.db.fields.MoneyField(decimal_places=2, max_digits=15)),
                ('flow', models.CharField(choices=[('in', 'in'), ('out', 'out')], max_length=3)),
                ('is_cash', models.BooleanField()),
                ('location', models.CharField(blank=True, db_default='', max_length=30)),
                ('conductor', models.CharField(blank=True, db_default='', max_length=100)),
                ('beneficiary', models.CharField(blank=True, db_default='', max_length=100)),
                ('account', models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='dwaybank.account')),
                ('alert', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='rows', to='compliance.suspicionalert')),
            ],
            options={
                'verbose_name': 'movement of an alert',
                'verbose_name_plural': 'movements of alerts',
                'db_table': 'suspicion_alert_rows',
            },
        ),
        migrations.CreateModel(
            name='SuspicionCase',
            fields=[
                ('id', models.UUIDField(db_default=django.contrib.postgres.functions.RandomUUID(), editable=False, primary_key=True, serialize=False)),
                ('subject_key', models.CharField(max_length=100, verbose_name='subject')),
                ('case_status', models.CharField(choices=[('open', 'Open'), ('in_progress', 'In progress'), ('reported', 'To a report'), ('closed', 'Closed')], db_default='open', max_length=20, verbose_name='status')),
                ('opened_at', models.DateTimeField(db_default=dwaybank.db.expressions.CurrentTimestamp(), verbose_name='opened')),
                ('assigned_at', models.DateTimeField(blank=True, null=True)),
                ('grounds_established_at', models.DateTimeField(blank=True, null=True, verbose_name='grounds to suspect established')),
                ('closing', models.CharField(blank=True, choices=[('explained', 'Explained: consistent with what is known of the customer'), ('false_positive', 'False positive: the indicator does not fit'), ('duplicate', 'Already reported, or part of another case'), ('monitored', 'No grounds yet: watched further')], db_default='', max_length=20, verbose_name='closed as')),
                ('decision_note', models.TextField(blank=True, db_default='', verbose_name='why')),
                ('decided_at', models.DateTimeField(blank=True, null=True, verbose_name='decided')),
                ('version', models.IntegerField(db_default=1, editable=False)),
                ('created_at', models.DateTimeField(blank=True, db_default=dwaybank.db.expressions.CurrentTimestamp(), editable=False, null=True)),
                ('updated_at', models.DateTimeField(blank=True, db_default=dwaybank.db.expressions.CurrentTimestamp(), editable=False, null=True)),
                ('assigned_to', models.ForeignKey(blank=True, db_column='assigned_to', db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('decided_by', models.ForeignKey(blank=True, db_column='decided_by', db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('report', models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='compliance.compliancereport')),
                ('user', models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='customer')),
            ],
            options={
                'verbose_name': 'case of suspicion',
                'verbose_name_plural': 'cases of suspicion',
                'db_table': 'suspicion_cases',
                'permissions': [('decide_suspicioncase', 'Can decide a case of suspicion')],
            },
        ),
        migrations.AddField(
            model_name='suspicionalert',
            name='case',
            field=models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='alerts', to='compliance.suspicioncase'),
        ),
        migrations.CreateModel(
            name='SuspicionCaseEvent',
            fields=[
                ('id', models.UUIDField(db_default=django.contrib.postgres.functions.RandomUUID(), editable=False, primary_key=True, serialize=False)),
                ('kind', models.CharField(choices=[('opened', 'Opened'), ('alerted', 'More alerts'), ('assigned', 'Assigned'), ('released', 'Given back'), ('note', 'Note'), ('reported', 'To a report'), ('closed', 'Closed'), ('reopened', 'Taken up again')], max_length=20)),
                ('text', models.TextField(blank=True, db_default='')),
                ('written_at', models.DateTimeField(db_default=dwaybank.db.expressions.CurrentTimestamp(), editable=False)),
                ('case', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='compliance.suspicioncase')),
                ('written_by', models.ForeignKey(blank=True, db_column='written_by', db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'event of a case',
                'verbose_name_plural': 'events of cases',
                'db_table': 'suspicion_case_events',
            },
        ),
        migrations.CreateModel(
            name='CustomerProfile',
            fields=[
                ('id', models.UUIDField(db_default=django.contrib.postgres.functions.RandomUUID(), editable=False, primary_key=True, serialize=False)),
                ('expected_monthly_cad', dwaybank.db.fields.MoneyField(blank=True, decimal_places=2, max_digits=15, null=True, verbose_name='expected per month, CAD')),
                ('low_income', models.BooleanField(db_default=False, verbose_name='low income (student, unemployed)')),
                ('stated_on', models.DateField(verbose_name='stated on')),
                ('source', models.CharField(max_length=200, verbose_name='where it is stated')),
                ('created_at', models.DateTimeField(blank=True, db_default=dwaybank.db.expressions.CurrentTimestamp(), editable=False, null=True)),
                ('updated_at', models.DateTimeField(blank=True, db_default=dwaybank.db.expressions.CurrentTimestamp(), editable=False, null=True)),
                ('user', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='customer')),
            ],
            options={
                'verbose_name': 'customer profile',
                'db_table': 'customer_profiles',
                'constraints': [dwaybank.db.constraints.DatabaseForeignKey(field='user', name='customer_profiles_user_id_fkey', on_delete='NO ACTION'), models.CheckConstraint(condition=models.Q(('expected_monthly_cad__gt', 0), ('expected_monthly_cad__isnull', True), _connector='OR'), name='customer_profiles_expected_check', violation_error_message='An expected amount is more than zero; leave it empty where none is known.'), models.UniqueConstraint(fields=('user',), name='idx_customer_profiles_user', violation_error_message='This customer has a profile already: change that one.')],
            },
        ),
        migrations.AddIndex(
            model_name='detectionrun',
            index=dwaybank.db.indexes.Index(fields=['-started_at'], name='idx_detection_runs_started_at'),
        ),
        migrations.AddConstraint(
            model_name='detectionrun',
            constraint=dwaybank.db.constraints.DatabaseForeignKey(field='created_by', name='detection_runs_created_by_fkey', on_delete='NO ACTION'),
        ),
        migrations.AddIndex(
            model_name='suspicionalertrow',
            index=dwaybank.db.indexes.Index(fields=['row_id'], name='idx_suspicion_alert_rows_row'),
        ),
        migrations.AddConstraint(
            model_name='suspicionalertrow',
            constraint=dwaybank.db.constraints.DatabaseForeignKey(field='alert', name='suspicion_alert_rows_alert_id_fkey', on_delete='CASCADE'),
        ),
        migrations.AddConstraint(
            model_name='suspicionalertrow',
            constraint=dwaybank.db.constraints.DatabaseForeignKey(field='account', name='suspicion_alert_rows_account_id_fkey', on_delete='SET NULL'),
        ),
        migrations.AddConstraint(
            model_name='suspicionalertrow',
            constraint=models.CheckConstraint(condition=models.Q(('source__in', ['ledger', 'bank', 'cash'])), name='suspicion_alert_rows_source_check', violation_error_code='suspicion_alert_rows_source_check', violation_error_message='source must be one of: ledger, bank, cash.'),
        ),
        migrations.AddConstraint(
            model_name='suspicionalertrow',
            constraint=models.CheckConstraint(condition=models.Q(('flow__in', ['in', 'out'])), name='suspicion_alert_rows_flow_check', violation_error_message='Money goes in or out.'),
        ),
        migrations.AddConstraint(
            model_name='suspicionalertrow',
            constraint=models.UniqueConstraint(fields=('alert', 'position'), name='idx_suspicion_alert_rows_position'),
        ),
        drop_function_on_the_way_back('pgtrigger_suspicion_alert_rows_immutable_aa911'),
        pgtrigger.migrations.AddTrigger(
            model_name='suspicionalertrow',
            trigger=pgtrigger.compiler.Trigger(name='suspicion_alert_rows_immutable', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (pg_trigger_depth() = 0)', func="RAISE EXCEPTION 'The movements of an alert stay as they were when it was raised.' USING ERRCODE = 'check_violation', CONSTRAINT = 'suspicion_alert_rows_immutable';", hash='b80e28280fab40a325a7ed777aa80ad0fa258946', operation='UPDATE', pgid='pgtrigger_suspicion_alert_rows_immutable_aa911', table='suspicion_alert_rows', when='BEFORE')),
        ),
        migrations.AddIndex(
            model_name='suspicioncase',
            index=dwaybank.db.indexes.Index(condition=models.Q(('case_status__in', ['open', 'in_progress'])), fields=['opened_at', 'id'], name='idx_suspicion_cases_undecided'),
        ),
        migrations.AddIndex(
            model_name='suspicioncase',
            index=dwaybank.db.indexes.Index(condition=models.Q(('assigned_to__isnull', False), ('case_status__in', ['open', 'in_progress'])), fields=['assigned_to', 'opened_at'], name='idx_suspicion_cases_assigned'),
        ),
        migrations.AddIndex(
            model_name='suspicioncase',
            index=dwaybank.db.indexes.Index(fields=['user', '-opened_at'], name='idx_suspicion_cases_user'),
        ),
        migrations.AddIndex(
            model_name='suspicioncase',
            index=dwaybank.db.indexes.Index(condition=models.Q(('report__isnull', False)), fields=['report'], name='idx_suspicion_cases_report'),
        ),
        migrations.AddConstraint(
            model_name='suspicioncase',
            constraint=dwaybank.db.constraints.DatabaseForeignKey(field='user', name='suspicion_cases_user_id_fkey', on_delete='NO ACTION'),
        ),
        migrations.AddConstraint(
            model_name='suspicioncase',
            constraint=dwaybank.db.constraints.DatabaseForeignKey(field='assigned_to', name='suspicion_cases_assigned_to_fkey', on_delete='NO ACTION'),
        ),
        migrations.AddConstraint(
            model_name='suspicioncase',
            constraint=dwaybank.db.constraints.DatabaseForeignKey(field='report', name='suspicion_cases_report_id_fkey', on_delete='NO ACTION'),
        ),
        migrations.AddConstraint(
            model_name='suspicioncase',
            constraint=dwaybank.db.constraints.DatabaseForeignKey(field='decided_by', name='suspicion_cases_decided_by_fkey', on_delete='NO ACTION'),
        ),
        migrations.AddConstraint(
            model_name='suspicioncase',
            constraint=models.CheckConstraint(condition=models.Q(('case_status__in', ['open', 'in_progress', 'reported', 'closed'])), name='suspicion_cases_case_status_check', violation_error_code='suspicion_cases_case_status_check', violation_error_message='case_status must be one of: open, in_progress, reported, closed.'),
        ),
        migrations.AddConstraint(
            model_name='suspicioncase',
            constraint=models.CheckConstraint(condition=models.Q(('closing', ''), ('closing__in', ['explained', 'false_positive', 'duplicate', 'monitored']), _connector='OR'), name='suspicion_cases_closing_check', violation_error_message='This is no way to close a case.'),
        ),
        migrations.AddConstraint(
            model_name='suspicioncase',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('assigned_at__isnull', True), ('assigned_to__isnull', True)), models.Q(('assigned_at__isnull', False), ('assigned_to__isnull', False)), _connector='OR'), name='suspicion_cases_assignment_check', violation_error_message='An assignment has a person and a time.'),
        ),
        migrations.AddConstraint(
            model_name='suspicioncase',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('case_status', 'in_progress'), _negated=True), ('assigned_to__isnull', False), _connector='OR'), name='suspicion_cases_in_progress_check', violation_error_message='Somebody works on a case in progress.'),
        ),
        migrations.AddConstraint(
            model_name='suspicioncase',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('case_status', 'reported'), ('closing', ''), ('grounds_established_at__isnull', False), ('report__isnull', False)), models.Q(('case_status', 'closed'), ('report__isnull', True), models.Q(('closing', ''), _negated=True)), models.Q(('case_status__in', ['open', 'in_progress']), ('closing', ''), ('report__isnull', True)), _connector='OR'), name='suspicion_cases_decision_check', violation_error_message='A case goes to a report with the time at which grounds were established, or is closed with a reason.'),
        ),
        migrations.AddConstraint(
            model_name='suspicioncase',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('case_status__in', ['open', 'in_progress']), ('decided_at__isnull', True), ('decided_by__isnull', True)), models.Q(('case_status__in', ['reported', 'closed']), ('decided_at__isnull', False), ('decided_by__isnull', False), models.Q(('decision_note', ''), _negated=True)), _connector='OR'), name='suspicion_cases_decided_check', violation_error_message='A decision has a person, a time and a reason; an undecided case has none.'),
        ),
        migrations.AddConstraint(
            model_name='suspicioncase',
            constraint=models.UniqueConstraint(condition=models.Q(('case_status__in', ['open', 'in_progress'])), fields=('subject_key',), name='idx_suspicion_cases_one_undecided', violation_error_message='There is an undecided case of this subject.'),
        ),
        drop_function_on_the_way_back('pgtrigger_suspicion_cases_retention_guard_54795'),
        pgtrigger.migrations.AddTrigger(
            model_name='suspicioncase',
            trigger=pgtrigger.compiler.Trigger(name='suspicion_cases_retention_guard', sql=pgtrigger.compiler.UpsertTriggerSql(condition="WHEN (COALESCE(OLD.decided_at, CURRENT_TIMESTAMP) + INTERVAL '5 years' > CURRENT_TIMESTAMP)", func="RAISE EXCEPTION 'A case of suspicion is kept for five years: it cannot be deleted.' USING ERRCODE = 'check_violation', CONSTRAINT = 'suspicion_cases_retention_guard';", hash='568856df11989e3bbd416db5ab4f4d47b0ef106a', operation='DELETE', pgid='pgtrigger_suspicion_cases_retention_guard_54795', table='suspicion_cases', when='BEFORE')),
        ),
        migrations.AddIndex(
            model_name='suspicionalert',
            index=dwaybank.db.indexes.Index(condition=models.Q(('case__isnull', False)), fields=['case'], name='idx_suspicion_alerts_case'),
        ),
        migrations.AddIndex(
            model_name='suspicionalert',
            index=dwaybank.db.indexes.Index(condition=models.Q(('alert_status', 'open')), fields=['raised_at', 'id'], name='idx_suspicion_alerts_waiting'),
        ),
        migrations.AddIndex(
            model_name='suspicionalert',
            index=dwaybank.db.indexes.Index(fields=['indicator', 'subject'], name='idx_suspicion_alerts_subject'),
        ),
        migrations.AddIndex(
            model_name='suspicionalert',
            index=dwaybank.db.indexes.Index(fields=['raised_at'], name='idx_suspicion_alerts_raised_at'),
        ),
        migrations.AddIndex(
            model_name='suspicionalert',
            index=dwaybank.db.indexes.Index(fields=['run'], name='idx_suspicion_alerts_run'),
        ),
        migrations.AddIndex(
            model_name='suspicionalert',
            index=dwaybank.db.indexes.Index(fields=['user', '-raised_at'], name='idx_suspicion_alerts_user'),
        ),
        migrations.AddConstraint(
            model_name='suspicionalert',
            constraint=dwaybank.db.constraints.DatabaseForeignKey(field='run', name='suspicion_alerts_run_id_fkey', on_delete='NO ACTION'),
        ),
        migrations.AddConstraint(
            model_name='suspicionalert',
            constraint=dwaybank.db.constraints.DatabaseForeignKey(field='user', name='suspicion_alerts_user_id_fkey', on_delete='NO ACTION'),
        ),
        migrations.AddConstraint(
            model_name='suspicionalert',
            constraint=dwaybank.db.constraints.DatabaseForeignKey(field='case', name='suspicion_alerts_case_id_fkey', on_delete='NO ACTION'),
        ),
        migrations.AddConstraint(
            model_name='suspicionalert',
            constraint=dwaybank.db.constraints.DatabaseForeignKey(field='superseded_by', name='suspicion_alerts_superseded_by_fkey', on_delete='NO ACTION'),
        ),
        migrations.AddConstraint(
            model_name='suspicionalert',
            constraint=models.CheckConstraint(condition=models.Q(('alert_status__in', ['shadow', 'open', 'confirmed', 'dismissed', 'superseded'])), name='suspicion_alerts_status_check', violation_error_code='suspicion_alerts_status_check', violation_error_message='alert_status must be one of: shadow, open, confirmed, dismissed, superseded.'),
        ),
        migrations.AddConstraint(
            model_name='suspicionalert',
            constraint=models.CheckConstraint(condition=models.Q(('alert_key__regex', '^[0-9a-f]{64}$')), name='suspicion_alerts_key_check', violation_error_message="An alert's key is a SHA-256 in hexadecimal."),
        ),
        migrations.AddConstraint(
            model_name='suspicionalert',
            constraint=models.CheckConstraint(condition=models.Q(('last_at__gte', models.F('first_at')), ('total_cad__gt', 0)), name='suspicion_alerts_span_check', violation_error_message='An alert ends after it begins and is about money.'),
        ),
        migrations.AddConstraint(
            model_name='suspicionalert',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('alert_status', 'superseded'), ('superseded_by__isnull', False)), models.Q(models.Q(('alert_status', 'superseded'), _negated=True), ('superseded_by__isnull', True)), _connector='OR'), name='suspicion_alerts_superseded_check', violation_error_message='A superseded alert names the one it gave way to, and no other does.'),
        ),
        migrations.AddConstraint(
            model_name='suspicionalert',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('alert_status__in', ['confirmed', 'dismissed']), ('case__isnull', False), ('decided_at__isnull', False)), models.Q(models.Q(('alert_status__in', ['confirmed', 'dismissed']), _negated=True), ('decided_at__isnull', True)), _connector='OR'), name='suspicion_alerts_decided_check', violation_error_message='An alert is decided with its case, at a time.'),
        ),
        migrations.AddConstraint(
            model_name='suspicionalert',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('alert_status', 'shadow'), _negated=True), ('case__isnull', True), _connector='OR'), name='suspicion_alerts_shadow_check', violation_error_message='An alert in shadow belongs to no case.'),
        ),
        migrations.AddConstraint(
            model_name='suspicionalert',
            constraint=models.UniqueConstraint(fields=('alert_key',), name='idx_suspicion_alerts_key', violation_error_message='This alert was raised already.'),
        ),
        drop_function_on_the_way_back('pgtrigger_suspicion_alerts_content_immutable_4e046'),
        pgtrigger.migrations.AddTrigger(
            model_name='suspicionalert',
            trigger=pgtrigger.compiler.Trigger(name='suspicion_alerts_content_immutable', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (ROW(OLD.alert_key, OLD.run_id, OLD.indicator, OLD.indicator_version, OLD.settings_version, OLD.subject, OLD.user_id, OLD.first_at, OLD.last_at, OLD.total_cad, OLD.facts, OLD.raised_at) IS DISTINCT FROM ROW(NEW.alert_key, NEW.run_id, NEW.indicator, NEW.indicator_version, NEW.settings_version, NEW.subject, NEW.user_id, NEW.first_at, NEW.last_at, NEW.total_cad, NEW.facts, NEW.raised_at))', func="RAISE EXCEPTION 'What an alert says stays as it was raised.' USING ERRCODE = 'check_violation', CONSTRAINT = 'suspicion_alerts_content_immutable';", hash='a375a8db3e166508dc64255e0dfd6743821ca686', operation='UPDATE', pgid='pgtrigger_suspicion_alerts_content_immutable_4e046', table='suspicion_alerts', when='BEFORE')),
        ),
        drop_function_on_the_way_back('pgtrigger_suspicion_alerts_retention_guard_ab8fb'),
        pgtrigger.migrations.AddTrigger(
            model_name='suspicionalert',
            trigger=pgtrigger.compiler.Trigger(name='suspicion_alerts_retention_guard', sql=pgtrigger.compiler.UpsertTriggerSql(condition="WHEN (OLD.raised_at + INTERVAL '5 years' > CURRENT_TIMESTAMP)", func="RAISE EXCEPTION 'An alert is kept for five years: it cannot be deleted.' USING ERRCODE = 'check_violation', CONSTRAINT = 'suspicion_alerts_retention_guard';", hash='a682351739e16c002bbe2021fa2ce12ec67da645', operation='DELETE', pgid='pgtrigger_suspicion_alerts_retention_guard_ab8fb', table='suspicion_alerts', when='BEFORE')),
        ),
        migrations.AddIndex(
            model_name='suspicioncaseevent',
            index=dwaybank.db.indexes.Index(fields=['case', 'written_at'], name='idx_suspicion_case_events_case'),
        ),
        migrations.AddConstraint(
            model_name='suspicioncaseevent',
            constraint=dwaybank.db.constraints.DatabaseForeignKey(field='case', name='suspicion_case_events_case_id_fkey', on_delete='CASCADE'),
        ),
        migrations.AddConstraint(
            model_name='suspicioncaseevent',
            constraint=dwaybank.db.constraints.DatabaseForeignKey(field='written_by', name='suspicion_case_events_written_by_fkey', on_delete='NO ACTION'),
        ),
        migrations.AddConstraint(
            model_name='suspicioncaseevent',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['opened', 'alerted', 'assigned', 'released', 'note', 'reported', 'closed', 'reopened'])), name='suspicion_case_events_kind_check', violation_error_code='suspicion_case_events_kind_check', violation_error_message='kind must be one of: opened, alerted, assigned, released, note, reported, closed, reopened.'),
        ),
        migrations.AddConstraint(
            model_name='suspicioncaseevent',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('kind', 'note'), _negated=True), models.Q(('text', ''), _negated=True), _connector='OR'), name='suspicion_case_events_note_check', violation_error_message='A note says something.'),
        ),
        drop_function_on_the_way_back('pgtrigger_suspicion_case_events_append_only_9f3ee'),
        pgtrigger.migrations.AddTrigger(
            model_name='suspicioncaseevent',
            trigger=pgtrigger.compiler.Trigger(name='suspicion_case_events_append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'What was written on a case stays as it was written.' USING ERRCODE = 'check_violation', CONSTRAINT = 'suspicion_case_events_append_only';", hash='6cb7d8cca9d9904e254c48a7fa11b84c9d847977', operation='UPDATE', pgid='pgtrigger_suspicion_case_events_append_only_9f3ee', table='suspicion_case_events', when='BEFORE')),
        ),
        drop_function_on_the_way_back('pgtrigger_suspicion_case_events_no_delete_a7ffa'),
        pgtrigger.migrations.AddTrigger(
            model_name='suspicioncaseevent',
            trigger=pgtrigger.compiler.Trigger(name='suspicion_case_events_no_delete', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (pg_trigger_depth() = 0)', func="RAISE EXCEPTION 'What was written on a case is kept as long as the case.' USING ERRCODE = 'check_violation', CONSTRAINT = 'suspicion_case_events_no_delete';", hash='8cfa6522579fbadd8f970715bad14473cbcd1492', operation='DELETE', pgid='pgtrigger_suspicion_case_events_no_delete_a7ffa', table='suspicion_case_events', when='BEFORE')),
        ),
        run_sql_file("compliance", "functions", "suspicion_cases_moves"),
        run_sql_file("compliance", "functions", "suspicion_alerts_moves"),
        run_sql_file("compliance", "functions", "indicator_settings_new_version"),
        run_sql_file("compliance", "triggers", "suspicion_triggers"),
        run_sql_file("compliance", "grants", "suspicion_grants"),
        migrations.RunSQL(
            sql="""
                INSERT INTO system_config (key, value, description) VALUES
                ('suspicion_lookback_days', '400',
                    'Days of movements that the indicators of suspicion look back on'),
                ('suspicion_cash_pattern',
                    'cash dep|atm dep|abm dep|coin dep|dep gab|d[eé]p[oô]t (en )?esp[eè]ces',
                    'Regular expression (PostgreSQL''s) of descriptions that say a movement is of cash')
                ON CONFLICT (key) DO NOTHING
            """,
            reverse_sql="DELETE FROM system_config WHERE key LIKE 'suspicion\\_%'",
        ),
        migrations.RunSQL(
            sql="""
                INSERT INTO indicator_settings (indicator)
                SELECT unnest(ARRAY[
                    'structuring_band', 'structuring_just_below', 'structuring_locations', 'structuring_conductors',
                    'structuring_record_limits', 'pass_through', 'dormant_wakes', 'round_sums', 'profile_mismatch',
                    'third_party_deposits'
                ])
            """,
            reverse_sql=migrations.RunSQL.noop,
        ),
    ]
