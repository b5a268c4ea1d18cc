"""Policies: what is done without a person for one account."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest

from dwaybank.admin import columns
from dwaybank.admin.base import BackOfficeModelAdmin, as_uuid
from dwaybank.admin.forms import RequiredReasonForm
from dwaybank.models import Account
from integrations.admin.shared import account
from reconciliation.models import MappingPolicy


class AccountField(forms.CharField):
    """An external account, written as its id or its number at the bank. Cleans to the Account."""

    def clean(self, value: Any) -> Any:
        """Exactly one external account."""
        text = super().clean(value)
        found = Account.objects.filter(is_external=True, deleted_at=None)
        identifier = as_uuid(text)
        rows = list((found.filter(pk=identifier) if identifier else found.filter(external_account_id=text))[:2])
        if len(rows) != 1:
            said = "Several external accounts have" if rows else "No external account has"
            raise forms.ValidationError(f"{said} the number {text}.")
        return rows[0]


class PolicyForm(RequiredReasonForm):
    """For how long a line may wait before its ledger transaction is made."""

    account = AccountField(label="Account", help_text="Its number at the bank, or its id.")

    class Meta:
        model = MappingPolicy
        fields = ("account", "create_after_days")


class KnownPolicyForm(RequiredReasonForm):
    """The account of a policy stays."""

    class Meta:
        model = MappingPolicy
        fields = ("create_after_days",)


@admin.register(MappingPolicy)
class MappingPolicyScreen(BackOfficeModelAdmin):
    """Off for every account that has none."""

    can_add = True
    editable_fields = ("account", "create_after_days")
    form = KnownPolicyForm
    list_display = (
        account(),
        columns.column(
            "create_after_days",
            lambda row: "never" if row.create_after_days is None else f"after {row.create_after_days} days",
            label="creates what is missing",
        ),
        columns.time("updated_at", label="changed"),
    )
    list_select_related = ("account",)
    sorted_only_when_small = True
    ordering = ("-created_at",)
    uuid_search = ("pk", "account_id")
    search_help_text = "The id of the policy or of its account."

    sections = (
        ("", (account(), "create_after_days")),
        ("Record", (columns.code("id"), columns.time("created_at"), columns.time("updated_at"))),
    )

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **options: Any) -> Any:
        """A new policy also names its account."""
        if obj is None:
            options["form"] = PolicyForm
        return super().get_form(request, obj, change, **options)

    def get_sections(self, row: Any) -> Any:
        """The account is chosen once."""
        if row is None:
            return (("", ("account", "create_after_days")),)
        return self.sections
