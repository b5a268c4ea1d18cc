"""Signing in once more before what cannot be taken back: approving, exporting, connecting a bank, changing keys.

Put ``@recent_sign_in_required`` on the view, or ``@method_decorator(recent_sign_in_required)`` on a view method of an
admin screen. Whoever last gave a password or a second factor longer ago than RECENT_SIGN_IN_SECONDS is asked for it;
then they are back where they were, and a form that they had sent is sent on. Code that only knows within a view that
it needs it calls ``ensure_recent_sign_in(request)``.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast

from allauth.account.authentication import get_authentication_records
from allauth.core.exceptions import ReauthenticationRequired
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest, HttpResponse

_View = TypeVar("_View", bound=Callable[..., HttpResponse])


def has_recent_sign_in(request: HttpRequest) -> bool:
    """Whether the person gave a password or second factor within RECENT_SIGN_IN_SECONDS."""
    if not request.user.is_authenticated:
        return False
    records = get_authentication_records(request, cast(AbstractBaseUser, request.user))
    newest = max((float(record["at"]) for record in records), default=0.0)
    return time.time() - newest < settings.RECENT_SIGN_IN_SECONDS


def ensure_recent_sign_in(request: HttpRequest) -> None:
    """Go on, or raise ReauthenticationRequired, which the middleware answers with the page that asks."""
    if not has_recent_sign_in(request):
        raise ReauthenticationRequired


def recent_sign_in_required(view: _View) -> _View:
    """The view, for people who signed in recently only."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        ensure_recent_sign_in(request)
        return view(request, *args, **kwargs)

    return cast(_View, guarded)
