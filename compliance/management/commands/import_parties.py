"""Command ``import_parties``: persons and entities from a file, all or nothing."""

from __future__ import annotations

from django.utils import timezone

from compliance.commanding import ImportCommand
from compliance.entering.importing import import_parties
from dwaybank.actor import Actor


class Command(ImportCommand):
    """Import all parties of a file, each as a new snapshot of its key, or none and say why, line by line."""

    help = "Import parties from FILE.csv or FILE.json. Exit code: 0 all imported, 1 errors and nothing imported."
    things = "parties"

    def imported(self, *, name: str, data: bytes, actor: Actor) -> int:
        """As ``import_parties``, known as of now."""
        return import_parties(name=name, data=data, actor=actor, now=timezone.now())
