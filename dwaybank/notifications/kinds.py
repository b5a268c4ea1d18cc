"""Kinds of notifications: each app registers its own. What a mail says of a kind is fixed here, never per row."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from dwaybank.models import User
from dwaybank.translation import Text


@dataclass(frozen=True, slots=True)
class NotificationKind:
    """A kind of news.

    ``label`` names it in settings and mails; a bystander may read it. ``permission`` is what a person needs to be
    told at all. A ``is_confidential`` kind gives its label as the subject of every line, whatever its sender has to
    say: for work of which even the existence of a customer may not show.
    """

    name: str
    label: Text
    permission: str | None = None
    is_confidential: bool = False


_kinds: Final[dict[str, NotificationKind]] = {}


def register_kind(kind: NotificationKind) -> NotificationKind:
    """Make the kind known; the same name again replaces it."""
    _kinds[kind.name] = kind
    return kind


def known_kinds() -> list[NotificationKind]:
    """All kinds, by name."""
    return [_kinds[name] for name in sorted(_kinds)]


def kind_named(name: str) -> NotificationKind | None:
    """The kind, or None where the code that knew it is gone."""
    return _kinds.get(name)


def kinds_for(person: User) -> list[NotificationKind]:
    """The kinds this person may be told of, by name; superusers hold no permission of their own."""
    return [kind for kind in known_kinds() if kind.permission is None or person.has_perm(kind.permission)]
