"""The table ``users``: customers and staff alike."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.utils.translation import gettext_lazy as _

from dwaybank.db.constraints import values_check
from dwaybank.db.fields import timestamp_field, uuid_key
from dwaybank.enums import Language


class UserManager(BaseUserManager["User"]):
    """Makes people with lower-case e-mail addresses, by which they sign in."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        """A person; without a password nobody can sign in as them. Raises ValueError without an e-mail."""
        if not email:
            raise ValueError("A user needs an e-mail address.")
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> User:
        """A person with every permission, for the first sign-in of an installation."""
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, username: str | None) -> User:
        """The person with this e-mail, however its letters are cased."""
        return self.get(email=(username or "").strip().lower())


class User(AbstractBaseUser, PermissionsMixin):
    """One person: a DwayBank customer, a member of staff, or both.

    Written by DwayBank's own services and by administrators. People are deactivated, never deleted, while
    anything about them is under a retention duty.
    """

    id = uuid_key()
    email = models.EmailField(max_length=254)
    full_name = models.CharField(max_length=200, blank=True, db_default="")
    password = models.CharField(max_length=128, db_default="!", editable=False)
    language = models.CharField(
        _("language"),
        max_length=5,
        null=True,
        blank=True,
        choices=Language.choices,
        help_text=_("Of screens and mails. Without one, screens follow the browser."),
    )
    last_login = models.DateTimeField(null=True, blank=True, editable=False)
    is_active = models.BooleanField(
        _("active"), db_default=True, help_text=_("Untick to keep the person out; nobody is deleted.")
    )
    is_staff = models.BooleanField(_("staff"), db_default=False, help_text=_("May enter the back office."))
    is_superuser = models.BooleanField(
        _("superuser"), db_default=False, help_text=_("Has every permission without being given it.")
    )
    created_at = timestamp_field()
    updated_at = timestamp_field()

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        db_table = "users"
        verbose_name = _("user")
        constraints = [
            values_check("language", Language, "users_language_check"),
            models.UniqueConstraint(
                fields=["email"],
                name="users_email_key",
                violation_error_message=_("Another person already has this e-mail address."),
            ),
        ]

    def __str__(self) -> str:
        return self.email

    def get_full_name(self) -> str:
        """Name for greetings; the e-mail where no name is known."""
        return self.full_name or self.email

    def get_short_name(self) -> str:
        """First word of the name."""
        return self.get_full_name().split()[0]
