"""Health of connections, from the view ``bank_integration_health``; worst first."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Final

from django.contrib import admin
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from dwaybank.admin import columns, display
from dwaybank.admin.display import Tone
from dwaybank.translation import Text
from integrations.admin.shared import CONNECTION_TONES, SaysWhenOff, customer
from integrations.models import BankIntegrationHealth

_GOOD: Final = 80
_FAIR: Final = 50
_TOKENS: Final[dict[str, tuple[Text, Tone]]] = {
    "valid": (_("valid"), Tone.GOOD),
    "no_expiry": (_("no expiry"), Tone.QUIET),
    "expiring_soon": (_("expiring soon"), Tone.WARNING),
    "expired": (_("expired"), Tone.BAD),
}


def token_badge(status: str) -> SafeString:
    """What the view says of a connection's token."""
    return display.badge(*_TOKENS.get(status, (status, Tone.QUIET)))


def score_badge(score: int) -> SafeString:
    """A score in words and figures."""
    if score >= _GOOD:
        return display.badge(gettext("%(score)s good") % {"score": score}, Tone.GOOD)
    return (
        display.badge(gettext("%(score)s fair") % {"score": score}, Tone.WARNING)
        if score >= _FAIR
        else display.badge(gettext("%(score)s poor") % {"score": score}, Tone.BAD)
    )


def duration(milliseconds: Decimal | int | None) -> SafeString | str:
    """Seconds to a tenth, or longer as hours and minutes."""
    if milliseconds is None:
        return display.NOTHING
    seconds = Decimal(milliseconds) / 1000
    return f"{seconds:.1f} s" if seconds < 60 else str(timedelta(seconds=int(seconds)))


_SCORE = columns.column("health_score", lambda row: score_badge(row.health_score), label=_("health"))
_TOKEN = columns.column(
    "token_status",
    lambda row: token_badge(row.token_status),
    label=_("token"),
)
_STATUS = columns.badge("connection_status", CONNECTION_TONES, label=_("status"))
_DURATION = columns.column(
    "avg_sync_duration", lambda row: duration(row.avg_sync_duration_ms), label=_("mean duration")
)
_CONNECTION = columns.column(
    "connection", lambda row: display.object_link("integrations.BankConnection", row.pk, row.bank_name)
)


@admin.register(BankIntegrationHealth)
class BankIntegrationHealthScreen(SaysWhenOff):
    """To read: a view."""

    list_display = (
        "bank_name",
        customer(),
        _SCORE,
        _STATUS,
        _TOKEN,
        columns.number("consecutive_failures", label=_("failures in a row")),
        columns.number("sync_count_7d", label=_("syncs, 7 days")),
        columns.number("error_count_7d", label=_("failed, 7 days")),
        columns.time("last_successful_sync", label=_("last good sync")),
    )
    list_filter = ("bank_id", "connection_status")
    list_select_related = ("user",)
    ordering = ("health_score", "bank_name")
    sorted_only_when_small = True
    uuid_search = ("pk", "user_id")
    email_search = ("user__email",)
    search_help_text = _("The connection's id, or its customer's e-mail address or id.")
    sections = (
        ("", (_CONNECTION, customer(), _SCORE, _STATUS, _TOKEN)),
        (
            _("Last seven days"),
            (
                columns.number("sync_count_7d", label=_("syncs")),
                columns.number("error_count_7d", label=_("failed")),
                _DURATION,
            ),
        ),
        (
            _("Syncs"),
            (
                columns.time("last_successful_sync", label=_("last good sync")),
                columns.number("consecutive_failures", label=_("failures in a row")),
                columns.number("linked_accounts_count", label=_("accounts")),
            ),
        ),
    )
