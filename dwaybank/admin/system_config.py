"""Settings: the tunable numbers, each checked by its own type before it is stored."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from dwaybank.admin import columns
from dwaybank.admin.base import BackOfficeModelAdmin
from dwaybank.admin.forms import RequiredReasonForm
from dwaybank.config import SETTINGS
from dwaybank.models import SystemConfig
from dwaybank.translation import translated


class SystemConfigForm(RequiredReasonForm):
    """The value alone, and why."""

    class Meta:
        model = SystemConfig
        fields = ("value",)
        widgets = {"value": forms.TextInput(attrs={"class": "vTextField"})}

    def clean_value(self) -> str:
        """Readable by the setting's own type."""
        text = str(self.cleaned_data["value"]).strip()
        try:
            SETTINGS[self.instance.key].parse(text)
        except ValueError as error:
            raise forms.ValidationError(
                gettext("\u201c%(text)s\u201d does not fit: %(why)s.") % {"text": text, "why": error}
            ) from None
        return text


@admin.display(description=_("as delivered"))
def delivered(row: SystemConfig) -> str:
    """The value the program came with."""
    return SETTINGS[row.key].default if row.key in SETTINGS else gettext("not a setting of this version")


@admin.display(description=_("description"))
def meaning(row: SystemConfig) -> str:
    """What the setting is for, in the reader's language where this version knows it."""
    return str(translated(SETTINGS[row.key].description)) if row.key in SETTINGS else row.description or ""


@admin.register(SystemConfig)
class SystemConfigScreen(BackOfficeModelAdmin):
    """Only the value changes; keys come with the program."""

    editable_fields = ("value",)
    form = SystemConfigForm
    list_display = ("key", "value", delivered, meaning, columns.time("updated_at", label=_("changed")))
    ordering = ("key",)
    uuid_search = ()
    text_search = ("pk",)
    search_help_text = _("The whole name of a setting.")
    sections = (
        ("", ("key", meaning, "value", delivered)),
        (_("Record"), (columns.time("created_at"), columns.time("updated_at"))),
    )

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A setting that this version does not know cannot be checked, so it stays as it is."""
        return super().has_change_permission(request, obj) and (obj is None or obj.key in SETTINGS)
