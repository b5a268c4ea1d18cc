"""What the database refused, as a message for the person who tried."""

from __future__ import annotations

from typing import Final

from django.db import DatabaseError, IntegrityError
from django.utils.translation import gettext as _

from dwaybank.errors import explain
from dwaybank.kept import kept_text

_CHECKS: Final = "23"  # class of integrity constraint violations, and of what our triggers raise
_BAD_DATA: Final = "22"
_RAISED: Final = "P0001"
_NOT_ALLOWED: Final = "42501"
_BUSY: Final = {"55P03", "57014", "40001", "40P01"}  # lock not available, cancelled, serialization, deadlock


def refusal_message(error: DatabaseError) -> str | None:
    """The message for people, or None where the error is a fault of the program and must stay one."""
    if isinstance(error, IntegrityError):
        return explain(error)
    diagnosis = getattr(error.__cause__, "diag", None)
    state = getattr(diagnosis, "sqlstate", None) or ""
    if diagnosis is None:
        return None
    primary = kept_text(diagnosis.message_primary)
    said = f"{primary}. {kept_text(diagnosis.message_hint)}".replace("..", ".").strip()
    if state.startswith((_CHECKS, _BAD_DATA)) or state == _RAISED:
        return said
    if state == _NOT_ALLOWED:
        return _("The database does not allow this (%(why)s). Nothing was changed.") % {
            "why": diagnosis.message_primary
        }
    if state in _BUSY:
        return _(
            "The database was busy with the same rows, or the request took too long. Nothing was changed: try again."
        )
    return None
