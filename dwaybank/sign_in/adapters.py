"""What django-allauth asks of this project."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_noop

from dwaybank.secrets import Place, open_sealed, seal

# Words of the library that this house says otherwise in French: its catalogue stands before the library's.
OWN_WORDS: Final = (gettext_noop("Email address"), gettext_noop("Security Keys"))
# The library does not say which row a secret is for, so that all of them are sealed to their column.
PLACE: Final = Place("mfa_authenticator", "data", UUID(int=0))


class AccountAdapter(DefaultAccountAdapter):
    """Staff only; accounts are made by administrators."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Nobody signs up."""
        return False

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """The first page of the back office."""
        return reverse("admin:index")


class MFAAdapter(DefaultMFAAdapter):
    """Secrets of second factors are stored under the key ring, like every other secret."""

    def encrypt(self, text: str) -> str:
        """Ciphertext of a TOTP secret or of the seed of recovery codes."""
        return seal(text, PLACE)

    def decrypt(self, encrypted_text: str) -> str:
        """The secret. Raises SecretUnreadable."""
        return open_sealed(encrypted_text, PLACE).reveal()

    def send_notification_mail(self, *args: Any, **kwargs: Any) -> None:
        """No mail: the audit records every change of a second factor."""
