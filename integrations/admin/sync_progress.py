"""What a running sync is doing: part of its log's page, asked for again every two seconds until it has ended."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from dwaybank.admin import display
from dwaybank.admin.display import Tone
from integrations.admin.shared import SYNC_TONES
from integrations.models import BankSyncLog

VIEW: Final = "integrations.view_banksynclog"
# as syncing.running and syncing.fetching note them, in their order
STEPS: Final = {
    "started": gettext_lazy("Opening: token, consent"),
    "accounts": gettext_lazy("Accounts listed"),
    "fetching": gettext_lazy("Fetching rows"),
    "storing": gettext_lazy("Storing"),
}


def progress_context(log: BankSyncLog) -> dict[str, Any]:
    """What the fragment shows of a log. ``steps`` are (text, "done", "current" or "")."""
    is_running = log.completed_at is None
    step = str((log.sync_metadata or {}).get("step", "started"))
    names = list(STEPS)
    place = names.index(step) if step in names else 0
    seconds = int(((log.completed_at or timezone.now()) - log.started_at).total_seconds())
    return {
        "is_running": is_running,
        "url": reverse("admin:integrations_banksynclog_progress", args=[log.pk]),
        "page": reverse("admin:integrations_banksynclog_change", args=[log.pk]),
        "badge": display.badge(str(log.get_sync_status_display()), SYNC_TONES.get(log.sync_status, Tone.QUIET)),
        "steps": [
            (text, "current" if number == place else "done" if number < place else "")
            for number, text in enumerate(STEPS.values())
        ],
        "accounts": log.accounts_processed or 0,
        "rows": log.transactions_processed or 0,
        "imported": log.transactions_imported or 0,
        "elapsed": f"{seconds // 60}:{seconds % 60:02d}",
    }


@never_cache
@require_safe
def progress_view(request: HttpRequest, log_id: UUID) -> HttpResponse:
    """The fragment alone."""
    if not request.user.has_perm(VIEW):
        raise PermissionDenied
    log = BankSyncLog.objects.filter(pk=log_id).first()
    if log is None:
        raise Http404
    return render(request, "admin/integrations/banksynclog/progress.html", {"progress": progress_context(log)})
