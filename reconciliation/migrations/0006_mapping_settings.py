from django.db import migrations


class Migration(migrations.Migration):
    """The settings of matching as delivered."""

    dependencies = [
        ("reconciliation", "0005_mapping_rules"),
    ]

    operations = [
        migrations.RunSQL(
            sql="""
                INSERT INTO system_config (key, value, description) VALUES
                ('mapping_accept_probability', '0.985',
                    'A match is accepted without a person from this probability on'),
                ('mapping_accept_margin', '0.95',
                    'A match is accepted without a person only if it leads its rival by this'),
                ('mapping_amount_tolerance', '5.00',
                    'Difference of amounts that a fee may make, whatever the amount'),
                ('mapping_max_lag_days', '45',
                    'No bank line is matched to a ledger transaction further away in days'),
                ('mapping_rejection_half_life_days', '180', 'Days after which a rejected pair counts half')
                ON CONFLICT (key) DO NOTHING
            """,
            reverse_sql="DELETE FROM system_config WHERE key LIKE 'mapping\\_%'",
        ),
    ]
