"""The history of one row, from ``audit_events``: who changed what, when and why, field by field."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.core.exceptions import FieldDoesNotExist
from django.db.models import Model
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from dwaybank.admin.display import NOTHING, Tone, json_table
from dwaybank.enums import AuditAction
from dwaybank.kept import kept_text
from dwaybank.models import ArchivedAuditEvent, AuditEvent, User
from dwaybank.translation import Text

MAX_ENTRIES: Final = 100
ACTION_TONES: Final[dict[str, Tone]] = {
    AuditAction.INSERT: Tone.GOOD,
    AuditAction.UPDATE: Tone.INFO,
    AuditAction.DELETE: Tone.BAD,
}
_KEPT_OUT: Final = _("changed; the value is not recorded")


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field of a change; ``note`` instead of values where they are not recorded."""

    label: Text
    old: object = ""
    new: object = ""
    note: Text = ""


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """One change of one row."""

    when: datetime
    action: str
    tone: Tone
    who: str
    run: str = ""
    reason: str = ""
    changes: Sequence[FieldChange] = field(default_factory=tuple)


def audit_history(row: Model) -> list[HistoryEntry]:
    """The newest changes of the row, newest first: two queries, however many changes."""
    events = list(
        AuditEvent.objects.filter(table_name=row._meta.db_table, row_id=str(row.pk)).order_by("-id")[:MAX_ENTRIES]
    )
    people = names_of({event.actor_id for event in events if event.actor_id})
    return [entry_of(event, people, changes_of(event, type(row))) for event in events]


def entry_of(event: AuditEvent, people: Mapping[UUID, str], changes: Sequence[FieldChange] = ()) -> HistoryEntry:
    """One event of the audit as an entry; ``people`` are e-mails by id."""
    return HistoryEntry(
        when=event.occurred_at,
        action=event.get_action_display(),
        tone=ACTION_TONES.get(event.action, Tone.QUIET),
        who=actor_of(event, people),
        run=event.run,
        reason=kept_text(event.reason),
        changes=changes,
    )


def run_entry(row: Any, table: str) -> HistoryEntry | None:
    """How a row of a table that is audited by run came in: the run's event that holds its id. Two queries."""
    event = (
        AuditEvent.objects.filter(
            table_name=table,
            row_id="",
            action=AuditAction.INSERT,
            occurred_at=row.created_at,
            new_values__rows__has_key=str(row.pk),
        )
        .defer("new_values")
        .first()
    )
    if event is None:
        return None
    return entry_of(event, names_of({event.actor_id} if event.actor_id else set()))


def actor_of(event: AuditEvent, people: Mapping[UUID, str]) -> str:
    """Who made the change: the person, else the database's role."""
    return actor_name(event.actor_id, people) or gettext("database role %(role)s") % {"role": event.database_role}


def names_of(ids: set[UUID]) -> dict[UUID, str]:
    """E-mail addresses by id, in one query."""
    return dict(User.objects.filter(pk__in=ids).values_list("pk", "email")) if ids else {}


def actor_name(actor_id: UUID | None, people: Mapping[UUID, str]) -> str:
    """The acting person's e-mail, their id where they are gone, "" where nobody is known."""
    return people.get(actor_id, str(actor_id)) if actor_id else ""


def changes_of(event: AuditEvent | ArchivedAuditEvent, model: type[Model] | None) -> list[FieldChange]:
    """The fields of one audit event, with the labels of ``model`` where it is known; of a run, how many rows."""
    old, new = event.old_values or {}, event.new_values or {}
    if not event.row_id:
        return _of_run(event, model)
    return [
        FieldChange(column_label(model, name), shown(old.get(name)), shown(new.get(name)))
        if name in old or name in new
        else FieldChange(column_label(model, name), note=_KEPT_OUT)
        for name in event.changed_columns
        if event.action == AuditAction.UPDATE or old.get(name, new.get(name)) not in (None, "", [], {})
    ]


def _of_run(event: AuditEvent | ArchivedAuditEvent, model: type[Model] | None) -> list[FieldChange]:
    """How many rows a run's event holds, and what an update made of all of them."""
    old, new = event.old_values or {}, event.new_values or {}
    count = len(new.get("rows", {}))
    if event.action != AuditAction.UPDATE:
        return [FieldChange(gettext("rows, by SHA-256"), new=count)]
    before, after = old.get("all", {}), new.get("all", {})
    each = gettext("different in each row")
    return [
        FieldChange(gettext("rows"), new=count),
        *(
            FieldChange(
                column_label(model, name),
                shown(before[name]) if name in before else each,
                shown(after[name]) if name in after else each,
            )
            for name in event.changed_columns
        ),
    ]


def column_label(model: type[Model] | None, column: str) -> str:
    """The field's name for people."""
    for name in (column, column.removesuffix("_id")):
        try:
            return str(model._meta.get_field(name).verbose_name) if model else column  # type: ignore[union-attr]
        except FieldDoesNotExist:
            continue
    return column


def shown(value: Any) -> SafeString:
    """A recorded value."""
    return NOTHING if value is None else json_table(value)
