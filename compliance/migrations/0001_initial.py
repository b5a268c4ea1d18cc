import django.contrib.postgres.fields
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

from dwaybank.db.triggers import drop_function_on_the_way_back


class Migration(migrations.Migration):
    """The register of reports."""

    initial = True

    dependencies = [
        ('integrations', '0007_grants'),
    ]

    operations = [
        migrations.CreateModel(
            name='ComplianceReport',
            fields=[
                ('id', models.UUIDField(db_default=django.contrib.postgres.functions.RandomUUID(), editable=False, primary_key=True, serialize=False)),
                ('user', models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('report_type', models.CharField(choices=[('FINTRAC_LCTR', 'FINTRAC large cash transaction report'), ('FINTRAC_STR', 'FINTRAC suspicious transaction report'), ('OSFI_RISK', 'OSFI risk report'), ('PRIVACY_AUDIT', 'Privacy audit'), ('PCI_DSS', 'PCI DSS report')], max_length=50)),
                ('report_period_start', models.DateField()),
                ('report_period_end', models.DateField()),
                ('report_status', models.CharField(blank=True, choices=[('draft', 'Draft'), ('submitted', 'Submitted'), ('accepted', 'Accepted'), ('rejected', 'Rejected'), ('under_review', 'Under review')], db_default='draft', max_length=20, null=True, verbose_name='status')),
                ('fintrac_report_number', models.CharField(blank=True, max_length=50, null=True)),
                ('transaction_threshold_amount', dwaybank.db.fields.MoneyField(blank=True, decimal_places=2, max_digits=15, null=True)),
                ('suspicious_activity_indicators', django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), blank=True, null=True, size=None)),
                ('report_data', models.JSONField()),
                ('report_summary', models.JSONField(blank=True, null=True)),
                ('submitted_to', models.CharField(blank=True, max_length=100, null=True)),
                ('submission_method', models.CharField(blank=True, max_length=50, null=True)),
                ('submitted_at', models.DateTimeField(blank=True, null=True)),
                ('submitted_by', models.ForeignKey(blank=True, db_column='submitted_by', db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('acknowledgment_received_at', models.DateTimeField(blank=True, null=True)),
                ('response_received_at', models.DateTimeField(blank=True, null=True)),
                ('response_status', models.CharField(blank=True, max_length=50, null=True)),
                ('response_data', models.JSONField(blank=True, null=True)),
                ('due_date', models.DateField()),
                ('compliance_status', models.CharField(blank=True, choices=[('pending', 'Pending'), ('compliant', 'Compliant'), ('overdue', 'Overdue'), ('exempt', 'Exempt'), ('non_compliant', 'Non-compliant')], db_default='pending', max_length=20, null=True)),
                ('created_at', models.DateTimeField(blank=True, db_default=dwaybank.db.expressions.CurrentTimestamp(), editable=False, null=True)),
                ('updated_at', models.DateTimeField(blank=True, db_default=dwaybank.db.expressions.CurrentTimestamp(), editable=False, null=True)),
            ],
            options={
                'verbose_name': 'compliance report',
                'db_table': 'compliance_reports',
                'indexes': [dwaybank.db.indexes.Index(fields=['user'], name='idx_compliance_reports_user_id'), dwaybank.db.indexes.Index(fields=['report_type'], name='idx_compliance_reports_type'), dwaybank.db.indexes.Index(fields=['report_status'], name='idx_compliance_reports_status'), dwaybank.db.indexes.Index(fields=['due_date'], name='idx_compliance_reports_due_date'), dwaybank.db.indexes.Index(fields=['report_period_start', 'report_period_end'], name='idx_compliance_reports_period'), dwaybank.db.indexes.Index(condition=models.Q(('compliance_status', 'overdue')), fields=['due_date'], name='idx_compliance_reports_overdue')],
                'constraints': [dwaybank.db.constraints.DatabaseForeignKey(field='user', name='compliance_reports_user_id_fkey', on_delete='CASCADE'), dwaybank.db.constraints.DatabaseForeignKey(field='submitted_by', name='compliance_reports_submitted_by_fkey', on_delete='NO ACTION'), models.CheckConstraint(condition=models.Q(('report_type__in', ['FINTRAC_LCTR', 'FINTRAC_STR', 'OSFI_RISK', 'PRIVACY_AUDIT', 'PCI_DSS'])), name='compliance_reports_type_check', violation_error_code='compliance_reports_type_check', violation_error_message='report_type must be one of: FINTRAC_LCTR, FINTRAC_STR, OSFI_RISK, PRIVACY_AUDIT, PCI_DSS.'), models.CheckConstraint(condition=models.Q(('report_status__in', ['draft', 'submitted', 'accepted', 'rejected', 'under_review'])), name='compliance_reports_status_check', violation_error_code='compliance_reports_status_check', violation_error_message='report_status must be one of: draft, submitted, accepted, rejected, under_review.'), models.CheckConstraint(condition=models.Q(('compliance_status__in', ['pending', 'compliant', 'overdue', 'exempt', 'non_compliant'])), name='compliance_reports_compliance_status_check', violation_error_code='compliance_reports_compliance_status_check', violation_error_message='compliance_status must be one of: pending, compliant, overdue, exempt, non_compliant.')],
            },
        ),
        drop_function_on_the_way_back('pgtrigger_compliance_reports_retention_guard_bf3b7'),
        pgtrigger.migrations.AddTrigger(
            model_name='compliancereport',
            trigger=pgtrigger.compiler.Trigger(name='compliance_reports_retention_guard', sql=pgtrigger.compiler.UpsertTriggerSql(condition="WHEN (COALESCE(OLD.submitted_at, OLD.updated_at, CURRENT_TIMESTAMP) + INTERVAL '5 years' > CURRENT_TIMESTAMP AND (OLD.submitted_at IS NOT NULL OR OLD.report_status IN ('submitted', 'accepted', 'rejected')))", func="RAISE EXCEPTION 'This report was submitted and must be kept for five years: it cannot be deleted.' USING ERRCODE = 'check_violation', CONSTRAINT = 'compliance_reports_retention_guard', HINT = 'Deactivate the user instead of deleting it; the report can be purged after five years.';", hash='bf1d61441978193ece1c8f076777edf2c023cdbb', operation='DELETE', pgid='pgtrigger_compliance_reports_retention_guard_bf3b7', table='compliance_reports', when='BEFORE')),
        ),
        drop_function_on_the_way_back('pgtrigger_compliance_reports_submission_guard_86427'),
        pgtrigger.migrations.AddTrigger(
            model_name='compliancereport',
            trigger=pgtrigger.compiler.Trigger(name='compliance_reports_submission_guard', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.submitted_at IS NOT NULL AND NEW.submitted_at IS NULL)', func="RAISE EXCEPTION 'The time at which a report was submitted cannot be removed.' USING ERRCODE = 'check_violation', CONSTRAINT = 'compliance_reports_submission_guard';", hash='323b2e39a5d88b4a51ae39784abd99fa966a0f07', operation='UPDATE', pgid='pgtrigger_compliance_reports_submission_guard_86427', table='compliance_reports', when='BEFORE')),
        ),
    ]
