"""Command ``archive_audit_events``: months of the audit past seven years go to their archive."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand
from django.db import connection


class Command(BaseCommand):
    """Hand over whole months to audit_events_archive; nothing is deleted."""

    help = "Hand over every month of the audit that is past seven years to audit_events_archive; nothing is deleted."

    def handle(self, *args: Any, **options: Any) -> None:
        """Archive, and say how much."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT archive_old_audit_events()")
            (count,) = cursor.fetchone()
        self.stdout.write(f"Archived {count} audit events.")
