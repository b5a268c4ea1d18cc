"""Bank connections: consent, health, accounts, last syncs, and what staff do with them. No credential is shown."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from django.contrib import admin
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, Func, IntegerField, OuterRef, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from dwaybank.admin import columns, display
from dwaybank.admin.display import Tone, admin_url, list_url
from dwaybank.admin.filters import only_one
from dwaybank.translation import Text
from integrations.admin.connection_actions import CONNECT, act_view, actions_for, connect_view
from integrations.admin.integration_health import score_badge
from integrations.admin.shared import (
    CONNECTION_SECRETS,
    CONNECTION_TONES,
    CONSENT_TONES,
    SYNC_TONES,
    SaysWhenOff,
    customer,
)
from integrations.enums import SyncStatus
from integrations.models import BankConnection, BankSyncLog, ConnectionSyncState
from integrations.syncing.switch import OFF, is_enabled

_STRIP: Final = 8
_STATUS = columns.badge("connection_status", CONNECTION_TONES, label=_("status"))


def _strip(row: Any) -> Any:
    """The last syncs, newest first: a sign each, with its word for those who cannot see colours."""
    if not row.last_syncs:
        return display.NOTHING
    cells = ((display.badge(str(SyncStatus(one).label), SYNC_TONES.get(one, Tone.QUIET)),) for one in row.last_syncs)
    return format_html('<span class="sync-strip">{}</span>', format_html_join(" ", "{}", cells))


def _state(row: Any) -> ConnectionSyncState | None:
    """The state of an object's page, read once."""
    if not hasattr(row, "shown_state"):
        row.shown_state = ConnectionSyncState.objects.filter(connection=row.pk).first()
    return row.shown_state  # type: ignore[no-any-return]


def _consent(row: Any) -> Any:
    state = _state(row)
    if state is None:
        return display.NOTHING
    return display.badge(str(state.get_consent_status_display()), CONSENT_TONES[state.consent_status])


def _of_state(name: str) -> Any:
    return lambda row: display.moment(getattr(_state(row), name, None), timezone.now())


@admin.register(BankConnection)
class BankConnectionScreen(SaysWhenOff):
    """Consent and secrets are the customer's and the bank's; what staff do has a button and a permission each."""

    list_display = (
        "bank_name",
        customer(),
        _STATUS,
        columns.column("health", lambda row: score_badge(row.health_score), label=_("health")),
        columns.column("last_syncs", _strip, label=_("last syncs, newest first")),
        columns.number("linked_accounts_count", label=_("accounts")),
        columns.time("last_successful_sync", label=_("last good sync")),
        columns.time("token_expires_at", label=_("token ends")),
        columns.time("consent_expires_at", label=_("consent ends")),
    )
    list_filter = ("connection_status", "bank_id", "connection_type", only_one("user", "customer"))
    list_select_related = ("user",)
    ordering = ("bank_name", "-created_at")
    sorted_only_when_small = True
    never_loaded = CONNECTION_SECRETS
    not_in_lists = ("last_error_message",)
    uuid_search = ("pk", "user_id")
    email_search = ("user__email",)
    search_help_text = _("The connection's id, or its customer's e-mail address or id.")
    change_form_template = "admin/integrations/bankconnection/change_form.html"
    sections = (
        (
            "",
            (
                "bank_name",
                "bank_id",
                customer(),
                _STATUS,
                "connection_type",
                columns.column("health", lambda row: score_badge(row.health_score), label=_("health")),
            ),
        ),
        (
            _("Syncs"),
            (
                columns.time("last_successful_sync", label=_("last good sync")),
                columns.time("last_sync_attempt", label=_("last attempt")),
                columns.column("next_sync_at", _of_state("next_sync_at"), label=_("next sync")),
                columns.column("next_probe_at", _of_state("next_probe_at"), label=_("left alone until")),
                columns.column("paused_at", _of_state("paused_at"), label=_("paused")),
                columns.number("consecutive_failures", label=_("failures in a row")),
                columns.time("last_error_at", label=_("last failure")),
                columns.kept("last_error_message", label=_("its message")),
            ),
        ),
        (
            _("Consent and access"),
            (
                columns.column("consent", _consent, label=_("consent")),
                columns.time("consent_given_at", label=_("consent given")),
                columns.time("consent_expires_at", label=_("consent ends")),
                columns.column("consent_checked_at", _of_state("consent_checked_at"), label=_("looked at")),
                columns.listing("scopes"),
                columns.time("token_expires_at", label=_("token ends")),
                columns.time("token_last_refreshed", label=_("token refreshed")),
                columns.code("encryption_key_id", label=_("encryption key")),
                columns.time("data_retention_until", label=_("kept at least until")),
            ),
        ),
        (
            _("Record"),
            (
                columns.code("id"),
                columns.time("created_at"),
                columns.id_link("created_by", "dwaybank.User", label=_("created by")),
                columns.time("updated_at"),
                columns.time("deleted_at", label=_("disconnected")),
                columns.id_link("deleted_by", "dwaybank.User", label=_("disconnected by")),
            ),
        ),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """With the health score of the database's own rule, and in lists the last syncs."""
        queryset: QuerySet[Any] = (
            super()
            .get_queryset(request)
            .annotate(
                health_score=Func(
                    F("connection_status"),
                    F("consecutive_failures"),
                    F("last_successful_sync"),
                    F("created_at"),
                    function="bank_connection_health_score",
                    output_field=IntegerField(),
                )
            )
        )
        if not self._is_list(request):
            return queryset
        last = BankSyncLog.objects.filter(connection=OuterRef("pk")).order_by("-started_at").values("sync_status")
        with_syncs: QuerySet[Any] = queryset.annotate(last_syncs=ArraySubquery(last[:_STRIP]))
        return with_syncs

    def get_urls(self) -> list[Any]:
        """With the actions."""
        view = self.admin_site.admin_view
        return [
            path("connect/", view(connect_view), name="integrations_bankconnection_connect"),
            path("<uuid:connection_id>/act/<slug:name>/", view(act_view), name="integrations_bankconnection_act"),
            *super().get_urls(),
        ]

    def list_links(self, request: HttpRequest) -> Sequence[tuple[Text, str]]:
        """Connect a bank."""
        if not request.user.has_perm(CONNECT):
            return []
        return [(_("Connect a bank"), reverse("admin:integrations_bankconnection_connect"))]

    def render_change_form(
        self,
        request: HttpRequest,
        context: dict[str, Any],
        add: bool = False,
        change: bool = False,
        form_url: str = "",
        obj: Any = None,
    ) -> HttpResponse:
        """With the last syncs and the buttons."""
        if obj is not None:
            logs = BankSyncLog.objects.filter(connection=obj.pk).order_by("-started_at")
            now = timezone.now()
            context["recent_syncs"] = [
                {
                    "url": admin_url("integrations.BankSyncLog", log.pk),
                    "badge": display.badge(
                        str(log.get_sync_status_display()), SYNC_TONES.get(log.sync_status, Tone.QUIET)
                    ),
                    "when": display.relative(log.started_at, now),
                }
                for log in logs.only("sync_status", "started_at")[:_STRIP]
            ]
            context["connection_actions"] = actions_for(request, obj)
            context["integration_is_off"] = "" if is_enabled() else OFF
        return super().render_change_form(request, context, add, change, form_url, obj)

    def object_links(self, request: HttpRequest, row: Any) -> Sequence[tuple[Text, str]]:
        """Lists of what hangs on this connection."""
        wanted = (
            (gettext("Bank transactions"), "BankTransaction"),
            (gettext("Pending"), "PendingTransaction"),
            (gettext("Sync logs"), "BankSyncLog"),
            (gettext("Sync requests"), "SyncRequest"),
            (gettext("Errors"), "IntegrationError"),
            (gettext("Accounts"), "LinkedAccount"),
        )
        return [
            (text, list_url(f"integrations.{model}", f"connection={row.pk}"))
            for text, model in wanted
            if request.user.has_perm(f"integrations.view_{model.lower()}")
        ]
