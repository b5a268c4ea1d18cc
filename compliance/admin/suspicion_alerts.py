"""Alerts, the movements that made them fire, and how each indicator does."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.timesince import timesince
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from compliance.admin.suspicion_shared import ALERT_TONES, movement_link, title_of
from compliance.enums import IndicatorMode
from compliance.indicators.contract import Flow
from compliance.models import DetectionRun, IndicatorSetting, SuspicionAlert, SuspicionAlertRow
from compliance.suspicion.statistics import Measure, measure
from dwaybank.admin import columns, display
from dwaybank.admin.base import BackOfficeModelAdmin
from dwaybank.admin.display import list_url

_DAYS: Final = 365
_INDICATOR = columns.column("indicator", lambda alert: title_of(alert.indicator), label=gettext_lazy("indicator"))
_STATUS = columns.badge("alert_status", ALERT_TONES, label=gettext_lazy("status"))
_RAISED = columns.time("raised_at", label=gettext_lazy("raised"), sort="raised_at")
_CUSTOMER = columns.link("user", "dwaybank.User", label=gettext_lazy("customer"))
_SUM = columns.money("total_cad", label=gettext_lazy("sum, CAD"), currency=None)
_CASE = columns.link("case", "compliance.SuspicionCase", label=gettext_lazy("case"))


@admin.register(SuspicionAlert)
class SuspicionAlertScreen(BackOfficeModelAdmin):
    """To read; alerts are decided with their case."""

    reads_logged = True
    list_display = (_RAISED, _INDICATOR, _CUSTOMER, _SUM, _STATUS, _CASE)
    list_display_links = (_INDICATOR,)
    list_filter = ("alert_status",)
    filter_columns = ("indicator", "case_id", "run_id")
    list_select_related = ("user", "case")
    date_hierarchy = "raised_at"
    ordering = ("-raised_at", "pk")
    uuid_search = ("pk", "user_id", "case_id")
    email_search = ("user__email",)
    search_help_text = gettext_lazy("The id of the alert, its case or its customer, or the customer's e-mail address.")
    sections = (
        (
            "",
            (
                _INDICATOR,
                _STATUS,
                _CUSTOMER,
                columns.code("subject"),
                _CASE,
                columns.time("first_at", label=gettext_lazy("from")),
                columns.time("last_at", label=gettext_lazy("until")),
                _SUM,
                columns.json("facts", label=gettext_lazy("figures")),
            ),
        ),
        (
            gettext_lazy("How it was raised"),
            (
                _RAISED,
                "indicator_version",
                "settings_version",
                columns.link("run", "compliance.DetectionRun", label=gettext_lazy("run")),
                columns.link("superseded_by", "compliance.SuspicionAlert", label=gettext_lazy("part of")),
                columns.time("decided_at", label=gettext_lazy("decided")),
            ),
        ),
    )

    def get_urls(self) -> list[Any]:
        """With the page of measures."""
        view = self.admin_site.admin_view(self.measures_view)
        return [path("measures/", view, name="compliance_suspicionalert_measures"), *super().get_urls()]

    def list_links(self, request: HttpRequest) -> list[tuple[Any, str]]:
        """To the measures."""
        return [(_("How the indicators do"), reverse("admin:compliance_suspicionalert_measures"))]

    def measures_view(self, request: HttpRequest) -> HttpResponse:
        """Alerts, outcome, age and precision of each indicator over a year."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        now = timezone.now()
        modes = {row.indicator: row.get_mode_display() for row in IndicatorSetting.objects.all()}
        rows = [_shown(one, modes) for one in measure(now - timedelta(days=_DAYS), now + timedelta(seconds=1))]
        context = {
            **self.admin_site.each_context(request),
            "title": _("How the indicators do"),
            "opts": self.opts,
            "days": _DAYS,
            "rows": rows,
        }
        return TemplateResponse(request, "admin/compliance/suspicionalert/measures.html", context)


def _shown(one: Measure, modes: dict[str, str]) -> dict[str, Any]:
    precision = display.NOTHING if one.precision is None else f"{one.precision:.0%}"
    now = timezone.now()
    return {
        "measure": one,
        "mode": modes.get(one.indicator, IndicatorMode.SHADOW.label),
        "url": list_url("compliance.SuspicionAlert", f"indicator={one.indicator}"),
        "precision": precision,
        "oldest": display.moment(one.oldest_open, now),
        "wait": timesince(now - one.mean_wait, now) if one.mean_wait else display.NOTHING,
    }


_FLOWS: Final = {Flow.IN.value: gettext_lazy("money in"), Flow.OUT.value: gettext_lazy("money out")}
_FLOW = columns.column("flow", lambda row: _FLOWS.get(row.flow, row.flow))


@admin.register(SuspicionAlertRow)
class SuspicionAlertRowScreen(BackOfficeModelAdmin):
    """To read: on which alerts a movement stands."""

    reads_logged = True
    list_display = (
        columns.time("at", label=gettext_lazy("when")),
        columns.money("amount_cad", label=gettext_lazy("amount, CAD"), currency=None),
        _FLOW,
        columns.column("movement", movement_link, label=gettext_lazy("movement")),
        columns.link("alert", "compliance.SuspicionAlert", label=gettext_lazy("alert")),
    )
    list_display_links = (_FLOW,)
    ordering = ("-pk",)
    uuid_search = ("pk", "row_id", "alert_id")
    search_help_text = gettext_lazy("The id of a movement or of an alert.")
    sections = (
        (
            "",
            (
                columns.link("alert", "compliance.SuspicionAlert", label=gettext_lazy("alert")),
                columns.column("movement", movement_link, label=gettext_lazy("movement")),
                columns.time("at", label=gettext_lazy("when")),
                columns.money("amount_cad", label=gettext_lazy("amount, CAD"), currency=None),
                _FLOW,
                "is_cash",
                "location",
                "conductor",
                "beneficiary",
            ),
        ),
    )


@admin.register(DetectionRun)
class DetectionRunScreen(BackOfficeModelAdmin):
    """To read: each search, with the settings it ran under and what came out."""

    list_display = (
        columns.time("started_at", label=gettext_lazy("started"), sort="started_at"),
        columns.number("movements", label=gettext_lazy("movements")),
        columns.number("left_out", label=gettext_lazy("other currencies")),
        columns.number("seconds", label=gettext_lazy("seconds")),
        columns.link("created_by", "dwaybank.User", label=gettext_lazy("by")),
    )
    not_in_lists = ("settings", "outcomes")
    ordering = ("-started_at",)
    search_help_text = gettext_lazy("The run's id.")
    sections = (
        (
            "",
            (
                columns.time("started_at", label=gettext_lazy("started")),
                columns.time("new_since", label=gettext_lazy("customers with something new since")),
                columns.day("looked_back_to", label=gettext_lazy("looked back to")),
                columns.number("movements", label=gettext_lazy("movements")),
                columns.number("left_out", label=gettext_lazy("left out: other currencies")),
                "seconds",
            ),
        ),
        (gettext_lazy("What came out"), (columns.json("outcomes", label=gettext_lazy("by indicator")),)),
        (gettext_lazy("Settings"), (columns.json("settings", label=gettext_lazy("by indicator")),)),
    )
