"""Command ``export_audit_anchor``: the newest seal, to keep where nobody who writes this database can write."""

from __future__ import annotations

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from dwaybank.audit.anchors import export_anchor
from dwaybank.errors import DomainError


class Command(BaseCommand):
    """Print the anchor as JSON."""

    help = (
        "Print the newest seal of the audit as JSON. Keep it outside the database (write-once storage, a mailbox of "
        "the auditor); 'verify_audit --anchor FILE' then finds even a chain that was made wholly anew."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        """Print it."""
        try:
            anchor = export_anchor(now=timezone.now())
        except DomainError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(json.dumps(anchor, indent=2))
