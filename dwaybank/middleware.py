"""Every request is a run: with an id, in the audit, in the logs and in the answer."""

from __future__ import annotations

import re
import time
import uuid
from collections.abc import Callable
from typing import Final

import structlog
from django.http import HttpRequest, HttpResponse

from dwaybank.runs import new_run_id, running

REQUEST_ID_HEADER: Final = "X-Request-ID"
_ACCEPTED: Final = re.compile(r"[A-Za-z0-9._-]{8,64}")
# asked every few seconds by machines, without a word worth keeping
_QUIET: Final = ("/healthz", "/readyz", "/metrics", "/static/")
log = structlog.get_logger("dwaybank.request")


class RequestRun:
    """Middleware, behind the one that knows who is signed in: names the run, and logs one line for each request.

    A proxy's ``X-Request-ID`` is taken over when it looks like one. Nothing of a query string is logged.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Run the request under its id."""
        given = request.headers.get(REQUEST_ID_HEADER, "")
        run_id = given if _ACCEPTED.fullmatch(given) else new_run_id()
        request.request_id = run_id  # type: ignore[attr-defined]
        started = time.perf_counter()

        def actor() -> uuid.UUID | None:
            return request.user.pk if request.user.is_authenticated else None

        with running("request", run_id=run_id, actor_id=actor):
            response = self.get_response(request)
            if not request.path.startswith(_QUIET):
                log.info(
                    "request",
                    method=request.method,
                    path=request.path,
                    status=response.status_code,
                    milliseconds=round((time.perf_counter() - started) * 1000),
                    actor=str(actor() or ""),
                )
        response[REQUEST_ID_HEADER] = run_id
        return response
