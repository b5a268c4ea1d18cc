"""Command ``import_cash_records``: receipts of cash from a file, all or nothing."""

from __future__ import annotations

from compliance.commanding import ImportCommand
from compliance.importing import import_cash_records
from dwaybank.actor import Actor


class Command(ImportCommand):
    """Import all receipts of a file, or none and say why, line by line."""

    help = "Import cash records from FILE.csv or FILE.json. Exit code: 0 all imported, 1 errors and nothing imported."
    things = "cash records"

    def imported(self, *, name: str, data: bytes, actor: Actor) -> int:
        """As ``import_cash_records``."""
        return import_cash_records(name=name, data=data, actor=actor)
