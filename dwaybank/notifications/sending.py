"""Tell people: into the inbox at once; the mail follows by ``delivering``."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from django.contrib.auth.models import Permission
from django.db.models import Q, QuerySet

from dwaybank.language import speaking_to
from dwaybank.models import Notification, User
from dwaybank.notifications.kinds import NotificationKind
from dwaybank.translation import Text

_MAX_SUBJECT: Final = 200


def notify(*, kind: NotificationKind, recipients: Iterable[User], subject: Text, url: str, dedupe_key: str) -> int:
    """Put one line into the inbox of each recipient; returns how many were told that had not been told before.

    ``subject`` may be read by a bystander (a confidential kind replaces it by its label); a lazy one is written in
    each recipient's language. ``url`` is a path of this
    site. ``dedupe_key`` names the occasion: the same key reaches a person once, however often it is sent. People who
    are deactivated, no staff, or without the kind's permission (superusers hold none of their own) are passed over.
    Raises IntegrityError (``notifications_url_check``) for an address elsewhere.
    """
    said = kind.label if kind.is_confidential else subject
    allowed = _may_be_told(recipients, kind)
    known = set(
        Notification.objects.filter(recipient__in=allowed, dedupe_key=dedupe_key).values_list("recipient_id", flat=True)
    )
    new = [
        Notification(recipient=person, kind=kind.name, subject=_for(person, said), url=url, dedupe_key=dedupe_key)
        for person in allowed
        if person.pk not in known
    ]
    # two senders at once: the unique key lets one of them in
    Notification.objects.bulk_create(new, ignore_conflicts=True)
    return len(new)


def _for(person: User, text: Text) -> str:
    with speaking_to(person):
        return str(text)[:_MAX_SUBJECT]


def holders_of(permission: str) -> QuerySet[User]:
    """Active staff with this permission (``app.codename``) by role or by themselves; superusers are no recipients."""
    app, codename = permission.split(".")
    wanted = Permission.objects.filter(content_type__app_label=app, codename=codename)
    return (
        User.objects.filter(Q(groups__permissions__in=wanted) | Q(user_permissions__in=wanted))
        .filter(is_active=True, is_staff=True)
        .distinct()
        .order_by("email")
    )


def _may_be_told(recipients: Iterable[User], kind: NotificationKind) -> list[User]:
    staff = [person for person in recipients if person.is_active and person.is_staff]
    if kind.permission is None:
        return staff
    allowed = set(
        holders_of(kind.permission).filter(pk__in=[person.pk for person in staff]).values_list("pk", flat=True)
    )
    return [person for person in staff if person.pk in allowed]
