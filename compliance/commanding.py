"""What the commands of compliance share: who acts, which report an argument names, and how a file is imported."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError, CommandParser

from compliance.importing import ImportRefused
from compliance.models import ComplianceReport
from dwaybank.actor import Actor
from dwaybank.models import User


def actor_of(command: str, email: str = "") -> Actor:
    """The person of this e-mail address, or nobody; raises CommandError for somebody who is not staff."""
    if not email:
        return Actor(None, f"command:{command}")
    person = User.objects.filter(email=email.lower(), is_staff=True, is_active=True).first()
    if person is None:
        raise CommandError(f"{email} is no active member of staff.")
    return Actor(person.pk, f"command:{command}")


def report_of(text: str) -> ComplianceReport:
    """The report of this id or reference. Raises CommandError."""
    try:
        found = ComplianceReport.objects.filter(pk=UUID(text)).first()
    except ValueError:
        found = ComplianceReport.objects.filter(report_reference=text).first()
    if found is None:
        raise CommandError(f"There is no report {text}; give its id or its reference.")
    return found


class ImportCommand(BaseCommand):
    """A command that imports all rows of a file, or none and says why, line by line.

    Exit code: 0 all imported, 1 errors and nothing imported, 2 the file cannot be read.
    """

    things = ""

    def add_arguments(self, parser: CommandParser) -> None:
        """The file, in whose name."""
        parser.add_argument("file", metavar="FILE")
        parser.add_argument("--by", metavar="E-MAIL", default="", help="in this person's name")
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def imported(self, *, name: str, data: bytes, actor: Actor) -> int:
        """Import; how many rows. Raises ImportRefused."""
        raise NotImplementedError

    def handle(self, *args: Any, **options: Any) -> None:
        """Import, and print the outcome."""
        try:
            data = Path(options["file"]).read_bytes()
        except OSError as error:
            raise CommandError(f"{options['file']} cannot be read: {error.strerror}.", returncode=2) from None
        actor = actor_of(f"import_{self.things.replace(' ', '_')}", options["by"])
        errors: list[dict[str, Any]] = []
        count = 0
        try:
            count = self.imported(name=options["file"], data=data, actor=actor)
        except ImportRefused as refusal:
            errors = [{"line": one.line, "message": one.message} for one in refusal.errors]
        if options["json"]:
            self.stdout.write(json.dumps({"imported": count, "errors": errors}, indent=2, ensure_ascii=False))
        else:
            for one in errors:
                self.stdout.write(self.style.ERROR(f"line {one['line']}: {one['message']}"))
            self.stdout.write(f"{count} {self.things} imported, {len(errors)} errors")
        if errors:
            raise SystemExit(1)
