"""Settings: the tunable numbers, each checked by its own type before it is stored."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest

from dwaybank.admin import columns
from dwaybank.admin.base import BackOfficeModelAdmin
from dwaybank.admin.forms import RequiredReasonForm
from dwaybank.config import SETTINGS
from dwaybank.models import SystemConfig


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
            raise forms.ValidationError(f"\u201c{text}\u201d does not fit: {error}.") from None
        return text


@admin.display(description="as delivered")
def delivered(row: SystemConfig) -> str:
    """The value the program came with."""
    return SETTINGS[row.key].default if row.key in SETTINGS else "not a setting of this version"


@admin.register(SystemConfig)
class SystemConfigScreen(BackOfficeModelAdmin):
    """Only the value changes; keys come with the program."""

    editable_fields = ("value",)
    form = SystemConfigForm
    list_display = ("key", "value", delivered, "description", columns.time("updated_at", label="changed"))
    ordering = ("key",)
    uuid_search = ()
    text_search = ("pk",)
    search_help_text = "The whole name of a setting."
    sections = (
        ("", ("key", "description", "value", delivered)),
        ("Record", (columns.time("created_at"), columns.time("updated_at"))),
    )

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A setting that this version does not know cannot be checked, so it stays as it is."""
        return super().has_change_permission(request, obj) and (obj is None or obj.key in SETTINGS)
