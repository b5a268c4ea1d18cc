"""Telling staff: an inbox in the back office, and mails that say how much waits there and nothing more.

``notify()`` writes the inbox; ``deliver_mail()`` (command ``send_notifications``) mails what is unread, by each
person's settings. Apps register their kinds with ``register_kind()``.
"""

from dwaybank.notifications.delivering import Delivery, deliver_mail
from dwaybank.notifications.kinds import (
    NotificationKind,
    kind_named,
    kinds_for,
    known_kinds,
    register_kind,
)
from dwaybank.notifications.sending import holders_of, notify

__all__ = [
    "Delivery",
    "NotificationKind",
    "deliver_mail",
    "holders_of",
    "kind_named",
    "kinds_for",
    "known_kinds",
    "notify",
    "register_kind",
]
