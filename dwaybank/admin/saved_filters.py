"""Saved filters on every list: links to them, a form to keep the present one, and the address that takes these forms.

``{% saved_filters %}`` shows them on a list. A list that begins with somebody's default is one whose view asks
``default_filter()``: those of Django's admin by the base screen, others by ``@with_saved_filters``.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Final, TypeVar, cast
from urllib.parse import urlsplit

from django.contrib import admin, messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import Resolver404, URLPattern, path, resolve
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from dwaybank.admin import columns
from dwaybank.admin.base import BackOfficeModelAdmin, acting_person, as_uuid
from dwaybank.models import SavedFilter
from dwaybank.saved_filters import (
    FilterRefused,
    Wanted,
    filter_part,
    filters_of,
    forget_filter,
    keep_filter,
    set_default,
    share,
)
from dwaybank.translation import translated

_View = TypeVar("_View", bound=Callable[..., HttpResponse])
# queues of their own, beside Django's lists
_QUEUES: Final[set[str]] = set()


def filters_on(request: HttpRequest) -> list[SavedFilter]:
    """The filters of this page for this person, asked for once in a request."""
    known = getattr(request, "_saved_filters", None)
    if known is None:
        known = filters_of(acting_person(request), request.path)
        request._saved_filters = known  # type: ignore[attr-defined]
    return cast(list[SavedFilter], known)


def default_filter(request: HttpRequest) -> HttpResponse | None:
    """The way to the person's default of this list, where they come to it without a filter from somewhere else.

    Who is on the list already and asks for all of it gets it.
    """
    if request.method != "GET" or request.GET or urlsplit(request.META.get("HTTP_REFERER", "")).path == request.path:
        return None
    person = acting_person(request)
    found = next((one for one in filters_on(request) if one.is_default and one.owner_id == person.pk), None)
    return HttpResponseRedirect(f"{request.path}?{found.query}") if found and found.query else None


def with_saved_filters(url_name: str) -> Callable[[_View], _View]:
    """The view of a queue, named ``url_name``, begins with the person's default."""
    _QUEUES.add(url_name)

    def decorated(view: _View) -> _View:
        @wraps(view)
        def beginning(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            return default_filter(request) or view(request, *args, **kwargs)

        return cast(_View, beginning)

    return decorated


def shown_filters(request: HttpRequest) -> dict[str, Any]:
    """What the fragment of a list needs."""
    person = acting_person(request)
    present = filter_part(request.GET.urlencode())
    rows = filters_on(request)
    return {
        "page": request.path,
        "present": present,
        "filters": [
            {
                "row": row,
                "url": f"{request.path}?{row.query or 'all='}",
                "is_current": row.query == present,
                "is_own": row.owner_id == person.pk,
            }
            for row in rows
        ],
        "own": [row for row in rows if row.owner_id == person.pk],
        "roles": [(pk, str(translated(name))) for pk, name in person.groups.order_by("name").values_list("pk", "name")],
    }


@require_POST
def filters_view(request: HttpRequest) -> HttpResponse:
    """Keep, share, forget a filter, or let a list begin with it; then back to the list."""
    person, page = acting_person(request), request.POST.get("page", "")
    if not _is_list(page):
        raise Http404
    query = filter_part(request.POST.get("query", ""))
    # of one that is kept a button names the role; where one is kept, the form's field does
    action, target, role = (*request.POST.get("do", "").split(":"), "", "")[:3]
    role = role or request.POST.get("role", "")
    shared_with = int(role) if role.isascii() and role.isdigit() and len(role) < 10 else None
    pk = as_uuid(target)
    try:
        if action == "keep":
            wanted = Wanted(page, request.POST.get("name", ""), query, bool(request.POST.get("default")), shared_with)
            said = _("\u201c%(name)s\u201d is kept.") % {"name": keep_filter(wanted, person=person)}
        elif pk is not None and action in _ACTIONS:
            said = _ACTIONS[action](pk, person, shared_with)
        else:
            raise Http404
    except FilterRefused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, said)
    return HttpResponseRedirect(f"{page}?{query or 'all='}")


def _begin(pk: Any, person: Any, role: int | None) -> str:
    return _("The list begins with \u201c%(name)s\u201d.") % {"name": set_default(pk, person=person, is_default=True)}


def _end(pk: Any, person: Any, role: int | None) -> str:
    set_default(pk, person=person, is_default=False)
    return _("The list begins without a filter.")


def _share(pk: Any, person: Any, role: int | None) -> str:
    row = share(pk, person=person, role=role)
    if role is None:
        return _("Only you see \u201c%(name)s\u201d now.") % {"name": row}
    return _("Everybody with the role sees \u201c%(name)s\u201d now, who may open the list.") % {"name": row}


def _forget(pk: Any, person: Any, role: int | None) -> str:
    return _("\u201c%(name)s\u201d is deleted.") % {"name": forget_filter(pk, person=person)}


_ACTIONS: Final[dict[str, Callable[[Any, Any, int | None], str]]] = {
    "begin": _begin,
    "end": _end,
    "share": _share,
    "forget": _forget,
}


def _is_list(page: str) -> bool:
    """Whether the path is one of the lists and queues of this site."""
    try:
        name = resolve(page).url_name or ""
    except Resolver404:
        return False
    return page.startswith("/admin/") and (name.endswith("_changelist") or name in _QUEUES)


def saved_filter_urls(site: admin.AdminSite) -> list[URLPattern]:
    """The one address of the forms."""
    return [path("filters/", site.admin_view(filters_view), name="saved_filters")]


@admin.register(SavedFilter)
class SavedFilterScreen(BackOfficeModelAdmin):
    """To read, for support: nobody's role includes it. Each person keeps their own on the lists."""

    list_display = ("name", columns.link("owner", "dwaybank.User"), "page", columns.link("shared_with", "auth.Group"))
    list_display_links = ("name",)
    list_select_related = ("owner", "shared_with")
    ordering = ("pk",)
    sections = (
        (
            "",
            (
                "name",
                columns.link("owner", "dwaybank.User"),
                "page",
                "query",
                "is_default",
                columns.link("shared_with", "auth.Group"),
                columns.time("created_at", label=gettext_lazy("made")),
            ),
        ),
    )
