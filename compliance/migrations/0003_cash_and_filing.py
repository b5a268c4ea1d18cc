import datetime
import django.contrib.postgres.functions
import django.db.models.deletion
import django.db.models.expressions
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
    """Parties, cash records, what a report is made of, its versions, filings and answers."""

    dependencies = [
        ('compliance', '0002_triggers_and_grants'),
        ('dwaybank', '0014_retention'),
        ('integrations', '0007_grants'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='ComplianceAcknowledgement',
            fields=[
                ('id', models.UUIDField(db_default=django.contrib.postgres.functions.RandomUUID(), editable=False, primary_key=True, serialize=False)),
                ('outcome', models.CharField(choices=[('accepted', 'Accepted'), ('accepted_with_warnings', 'Accepted with warnings'), ('rejected', 'Rejected'), ('pending', 'Received, being processed'), ('failed', 'Not filed: the call was refused'), ('unknown', 'Unknown: nobody answered')], max_length=30)),
                ('status_code', models.IntegerField(blank=True, null=True)),
                ('external_uuid', models.CharField(blank=True, db_default='', max_length=100, verbose_name="the service's id")),
                ('said', models.JSONField(blank=True, db_default=models.Value({}, models.JSONField()), verbose_name='message')),
                ('messages', models.JSONField(blank=True, db_default=models.Value([], models.JSONField()))),
                ('received_at', models.DateTimeField()),
                ('created_at', models.DateTimeField(blank=True, db_default=dwaybank.db.expressions.CurrentTimestamp(), editable=False, null=True)),
            ],
            options={
                'verbose_name': 'acknowledgement',
                'db_table': 'compliance_acknowledgements',
            },
        ),
        migrations.CreateModel(
            name='ComplianceFiling',
            fields=[
                ('id', models.UUIDField(db_default=django.contrib.postgres.functions.RandomUUID(), editable=False, primary_key=True, serialize=False)),
                ('version', models.IntegerField()),
                ('submit_kind', models.CharField(choices=[('submit', 'First filing'), ('change', 'Change'), ('delete', 'Deletion')], max_length=10, verbose_name='what')),
                ('method', models.CharField(choices=[('api', 'By API'), ('manual', 'By hand')], max_length=10)),
                ('reference', models.CharField(max_length=100)),
                ('payload', models.BinaryField()),
                ('sha256', models.CharField(max_length=64, verbose_name='SHA-256')),
                ('record_number', models.CharField(blank=True, db_default='', max_length=50)),
                ('filed_at', models.DateTimeField()),
                ('created_at', models.DateTimeField(blank=True, db_default=dwaybank.db.expressions.CurrentTimestamp(), editable=False, null=True)),
            ],
            options={
                'verbose_name': 'filing',
                'db_table': 'compliance_filings',
            },
        ),
        migrations.CreateModel(
            name='ComplianceReportTransaction',
            fields=[
                ('id', models.UUIDField(db_default=django.contrib.postgres.functions.RandomUUID(), editable=False, primary_key=True, serialize=False)),
                ('position', models.IntegerField()),
                ('transaction_role', models.CharField(choices=[('conductor', 'Same conductor'), ('on_behalf_of', 'On behalf of the same party'), ('beneficiary', 'Same beneficiary'), ('single', 'Large by itself'), ('suspicious', 'Part of the suspicion')], max_length=20, verbose_name='role')),
                ('window_start', models.DateTimeField(blank=True, null=True)),
                ('window_end', models.DateTimeField(blank=True, null=True)),
                ('occurred_at', models.DateTimeField(blank=True, null=True, verbose_name='took place')),
                ('amount_cad', dwaybank.db.fields.MoneyField(blank=True, decimal_places=2, max_digits=15, null=True, verbose_name='in Canadian dollars')),
                ('snapshot', models.JSONField()),
                ('created_at', models.DateTimeField(blank=True, db_default=dwaybank.db.expressions.CurrentTimestamp(), editable=False, null=True)),
                ('updated_at', models.DateTimeField(blank=True, db_default=dwaybank.db.expressions.CurrentTimestamp(), editable=False, null=True)),
            ],
            options={
                'verbose_name': 'transaction of a report',
                'verbose_name_plural': 'transactions of reports',
                'db_table': 'compliance_report_transactions',
            },
        ),
        migrations.CreateModel(
            name='ComplianceReportVersion',
            fields=[
                ('id', models.UUIDField(db_default=django.contrib.postgres.functions.RandomUUID(), editable=False, primary_key=True, serialize=False)),
                ('version', models.IntegerField()),
                ('content', models.JSONField()),
                ('reason', models.TextField(blank=True, db_default='')),
                ('changed_at', models.DateTimeField(blank=True, db_default=dwaybank.db.expressions.CurrentTimestamp(), editable=False, null=True)),
            ],
            options={
                'verbose_name': 'version of a report',
                'verbose_name_plural': 'versions of reports',
                'db_table': 'compliance_report_versions',
            },
        ),
        migrations.CreateModel(
            name='LargeCashParty',
            fields=[
                ('id', models.UUIDField(db_default=django.contrib.postgres.functions.RandomUUID(), editable=False, primary_key=True, serialize=False)),
                ('party_key', models.CharField(blank=True, editable=False, max_length=100, null=True)),
                ('party_role', models.CharField(choices=[('conductor', 'Conductor'), ('on_behalf_of', 'On whose behalf'), ('beneficiary', 'Beneficiary'), ('source', 'Source of the cash'), ('involved', 'Otherwise involved'), ('holder', 'Account holder')], max_length=20, verbose_name='role')),
                ('relationship_code', models.SmallIntegerField(blank=True, null=True, verbose_name='relationship to the conductor')),
                ('relationship_other', models.CharField(blank=True, db_default='', max_length=200)),
                ('created_at', models.DateTimeField(blank=True, db_default=dwaybank.db.expressions.CurrentTimestamp(), editable=False, null=True)),
            ],
            options={
                'verbose_name': 'party of a cash record',
                'verbose_name_plural': 'parties of cash records',
                'db_table': 'large_cash_parties',
            },
        ),
        migrations.CreateModel(
            name='LargeCashRecord',
            fields=[
                ('id', models.UUIDField(db_default=django.contrib.postgres.functions.RandomUUID(), editable=False, primary_key=True, serialize=False)),
                ('reference', models.CharField(max_length=200)),
                ('record_status', models.CharField(choices=[('proposed', 'Proposed, details missing'), ('recorded', 'Recorded'), ('dismissed', 'Dismissed: no cash')], db_default='recorded', max_length=20, verbose_name='status')),
                ('status_reason', models.TextField(blank=True, db_default='')),
                ('record_source', models.CharField(choices=[('entered', 'Entered by hand'), ('imported', 'Imported'), ('proposed', 'Proposed from a bank transaction')], db_default='entered', max_length=20, verbose_name='source')),
                ('received_at', models.DateTimeField(verbose_name='received')),
                ('zone', models.CharField(max_length=50, verbose_name='time zone of the place')),
                ('posted_at', models.DateTimeField(blank=True, null=True, verbose_name='posted')),
                ('location_id', models.CharField(blank=True, db_default='', max_length=30, verbose_name='location number')),
                ('method_code', models.SmallIntegerField(blank=True, null=True, verbose_name='method')),
                ('method_other', models.CharField(blank=True, db_default='', max_length=200)),
                ('amount', dwaybank.db.fields.MoneyField(decimal_places=2, max_digits=15)),
                ('currency', models.CharField(db_default='CAD', max_length=3)),
                ('exchange_rate', models.DecimalField(blank=True, decimal_places=10, max_digits=20, null=True)),
                ('rate_source', models.CharField(blank=True, choices=[('bank_of_canada', 'Bank of Canada'), ('ordinary_business', "The bank's own rate: the Bank of Canada published none")], db_default='', max_length=20)),
                ('amount_cad', dwaybank.db.fields.MoneyField(decimal_places=2, max_digits=15, verbose_name='in Canadian dollars')),
                ('purpose', models.CharField(blank=True, db_default='', max_length=200)),
                ('how_obtained', models.CharField(blank=True, db_default='', max_length=200, verbose_name='how the cash was obtained')),
                ('source_of_cash', models.BooleanField(blank=True, null=True, verbose_name='source of cash known')),
                ('business_account', models.BooleanField(blank=True, null=True, verbose_name='deposit to a business account')),
                ('disposition_code', models.SmallIntegerField(blank=True, null=True, verbose_name='disposition')),
                ('disposition_other', models.CharField(blank=True, db_default='', max_length=200)),
                ('disposition_reference', models.CharField(blank=True, db_default='', max_length=100, verbose_name='reference number')),
                ('institution_number', models.CharField(blank=True, db_default='', max_length=50)),
                ('branch_number', models.CharField(blank=True, db_default='', max_length=50)),
                ('account_number', models.CharField(blank=True, db_default='', max_length=100)),
                ('account_type', models.SmallIntegerField(blank=True, null=True)),
                ('account_type_other', models.CharField(blank=True, db_default='', max_length=200)),
                ('account_currency', models.CharField(blank=True, db_default='', max_length=3)),
                ('account_opened', models.DateField(blank=True, null=True)),
                ('further_dispositions', models.JSONField(blank=True, db_default=models.Value([], models.JSONField()))),
                ('exemption', models.CharField(blank=True, choices=[('financial_entity', 'From a financial entity'), ('public_body', 'From a public body'), ('acts_for_exempt_client', 'From somebody acting for such a client'), ('alternative_to_lctr', 'From a client listed with FINTRAC')], db_default='', max_length=30)),
                ('exemption_reason', models.TextField(blank=True, db_default='')),
                ('created_at', models.DateTimeField(blank=True, db_default=dwaybank.db.expressions.CurrentTimestamp(), editable=False, null=True)),
                ('updated_at', models.DateTimeField(blank=True, db_default=dwaybank.db.expressions.CurrentTimestamp(), editable=False, null=True)),
            ],
            options={
                'verbose_name': 'cash record',
                'db_table': 'large_cash_records',
                'permissions': [('import_cash_records', 'Can import cash records')],
            },
        ),
        migrations.CreateModel(
            name='Party',
            fields=[
                ('id', models.UUIDField(db_default=django.contrib.postgres.functions.RandomUUID(), editable=False, primary_key=True, serialize=False)),
                ('party_key', models.CharField(max_length=100, verbose_name='key')),
                ('kind', models.CharField(choices=[('person', 'Person'), ('entity', 'Entity')], max_length=10)),
                ('as_of', models.DateTimeField(db_default=dwaybank.db.expressions.CurrentTimestamp(), verbose_name='known as of')),
                ('surname', models.CharField(blank=True, db_default='', max_length=100)),
                ('given_name', models.CharField(blank=True, db_default='', max_length=100)),
                ('other_name', models.CharField(blank=True, db_default='', max_length=100, verbose_name='other name or initial')),
                ('alias', models.CharField(blank=True, db_default='', max_length=100)),
                ('date_of_birth', models.DateField(blank=True, null=True)),
                ('country_of_residence', models.CharField(blank=True, db_default='', max_length=2)),
                ('country_of_citizenship', models.CharField(blank=True, db_default='', max_length=2)),
                ('occupation', models.CharField(blank=True, db_default='', max_length=200)),
                ('employer', models.JSONField(blank=True, db_default=models.Value({}, models.JSONField()))),
                ('entity_name', models.CharField(blank=True, db_default='', max_length=100, verbose_name='name of the entity')),
                ('nature_of_business', models.CharField(blank=True, db_default='', max_length=200, verbose_name='principal business')),
                ('structure_code', models.SmallIntegerField(blank=True, null=True, verbose_name='structure')),
                ('client_number', models.CharField(blank=True, db_default='', max_length=100)),
                ('telephone', models.CharField(blank=True, db_default='', max_length=20)),
                ('extension', models.CharField(blank=True, db_default='', max_length=10)),
                ('email', models.CharField(blank=True, db_default='', max_length=200)),
                ('address', models.JSONField(blank=True, db_default=models.Value({}, models.JSONField()))),
                ('identifications', models.JSONField(blank=True, db_default=models.Value([], models.JSONField()))),
                ('authorized_persons', models.JSONField(blank=True, db_default=models.Value([], models.JSONField()))),
                ('registrations', models.JSONField(blank=True, db_default=models.Value([], models.JSONField()))),
                ('ownership', models.JSONField(blank=True, db_default=models.Value({}, models.JSONField()))),
                ('created_at', models.DateTimeField(blank=True, db_default=dwaybank.db.expressions.CurrentTimestamp(), editable=False, null=True)),
                ('updated_at', models.DateTimeField(blank=True, db_default=dwaybank.db.expressions.CurrentTimestamp(), editable=False, null=True)),
            ],
            options={
                'verbose_name': 'party',
                'verbose_name_plural': 'parties',
                'db_table': 'parties',
            },
        ),
        migrations.AlterModelOptions(
            name='compliancereport',
            options={'permissions': [('review_report', 'Can approve a report or send it back'), ('file_report', 'Can file a report'), ('view_suspicion', 'Can see reports on suspicion')], 'verbose_name': 'compliance report'},
        ),
        migrations.AddField(
            model_name='compliancereport',
            name='aggregation_party',
            field=models.CharField(blank=True, db_default='', max_length=100),
        ),
        migrations.AddField(
            model_name='compliancereport',
            name='aggregation_role',
            field=models.CharField(blank=True, choices=[('conductor', 'Same conductor'), ('on_behalf_of', 'On behalf of the same party'), ('beneficiary', 'Same beneficiary'), ('single', 'Large by itself'), ('suspicious', 'Part of the suspicion')], db_default='', max_length=20),
        ),
        migrations.AddField(
            model_name='compliancereport',
            name='approved_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='compliancereport',
            name='approved_by',
            field=models.ForeignKey(blank=True, db_column='approved_by', db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='compliancereport',
            name='approved_version',
            field=models.IntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='compliancereport',
            name='assigned_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='compliancereport',
            name='assigned_to',
            field=models.ForeignKey(blank=True, db_column='assigned_to', db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='compliancereport',
            name='change_reason',
            field=models.TextField(blank=True, db_default=''),
        ),
        migrations.AddField(
            model_name='compliancereport',
            name='delete_reason',
            field=models.SmallIntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='compliancereport',
            name='due_basis',
            field=models.CharField(blank=True, db_default='', max_length=100),
        ),
        migrations.AddField(
            model_name='compliancereport',
            name='due_basis_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='compliancereport',
            name='due_rule',
            field=models.CharField(blank=True, db_default='', max_length=50),
        ),
        migrations.AddField(
            model_name='compliancereport',
            name='grounds_established_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='grounds to suspect established'),
        ),
        migrations.AddField(
            model_name='compliancereport',
            name='not_required_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='compliancereport',
            name='not_required_by',
            field=models.ForeignKey(blank=True, db_column='not_required_by', db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='compliancereport',
            name='not_required_reason',
            field=models.TextField(blank=True, db_default='', verbose_name='why it is not required'),
        ),
        migrations.AddField(
            model_name='compliancereport',
            name='prepared_by',
            field=models.ForeignKey(blank=True, db_column='prepared_by', db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='compliancereport',
            name='report_reference',
            field=models.CharField(blank=True, max_length=100, null=True),
        ),
        migrations.AddField(
            model_name='compliancereport',
            name='set_key',
            field=models.CharField(blank=True, max_length=64, null=True),
        ),
        migrations.AddField(
            model_name='compliancereport',
            name='submit_kind',
            field=models.CharField(choices=[('submit', 'First filing'), ('change', 'Change'), ('delete', 'Deletion')], db_default='submit', max_length=10, verbose_name='next filing'),
        ),
        migrations.AddField(
            model_name='compliancereport',
            name='version',
            field=models.IntegerField(db_default=1),
        ),
        migrations.AddField(
            model_name='compliancereport',
            name='window_end',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='compliancereport',
            name='window_start',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddIndex(
            model_name='compliancereport',
            index=dwaybank.db.indexes.Index(condition=models.Q(('report_status__in', ['draft', 'under_review', 'rejected'])), fields=['assigned_to', 'due_date'], name='idx_compliance_reports_assigned'),
        ),
        migrations.AddIndex(
            model_name='compliancereport',
            index=dwaybank.db.indexes.Index(condition=models.Q(('window_start__isnull', False)), fields=['window_start', 'aggregation_role', 'aggregation_party'], name='idx_compliance_reports_window'),
        ),
        migrations.AddConstraint(
            model_name='compliancereport',
            constraint=dwaybank.db.constraints.DatabaseForeignKey(field='prepared_by', name='compliance_reports_prepared_by_fkey', on_delete='NO ACTION'),
        ),
        migrations.AddConstraint(
            model_name='compliancereport',
            constraint=dwaybank.db.constraints.DatabaseForeignKey(field='assigned_to', name='compliance_reports_assigned_to_fkey', on_delete='NO ACTION'),
        ),
        migrations.AddConstraint(
            model_name='compliancereport',
            constraint=dwaybank.db.constraints.DatabaseForeignKey(field='approved_by', name='compliance_reports_approved_by_fkey', on_delete='NO ACTION'),
        ),
        migrations.AddConstraint(
            model_name='compliancereport',
            constraint=dwaybank.db.constraints.DatabaseForeignKey(field='not_required_by', name='compliance_reports_not_required_by_fkey', on_delete='NO ACTION'),
        ),
        migrations.AddConstraint(
            model_name='compliancereport',
            constraint=models.CheckConstraint(condition=models.Q(('submit_kind__in', ['submit', 'change', 'delete'])), name='compliance_reports_submit_kind_check', violation_error_code='compliance_reports_submit_kind_check', violation_error_message='submit_kind must be one of: submit, change, delete.'),
        ),
        migrations.AddConstraint(
            model_name='compliancereport',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('delete_reason__in', [3, 4]), ('delete_reason__isnull', False), ('submit_kind', 'delete')), models.Q(models.Q(('submit_kind', 'delete'), _negated=True), ('delete_reason__isnull', True)), _connector='OR'), name='compliance_reports_delete_reason_check', violation_error_message='A deletion says whether it is a duplicate (3) or submitted in error (4).'),
        ),
        migrations.AddConstraint(
            model_name='compliancereport',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('assigned_at__isnull', True), ('assigned_to__isnull', True)), models.Q(('assigned_at__isnull', False), ('assigned_to__isnull', False)), _connector='OR'), name='compliance_reports_assignment_check', violation_error_message='An assignment has a person and a time.'),
        ),
        migrations.AddConstraint(
            model_name='compliancereport',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('approved_at__isnull', True), ('approved_by__isnull', True), ('approved_version__isnull', True)), models.Q(('approved_at__isnull', False), ('approved_by__isnull', False), ('approved_version__isnull', False)), _connector='OR'), name='compliance_reports_approval_check', violation_error_message='An approval has a person, a time and the version that was approved.'),
        ),
        migrations.AddConstraint(
            model_name='compliancereport',
            constraint=models.CheckConstraint(condition=models.Q(('approved_by__isnull', True), ('prepared_by__isnull', True), models.Q(('approved_by', models.F('prepared_by')), _negated=True), _connector='OR'), name='compliance_reports_two_people_check', violation_error_message='Who prepared a report cannot approve it.'),
        ),
        migrations.AddConstraint(
            model_name='compliancereport',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('not_required_at__isnull', True), ('not_required_by__isnull', True), ('not_required_reason', '')), models.Q(('compliance_status', 'exempt'), ('not_required_at__isnull', False), ('not_required_by__isnull', False), models.Q(('not_required_reason', ''), _negated=True)), _connector='OR'), name='compliance_reports_not_required_check', violation_error_message='That a report is not required is a decision: person, time and reason.'),
        ),
        migrations.AddConstraint(
            model_name='compliancereport',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('window_end__isnull', True), ('window_start__isnull', True)), models.Q(('window_end__gt', models.F('window_start')), ('window_end__isnull', False), ('window_end__lte', django.db.models.expressions.CombinedExpression(models.F('window_start'), '+', models.Value(datetime.timedelta(days=1)))), ('window_start__isnull', False)), _connector='OR'), name='compliance_reports_window_check', violation_error_message='A window is longer than nothing and at most 24 hours (SOR/2002-184 s. 126).'),
        ),
        migrations.AddConstraint(
            model_name='compliancereport',
            constraint=models.CheckConstraint(condition=models.Q(('aggregation_role__in', ['', 'conductor', 'on_behalf_of', 'beneficiary', 'single', 'suspicious'])), name='compliance_reports_role_check', violation_error_message='This is no role by which transactions are reported together.'),
        ),
        migrations.AddConstraint(
            model_name='compliancereport',
            constraint=models.UniqueConstraint(fields=('report_reference',), name='idx_compliance_reports_reference', violation_error_message='A report reference is used once and for ever.'),
        ),
        migrations.AddConstraint(
            model_name='compliancereport',
            constraint=models.UniqueConstraint(fields=('set_key',), name='idx_compliance_reports_set', violation_error_message='There is a report of this window and set already.'),
        ),
        migrations.AddField(
            model_name='complianceacknowledgement',
            name='received_by',
            field=models.ForeignKey(blank=True, db_column='received_by', db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='compliancefiling',
            name='filed_by',
            field=models.ForeignKey(blank=True, db_column='filed_by', db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='compliancefiling',
            name='report',
            field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='filings', to='compliance.compliancereport'),
        ),
        migrations.AddField(
            model_name='complianceacknowledgement',
            name='filing',
            field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='acknowledgements', to='compliance.compliancefiling'),
        ),
        migrations.AddField(
            model_name='compliancereporttransaction',
            name='bank_transaction',
            field=models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='integrations.banktransactionkey'),
        ),
        migrations.AddField(
            model_name='compliancereporttransaction',
            name='ledger_transaction',
            field=models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='dwaybank.transaction'),
        ),
        migrations.AddField(
            model_name='compliancereporttransaction',
            name='report',
            field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='transactions', to='compliance.compliancereport'),
        ),
        migrations.AddField(
            model_name='compliancereportversion',
            name='changed_by',
            field=models.ForeignKey(blank=True, db_column='changed_by', db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='compliancereportversion',
            name='report',
            field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='versions', to='compliance.compliancereport'),
        ),
        migrations.AddField(
            model_name='largecashrecord',
            name='account',
            field=models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='dwaybank.account'),
        ),
        migrations.AddField(
            model_name='largecashrecord',
            name='bank_transaction',
            field=models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='integrations.banktransactionkey'),
        ),
        migrations.AddField(
            model_name='largecashrecord',
            name='created_by',
            field=models.ForeignKey(blank=True, db_column='created_by', db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='largecashrecord',
            name='transaction',
            field=models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='dwaybank.transaction'),
        ),
        migrations.AddField(
            model_name='largecashparty',
            name='record',
            field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='parties', to='compliance.largecashrecord'),
        ),
        migrations.AddField(
            model_name='compliancereporttransaction',
            name='cash_record',
            field=models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='compliance.largecashrecord'),
        ),
        migrations.AddField(
            model_name='party',
            name='user',
            field=models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='largecashparty',
            name='party',
            field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='compliance.party'),
        ),
        migrations.AddIndex(
            model_name='compliancefiling',
            index=dwaybank.db.indexes.Index(fields=['report', '-filed_at'], name='idx_compliance_filings_report'),
        ),
        migrations.AddIndex(
            model_name='compliancefiling',
            index=dwaybank.db.indexes.Index(fields=['filed_at'], name='idx_compliance_filings_filed_at'),
        ),
        migrations.AddConstraint(
            model_name='compliancefiling',
            constraint=dwaybank.db.constraints.DatabaseForeignKey(field='report', name='compliance_filings_report_id_fkey', on_delete='CASCADE'),
        ),
        migrations.AddConstraint(
            model_name='compliancefiling',
            constraint=dwaybank.db.constraints.DatabaseForeignKey(field='filed_by', name='compliance_filings_filed_by_fkey', on_delete='NO ACTION'),
        ),
        migrations.AddConstraint(
            model_name='compliancefiling',
            constraint=models.CheckConstraint(condition=models.Q(('submit_kind__in', ['submit', 'change', 'delete'])), name='compliance_filings_submit_kind_check', violation_error_code='compliance_filings_submit_kind_check', violation_error_message='submit_kind must be one of: submit, change, delete.'),
        ),
        migrations.AddConstraint(
            model_name='compliancefiling',
            constraint=models.CheckConstraint(condition=models.Q(('method__in', ['api', 'manual'])), name='compliance_filings_method_check', violation_error_code='compliance_filings_method_check', violation_error_message='method must be one of: api, manual.'),
        ),
        migrations.AddConstraint(
            model_name='compliancefiling',
            constraint=models.CheckConstraint(condition=models.Q(('sha256', models.Func(models.Func('payload', function='sha256'), models.Value('hex'), function='encode', output_field=models.TextField()))), name='compliance_filings_sha256_check', violation_error_message='The checksum is not that of the payload.'),
        ),
        drop_function_on_the_way_back('pgtrigger_compliance_filings_append_only_b5d0c'),
        pgtrigger.migrations.AddTrigger(
            model_name='compliancefiling',
            trigger=pgtrigger.compiler.Trigger(name='compliance_filings_append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'A filing is never changed: file again.' USING ERRCODE = 'check_violation', CONSTRAINT = 'compliance_filings_append_only';", hash='e15e3eee6f4fdf5246a149fdd3efb17f854c158d', operation='UPDATE', pgid='pgtrigger_compliance_filings_append_only_b5d0c', table='compliance_filings', when='BEFORE')),
        ),
        drop_function_on_the_way_back('pgtrigger_compliance_filings_no_delete_ee23c'),
        pgtrigger.migrations.AddTrigger(
            model_name='compliancefiling',
            trigger=pgtrigger.compiler.Trigger(name='compliance_filings_no_delete', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (pg_trigger_depth() = 0)', func="RAISE EXCEPTION 'A filing is never deleted by itself.' USING ERRCODE = 'check_violation', CONSTRAINT = 'compliance_filings_no_delete';", hash='e606b3beee114db67bbc3702f950ea4b09075e35', operation='DELETE', pgid='pgtrigger_compliance_filings_no_delete_ee23c', table='compliance_filings', when='BEFORE')),
        ),
        migrations.AddIndex(
            model_name='complianceacknowledgement',
            index=dwaybank.db.indexes.Index(fields=['filing', '-received_at'], name='idx_compliance_acknowledgements_filing'),
        ),
        migrations.AddConstraint(
            model_name='complianceacknowledgement',
            constraint=dwaybank.db.constraints.DatabaseForeignKey(field='filing', name='compliance_acknowledgements_filing_id_fkey', on_delete='CASCADE'),
        ),
        migrations.AddConstraint(
            model_name='complianceacknowledgement',
            constraint=dwaybank.db.constraints.DatabaseForeignKey(field='received_by', name='compliance_acknowledgements_received_by_fkey', on_delete='NO ACTION'),
        ),
        migrations.AddConstraint(
            model_name='complianceacknowledgement',
            constraint=models.CheckConstraint(condition=models.Q(('outcome__in', ['accepted', 'accepted_with_warnings', 'rejected', 'pending', 'failed', 'unknown'])), name='compliance_acknowledgements_outcome_check', violation_error_code='compliance_acknowledgements_outcome_check', violation_error_message='outcome must be one of: accepted, accepted_with_warnings, rejected, pending, failed, unknown.'),
        ),
        drop_function_on_the_way_back('pgtrigger_compliance_acknowledgements_append_only_da301'),
        pgtrigger.migrations.AddTrigger(
            model_name='complianceacknowledgement',
            trigger=pgtrigger.compiler.Trigger(name='compliance_acknowledgements_append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'An acknowledgement is never changed; a later answer is another one.' USING ERRCODE = 'check_violation', CONSTRAINT = 'compliance_acknowledgements_append_only';", hash='b837dafe96aaaff24ef0035c67efbfc413aa9dc8', operation='UPDATE', pgid='pgtrigger_compliance_acknowledgements_append_only_da301', table='compliance_acknowledgements', when='BEFORE')),
        ),
        drop_function_on_the_way_back('pgtrigger_compliance_acknowledgements_no_delete_2bd4a'),
        pgtrigger.migrations.AddTrigger(
            model_name='complianceacknowledgement',
            trigger=pgtrigger.compiler.Trigger(name='compliance_acknowledgements_no_delete', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (pg_trigger_depth() = 0)', func="RAISE EXCEPTION 'An acknowledgement is never deleted by itself.' USING ERRCODE = 'check_violation', CONSTRAINT = 'compliance_acknowledgements_no_delete';", hash='abf94ee43619fee766a402e15f4706905f1a8f70', operation='DELETE', pgid='pgtrigger_compliance_acknowledgements_no_delete_2bd4a', table='compliance_acknowledgements', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='compliancereportversion',
            constraint=dwaybank.db.constraints.DatabaseForeignKey(field='report', name='compliance_report_versions_report_id_fkey', on_delete='CASCADE'),
        ),
        migrations.AddConstraint(
            model_name='compliancereportversion',
            constraint=dwaybank.db.constraints.DatabaseForeignKey(field='changed_by', name='compliance_report_versions_changed_by_fkey', on_delete='NO ACTION'),
        ),
        migrations.AddConstraint(
            model_name='compliancereportversion',
            constraint=models.UniqueConstraint(fields=('report', 'version'), name='idx_compliance_report_versions_unique', violation_error_message='This version of the report is written already.'),
        ),
        drop_function_on_the_way_back('pgtrigger_compliance_report_versions_append_only_44e6e'),
        pgtrigger.migrations.AddTrigger(
            model_name='compliancereportversion',
            trigger=pgtrigger.compiler.Trigger(name='compliance_report_versions_append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'A version of a report is never changed.' USING ERRCODE = 'check_violation', CONSTRAINT = 'compliance_report_versions_append_only';", hash='bea5442526a8150911ad4df3ba7961b57289aae4', operation='UPDATE', pgid='pgtrigger_compliance_report_versions_append_only_44e6e', table='compliance_report_versions', when='BEFORE')),
        ),
        drop_function_on_the_way_back('pgtrigger_compliance_report_versions_no_delete_86409'),
        pgtrigger.migrations.AddTrigger(
            model_name='compliancereportversion',
            trigger=pgtrigger.compiler.Trigger(name='compliance_report_versions_no_delete', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (pg_trigger_depth() = 0)', func="RAISE EXCEPTION 'A version of a report is never deleted by itself.' USING ERRCODE = 'check_violation', CONSTRAINT = 'compliance_report_versions_no_delete';", hash='c6a1a785b677f0c389cd19fc27be4979cf28689c', operation='DELETE', pgid='pgtrigger_compliance_report_versions_no_delete_86409', table='compliance_report_versions', when='BEFORE')),
        ),
        migrations.AddIndex(
            model_name='largecashrecord',
            index=dwaybank.db.indexes.Index(condition=models.Q(('record_status', 'recorded')), fields=['received_at', 'id'], name='idx_large_cash_records_received'),
        ),
        migrations.AddIndex(
            model_name='largecashrecord',
            index=dwaybank.db.indexes.Index(condition=models.Q(('record_status', 'proposed')), fields=['received_at', 'id'], name='idx_large_cash_records_proposed'),
        ),
        migrations.AddIndex(
            model_name='largecashrecord',
            index=dwaybank.db.indexes.Index(fields=['updated_at'], name='idx_large_cash_records_updated'),
        ),
        migrations.AddIndex(
            model_name='largecashrecord',
            index=dwaybank.db.indexes.Index(condition=models.Q(('account__isnull', False)), fields=['account', 'received_at'], name='idx_large_cash_records_account'),
        ),
        migrations.AddConstraint(
            model_name='largecashrecord',
            constraint=dwaybank.db.constraints.DatabaseForeignKey(field='account', name='large_cash_records_account_id_fkey', on_delete='NO ACTION'),
        ),
        migrations.AddConstraint(
            model_name='largecashrecord',
            constraint=dwaybank.db.constraints.DatabaseForeignKey(field='bank_transaction', name='large_cash_records_bank_transaction_id_fkey', on_delete='SET NULL'),
        ),
        migrations.AddConstraint(
            model_name='largecashrecord',
            constraint=dwaybank.db.constraints.DatabaseForeignKey(field='transaction', name='large_cash_records_transaction_id_fkey', on_delete='SET NULL'),
        ),
        migrations.AddConstraint(
            model_name='largecashrecord',
            constraint=dwaybank.db.constraints.DatabaseForeignKey(field='created_by', name='large_cash_records_created_by_fkey', on_delete='NO ACTION'),
        ),
        migrations.AddConstraint(
            model_name='largecashrecord',
            constraint=models.CheckConstraint(condition=models.Q(('record_status__in', ['proposed', 'recorded', 'dismissed'])), name='large_cash_records_status_check', violation_error_code='large_cash_records_status_check', violation_error_message='record_status must be one of: proposed, recorded, dismissed.'),
        ),
        migrations.AddConstraint(
            model_name='largecashrecord',
            constraint=models.CheckConstraint(condition=models.Q(('record_source__in', ['entered', 'imported', 'proposed'])), name='large_cash_records_source_check', violation_error_code='large_cash_records_source_check', violation_error_message='record_source must be one of: entered, imported, proposed.'),
        ),
        migrations.AddConstraint(
            model_name='largecashrecord',
            constraint=models.CheckConstraint(condition=models.Q(('amount__gt', 0), ('amount_cad__gt', 0)), name='large_cash_records_amount_check', violation_error_message='An amount of cash is more than zero.'),
        ),
        migrations.AddConstraint(
            model_name='largecashrecord',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('amount_cad', models.F('amount')), ('currency', 'CAD'), ('exchange_rate__isnull', True), ('rate_source', '')), models.Q(models.Q(('currency', 'CAD'), _negated=True), ('exchange_rate__gt', 0), ('rate_source__in', ['bank_of_canada', 'ordinary_business'])), _connector='OR'), name='large_cash_records_rate_check', violation_error_message='Foreign cash has a rate and its source; Canadian dollars are what they are.'),
        ),
        migrations.AddConstraint(
            model_name='largecashrecord',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('record_status', 'recorded'), _negated=True), models.Q(('method_code__isnull', False), models.Q(('location_id', ''), _negated=True), models.Q(('reference', ''), _negated=True)), _connector='OR'), name='large_cash_records_complete_check', violation_error_message='A recorded receipt has its method, location number and reference.'),
        ),
        migrations.AddConstraint(
            model_name='largecashrecord',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('record_status', 'dismissed'), _negated=True), models.Q(('status_reason', ''), _negated=True), _connector='OR'), name='large_cash_records_dismissed_check', violation_error_message='Say why this is no cash record.'),
        ),
        migrations.AddConstraint(
            model_name='largecashrecord',
            constraint=models.CheckConstraint(condition=models.Q(('exemption', ''), models.Q(('exemption__in', ['financial_entity', 'public_body', 'acts_for_exempt_client', 'alternative_to_lctr']), models.Q(('exemption_reason', ''), _negated=True)), _connector='OR'), name='large_cash_records_exemption_check', violation_error_message='An exemption has its ground in the law and a reason.'),
        ),
        migrations.AddConstraint(
            model_name='largecashrecord',
            constraint=models.UniqueConstraint(fields=('reference',), name='idx_large_cash_records_reference', violation_error_message='There is a cash record with this reference already.'),
        ),
        migrations.AddConstraint(
            model_name='largecashrecord',
            constraint=models.UniqueConstraint(fields=('bank_transaction',), name='idx_large_cash_records_bank_transaction', violation_error_message='This bank transaction has its cash record already.'),
        ),
        drop_function_on_the_way_back('pgtrigger_large_cash_records_retention_guard_b4268'),
        pgtrigger.migrations.AddTrigger(
            model_name='largecashrecord',
            trigger=pgtrigger.compiler.Trigger(name='large_cash_records_retention_guard', sql=pgtrigger.compiler.UpsertTriggerSql(condition="WHEN (COALESCE(OLD.created_at, CURRENT_TIMESTAMP) + INTERVAL '5 years' > CURRENT_TIMESTAMP)", func="RAISE EXCEPTION 'A cash record is kept for five years after it was made: it cannot be deleted.' USING ERRCODE = 'check_violation', CONSTRAINT = 'large_cash_records_retention_guard', HINT = 'Dismiss it with a reason, if it is no cash.';", hash='edd58aac3dee1f71b381e520dbfef410ccb11b42', operation='DELETE', pgid='pgtrigger_large_cash_records_retention_guard_b4268', table='large_cash_records', when='BEFORE')),
        ),
        migrations.AddIndex(
            model_name='compliancereporttransaction',
            index=dwaybank.db.indexes.Index(fields=['report', 'position'], name='idx_compliance_report_transactions_report'),
        ),
        migrations.AddIndex(
            model_name='compliancereporttransaction',
            index=dwaybank.db.indexes.Index(condition=models.Q(('cash_record__isnull', False)), fields=['cash_record'], name='idx_compliance_report_transactions_cash_record'),
        ),
        migrations.AddConstraint(
            model_name='compliancereporttransaction',
            constraint=dwaybank.db.constraints.DatabaseForeignKey(field='report', name='compliance_report_transactions_report_id_fkey', on_delete='CASCADE'),
        ),
        migrations.AddConstraint(
            model_name='compliancereporttransaction',
            constraint=dwaybank.db.constraints.DatabaseForeignKey(field='cash_record', name='compliance_report_transactions_cash_record_id_fkey', on_delete='NO ACTION'),
        ),
        migrations.AddConstraint(
            model_name='compliancereporttransaction',
            constraint=dwaybank.db.constraints.DatabaseForeignKey(field='bank_transaction', name='compliance_report_transactions_bank_transaction_id_fkey', on_delete='SET NULL'),
        ),
        migrations.AddConstraint(
            model_name='compliancereporttransaction',
            constraint=dwaybank.db.constraints.DatabaseForeignKey(field='ledger_transaction', name='compliance_report_transactions_ledger_transaction_id_fkey', on_delete='SET NULL'),
        ),
        migrations.AddConstraint(
            model_name='compliancereporttransaction',
            constraint=models.CheckConstraint(condition=models.Q(('transaction_role__in', ['conductor', 'on_behalf_of', 'beneficiary', 'single', 'suspicious'])), name='compliance_report_transactions_role_check', violation_error_code='compliance_report_transactions_role_check', violation_error_message='transaction_role must be one of: conductor, on_behalf_of, beneficiary, single, suspicious.'),
        ),
        migrations.AddConstraint(
            model_name='compliancereporttransaction',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('window_end__isnull', True), ('window_start__isnull', True)), models.Q(('window_end__gt', models.F('window_start')), ('window_end__isnull', False), ('window_start__isnull', False)), _connector='OR'), name='compliance_report_transactions_window_check', violation_error_message='A window has a start and a later end.'),
        ),
        migrations.AddConstraint(
            model_name='compliancereporttransaction',
            constraint=models.UniqueConstraint(fields=('report', 'cash_record'), name='idx_compliance_report_transactions_once', violation_error_message='This receipt stands in the report already.'),
        ),
        migrations.AddIndex(
            model_name='party',
            index=dwaybank.db.indexes.Index(fields=['party_key', '-as_of'], name='idx_parties_key'),
        ),
        migrations.AddIndex(
            model_name='party',
            index=dwaybank.db.indexes.Index(fields=['user'], name='idx_parties_user_id'),
        ),
        migrations.AddIndex(
            model_name='party',
            index=dwaybank.db.indexes.Index(condition=models.Q(('surname', ''), _negated=True), fields=['surname', 'given_name'], name='idx_parties_surname'),
        ),
        migrations.AddIndex(
            model_name='party',
            index=dwaybank.db.indexes.Index(condition=models.Q(('entity_name', ''), _negated=True), fields=['entity_name'], name='idx_parties_entity_name'),
        ),
        migrations.AddConstraint(
            model_name='party',
            constraint=dwaybank.db.constraints.DatabaseForeignKey(field='user', name='parties_user_id_fkey', on_delete='NO ACTION'),
        ),
        migrations.AddConstraint(
            model_name='party',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['person', 'entity'])), name='parties_kind_check', violation_error_code='parties_kind_check', violation_error_message='kind must be one of: person, entity.'),
        ),
        migrations.AddConstraint(
            model_name='party',
            constraint=models.CheckConstraint(condition=models.Q(('party_key', ''), _negated=True), name='parties_key_check', violation_error_message='A party has a key; without one nothing could be known of it.'),
        ),
        migrations.AddConstraint(
            model_name='party',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('entity_name', ''), ('kind', 'person'), models.Q(('surname', ''), _negated=True)), models.Q(('given_name', ''), ('kind', 'entity'), ('surname', ''), models.Q(('entity_name', ''), _negated=True)), _connector='OR'), name='parties_name_check', violation_error_message="A person has a surname, an entity its name, and neither has the other's."),
        ),
        migrations.AddIndex(
            model_name='largecashparty',
            index=dwaybank.db.indexes.Index(fields=['party_key', 'party_role'], name='idx_large_cash_parties_key'),
        ),
        migrations.AddIndex(
            model_name='largecashparty',
            index=dwaybank.db.indexes.Index(fields=['party'], name='idx_large_cash_parties_party_id'),
        ),
        migrations.AddConstraint(
            model_name='largecashparty',
            constraint=dwaybank.db.constraints.DatabaseForeignKey(field='record', name='large_cash_parties_record_id_fkey', on_delete='CASCADE'),
        ),
        migrations.AddConstraint(
            model_name='largecashparty',
            constraint=dwaybank.db.constraints.DatabaseForeignKey(field='party', name='large_cash_parties_party_id_fkey', on_delete='NO ACTION'),
        ),
        migrations.AddConstraint(
            model_name='largecashparty',
            constraint=models.CheckConstraint(condition=models.Q(('party_role__in', ['conductor', 'on_behalf_of', 'beneficiary', 'source', 'involved', 'holder'])), name='large_cash_parties_role_check', violation_error_code='large_cash_parties_role_check', violation_error_message='party_role must be one of: conductor, on_behalf_of, beneficiary, source, involved, holder.'),
        ),
        migrations.AddConstraint(
            model_name='largecashparty',
            constraint=models.UniqueConstraint(fields=('record', 'party_role', 'party'), name='idx_large_cash_parties_unique', violation_error_message='This party has this role on this record already.'),
        ),
    ]
