"""Help: the guides inside the admin, and which chapter of which guide concerns a page.

Upper floors say it for their pages with ``register_help``. The person's permission decides between several guides of
one page, which costs no query: permissions are known by then.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any, Final

from django.contrib import admin
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, re_path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from dwaybank.admin.base import acting_person
from dwaybank.guides import FOLDER, GUIDES, LANGUAGES, guide
from dwaybank.l10n import is_french

# beginning of the name of a page's address → (permission, guide, chapter), first come first shown
_CHAPTERS: Final[defaultdict[str, list[tuple[str, str, int]]]] = defaultdict(list)


def register_help(permission: str, name: str, chapters: Mapping[str, int]) -> None:
    """Say which chapter (from 1) of a guide helps on which page.

    A page is the beginning of its address's name, such as ``compliance_compliancereport``; the longest one counts.
    Only who has ``permission`` is led there. Raises ValueError for what is no guide.
    """
    if name not in GUIDES:
        raise ValueError(name)
    for page, chapter in chapters.items():
        _CHAPTERS[page].append((permission, name, chapter))


def registered_help() -> dict[str, list[tuple[str, str, int]]]:
    """Everything registered: page → (permission, guide, chapter)."""
    return dict(_CHAPTERS)


def help_url(request: HttpRequest) -> str:
    """The chapter that concerns this page and person; else the list of guides."""
    page = str(request.resolver_match.url_name) if request.resolver_match else ""
    for known in sorted((one for one in _CHAPTERS if page.startswith(one)), key=len, reverse=True):
        for permission, name, chapter in _CHAPTERS[known]:
            if request.user.has_perm(permission):
                return f"{reverse('admin:help_guide', args=[name])}#chapter-{chapter}"
    return reverse("admin:help")


def _language() -> str:
    return "fr" if is_french() else "en"


@require_GET
def help_view(request: HttpRequest) -> TemplateResponse:
    """The guides, those of the person's own roles first."""
    own = set(acting_person(request).groups.values_list("name", flat=True))
    names = sorted(GUIDES, key=lambda name: GUIDES[name][0] not in own)
    context = {
        **admin.site.each_context(request),
        "title": _("Help"),
        "guides": [
            (reverse("admin:help_guide", args=[name]), guide(name, _language()), GUIDES[name][0] in own)
            for name in names
        ],
    }
    return TemplateResponse(request, "admin/help/guides.html", context)


@require_GET
def guide_view(request: HttpRequest, name: str) -> TemplateResponse:
    """One guide in the person's language."""
    if name not in GUIDES:
        raise Http404
    shown = guide(name, _language())
    context: dict[str, Any] = {**admin.site.each_context(request), "title": shown.title, "guide": shown}
    return TemplateResponse(request, "admin/help/guide.html", context)


@require_GET
def picture_view(request: HttpRequest, language: str, picture: str) -> HttpResponse | FileResponse:
    """A picture of a guide."""
    file = FOLDER / "images" / language / picture
    if language not in LANGUAGES or not file.is_file():
        raise Http404
    return FileResponse(file.open("rb"), content_type="image/png")


def help_urls(site: admin.AdminSite) -> list[URLPattern]:
    """Addresses of the guides, for signed-in staff."""
    wrap = site.admin_view
    return [
        path("help/", wrap(help_view), name="help"),
        path("help/<slug:name>/", wrap(guide_view), name="help_guide"),
        re_path(
            r"^help/pictures/(?P<language>en|fr)/(?P<picture>[a-z-]+\.png)$", wrap(picture_view), name="help_picture"
        ),
    ]
