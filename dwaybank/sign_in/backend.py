"""Who may sign in: active staff, by e-mail address and password."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.http import HttpRequest

from dwaybank.models import User


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
