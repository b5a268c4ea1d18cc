from django.db import migrations


class Migration(migrations.Migration):
    """The four settings as delivered, and sync_enabled of accounts that were there before."""

    dependencies = [
        ("dwaybank", "0004_functions_and_triggers"),
    ]

    operations = [
        migrations.RunSQL(
            sql="""
                INSERT INTO system_config (key, value, description) VALUES
                ('bank_integration_enabled', 'true', 'Enable bank integration features'),
                ('sync_frequency_hours', '4', 'Default synchronization frequency in hours'),
                ('balance_discrepancy_threshold', '1.00', 'Balance discrepancy threshold in CAD'),
                ('max_sync_retries', '3', 'Maximum number of sync retries before failure')
                ON CONFLICT (key) DO NOTHING
            """,
            reverse_sql="""
                DELETE FROM system_config WHERE key IN (
                    'bank_integration_enabled', 'sync_frequency_hours',
                    'balance_discrepancy_threshold', 'max_sync_retries'
                )
            """,
        ),
        migrations.RunSQL(
            sql="UPDATE accounts SET sync_enabled = is_external WHERE is_external IS NOT NULL",
            reverse_sql=migrations.RunSQL.noop,
        ),
    ]
