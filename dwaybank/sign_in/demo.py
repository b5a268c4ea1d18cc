"""Demo mode: staff are enrolled beforehand, and one printed code stands for every second factor."""

from __future__ import annotations

from typing import Final

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.conf import settings

from dwaybank.errors import DomainError
from dwaybank.models import User

# who looks around is asked again too, but once an hour, not in the middle of every other page
DEMO_RECENT_S: Final = 60 * 60


def refuse_in_production() -> None:
    """Raises DomainError where DWAYBANK_ENV is production."""
    if settings.PRODUCTION:
        raise DomainError("The demo makes logins with a public password: it does not run with DWAYBANK_ENV=production.")


def enrol(person: User) -> None:
    """Give the person an authenticator app of their own, unless they have a second factor."""
    refuse_in_production()
    if not Authenticator.objects.filter(user=person).exists():
        TOTP.activate(person, generate_totp_secret())


def take_the_demo_code() -> None:
    """From now on this process takes the printed code for any second factor. For serving on this machine only."""
    refuse_in_production()
    settings.DEMO = True
    settings.DEBUG = True
    settings.RECENT_SIGN_IN_SECONDS = max(settings.RECENT_SIGN_IN_SECONDS, DEMO_RECENT_S)
    settings.MFA_TOTP_INSECURE_BYPASS_CODE = settings.DEMO_CODE
