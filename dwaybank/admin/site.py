"""The back office's admin site."""

from __future__ import annotations

from typing import Any, Final

from django.contrib.admin import AdminSite
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.http import urlencode
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from dwaybank.admin.cards import cards_for
from dwaybank.admin.figures import pictures_for

_APP_ORDER: Final = {"integrations": 0, "reconciliation": 1, "compliance": 2, "dwaybank": 3}


class BackOfficeSite(AdminSite):
    """One site for all screens; its first page shows what waits."""

    site_header = _("DwayBank back office")
    site_title = _("DwayBank back office")
    index_title = _("Work")
    site_url = None
    enable_nav_sidebar = False  # its room belongs to the tables; the first page lists them all
    empty_value_display = "\u2013"

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> Any:
        """Apps in the order of the work, Django's groups among the people as roles.

        Only looked for where it is shown: it asks every screen for its permissions, and most pages show none of it.
        """
        return SimpleLazyObject(lambda: self._app_list(request, app_label))

    def _app_list(self, request: HttpRequest, app_label: str | None) -> list[dict[str, Any]]:
        apps = {app["app_label"]: app for app in super().get_app_list(request, app_label)}
        roles = apps.pop("auth", None) if app_label is None else None
        if roles:
            people = apps.setdefault("dwaybank", {**roles, "name": "DwayBank", "app_label": "dwaybank", "models": []})
            people["models"] = [*people["models"], *({**model, "name": gettext("Roles")} for model in roles["models"])]
        return sorted(apps.values(), key=lambda app: (_APP_ORDER.get(app["app_label"], len(_APP_ORDER)), app["name"]))

    def get_urls(self) -> list[Any]:
        """The admin's, each person's inbox, help and saved filters."""
        from dwaybank.admin.help import help_urls  # their views need this site
        from dwaybank.admin.inbox import inbox_urls
        from dwaybank.admin.saved_filters import saved_filter_urls

        return [*inbox_urls(self), *help_urls(self), *saved_filter_urls(self), *super().get_urls()]

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        """With the way to the chapter of a guide that concerns the page."""
        from dwaybank.admin.help import help_url

        context = super().each_context(request)
        return {**context, "help_url": help_url(request) if context["has_permission"] else ""}

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The one page where staff sign in, whichever page they wanted."""
        if request.user.is_authenticated:
            raise PermissionDenied
        wanted = request.GET.get("next") or reverse("admin:index")
        return redirect(f"{reverse('account_login')}?{urlencode({'next': wanted})}")

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        """Cards of what waits, pictures of how it goes, then the tables."""
        return super().index(request, {"cards": cards_for(request), **pictures_for(request), **(extra_context or {})})
