from django.db import migrations, models

from dwaybank.db.sql_files import run_sql_file


class Migration(migrations.Migration):
    """A person's language, for screens and mails."""

    dependencies = [
        ("dwaybank", "0015_retention_triggers"),
    ]

    operations = [
        migrations.AddField(
            model_name="user",
            name="language",
            field=models.CharField(
                blank=True,
                choices=[("en-ca", "English"), ("fr-ca", "Français")],
                help_text="Of screens and mails. Without one, screens follow the browser.",
                max_length=5,
                null=True,
                verbose_name="language",
            ),
        ),
        migrations.AddConstraint(
            model_name="user",
            constraint=models.CheckConstraint(
                condition=models.Q(("language__in", ["en-ca", "fr-ca"])),
                name="users_language_check",
                violation_error_code="users_language_check",
                violation_error_message="language must be one of: en-ca, fr-ca.",
            ),
        ),
        run_sql_file("dwaybank", "triggers", "core_triggers", 2),
        run_sql_file("dwaybank", "grants", "language_grants"),
    ]
