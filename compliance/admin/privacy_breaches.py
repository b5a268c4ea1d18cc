"""The record of breaches of safeguards: entered, or begun from an integration error; assessed, reported."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from compliance.entering.fields import YES_NO, refuse_private_numbers
from compliance.models import PrivacyBreach
from compliance.models.privacy_breaches import OPEN_BREACH
from compliance.periodic.texts import harmless
from dwaybank.admin import columns, display
from dwaybank.admin.base import BackOfficeModelAdmin, acting_person, as_uuid
from dwaybank.admin.cards import Card, register_card
from dwaybank.admin.display import Tone, admin_url, list_url
from dwaybank.admin.forms import ReasonForm
from dwaybank.admin.panels import Panel, register_panel
from dwaybank.kept import kept_text
from integrations.models import IntegrationError

_SECTIONS = (
    (
        "",
        (
            "determined_at",
            "happened",
            "description",
            "data_affected",
            "people_affected",
            "steps_taken",
            "integration_error",
        ),
    ),
    (gettext_lazy("Assessment"), ("real_risk", "risk_reason")),
    (gettext_lazy("Told"), ("reported_at", "people_told_at", "told_how", "contact")),
)
_FIELDS = tuple(name for _heading, names in _SECTIONS for name in names)
_TEXTS = ("description", "data_affected", "risk_reason", "steps_taken", "told_how", "contact")
_ERROR = "integration_error"


class BreachForm(ReasonForm):
    """A breach; no social insurance number in its texts."""

    real_risk = forms.NullBooleanField(
        label=gettext_lazy("Real risk of significant harm"), required=False, widget=forms.Select(choices=YES_NO)
    )

    integration_error = forms.UUIDField(
        label=gettext_lazy("Integration error"),
        required=False,
        help_text=gettext_lazy("The id of the error that it came to light by, where it was one."),
        widget=forms.TextInput(attrs={"class": "vTextField", "autocomplete": "off"}),
    )

    class Meta:
        model = PrivacyBreach
        fields = _FIELDS
        widgets = {
            name: forms.Textarea(attrs={"rows": 3, "cols": 80})
            for name in ("description", "data_affected", "risk_reason", "steps_taken", "told_how")
        }

    def clean_integration_error(self) -> IntegrationError | None:
        """An error that there is."""
        key = self.cleaned_data[_ERROR]
        found = IntegrationError.objects.filter(pk=key).first() if key else None
        if key and found is None:
            raise forms.ValidationError(_("There is no integration error with this id."))
        return found

    def clean(self) -> dict[str, Any]:
        """Texts without private numbers."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        refuse_private_numbers(self, _TEXTS)
        return cleaned


def risk_badge(row: PrivacyBreach) -> SafeString:
    """Whether the risk is real: a bad yes, a good no, nothing while nobody has assessed it."""
    if row.real_risk is None:
        return display.NOTHING
    return display.badge(display.YES, Tone.BAD) if row.real_risk else display.badge(display.NO, Tone.GOOD)


class OpenFilter(admin.SimpleListFilter):
    """Breaches that somebody has to act on."""

    title = gettext_lazy("to do")
    parameter_name = "open"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Any:
        """The open ones."""
        return (("1", gettext_lazy("To assess, report or tell")),)

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        """As the first page counts them."""
        return queryset.filter(OPEN_BREACH) if self.value() else queryset


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
        columns.column("real_risk", risk_badge, label=gettext_lazy("real risk of significant harm")),
        columns.time("reported_at", label=gettext_lazy("reported")),
        columns.time("people_told_at", label=gettext_lazy("people told")),
    )
    list_filter = (OpenFilter, "real_risk")
    ordering = ("-determined_at",)
    uuid_search = ("pk", "integration_error_id")
    search_help_text = gettext_lazy("The id of the record, or of the integration error.")
    sections = _SECTIONS

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """With who recorded it."""
        if not change:
            obj.recorded_by = acting_person(request)
        super().save_model(request, obj, form, change)

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """A record begun from an error says what is known of the error."""
        key = as_uuid(request.GET.get(_ERROR, ""))
        error = IntegrationError.objects.filter(pk=key).first() if key else None
        if error is None:
            return {}
        return {
            _ERROR: error.pk,
            "determined_at": timezone.now(),
            "happened": timezone.localtime(error.occurred_at).strftime("%Y-%m-%d %H:%M"),
            "description": harmless(kept_text(error.error_message)),
            "people_affected": error.affected_users_count,
        }

    def object_links(self, request: HttpRequest, row: Any) -> list[tuple[str, str]]:
        """To the error that it came to light by."""
        if not row.integration_error_id or not request.user.has_perm("integrations.view_integrationerror"):
            return []
        return [(_("The integration error"), admin_url("integrations.IntegrationError", row.integration_error_id))]


def _of_an_error(request: HttpRequest, error: IntegrationError) -> Panel:
    """On an error's page: its record of a breach, or the way to make one."""
    found = PrivacyBreach.objects.filter(integration_error=error.pk).first()
    risks = {None: _("not assessed yet"), True: _("a real risk"), False: _("no real risk")}
    more = None
    if found is None and request.user.has_perm("compliance.add_privacybreach"):
        url = reverse("admin:compliance_privacybreach_add")
        more = (_("Record a breach"), f"{url}?{urlencode({_ERROR: str(error.pk)})}")
    return Panel(
        title=_("Breach of safeguards"),
        headings=(_("Record"), _("Risk of harm")),
        rows=[]
        if found is None
        else [(display.object_link("compliance.PrivacyBreach", found.pk, str(found)), risks[found.real_risk])],
        empty=_("None is recorded of this error."),
        more=more,
    )


register_panel(
    "integrations.IntegrationError", "breach", _of_an_error, permission="compliance.view_privacybreach", rank=50
)


register_card(
    Card(
        name="breaches-open",
        title=gettext_lazy("Breaches of safeguards"),
        what=gettext_lazy("To assess, report or tell people of; the oldest was determined"),
        queryset=lambda: PrivacyBreach.objects.filter(OPEN_BREACH),
        url=lambda: list_url("compliance.PrivacyBreach", "open=1"),
        permission="compliance.view_privacybreach",
        oldest="determined_at",
        ordered=True,
        tone=Tone.WARNING,
        rank=9,
    )
)
