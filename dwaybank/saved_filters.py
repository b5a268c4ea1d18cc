"""Saved filters: which a list shows, and keeping, sharing and forgetting them. Each function is one decision of the
person who owns the filter; rights on what the list shows are the list's own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qsl, urlencode
from uuid import UUID

from django.contrib.auth.models import Group
from django.db import IntegrityError
from django.db.models import Q
from django.utils.translation import gettext as _

from dwaybank.actor import Actor, acting_as
from dwaybank.errors import DomainError, explain
from dwaybank.models import SavedFilter, User

MOST_PER_PAGE: Final = 20
MAX_QUERY: Final = 2_000
# where somebody stands in a list, which is no filter
_POSITION: Final = frozenset({"p", "e", "all", "after", "before", "_popup", "_to_field", "_changelist_filters"})


class FilterRefused(DomainError):
    """The filter is not kept; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A filter as it is to be kept."""

    page: str
    name: str
    query: str
    is_default: bool = False
    shared_with: int | None = None


def filter_part(query: str) -> str:
    """The query string without what says where in the list somebody stands; the same order, written one way."""
    pairs = parse_qsl(query[: MAX_QUERY * 4], keep_blank_values=True, max_num_fields=200)
    return urlencode([(name, value) for name, value in pairs if name not in _POSITION])


def filters_of(person: User, page: str) -> list[SavedFilter]:
    """The person's own filters of the page and those shared with their roles, by name. One query."""
    mine = Q(owner=person.pk) | Q(shared_with__in=person.groups.values("pk"))
    return list(SavedFilter.objects.filter(mine, page=page).select_related("owner").order_by("name", "pk"))


def keep_filter(wanted: Wanted, *, person: User) -> SavedFilter:
    """Keep it under its name; a default takes the place of the one before. Raises FilterRefused."""
    name, query = wanted.name.strip(), filter_part(wanted.query)
    if not name:
        raise FilterRefused(_("Give the filter a name."))
    if len(query) > MAX_QUERY:
        raise FilterRefused(_("This filter is too long to be kept."))
    _check_role(wanted.shared_with, person)
    try:
        with acting_as(_actor(person)):
            if SavedFilter.objects.filter(owner=person, page=wanted.page).count() >= MOST_PER_PAGE:
                raise FilterRefused(_("You have %(most)s filters here: delete one first.") % {"most": MOST_PER_PAGE})
            if wanted.is_default:
                _no_default(person, wanted.page)
            return SavedFilter.objects.create(
                owner=person,
                page=wanted.page,
                name=name[:60],
                query=query,
                is_default=wanted.is_default,
                shared_with_id=wanted.shared_with,
            )
    except IntegrityError as error:
        raise FilterRefused(explain(error)) from error


def set_default(pk: UUID, *, person: User, is_default: bool) -> SavedFilter:
    """The list begins with it from now on, or no more. Raises FilterRefused for another's filter."""
    with acting_as(_actor(person)):
        row = _own(pk, person)
        if is_default:
            _no_default(person, row.page)
        row.is_default = is_default
        row.save(update_fields=["is_default"])
    return row


def share(pk: UUID, *, person: User, role: int | None) -> SavedFilter:
    """Show it to everybody with one of the person's roles, or to nobody else. Raises FilterRefused."""
    _check_role(role, person)
    with acting_as(_actor(person)):
        row = _own(pk, person)
        row.shared_with_id = role
        row.save(update_fields=["shared_with"])
    return row


def forget_filter(pk: UUID, *, person: User) -> SavedFilter:
    """Delete it; returns what it was. Raises FilterRefused for another's filter."""
    with acting_as(_actor(person)):
        row = _own(pk, person)
        SavedFilter.objects.filter(pk=row.pk).delete()
    return row


def _own(pk: UUID, person: User) -> SavedFilter:
    row = SavedFilter.objects.select_for_update().filter(pk=pk, owner=person).first()
    if row is None:
        raise FilterRefused(_("There is no such filter of yours any more."))
    return row


def _no_default(person: User, page: str) -> None:
    SavedFilter.objects.filter(owner=person, page=page, is_default=True).update(is_default=False)


def _check_role(role: int | None, person: User) -> None:
    if role is not None and not Group.objects.filter(pk=role, user=person).exists():
        raise FilterRefused(_("A filter is shared with a role of your own."))


def _actor(person: User) -> Actor:
    return Actor(person.pk, "admin")
