"""Cards: what waits, shown on the first page. Every app registers its own; each costs one bounded query."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from django.db.models import Count, Min, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dwaybank.admin.display import Tone, relative
from dwaybank.l10n import count_text
from dwaybank.translation import Text

MAX_COUNTED: Final = 1_000


@dataclass(frozen=True, slots=True)
class Card:
    """A queue: how many rows wait in it, how old the oldest is, and where to work on them.

    ``queryset`` makes the query, served by an index; it is counted to ``MAX_COUNTED`` and no further.
    ``oldest`` names the column of age. ``ordered``: an index gives the rows by age, so that the oldest is known
    however many there are; else it is told only when all were counted. ``url`` makes the address of the list.
    """

    name: str
    title: Text
    what: Text
    queryset: Callable[[], QuerySet[Any]]
    url: Callable[[], str]
    permission: str
    oldest: str
    ordered: bool = False
    tone: Tone = Tone.WAITING
    rank: int = 100


@dataclass(frozen=True, slots=True)
class ShownCard:
    """A card with its numbers."""

    card: Card
    count: int
    oldest: str

    @property
    def count_text(self) -> str:
        """The number, or that there are more than were counted."""
        return count_text(self.count, MAX_COUNTED)

    @property
    def tone(self) -> Tone:
        """Quiet when nothing waits."""
        return self.card.tone if self.count else Tone.GOOD

    @property
    def url(self) -> str:
        """Where to work on it."""
        return self.card.url()


_cards: Final[dict[str, Card]] = {}


def register_card(card: Card) -> None:
    """Show this card on the first page; the same name again replaces it."""
    _cards[card.name] = card


def cards_for(request: HttpRequest) -> list[ShownCard]:
    """The cards this person may see, by rank, with their numbers: one query each."""
    visible = [card for card in _cards.values() if request.user.has_perm(card.permission)]
    now = timezone.now()
    return [_shown(card, now) for card in sorted(visible, key=lambda card: (card.rank, card.name))]


def _shown(card: Card, now: datetime) -> ShownCard:
    queryset = card.queryset().order_by(*([card.oldest] if card.ordered else []))
    numbers = queryset[: MAX_COUNTED + 1].aggregate(count=Count("pk"), oldest=Min(card.oldest))
    known = numbers["oldest"] is not None and (card.ordered or numbers["count"] <= MAX_COUNTED)
    return ShownCard(card, numbers["count"], _age(numbers["oldest"], now) if known else "")


def _age(oldest: date, now: datetime) -> str:
    if isinstance(oldest, datetime):
        return relative(oldest, now)
    days = (timezone.localdate(now) - oldest).days
    if days == 0:
        return _("today")
    if days < 0:
        return ngettext("in %(days)d day", "in %(days)d days", -days) % {"days": -days}
    return ngettext("%(days)d day ago", "%(days)d days ago", days) % {"days": days}
