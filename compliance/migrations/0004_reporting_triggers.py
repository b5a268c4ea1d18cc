from django.db import migrations

from dwaybank.db.sql_files import run_sql_file


class Migration(migrations.Migration):
    """Moves and locks of reports, private numbers, keys of parties, holds, audit and rights."""

    dependencies = [
        ("compliance", "0003_cash_and_filing"),
        ("dwaybank", "0015_retention_triggers"),
    ]

    operations = [
        run_sql_file("compliance", "functions", "holds_social_insurance_number"),
        run_sql_file("compliance", "functions", "refuse_social_insurance_numbers"),
        run_sql_file("compliance", "functions", "check_report_approval"),
        run_sql_file("compliance", "functions", "compliance_reports_moves"),
        run_sql_file("compliance", "functions", "lock_report_transactions"),
        run_sql_file("compliance", "functions", "large_cash_parties_key"),
        run_sql_file("compliance", "functions", "parties_key_immutable"),
        run_sql_file("compliance", "triggers", "reporting_triggers"),
        run_sql_file("compliance", "grants", "reporting_grants"),
    ]
