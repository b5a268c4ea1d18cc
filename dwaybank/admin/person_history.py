"""What was given to a person and taken away: roles and second factors. They stand in tables of their own, and belong to
the person's history all the same."""

from __future__ import annotations

from typing import Any, Final

from django.contrib.auth.models import Group
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from dwaybank.admin.history import MAX_ENTRIES, FieldChange, HistoryEntry, entry_of, names_of, shown
from dwaybank.enums import AuditAction
from dwaybank.models import AuditEvent, User
from dwaybank.translation import Text, translated

# table → column that says what it was, and its name for people
_GIVEN: Final[dict[str, tuple[str, Text]]] = {
    "users_groups": ("group_id", _("role")),
    "mfa_authenticator": ("type", _("second factor")),
}


def person_history(person: User) -> list[HistoryEntry]:
    """Roles and second factors that came and went, newest first; the use of a second factor is none."""
    about = Q(new_values__user_id=str(person.pk)) | Q(old_values__user_id=str(person.pk))
    # by the index on tables: these have few events
    events = list(
        AuditEvent.objects.filter(about, table_name__in=_GIVEN)
        .exclude(action=AuditAction.UPDATE)
        .order_by("-id")[:MAX_ENTRIES]
    )
    if not events:
        return []
    people = names_of({event.actor_id for event in events if event.actor_id})
    roles = {pk: translated(name) for pk, name in Group.objects.values_list("pk", "name")}
    return [entry_of(event, people, [_change(event, roles)]) for event in events]


def _change(event: AuditEvent, roles: dict[Any, Text]) -> FieldChange:
    column, label = _GIVEN[event.table_name]

    def said(values: dict[str, Any] | None) -> object:
        value = (values or {}).get(column)
        return shown(str(roles.get(value, value)) if value is not None else None)

    return FieldChange(label, said(event.old_values), said(event.new_values))
