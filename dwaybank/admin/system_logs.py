"""What maintenance did."""

from __future__ import annotations

from typing import Final

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from dwaybank.admin import columns
from dwaybank.admin.base import BackOfficeModelAdmin
from dwaybank.admin.display import Tone
from dwaybank.enums import LogLevel
from dwaybank.models import SystemLog

_TONES: Final[dict[str, Tone]] = {
    LogLevel.INFO: Tone.INFO,
    LogLevel.WARNING: Tone.WARNING,
    LogLevel.ERROR: Tone.BAD,
}
_MESSAGE = columns.kept("message")


@admin.register(SystemLog)
class SystemLogScreen(BackOfficeModelAdmin):
    """To read."""

    list_display = (
        columns.time("created_at", label=_("time"), sort="created_at"),
        columns.badge("level", _TONES),
        _MESSAGE,
    )
    list_display_links = (_MESSAGE,)
    list_filter = ("level",)
    date_hierarchy = "created_at"
    ordering = ("-created_at",)
    not_in_lists = ("metadata",)
    search_help_text = _("The line's id.")
    sections = (
        ("", (columns.time("created_at", label=_("time")), columns.badge("level", _TONES), _MESSAGE)),
        (_("Counts"), (columns.json("metadata", label=_("metadata")),)),
    )
