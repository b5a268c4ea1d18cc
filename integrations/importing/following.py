"""What upper floors do once rows are stored: they register here, and are never imported from here."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final
from uuid import UUID

from dwaybank.actor import Actor
from dwaybank.errors import DomainError
from dwaybank.models import SystemLog

Follower = Callable[[Sequence[UUID], Actor], None]

_followers: Final[dict[str, Follower]] = {}


def register_follower(name: str, follower: Follower) -> None:
    """Call ``follower`` with the ids of the accounts that got new rows, after each import that stored some.

    It runs after the import's transaction, so it cannot undo it. The same name again replaces it.
    """
    _followers[name] = follower


def follow(account_ids: Sequence[UUID], actor: Actor) -> None:
    """Call every follower. What one of them refuses is logged; the rows stay stored."""
    for name, follower in _followers.items():
        try:
            follower(account_ids, actor)
        except DomainError as error:
            SystemLog.objects.create(
                level="ERROR",
                message=f"After an import, {name} did not run: {error}",
                metadata={"accounts": [str(pk) for pk in account_ids], "run": actor.run},
            )
