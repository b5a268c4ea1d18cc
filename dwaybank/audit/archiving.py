"""Months of the audit past seven years go to their archive."""

from __future__ import annotations

from django.db import connection

from dwaybank.db.patience import patiently


def archive_audit_events() -> int:
    """Hand over every whole month past seven years; how many events that were. Raises LockedByOthers."""

    def hand_over() -> int:
        with connection.cursor() as cursor:
            cursor.execute("SELECT archive_old_audit_events()")
            return int(cursor.fetchone()[0])

    return patiently(hand_over)
