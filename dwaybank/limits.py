"""Rate limits beyond the sign-in: how often one person may export, search, upload or ask for JSON, and how often one
address of the network may reach the webhooks. (Sign-in, second factor and signing in again: ACCOUNT_RATE_LIMITS.)

Counted by one statement in the table of the cache, which all processes share: none can lose a count to another. A
window begins with the first request; when it is full, the answer is 429 with the time at which the next one goes
through. What is counted holds no address and no search term.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Final

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from dwaybank.rates import Rate

_EXPORTS: Final = ("_csv", "_export")
_ASKED_BY_SCRIPTS: Final = ("inbox_count", "_progress", "_suggest")
# A row whose window is over begins anew; expired rows are removed by the cache itself. The count does not wait for the
# disk, while all others from the same address wait for it: a server that loses its power may forget the last tries.
_COUNT: Final = """
    WITH unwaited AS MATERIALIZED (SELECT set_config('synchronous_commit', 'off', true))
    INSERT INTO django_cache_entries AS kept (cache_key, value, expires)
    SELECT %s, '1', %s::timestamptz FROM unwaited
    ON CONFLICT (cache_key) DO UPDATE SET
        value = CASE WHEN kept.expires <= %s THEN '1' ELSE (kept.value::bigint + 1)::text END,
        expires = CASE WHEN kept.expires <= %s THEN EXCLUDED.expires ELSE kept.expires END
    RETURNING value::bigint, expires
"""


def kind_of(request: HttpRequest) -> str:
    """What of the limited things this request is: export, search, upload, json, webhook, or "" for none."""
    name = (request.resolver_match.url_name or "") if request.resolver_match else ""
    if name == "webhook":
        return "webhook"
    if not request.user.is_authenticated:
        return ""
    if name.endswith(_EXPORTS):
        return "export"
    if name.endswith(_ASKED_BY_SCRIPTS):
        return "json"
    if request.method == "POST" and (request.content_type or "").startswith("multipart/"):
        return "upload"
    return "search" if request.method == "GET" and request.GET.get("q", "").strip() else ""


def full_until(kind: str, who: str, rate: Rate, now: datetime) -> datetime | None:
    """Count one request; the time at which the window ends where it was full already, else None."""
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, [f"limit:{kind}:{who}", now + timedelta(seconds=rate.seconds), now, now])
        count, ends = cursor.fetchone()
    return ends if count > rate.most else None


class RequestLimits:
    """Middleware, behind the one that knows who is signed in: answers 429 to who asks too often."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Nothing before the address is known."""
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        """Count, and refuse before the view does anything."""
        kind = kind_of(request)
        rate = settings.REQUEST_LIMITS.get(kind)
        if rate is None:
            return None
        now = timezone.now()
        who = str(request.user.pk) if kind != "webhook" else str(get_adapter().get_client_ip(request))
        ends = full_until(kind, who, rate, now)
        return None if ends is None else too_many(request, ends, now, is_plain=kind in {"webhook", "json"})


def too_many(request: HttpRequest, ends: datetime, now: datetime, *, is_plain: bool) -> HttpResponse:
    """429, with the seconds to wait for a machine and the time for a person."""
    seconds = max(1, round((ends - now).total_seconds()))
    if is_plain:
        response = HttpResponse("too many requests", status=429, content_type="text/plain; charset=utf-8")
    else:
        response = render(request, "429.html", {"ends": timezone.localtime(ends)}, status=429)
    response["Retry-After"] = str(seconds)
    response["Cache-Control"] = "no-store"
    return response
