"""Roles: Django's groups, which ``manage.py sync_roles`` keeps as the code says. To read, not to change."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.auth import admin as auth_admin  # noqa: F401 - registers Group, which this screen replaces
from django.contrib.auth.models import Group
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from dwaybank.admin.base import BackOfficeModelAdmin
from dwaybank.admin.display import NOTHING
from dwaybank.roles import ROLES

_PURPOSES = {role.name: role.purpose for role in ROLES}

admin.site.unregister(Group)


@admin.display(description="purpose")
def purpose(group: Group) -> str:
    """What the role is for."""
    return _PURPOSES.get(group.name, "Not a role of this version; sync_roles does not keep it.")


@admin.display(description="may")
def may(group: Group) -> SafeString:
    """The role's permissions, by app."""
    names = [permission.name for permission in group.permissions.order_by("content_type__app_label", "name")]
    if not names:
        return NOTHING
    return format_html('<ul class="plain">{}</ul>', format_html_join("", "<li>{}</li>", ((n,) for n in names)))


@admin.register(Group)
class RoleScreen(BackOfficeModelAdmin):
    """What each role may do."""

    list_display = ("name", purpose)
    ordering = ("name",)
    uuid_search = ()
    sections = (("", ("name", purpose, may)),)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """All roles; there are a handful."""
        return super().get_queryset(request)
