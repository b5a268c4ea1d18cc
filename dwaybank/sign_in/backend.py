"""Who may sign in: active staff, by e-mail address and password."""

from __future__ import annotations

from typing import Any, Final

from django.contrib.auth.backends import ModelBackend
from django.db import connection
from django.http import HttpRequest

from dwaybank.models import User

# by roles, and of the person's own
_PERMISSIONS: Final = """
    SELECT c.app_label || '.' || p.codename FROM auth_permission p
    JOIN django_content_type c ON c.id = p.content_type_id
    WHERE p.id IN (
        SELECT permission_id FROM users_user_permissions WHERE user_id = %(person)s
        UNION ALL SELECT permission_id FROM auth_group_permissions JOIN users_groups USING (group_id)
        WHERE user_id = %(person)s
    )
"""


class StaffBackend(ModelBackend):
    """Customers are in the same table and never get in. The address is looked up as stored, by its unique index."""

    def authenticate(
        self, request: HttpRequest | None, username: str | None = None, password: str | None = None, **credentials: Any
    ) -> User | None:
        """The person, or None. An unknown address takes as long as a wrong password."""
        address = username or credentials.get("email")
        if not address or password is None:
            return None
        try:
            person = User.objects.get_by_natural_key(str(address))
        except User.DoesNotExist:
            User().set_password(password)
            return None
        if person.check_password(password) and self.user_can_authenticate(person):
            return person
        return None

    def user_can_authenticate(self, user: Any) -> bool:
        """Active members of staff, also on every later request."""
        return bool(user and user.is_active and user.is_staff)

    def get_all_permissions(self, user_obj: Any, obj: Any = None) -> set[str]:
        """What the person may do, asked in one query once for each request. Django asks for roles and own rights
        apart, on every page."""
        if user_obj.is_superuser or not user_obj.is_active or user_obj.is_anonymous or obj is not None:
            return super().get_all_permissions(user_obj, obj)
        if not hasattr(user_obj, "_perm_cache"):
            with connection.cursor() as cursor:
                cursor.execute(_PERMISSIONS, {"person": user_obj.pk})
                user_obj._perm_cache = {name for (name,) in cursor}
        known: set[str] = user_obj._perm_cache
        return known
