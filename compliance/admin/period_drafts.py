"""Drafting a report of a period from the system's own data, by a form."""

from __future__ import annotations

from datetime import timedelta

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from compliance.admin.report_shared import report_url
from compliance.enums import ReportType
from compliance.periodic import build_report
from compliance.periodic.building import TYPES
from dwaybank.actor import Actor
from dwaybank.admin.base import acting_person
from dwaybank.errors import DomainError

CHANGE = "compliance.change_compliancereport"


class PeriodForm(forms.Form):
    """Which report, over which days."""

    report_type = forms.ChoiceField(label=gettext_lazy("Report"), choices=[(one.value, one.label) for one in TYPES])
    start = forms.DateField(
        label=gettext_lazy("From"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    end = forms.DateField(
        label=gettext_lazy("To, this day included"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )


def urls() -> list[URLPattern]:
    """The screen's address."""
    return [path("period/", admin.site.admin_view(period_view), name="compliance_compliancereport_period")]


@require_http_methods(["GET", "POST"])
def period_view(request: HttpRequest) -> HttpResponse:
    """Ask for the period, and draft; last month is proposed."""
    if not request.user.has_perm(CHANGE):
        raise PermissionDenied
    now = timezone.now()
    last = timezone.localdate(now).replace(day=1) - timedelta(days=1)
    form = PeriodForm(request.POST or None, initial={"start": last.replace(day=1), "end": last})
    if request.method == "POST" and form.is_valid():
        try:
            built = build_report(
                report_type=ReportType(form.cleaned_data["report_type"]),
                start=form.cleaned_data["start"],
                end=form.cleaned_data["end"],
                now=now,
                actor=Actor(acting_person(request).pk, "admin"),
            )
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("The draft is made.") if built.is_new else _("The draft is made anew."))
            if built.incidents:
                messages.info(request, _("Drafts of single incidents: %(count)d.") % {"count": len(built.incidents)})
            return HttpResponseRedirect(report_url(built.report.pk))
    context = {**admin.site.each_context(request), "title": _("Draft a report of a period"), "form": form}
    return TemplateResponse(request, "admin/compliance/compliancereport/period.html", context)
