"""Parties from a file, through the form by which people enter them: all of it, or nothing and a list of errors."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from django.db import DataError, IntegrityError, transaction
from django.utils.translation import gettext as _

from compliance.entering.parties import DOCUMENTS, PartyForm
from compliance.importing import ImportRefused, LineError, read_rows
from compliance.models import Party
from dwaybank.actor import Actor, set_actor
from dwaybank.errors import explain

COLUMNS: Final = frozenset(name for name in PartyForm.base_fields if name != "reason")
_DOCUMENT_TYPES: Final = tuple(f"document{number}_type" for number in DOCUMENTS)


def import_parties(*, name: str, data: bytes, actor: Actor, now: datetime) -> int:
    """A new snapshot, known as of ``now``, of each row's party; returns how many.

    Columns are the fields of the form (``party_key``, ``kind``, ``surname``, ``address_street``; ``document1_type``
    with the regulator's code). Raises ImportRefused with an error for each line, and writes nothing then.
    """
    rows = read_rows(name, data)
    errors: list[LineError] = []
    if not rows:
        raise ImportRefused([LineError(1, _("The file holds no party."))])
    with transaction.atomic():
        set_actor(actor)
        for line, row in rows:
            try:
                with transaction.atomic():
                    errors += [LineError(line, message) for message in _import_row(row, now)]
            except IntegrityError as error:
                errors.append(LineError(line, explain(error)))
            except DataError as error:
                errors.append(
                    LineError(line, _("A value is too long: %(error)s.") % {"error": str(error).splitlines()[0]})
                )
        if errors:
            raise ImportRefused(errors)
    return len(rows)


def _import_row(row: dict[str, Any], now: datetime) -> list[str]:
    if unknown := sorted(row.keys() - COLUMNS):
        return [
            _("There is no column %(unknown)s; known are: %(known)s.")
            % {"unknown": f"{unknown[0]!r}", "known": ", ".join(sorted(COLUMNS))}
        ]
    values = {column: "" if value is None else str(value) for column, value in row.items()}
    for column in _DOCUMENT_TYPES:
        if values.get(column, "").isdigit():
            values[column] = f"{values.get('kind', '')}-{values[column]}"
    form = PartyForm(values, instance=Party(as_of=now))
    if form.is_valid():
        form.save()
        return []
    return [
        f"{column}: {message}" if column != "__all__" else str(message)
        for column, messages in form.errors.items()
        for message in messages
    ]
