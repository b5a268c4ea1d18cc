"""What a page's view answers to a person, without the road there and back: no middleware, no page drawn.

A walk of every address with every role asks thousands of times whether somebody is let in. The view decides that; the
middlewares are the same for all and tested by themselves, and what pages say is looked at by tests that draw them.
"""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import Group
from django.contrib.messages.storage.cookie import CookieStorage
from django.core.exceptions import BadRequest, PermissionDenied
from django.http import Http404, HttpResponse
from django.test import Client, RequestFactory
from django.urls import Resolver404, resolve

from dwaybank.models import User
from tests.factories import UserFactory

_REFUSED = {PermissionDenied: 403, Http404: 404, BadRequest: 400}


class Asker:
    """A member of staff, signed in just now with both factors, with one role or none; ``sync_roles()`` ran before."""

    def __init__(self, role: str = "") -> None:
        person = UserFactory.create(email=f"{role.lower().replace(' ', '.') or 'nobody'}@dwaybank.example", staff=True)
        if role:
            person.groups.add(Group.objects.get(name=role))
        client = Client()
        client.force_login(person)
        self.session = client.session
        # one object for all requests: its permissions are read once
        self.person = User.objects.get(pk=person.pk)
        self._requests = RequestFactory()

    def ask(self, method: str, address: str, data: dict[str, str] | None = None) -> HttpResponse:
        """The answer, not drawn yet; an answer of the status by which Django says what the view raised."""
        request: Any = self._requests.generic(method, address) if data is None else self._requests.post(address, data)
        request.user, request.session, request.request_id = self.person, self.session, "asked"
        request._dont_enforce_csrf_checks = True
        request._messages = CookieStorage(request)
        try:
            match = request.resolver_match = resolve(request.path_info)
            return match.func(request, *match.args, **match.kwargs)  # type: ignore[no-any-return]
        except Resolver404:
            return HttpResponse(status=404)
        except tuple(_REFUSED) as refused:
            return HttpResponse(status=next(code for kind, code in _REFUSED.items() if isinstance(refused, kind)))
