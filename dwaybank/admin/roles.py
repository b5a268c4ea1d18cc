"""Roles: Django's groups, which ``manage.py sync_roles`` keeps as the code says. To read, not to change."""

from __future__ import annotations

from typing import Any, Final

from django.contrib import admin
from django.contrib.auth import admin as auth_admin  # noqa: F401 - registers Group, which this screen replaces
from django.contrib.auth.models import Group, Permission
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext, gettext_lazy

from dwaybank.admin.base import BackOfficeModelAdmin
from dwaybank.admin.display import NOTHING
from dwaybank.roles import ROLES
from dwaybank.translation import translated

_PURPOSES = {role.name: role.purpose for role in ROLES}

admin.site.unregister(Group)


@admin.display(description=gettext_lazy("role"), ordering="name")
def name(group: Group) -> str:
    """The role's name in the reader's language."""
    return str(translated(group.name))


@admin.display(description=gettext_lazy("purpose"))
def purpose(group: Group) -> str:
    """What the role is for."""
    known = _PURPOSES.get(group.name)
    return str(translated(known)) if known else gettext("Not a role of this version; sync_roles does not keep it.")


@admin.display(description=gettext_lazy("may"))
def may(group: Group) -> SafeString:
    """The role's permissions, by app."""
    permissions = group.permissions.select_related("content_type").order_by("content_type__app_label", "name")
    names = [permission_name(permission) for permission in permissions]
    if not names:
        return NOTHING
    return format_html('<ul class="plain">{}</ul>', format_html_join("", "<li>{}</li>", ((n,) for n in names)))


_OWN: Final = {
    "add": gettext_lazy("May add: %(what)s"),
    "change": gettext_lazy("May change: %(what)s"),
    "delete": gettext_lazy("May delete: %(what)s"),
    "view": gettext_lazy("May see: %(what)s"),
}


def permission_name(permission: Permission) -> str:
    """A permission in the reader's language; Django stores names in English only."""
    model = permission.content_type.model_class()
    action = permission.codename.partition("_")[0]
    if model is not None and permission.codename == f"{action}_{model._meta.model_name}" and action in _OWN:
        return _OWN[action] % {"what": model._meta.verbose_name_plural}
    return str(translated(permission.name))


@admin.register(Group)
class RoleScreen(BackOfficeModelAdmin):
    """What each role may do."""

    list_display = (name, purpose)
    ordering = ("name",)
    uuid_search = ()
    sections = (("", (name, purpose, may)),)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """All roles; there are a handful."""
        return super().get_queryset(request)
