"""The record of breaches of safeguards: entered, assessed, reported."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy

from compliance.entering.fields import YES_NO, refuse_private_numbers
from compliance.models import PrivacyBreach
from dwaybank.admin import columns
from dwaybank.admin.base import BackOfficeModelAdmin, acting_person
from dwaybank.admin.forms import ReasonForm

_FIELDS = (
    "determined_at",
    "happened",
    "description",
    "data_affected",
    "people_affected",
    "real_risk",
    "risk_reason",
    "reported_at",
    "people_told_at",
)


class BreachForm(ReasonForm):
    """A breach; no social insurance number in its texts."""

    real_risk = forms.NullBooleanField(
        label=gettext_lazy("Real risk of significant harm"), required=False, widget=forms.Select(choices=YES_NO)
    )

    class Meta:
        model = PrivacyBreach
        fields = _FIELDS

    def clean(self) -> dict[str, Any]:
        """Texts without private numbers."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        refuse_private_numbers(self, ("description", "data_affected", "risk_reason"))
        return cleaned


@admin.register(PrivacyBreach)
class PrivacyBreachScreen(BackOfficeModelAdmin):
    """Every breach, harmful or not."""

    can_add = True
    reads_logged = True
    form = BreachForm
    editable_fields = _FIELDS
    list_display = (
        columns.time("determined_at", label=gettext_lazy("determined"), sort="determined_at"),
        "people_affected",
        "real_risk",
        columns.time("reported_at", label=gettext_lazy("reported")),
        columns.time("people_told_at", label=gettext_lazy("people told")),
    )
    list_filter = ("real_risk",)
    ordering = ("-determined_at",)
    search_help_text = gettext_lazy("The id of the record.")
    sections = (
        ("", ("determined_at", "happened", "description", "data_affected", "people_affected")),
        (gettext_lazy("Assessment"), ("real_risk", "risk_reason")),
        (gettext_lazy("Told"), ("reported_at", "people_told_at")),
    )

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """With who recorded it."""
        if not change:
            obj.recorded_by = acting_person(request)
        super().save_model(request, obj, form, change)
