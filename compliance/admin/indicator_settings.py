"""Indicators of suspicion as the bank runs them, and what is expected of customers."""

from __future__ import annotations

from typing import Any, Final

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from compliance.admin.suspicion_shared import title_of
from compliance.enums import IndicatorMode
from compliance.indicators import INDICATORS, Indicator
from compliance.models import CustomerProfile, IndicatorSetting
from compliance.suspicion.settings import text_of, value_of
from compliance.wording import marked_text, name_of
from dwaybank.admin import columns
from dwaybank.admin.base import BackOfficeModelAdmin
from dwaybank.admin.display import Tone
from dwaybank.admin.forms import PersonField, RequiredReasonForm

_MODE_TONES: Final[dict[str, Tone]] = {IndicatorMode.ACTIVE: Tone.GOOD, IndicatorMode.SHADOW: Tone.INFO}
_PREFIX: Final = "parameter_"
_RULE = columns.column("rule", lambda row: title_of(row.indicator), label=gettext_lazy("what it finds"))
_SOURCE = columns.column(
    "source",
    lambda row: marked_text(INDICATORS[row.indicator].source) if row.indicator in INDICATORS else "",
    label=gettext_lazy("source"),
)
_VERSION = columns.number("version", label=gettext_lazy("version"))
_CHANGED = columns.json("parameters", label=gettext_lazy("changed parameters"))
_CUSTOMER = columns.link("user", "dwaybank.User", label=gettext_lazy("customer"))
_STATED = columns.day("stated_on", label=gettext_lazy("stated on"))


class IndicatorForm(RequiredReasonForm):
    """Mode and parameters of one indicator, each read by its own type; and why."""

    class Meta:
        model = IndicatorSetting
        fields = ("mode",)

    def clean(self) -> dict[str, Any]:
        """What differs from the parameters as delivered."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        changed = {}
        for parameter in _rule_of(self.instance).parameters:
            name = _PREFIX + parameter.name
            text = str(cleaned.get(name, "")).strip()
            if name in self.errors or not text:
                continue
            try:
                value = value_of(text, parameter.default)
            except ValueError as error:
                self.add_error(name, str(error))
                continue
            if value != parameter.default:
                changed[parameter.name] = text
        self.instance.parameters = changed
        return cleaned


def _rule_of(row: IndicatorSetting) -> Indicator:
    return INDICATORS[row.indicator]


def _form_for(row: IndicatorSetting) -> type[IndicatorForm]:
    """The form with a field for each parameter of the row's indicator."""
    fields: dict[str, Any] = {
        _PREFIX + parameter.name: forms.CharField(
            label=name_of(parameter.name),
            initial=row.parameters.get(parameter.name, text_of(parameter.default)),
            help_text=_("%(meaning)s. As delivered: %(value)s.")
            % {"meaning": marked_text(parameter.text), "value": text_of(parameter.default)},
            widget=forms.TextInput(attrs={"class": "vTextField", "autocomplete": "off"}),
            max_length=200,
        )
        for parameter in _rule_of(row).parameters
    }
    return type("FormOfIndicator", (IndicatorForm,), fields)


@admin.register(IndicatorSetting)
class IndicatorSettingScreen(BackOfficeModelAdmin):
    """Modes and parameters; each change has its reason and is a new version."""

    form = IndicatorForm
    editable_fields = ("mode",)
    list_display = (
        columns.column("title", lambda row: title_of(row.indicator), label=gettext_lazy("indicator")),
        "indicator",
        columns.badge("mode", _MODE_TONES, label=gettext_lazy("mode")),
        columns.number("version", label=gettext_lazy("version")),
        columns.json("parameters", label=gettext_lazy("changed parameters")),
        columns.time("updated_at", label=gettext_lazy("changed")),
    )
    list_display_links = ("indicator",)
    ordering = ("indicator",)
    text_search = ("indicator",)
    search_help_text = gettext_lazy("The id or the whole name of an indicator, such as round_sums.")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """An indicator that this version does not know stays as it is."""
        return super().has_change_permission(request, obj) and (obj is None or obj.indicator in INDICATORS)

    def get_sections(self, row: Any) -> Any:
        """The rule, how it runs, and its parameters."""
        known = INDICATORS.get(row.indicator) if row else None
        names = tuple(_PREFIX + parameter.name for parameter in known.parameters) if known else ()
        return (
            ("", ("indicator", _RULE, _SOURCE, "mode", _VERSION)),
            *([(gettext_lazy("Parameters"), names)] if names else []),
        )

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """The parameters can be written where the mode can."""
        names = super().get_readonly_fields(request, obj)
        return [name for name in names if not (isinstance(name, str) and name.startswith(_PREFIX))]

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Without the right to change, the parameters are to read."""
        fieldsets = super().get_fieldsets(request, obj)
        if obj is None or self.has_change_permission(request, obj):
            return fieldsets
        shown = (_CHANGED,)
        return [(head, {"fields": shown} if str(head) == _("Parameters") else part) for head, part in fieldsets]

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **options: Any) -> Any:
        """The form made for this indicator."""
        if obj is not None and self.has_change_permission(request, obj):
            options["form"] = _form_for(obj)
            options["fields"] = ["mode"]
        return super().get_form(request, obj, change, **options)

    def prepare_change(self, request: HttpRequest, obj: Any, form: Any) -> set[str]:
        """The parameters go with the mode."""
        return {"parameters"}


class ProfileForm(RequiredReasonForm):
    """The customer once, what is expected, where that is stated, and why it changes."""

    user = PersonField(label=gettext_lazy("Customer's e-mail address"))

    class Meta:
        model = CustomerProfile
        fields = ("user", "expected_monthly_cad", "low_income", "stated_on", "source")


@admin.register(CustomerProfile)
class CustomerProfileScreen(BackOfficeModelAdmin):
    """What the bank expects of a customer; without a row no volume is out of profile."""

    can_add = True
    reads_logged = True
    form = ProfileForm
    editable_fields = ("user", "expected_monthly_cad", "low_income", "stated_on", "source")
    list_display = (
        columns.link("user", "dwaybank.User", label=gettext_lazy("customer")),
        columns.money("expected_monthly_cad", label=gettext_lazy("expected per month, CAD"), currency=None),
        columns.flag("low_income", yes=gettext_lazy("Low income"), tone=Tone.INFO, label=gettext_lazy("income")),
        _STATED,
    )
    list_display_links = (_STATED,)
    list_select_related = ("user",)
    ordering = ("pk",)
    uuid_search = ("pk", "user_id")
    email_search = ("user__email",)
    search_help_text = gettext_lazy("The customer's e-mail address or id.")
    sections = (("", ("user", "expected_monthly_cad", "low_income", "stated_on", "source")),)

    def get_sections(self, row: Any) -> Any:
        """The customer is chosen once."""
        if row is None:
            return self.sections
        return (("", (_CUSTOMER, "expected_monthly_cad", "low_income", "stated_on", "source")),)

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **options: Any) -> Any:
        """Without the customer once it is chosen."""
        form = super().get_form(request, obj, change, **options)
        if obj is not None:
            form.base_fields.pop("user", None)
        return form
