"""Who imports statements is told of a dropped file that was refused: nobody stands beside the folder to see it."""

from __future__ import annotations

from typing import Final

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from dwaybank.notifications import NotificationKind, holders_of, notify, register_kind
from integrations.enums import FileStatus
from integrations.importing import FileOutcome

_PERMISSION: Final = "integrations.import_statement"
FILE_REFUSED: Final = register_kind(NotificationKind("file_refused", _("Files refused"), _PERMISSION))


def tell_of_refusal(outcome: FileOutcome) -> int:
    """Tell everybody who may import, once for each file; how many. The words name no customer and no bank."""
    if outcome.status != FileStatus.REFUSED or outcome.statement_file_id is None:
        return 0
    return notify(
        kind=FILE_REFUSED,
        recipients=holders_of(_PERMISSION),
        subject=_("A statement file that a bank dropped was refused"),
        url=reverse("admin:integrations_statementfile_change", args=[outcome.statement_file_id]),
        dedupe_key=f"file:{outcome.statement_file_id}",
    )
