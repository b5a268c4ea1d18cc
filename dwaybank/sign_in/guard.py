"""The guard of every page: a second factor for staff, a session that ends and stays where it began.

A session is bound to the browser's name (its User-Agent) and ends after SESSION_IDLE_SECONDS without a request, at the
latest after SESSION_COOKIE_AGE. It is not bound to an address: those change under way on telephones and behind
proxies, and a stolen cookie is more often used from the same network than from the same browser.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable
from typing import Any, Final

from allauth.account.adapter import get_adapter
from allauth.account.authentication import get_authentication_records
from allauth.account.internal.flows.reauthentication import suspend_request
from allauth.core.exceptions import ReauthenticationRequired
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

BOUND: Final = "sign_in_bound_to"
SEEN: Final = "sign_in_seen_at"
# the time of the last request is written at most once in this many seconds
_WRITE_EVERY_S: Final = 60
# pages of signing in and of second factors guard themselves
_OPEN: Final = ("/accounts/", "/static/", "/healthz", "/readyz", "/metrics")


def fingerprint(browser: str) -> str:
    """What a session keeps of a browser's name."""
    return hashlib.sha256(browser.encode()).hexdigest()[:32]


def browser_of(request: HttpRequest) -> str:
    """The fingerprint of the browser that asks."""
    return fingerprint(request.META.get("HTTP_USER_AGENT", ""))


@receiver(user_logged_in, dispatch_uid="bind the session")
def bind_session(sender: Any, request: HttpRequest, **kwargs: Any) -> None:
    """A new session belongs to this browser and was seen now."""
    request.session[BOUND] = browser_of(request)
    request.session[SEEN] = int(time.time())


def has_second_factor(request: HttpRequest) -> bool:
    """Whether a passkey, a TOTP code or a recovery code was given in this session."""
    return any(record.get("method") == "mfa" for record in get_authentication_records(request, _person(request)))


def _person(request: HttpRequest) -> Any:
    return request.user


class SignInGuard:
    """Middleware: nobody goes on without a second factor, in another browser, or after a long pause."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Send the person to sign in again, or to set up a second factor; else go on."""
        if request.path.startswith(_OPEN) or not request.user.is_authenticated:
            return self.get_response(request)
        if refusal := self._refusal(request):
            logout(request)
            messages.warning(request, refusal)
            return redirect(f"{reverse('account_login')}?{urlencode({'next': request.get_full_path()})}")
        if not has_second_factor(request):
            messages.info(request, _("Set up a second factor first: a passkey, or an authenticator app."))
            return redirect("mfa_index")
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Ask who signed in long ago once more. A form sent to an address with a query is kept like any other; the
        library on its own would show that address instead of sending the form on."""
        if not isinstance(exception, ReauthenticationRequired) or request.method != "POST":
            return None
        methods = get_adapter().get_reauthentication_methods(_person(request))
        if not methods:
            return None
        suspend_request(request, methods[0]["url"])
        return redirect(f"{methods[0]['url']}?{urlencode({'next': request.path})}")

    def _refusal(self, request: HttpRequest) -> str:
        """Why the session ends here; "" when it goes on."""
        now = int(time.time())
        session = request.session
        if session.get(BOUND) != browser_of(request):
            return _("This session began in another browser. Sign in again.")
        if now - session.get(SEEN, 0) > settings.SESSION_IDLE_SECONDS:
            return _("You were away for a while. Sign in again to go on.")
        if not has_second_factor(request) and is_mfa_enabled(_person(request)):
            return _("Sign in again with your second factor.")
        if now - session[SEEN] >= _WRITE_EVERY_S:
            session[SEEN] = now
        return ""
