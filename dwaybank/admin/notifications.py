"""What staff were told, for support: nobody's role includes these screens."""

from __future__ import annotations

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from dwaybank.admin import columns
from dwaybank.admin.base import BackOfficeModelAdmin
from dwaybank.models import Notification, NotificationSetting


@admin.register(Notification)
class NotificationScreen(BackOfficeModelAdmin):
    """To read."""

    list_display = (
        columns.time("created_at", label=_("time")),
        columns.link("recipient", "dwaybank.User"),
        "kind",
        "subject",
    )
    list_display_links = ("subject",)
    list_select_related = ("recipient",)
    ordering = ("-created_at", "pk")
    sorted_only_when_small = True
    sections = (
        (
            "",
            (
                columns.link("recipient", "dwaybank.User"),
                "kind",
                "subject",
                "url",
                "dedupe_key",
                columns.time("created_at", label=_("told")),
                columns.time("read_at", label=_("read")),
                columns.time("mailed_at", label=_("mailed")),
            ),
        ),
    )


@admin.register(NotificationSetting)
class NotificationSettingScreen(BackOfficeModelAdmin):
    """To read; each person sets their own in their inbox."""

    list_display = (columns.link("person", "dwaybank.User"), "mail_mode", "digest_hour")
    list_display_links = ("mail_mode",)
    list_select_related = ("person",)
    ordering = ("pk",)
    sections = (
        (
            "",
            (
                columns.link("person", "dwaybank.User"),
                "mail_mode",
                "digest_hour",
                "quiet_from",
                "quiet_until",
                columns.listing("muted_kinds"),
                columns.day("digest_sent_on", label=_("last daily mail")),
            ),
        ),
    )
