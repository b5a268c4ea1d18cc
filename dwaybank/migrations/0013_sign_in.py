from django.db import migrations

from dwaybank.db.sql_files import run_sql_file


class Migration(migrations.Migration):
    """Second factors audited, counters shared, and the frameworks' tables open to the application."""

    dependencies = [
        ("account", "0009_emailaddress_unique_primary_email"),
        ("admin", "0003_logentry_add_action_flag_choices"),
        ("dwaybank", "0012_audit_seals"),
        ("mfa", "0003_authenticator_type_uniq"),
        ("sessions", "0001_initial"),
    ]

    operations = [
        run_sql_file("dwaybank", "tables", "django_cache_entries"),
        run_sql_file("dwaybank", "triggers", "sign_in_audit"),
        run_sql_file("dwaybank", "grants", "framework_grants"),
    ]
