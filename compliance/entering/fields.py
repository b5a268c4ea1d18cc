"""Fields that the forms of parties and receipts share."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from django import forms
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from compliance.fintrac import code_lists, codes
from compliance.fintrac.rules.private_numbers import holds_social_insurance_number
from compliance.wording import said_lazily

EMPTY: Final = ("", "\u2013")
WIDE: Final = {"class": "vTextField"}
YES_NO: Final = ((None, "\u2013"), (True, gettext_lazy("Yes")), (False, gettext_lazy("No")))


def text(label: Any, longest: int, **options: Any) -> forms.CharField:
    """A line of text that may be empty."""
    return forms.CharField(
        label=label, max_length=longest, required=False, widget=forms.TextInput(attrs=WIDE), **options
    )


def day(label: Any) -> forms.DateField:
    """A day that may be empty."""
    return forms.DateField(
        label=label, required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )


class CodeField(forms.TypedChoiceField):
    """One of the regulator's codes, by its name; None where nothing is chosen."""

    def __init__(self, kind: type[codes.Code], *, without: Iterable[codes.Code] = (), **options: Any) -> None:
        choices = [EMPTY, *((str(int(one)), said_lazily(one)) for one in kind if one not in set(without))]
        super().__init__(**{"choices": choices, "coerce": int, "empty_value": None, "required": False, **options})


class ListedField(forms.CharField):
    """A code of letters that must stand in the regulator's list of ``kind``; upper case, or empty."""

    def __init__(self, kind: str, **options: Any) -> None:
        self.kind = kind
        super().__init__(
            **{
                "required": False,
                "max_length": 3,
                "widget": forms.TextInput(attrs={"size": 4, "autocomplete": "off"}),
                **options,
            }
        )

    def clean(self, value: Any) -> Any:
        """The code in upper case."""
        code = str(super().clean(value)).upper()
        if code and code not in code_lists.LISTS[self.kind]:
            raise forms.ValidationError(
                _("%(code)s is no code of the regulator's list; write one such as CA or CAD.") % {"code": code}
            )
        return code


class KeysInput(forms.TextInput):
    """Keys of parties; while somebody types, parties are suggested, and who the keys are stands below."""

    class Media:
        js = ("compliance/party_picker.js",)

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        """With what the script needs."""
        return super().get_context(name, value, {**picker_attributes(), **(attrs or {})})


def picker_attributes() -> dict[str, str]:
    """What makes a field of keys suggest parties: address and texts for the script."""
    return {
        "autocomplete": "off",
        "spellcheck": "false",
        "data-parties": reverse("admin:compliance_party_suggest"),
        "data-none": _("No party begins like this."),
        "data-some": _("Parties are suggested: choose with the arrow keys and Enter."),
    }


class KeysField(forms.CharField):
    """Keys of parties, separated by commas or ``|``; cleans to a tuple of keys, each once."""

    def __init__(self, **options: Any) -> None:
        super().__init__(required=False, widget=KeysInput(attrs=WIDE), **options)

    def prepare_value(self, value: Any) -> Any:
        """As people write them."""
        return ", ".join(value) if isinstance(value, list | tuple) else value

    def clean(self, value: Any) -> Any:
        """Each key once, in order."""
        written = str(super().clean(self.prepare_value(value))).replace("|", ",")
        return tuple(dict.fromkeys(key.strip() for key in written.split(",") if key.strip()))

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Compared by the keys."""
        return bool(self.clean(initial or "") != self.clean(data or ""))


def refuse_private_numbers(form: forms.Form | forms.ModelForm[Any], names: Iterable[str]) -> None:
    """An error on each of the fields whose text holds a social insurance number."""
    for name in names:
        if holds_social_insurance_number(str(form.cleaned_data.get(name) or "")):
            form.add_error(
                name, _("This holds what looks like a social insurance number: it is never kept. Remove it.")
            )
