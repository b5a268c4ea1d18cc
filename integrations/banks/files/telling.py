"""Who imports statements is told of a dropped file with problems: nobody stands beside the folder to see it."""

from __future__ import annotations

from typing import Final

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from dwaybank.notifications import NotificationKind, holders_of, notify, register_kind
from integrations.enums import FileStatus
from integrations.importing import FileOutcome

_PERMISSION: Final = "integrations.import_statement"
FILE_REFUSED: Final = register_kind(NotificationKind("file_refused", _("Files refused"), _PERMISSION))
FILE_IN_PART: Final = register_kind(NotificationKind("file_in_part", _("Imports with problems"), _PERMISSION))
_TOLD: Final = {
    FileStatus.REFUSED: (FILE_REFUSED, _("A statement file that a bank dropped was refused")),
    FileStatus.PARTIAL: (FILE_IN_PART, _("A statement file that a bank dropped was imported in part")),
}


def tell_of_problems(outcome: FileOutcome) -> int:
    """Tell everybody who may import of a file that was not taken whole, once for each file and outcome; how many.

    The words name no customer and no bank.
    """
    if outcome.status not in _TOLD or outcome.statement_file_id is None:
        return 0
    kind, subject = _TOLD[FileStatus(outcome.status)]
    return notify(
        kind=kind,
        recipients=holders_of(_PERMISSION),
        subject=subject,
        url=reverse("admin:integrations_statementfile_change", args=[outcome.statement_file_id]),
        dedupe_key=f"file:{outcome.statement_file_id}:{outcome.status}",
    )
