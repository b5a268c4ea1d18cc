"""Parties as they are known last: of a key, of a customer."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final
from uuid import UUID

from django.db.models import Q, QuerySet

from compliance.models import Party


def newest_by_key(keys: Iterable[str]) -> dict[str, Party]:
    """The newest snapshot of each party, by key; a key that nobody has is left out."""
    newest = Party.objects.filter(party_key__in=set(keys)).order_by("party_key", "-as_of", "-pk").distinct("party_key")
    return {party.party_key: party for party in newest}


def newest_by_customer(users: Iterable[UUID]) -> dict[UUID, Party]:
    """The newest party that each customer is; one whom nobody entered is left out."""
    newest = Party.objects.filter(user__in=set(users)).order_by("user", "-as_of", "-pk").distinct("user")
    return {party.user_id: party for party in newest if party.user_id}


def customer_party(user_id: UUID | None) -> Party | None:
    """The newest party that the customer is; None while nobody entered it."""
    return newest_by_customer([user_id]).get(user_id) if user_id else None


MOST_SUGGESTED: Final = 10
_LEAST_TYPED: Final = 2
_LOOKED_AT: Final = 200


def suggested(known: QuerySet[Party], typed: str) -> list[Party]:
    """The newest snapshots of those of ``known`` whose key, surname or name of an entity begins as ``typed``, in
    whatever case; of two words one begins the surname and the other the given name.

    Ten at most, by name; none for less than two characters.
    """
    words = typed.split()
    whole = " ".join(words)
    if len(whole) < _LEAST_TYPED:
        return []
    condition = Q(party_key__istartswith=whole) | _named(surname=whole) | _named(entity_name=whole)
    if len(words) > 1:
        first, last = words[0], " ".join(words[1:])
        condition |= _named(surname=last) & Q(given_name__istartswith=first)
        condition |= _named(surname=first.rstrip(",")) & Q(given_name__istartswith=last)
    # a short beginning fits many: a bounded number is looked at
    keys = set(known.filter(condition).values_list("party_key", flat=True)[:_LOOKED_AT])
    found = newest_by_key(keys).values()
    return sorted(found, key=lambda one: (str(one).casefold(), one.party_key))[:MOST_SUGGESTED]


def _named(**beginning: str) -> Q:
    # the second condition is that of the index
    ((name, value),) = beginning.items()
    return Q(**{f"{name}__istartswith": value}) & ~Q(**{name: ""})
