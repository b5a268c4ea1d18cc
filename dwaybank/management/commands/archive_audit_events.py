"""Command ``archive_audit_events``: months of the audit past seven years go to their archive."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from dwaybank.audit.archiving import archive_audit_events
from dwaybank.db.patience import LockedByOthers


class Command(BaseCommand):
    """Hand over whole months to audit_events_archive; nothing is deleted."""

    help = "Hand over every month of the audit that is past seven years to audit_events_archive; nothing is deleted."

    def handle(self, *args: Any, **options: Any) -> None:
        """Archive, and say how much."""
        try:
            count = archive_audit_events()
        except LockedByOthers as locked:
            raise CommandError(str(locked)) from None
        self.stdout.write(f"Archived {count} audit events.")
