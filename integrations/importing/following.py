"""What upper floors do once rows are stored: they register here, and are never imported from here."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final
from uuid import UUID

from procrastinate.types import JSONValue

from dwaybank.actor import Actor
from dwaybank.errors import DomainError
from dwaybank.jobs import queue
from dwaybank.models import SystemLog

Follower = Callable[[Sequence[UUID], Actor], None]

FOLLOW_TASK: Final = "integrations.follow"
_followers: Final[dict[str, Follower]] = {}


def register_follower(name: str, follower: Follower) -> None:
    """Call ``follower`` with the ids of the accounts that got new rows or a stated balance, after each import.

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


def follow_later(account_ids: Sequence[UUID], actor: Actor, *, key: str) -> None:
    """Queue every follower, in the caller's transaction: they run once the rows stand, and again if they fail.

    Followers of one ``key`` (a connection) run one at a time, each follower for itself.
    """
    accounts: list[JSONValue] = [*sorted(str(pk) for pk in account_ids)]
    user = str(actor.user_id) if actor.user_id else None
    for name in _followers:
        task = queue.configure_task(FOLLOW_TASK, queue="follow", lock=f"follow:{name}:{key}")
        task.defer(follower=name, accounts=accounts, user=user, run=actor.run)


def follow_as_job(name: str, account_ids: Sequence[UUID], actor: Actor) -> None:
    """Call one follower; one that is no longer registered has nothing to do. Raises what it refuses."""
    if follower := _followers.get(name):
        follower(account_ids, actor)
