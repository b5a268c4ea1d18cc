"""What there is to do about the keys of secrets, told to whoever runs the integration: a rotation begun and not ended,
and a newest key that has served for a year.

A key has no date of its own. The seals of the audit name the newest key each minute, so one of a year ago that names it
says how long it has served.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from dwaybank.key_rotation import all_sealed, rows_to_reseal
from dwaybank.models import AuditSeal
from dwaybank.notifications import NotificationKind, holders_of, notify, register_kind
from dwaybank.secret_keys import key_source
from dwaybank.translation import Text, filled

# NIST SP 800-57 part 1, 5.3.6: a key that seals stored data serves two years at most; half of that is the house's rule
LONGEST_SERVICE: Final = timedelta(days=365)
_PERMISSION: Final = "dwaybank.change_systemconfig"
KEYS_DUE: Final = register_kind(NotificationKind("keys_due", _("Keys to rotate"), _PERMISSION))


@dataclass(frozen=True, slots=True)
class KeyNews:
    """One thing to do; ``occasion`` is the same as long as it is the same thing."""

    what: Text
    occasion: str


def key_news(now: datetime) -> Iterator[KeyNews]:
    """What is to be done at ``now``. Raises KeyUnavailable where the list of keys cannot be read."""
    newest = key_source().key_ids()[0]
    if left := sum(rows_to_reseal(table, newest) for table in all_sealed()):
        yield KeyNews(
            filled(_("%(left)s rows have secrets under an older key: run rotate_encryption_keys"), left=str(left)),
            f"unfinished:{newest}:{now:%G-%V}",
        )
    if _has_served(newest, since=now - LONGEST_SERVICE):
        yield KeyNews(
            filled(_("The key %(key)s has sealed secrets for a year: put a new one before it and rotate"), key=newest),
            f"old:{newest}:{now:%Y-%m}",
        )


def _has_served(key_id: str, *, since: datetime) -> bool:
    """Whether the last seal of the months before ``since`` names this key."""
    seal = AuditSeal.objects.filter(month__lt=since.date().replace(day=1)).order_by("-month", "-position").first()
    return seal is not None and seal.key_id == key_id


def tell_of_keys(due: Iterable[KeyNews]) -> int:
    """Tell those who keep the settings: of a rotation once a week, of an old key once a month; how many lines."""
    return sum(
        notify(
            kind=KEYS_DUE,
            recipients=holders_of(_PERMISSION),
            subject=news.what,
            url=reverse("admin:help_guide", args=["integration-operator"]),
            dedupe_key=f"keys_due:{news.occasion}",
        )
        for news in due
    )
