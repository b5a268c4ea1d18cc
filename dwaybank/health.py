"""What machines ask: alive, ready, and figures. None of it needs a session; none of it tells a stranger anything."""

from __future__ import annotations

import secrets

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django_prometheus.exports import ExportToDjangoView
from prometheus_client import Gauge

from dwaybank.audit.verifying import not_sealed
from dwaybank.config import unreadable

NOT_SEALED = Gauge("dwaybank_audit_events_not_sealed", "Audit events that no seal holds yet")
NOT_SEALED_SINCE = Gauge("dwaybank_audit_not_sealed_since_seconds", "When the oldest of them was written, Unix time")


def healthz(request: HttpRequest) -> HttpResponse:
    """200 while the process answers. Asks nothing else, so that a slow database restarts nobody."""
    return HttpResponse("ok\n", content_type="text/plain")


def readyz(request: HttpRequest) -> JsonResponse:
    """200 when requests can be served: the database answers, all migrations ran, settings are readable; else 503 with
    the names of what is not."""
    failing = []
    try:
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            failing.append("migrations")
        elif unreadable():
            failing.append("settings")
    except DatabaseError:
        failing.append("database")
    return JsonResponse({"ready": not failing, "failing": failing}, status=503 if failing else 200)


def metrics(request: HttpRequest) -> HttpResponse:
    """Figures for Prometheus, to who shows METRICS_TOKEN (``Authorization: Bearer …``); else there is no such page."""
    shown = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if not settings.METRICS_TOKEN or not secrets.compare_digest(shown.encode(), settings.METRICS_TOKEN.encode()):
        raise Http404
    count, oldest = not_sealed()
    NOT_SEALED.set(count)
    NOT_SEALED_SINCE.set(oldest.timestamp() if oldest else 0)
    answer: HttpResponse = ExportToDjangoView(request)  # type: ignore[no-untyped-call]
    return answer
