"""What is done without a person, account by account."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dwaybank.admin import columns
from dwaybank.admin.base import BackOfficeModelAdmin, as_uuid
from dwaybank.admin.forms import RequiredReasonForm
from dwaybank.models import Account
from integrations.admin.shared import account
from reconciliation.models import MappingPolicy


class AccountField(forms.CharField):
    """An external account by its id. Cleans to the Account."""

    def prepare_value(self, value: Any) -> Any:
        """The id as text."""
        return str(value.pk) if isinstance(value, Account) else value

    def clean(self, value: Any) -> Any:
        """Raises ValidationError for anything but the id of an external account."""
        text = str(super().clean(value)).strip()
        identifier = as_uuid(text)
        found = Account.objects.filter(pk=identifier, is_external=True).first() if identifier else None
        if found is None:
            raise ValidationError(
                _("“%(text)s” is not the id of an external account. It stands on its page.") % {"text": text}
            )
        return found


class MappingPolicyForm(RequiredReasonForm):
    """The account once, the days, and why."""

    account = AccountField(
        label=gettext_lazy("Account"),
        widget=forms.TextInput(attrs={"class": "vTextField"}),
        help_text=gettext_lazy("The id of the account."),
    )

    class Meta:
        model = MappingPolicy
        fields = ("account", "create_after_days")
        help_texts = {
            "create_after_days": gettext_lazy(
                "A bank line that found no partner for so many days gets a ledger transaction of its "
                "own, marked as system-generated. Empty for never."
            )
        }


_ACCOUNT = account()
_CHANGED = columns.time("updated_at", label=gettext_lazy("changed"))


@admin.register(MappingPolicy)
class MappingPolicyScreen(BackOfficeModelAdmin):
    """One row for each account that has a policy; each change has its reason."""

    can_add = True
    editable_fields = ("account", "create_after_days")
    form = MappingPolicyForm
    list_display = (
        _ACCOUNT,
        columns.number("create_after_days", label=gettext_lazy("create what is missing after days")),
        _CHANGED,
    )
    list_select_related = ("account",)
    list_display_links = (_CHANGED,)
    ordering = ("account_id",)
    uuid_search = ("pk", "account_id")
    sections = (
        ("", (_ACCOUNT, "create_after_days")),
        (gettext_lazy("Record"), (columns.code("id"), columns.time("created_at"), columns.time("updated_at"))),
    )
    search_help_text = gettext_lazy("The id of the policy or of its account.")

    def get_sections(self, row: Any) -> Any:
        """The account is chosen once."""
        return self.sections if row is not None else (("", ("account", "create_after_days")),)

    def get_form(self, request: Any, obj: Any = None, change: bool = False, **options: Any) -> Any:
        """Without the account once it is chosen."""
        form = super().get_form(request, obj, change, **options)
        if obj is not None:
            form.base_fields.pop("account", None)
        return form
