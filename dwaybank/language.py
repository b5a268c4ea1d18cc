"""Which language a person reads: their own choice first, then the browser's cookie, then what the browser asks for."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, HttpResponseRedirect
from django.urls import reverse
from django.utils import translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from dwaybank.actor import Actor, acting_as
from dwaybank.enums import Language
from dwaybank.models import User

_RUN: Final = "language"


class PersonsLanguage:
    """Middleware, behind the one that knows who is signed in: their own language stands over the browser's."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Speak to the person as they chose."""
        person = request.user
        if isinstance(person, User) and person.language:
            translation.activate(person.language)
            request.LANGUAGE_CODE = person.language
        return self.get_response(request)


def speaking_to(person: User) -> AbstractContextManager[object]:
    """Within it, texts are in the person's language, or in the bank's own where they chose none: for mails and news."""
    return translation.override(person.language or settings.LANGUAGE_CODE)


@require_POST
def choose_language(request: HttpRequest) -> HttpResponse:
    """Keep the choice ``language``: with the browser, and with the person once somebody is signed in. Then back.

    400 for a language that nobody here speaks.
    """
    chosen = request.POST.get("language", "")
    if chosen not in Language.values:
        return HttpResponseBadRequest(f"There is no language {chosen!r} here.", content_type="text/plain")
    if isinstance(request.user, User) and request.user.language != chosen:
        with acting_as(Actor(request.user.pk, _RUN)):
            User.objects.filter(pk=request.user.pk).update(language=chosen)
    wanted = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    answer = HttpResponseRedirect(wanted if is_ours else reverse("admin:index"))
    answer.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        chosen,
        max_age=settings.LANGUAGE_COOKIE_AGE,
        secure=settings.LANGUAGE_COOKIE_SECURE,
        httponly=settings.LANGUAGE_COOKIE_HTTPONLY,
        samesite="Lax",
    )
    return answer
