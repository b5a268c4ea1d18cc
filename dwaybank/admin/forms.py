"""Forms that change something say why."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from dwaybank.models import User

if TYPE_CHECKING:
    ModelFormBase = forms.ModelForm[Any]
else:
    ModelFormBase = forms.ModelForm


class ReasonForm(ModelFormBase):
    """A form with the reason of the change, which the audit trail keeps; it is no column of the row."""

    reason = forms.CharField(
        label=_("Reason"),
        required=False,
        max_length=500,
        widget=forms.TextInput(attrs={"class": "vTextField"}),
        help_text=_("Why you change this. It is kept in the history."),
    )


class RequiredReasonForm(ReasonForm):
    """A form that is not accepted without a reason."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        if "reason" in self.fields:
            self.fields["reason"].required = True


class PersonField(forms.EmailField):
    """A person, written as their e-mail address. Cleans to the User; deactivated people are refused."""

    def __init__(self, **options: Any) -> None:
        attributes = {"autocomplete": "off", "class": "vTextField", "spellcheck": "false"}
        super().__init__(**{"widget": forms.EmailInput(attrs=attributes), **options})

    def prepare_value(self, value: Any) -> Any:
        """The address of the person whose id the form begins with."""
        if isinstance(value, UUID):
            return User.objects.filter(pk=value).values_list("email", flat=True).first()
        return value

    def clean(self, value: Any) -> Any:
        """An active person, or None where none is asked for."""
        email = super().clean(value).lower()
        if not email:
            return None
        person = User.objects.filter(email=email).first()
        if person is None:
            raise forms.ValidationError(gettext("Nobody here has the e-mail address %(email)s.") % {"email": email})
        if not person.is_active:
            raise forms.ValidationError(gettext("%(email)s is deactivated.") % {"email": email})
        return person

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Compared by address."""
        return bool(super().has_changed(self.prepare_value(initial), str(data or "").strip().lower()))
