"""The log of reads: who looked at what, written before it is shown.

A screen declares ``reads_logged = True`` and its list, pages and histories are logged by the base class
(``dwaybank.admin.base``). Other views, exports and commands call ``record_read``. A read that cannot be logged raises,
so nothing is shown unlogged.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final
from uuid import UUID

from django.db.models import Model
from django.http import HttpRequest

from dwaybank.actor import Actor
from dwaybank.enums import ReadKind
from dwaybank.models import ReadEvent, User

_REQUEST_ID: Final = re.compile(r"[A-Za-z0-9._:-]{1,100}")


def record_read(
    reader: HttpRequest | Actor,
    subject: Model | type[Model],
    *,
    row_ids: Iterable[object] = (),
    what: ReadKind = ReadKind.PAGE,
) -> ReadEvent:
    """Write down that ``reader`` sees rows of ``subject``'s table.

    ``reader`` is the request (who is signed in, address, request id) or, of a command, its actor (person and run).
    ``subject`` is the row seen, or the model when ``row_ids`` names the rows (none for a count or an empty list).
    """
    ids = [str(row_id) for row_id in row_ids] or ([str(subject.pk)] if isinstance(subject, Model) else [])
    event = ReadEvent(table_name=subject._meta.db_table, row_ids=ids, what=what)
    if isinstance(reader, Actor):
        event.reader_id, event.run = reader.user_id, reader.run
    else:
        event.reader_id, event.run = _signed_in(reader), "admin"
        event.path, event.request_id = reader.path, request_id(reader)
    event.save(force_insert=True)
    return event


def request_id(request: HttpRequest) -> str:
    """The id under which the request stands in other logs: the application's own, else the proxy's; "" without one."""
    given = str(getattr(request, "request_id", "") or request.headers.get("X-Request-ID", ""))
    return given if _REQUEST_ID.fullmatch(given) else ""


def _signed_in(request: HttpRequest) -> UUID | None:
    user = getattr(request, "user", None)
    return user.pk if isinstance(user, User) else None
