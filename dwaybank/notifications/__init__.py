"""Telling staff: an inbox in the back office, and mails that say how much waits there and nothing more.

``notify()`` writes the inbox; ``deliver_mail()`` (command ``send_notifications``) mails what is unread, by each
person's settings. Apps register their kinds with ``register_kind()``.
"""

from dwaybank.notifications.delivering import Delivery, deliver_mail
from dwaybank.notifications.kinds import (
    ASSIGNED,
    DUE_SOON,
    OVERDUE,
    NotificationKind,
    kind_named,
    known_kinds,
    register_kind,
)
from dwaybank.notifications.sending import holders_of, notify

__all__ = [
    "ASSIGNED",
    "DUE_SOON",
    "OVERDUE",
    "Delivery",
    "NotificationKind",
    "deliver_mail",
    "holders_of",
    "kind_named",
    "known_kinds",
    "notify",
    "register_kind",
]
