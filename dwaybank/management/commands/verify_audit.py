"""Command ``verify_audit``: whether the audit is as it was recorded."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db.models import Func, IntegerField, Sum
from tqdm import tqdm

from dwaybank.audit.anchors import read_anchor
from dwaybank.audit.rows import differing_rows
from dwaybank.audit.verifying import Verification, verify
from dwaybank.errors import DomainError
from dwaybank.models import AuditSeal


class Command(BaseCommand):
    """Verify the chain over the audit. Ends with 0 when it holds, with 1 when something was tampered with."""

    help = (
        "Find every audit event that was changed, removed, put in or moved since it was sealed, and name it; with "
        "--rows also every bank transaction that is no longer what came in. Ends with 1 when there is one."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Anchors, and output for scripts."""
        parser.add_argument("--json", action="store_true", help="print one JSON object")
        parser.add_argument(
            "--rows", action="store_true", help="compare every row of tables audited by run with its digest, too"
        )
        parser.add_argument(
            "--anchor",
            action="append",
            default=[],
            type=Path,
            metavar="FILE",
            help="a file that export_audit_anchor wrote; may be given several times",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Verify, print, and end with 1 when something is wrong."""
        try:
            anchors = [read_anchor(path.read_text("utf-8"), str(path)) for path in options["anchor"]]
        except (DomainError, OSError) as error:
            raise CommandError(str(error), returncode=2) from error
        length = Func("event_ids", function="cardinality", output_field=IntegerField())
        total = AuditSeal.objects.aggregate(events=Sum(length))["events"] or 0
        with tqdm(total=total, unit="event", disable=None if not options["json"] else True) as bar:
            found = verify(anchors=anchors, progress=bar.update)
        if options["rows"]:
            found.problems += differing_rows()
        self.stdout.write(json.dumps(_as_json(found)) if options["json"] else _as_text(found, len(anchors)))
        if not found.holds:
            sys.exit(1)


def _as_json(found: Verification) -> dict[str, Any]:
    return {
        "holds": found.holds,
        "seals": found.seals,
        "events": found.events,
        "not_sealed": found.unsealed,
        "oldest_not_sealed": found.oldest_unsealed.isoformat() if found.oldest_unsealed else None,
        "keys_gone": sorted(found.unsigned_keys),
        "problems": [
            {"kind": p.kind, "seal": p.seal_id, "event": p.event_id, "message": p.message} for p in found.problems
        ],
    }


def _as_text(found: Verification, anchors: int) -> str:
    lines = [problem.message for problem in found.problems]
    if found.holds:
        lines.append(f"The audit holds: {found.events} events in {found.seals} seals, {anchors} anchors.")
    else:
        lines.append(f"{len(found.problems)} problems in {found.events} events and {found.seals} seals.")
    if found.unsealed:
        since = f"{found.oldest_unsealed:%Y-%m-%d %H:%M} UTC" if found.oldest_unsealed else ""
        lines.append(f"Not sealed yet, and so not proven: {found.unsealed} events since {since}.")
    if found.unsigned_keys:
        gone = ", ".join(sorted(found.unsigned_keys))
        lines.append(f"Keys no longer at hand: {gone}. Their seals are proven by the seals after them.")
    return "\n".join(lines)
