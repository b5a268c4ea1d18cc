import django.contrib.postgres.functions
import django.db.models.deletion
import dwaybank.db.constraints
import dwaybank.db.expressions
import dwaybank.db.indexes
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """Legal holds and plans of purges."""

    dependencies = [
        ('dwaybank', '0013_sign_in'),
    ]

    operations = [
        migrations.CreateModel(
            name='LegalHold',
            fields=[
                ('id', models.UUIDField(db_default=django.contrib.postgres.functions.RandomUUID(), editable=False, primary_key=True, serialize=False)),
                ('table_name', models.CharField(blank=True, db_default='', max_length=63)),
                ('row_id', models.CharField(blank=True, db_default='', max_length=255)),
                ('rule_name', models.CharField(blank=True, db_default='', max_length=63, verbose_name='retention rule')),
                ('reason', models.TextField()),
                ('placed_at', models.DateTimeField(db_default=dwaybank.db.expressions.CurrentTimestamp(), editable=False)),
                ('released_at', models.DateTimeField(blank=True, null=True)),
                ('release_reason', models.TextField(blank=True, db_default='')),
                ('created_at', models.DateTimeField(blank=True, db_default=dwaybank.db.expressions.CurrentTimestamp(), editable=False, null=True)),
                ('updated_at', models.DateTimeField(blank=True, db_default=dwaybank.db.expressions.CurrentTimestamp(), editable=False, null=True)),
                ('placed_by', models.ForeignKey(db_column='placed_by', db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('released_by', models.ForeignKey(blank=True, db_column='released_by', db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('user', models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'legal hold',
                'db_table': 'legal_holds',
                'indexes': [dwaybank.db.indexes.Index(condition=models.Q(('released_at__isnull', True)), fields=['table_name', 'row_id'], name='idx_legal_holds_row'), dwaybank.db.indexes.Index(condition=models.Q(('released_at__isnull', True)), fields=['user'], name='idx_legal_holds_user')],
                'constraints': [dwaybank.db.constraints.DatabaseForeignKey(field='user', name='legal_holds_user_id_fkey', on_delete='NO ACTION'), dwaybank.db.constraints.DatabaseForeignKey(field='placed_by', name='legal_holds_placed_by_fkey', on_delete='NO ACTION'), dwaybank.db.constraints.DatabaseForeignKey(field='released_by', name='legal_holds_released_by_fkey', on_delete='NO ACTION'), models.CheckConstraint(condition=models.Q(models.Q(('row_id', ''), ('rule_name', ''), ('table_name', ''), ('user__isnull', False)), models.Q(('rule_name', ''), ('user__isnull', True), models.Q(('table_name', ''), _negated=True), models.Q(('row_id', ''), _negated=True)), models.Q(('row_id', ''), ('table_name', ''), ('user__isnull', True), models.Q(('rule_name', ''), _negated=True)), _connector='OR'), name='legal_holds_subject_check', violation_error_message='A hold covers one person, one row, or one retention rule: name exactly one.'), models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='legal_holds_reason_check', violation_error_message='Say why this must be kept.'), models.CheckConstraint(condition=models.Q(models.Q(('released_at__isnull', True), ('released_by__isnull', True)), models.Q(('released_at__isnull', False), ('released_by__isnull', False), models.Q(('release_reason', ''), _negated=True)), _connector='OR'), name='legal_holds_release_check', violation_error_message='A release has a person, a time and a reason.')],
            },
        ),
        migrations.CreateModel(
            name='RetentionPlan',
            fields=[
                ('id', models.UUIDField(db_default=django.contrib.postgres.functions.RandomUUID(), editable=False, primary_key=True, serialize=False)),
                ('rule_name', models.CharField(max_length=63, verbose_name='retention rule')),
                ('due_at', models.DateTimeField(verbose_name='due as of')),
                ('rows_due', models.IntegerField()),
                ('rows_held', models.IntegerField(db_default=0, verbose_name='rows under a legal hold')),
                ('planned_at', models.DateTimeField(blank=True, db_default=dwaybank.db.expressions.CurrentTimestamp(), editable=False, null=True)),
                ('approved_at', models.DateTimeField(blank=True, null=True)),
                ('executed_at', models.DateTimeField(blank=True, null=True)),
                ('rows_purged', models.IntegerField(blank=True, null=True)),
                ('created_at', models.DateTimeField(blank=True, db_default=dwaybank.db.expressions.CurrentTimestamp(), editable=False, null=True)),
                ('updated_at', models.DateTimeField(blank=True, db_default=dwaybank.db.expressions.CurrentTimestamp(), editable=False, null=True)),
                ('approved_by', models.ForeignKey(blank=True, db_column='approved_by', db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('planned_by', models.ForeignKey(db_column='planned_by', db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'retention plan',
                'db_table': 'retention_plans',
                'permissions': [('plan_purge', 'Can plan a purge'), ('approve_purge', 'Can approve a purge')],
                'indexes': [dwaybank.db.indexes.Index(fields=['rule_name', '-due_at'], name='idx_retention_plans_rule')],
                'constraints': [dwaybank.db.constraints.DatabaseForeignKey(field='planned_by', name='retention_plans_planned_by_fkey', on_delete='NO ACTION'), dwaybank.db.constraints.DatabaseForeignKey(field='approved_by', name='retention_plans_approved_by_fkey', on_delete='NO ACTION'), models.CheckConstraint(condition=models.Q(models.Q(('approved_at__isnull', True), ('approved_by__isnull', True)), models.Q(('approved_at__isnull', False), ('approved_by__isnull', False)), _connector='OR'), name='retention_plans_approval_check', violation_error_message='An approval has a person and a time.'), models.CheckConstraint(condition=models.Q(('approved_by__isnull', True), models.Q(('approved_by', models.F('planned_by')), _negated=True), _connector='OR'), name='retention_plans_two_people_check', violation_error_message='A purge is approved by somebody else than who planned it.'), models.CheckConstraint(condition=models.Q(models.Q(('executed_at__isnull', True), ('rows_purged__isnull', True)), models.Q(('approved_by__isnull', False), ('executed_at__isnull', False), ('rows_purged__isnull', False)), _connector='OR'), name='retention_plans_executed_check', violation_error_message='Nothing is purged before a second person approved the plan.'), models.CheckConstraint(condition=models.Q(('rows_due__gte', 0), ('rows_held__gte', 0)), name='retention_plans_counts_check', violation_error_message='A count is zero or more.')],
            },
        ),
    ]
