"""Parties as they are known last: of a key, of a customer."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

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
