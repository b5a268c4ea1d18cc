"""The least that Django answers: one view, no middleware, no database. The baseline of the web figures."""

from __future__ import annotations

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.http import HttpRequest, HttpResponse
from django.urls import path


def answer(request: HttpRequest) -> HttpResponse:
    """The same few bytes to everybody."""
    return HttpResponse("ok")


urlpatterns = [path("", answer)]
settings.configure(ROOT_URLCONF=__name__, ALLOWED_HOSTS=["*"], SECRET_KEY="bench", MIDDLEWARE=[], DEBUG=False)
application = get_wsgi_application()
