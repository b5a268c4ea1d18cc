"""The form of one transaction of a report on suspicion: what is stated of it, field by field."""

from __future__ import annotations

from datetime import date, time
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from compliance.entering.fields import CodeField, KeysField, refuse_private_numbers
from compliance.enums import ReportStatus
from compliance.fintrac import codes
from compliance.models import ComplianceReport
from compliance.parties import newest_by_key
from compliance.suspicion import stating, working
from dwaybank.actor import Actor
from dwaybank.admin.base import acting_person
from dwaybank.errors import DomainError
from dwaybank.reads import record_read

_TEXTS: Final = ("method_other", "purpose", "reason_not_completed", "funds_other", "how_obtained", "disposition_other")


class StatementForm(forms.Form):
    """What one transaction states; the checks say what is still missing."""

    location_id = forms.CharField(label=gettext_lazy("Location number"), max_length=30, required=False)
    day = forms.DateField(
        label=gettext_lazy("Day"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    clock = forms.CharField(
        label=gettext_lazy("Time with offset"),
        required=False,
        help_text=gettext_lazy("Such as 14:30:00-05:00; empty where it is not known."),
    )
    method_code = CodeField(codes.SuspiciousMethod, label=gettext_lazy("Method"))
    method_other = forms.CharField(label=gettext_lazy("Other method"), max_length=200, required=False)
    purpose = forms.CharField(label=gettext_lazy("Purpose"), max_length=200, required=False)
    attempted = forms.BooleanField(label=gettext_lazy("Attempted only"), required=False)
    reason_not_completed = forms.CharField(
        label=gettext_lazy("Why it was not completed"), max_length=200, required=False
    )
    direction = CodeField(codes.Direction, label=gettext_lazy("Direction"))
    funds_type = CodeField(codes.FundsType, label=gettext_lazy("What moved"))
    funds_other = forms.CharField(label=gettext_lazy("Other kind of funds"), max_length=200, required=False)
    amount = forms.DecimalField(
        label=gettext_lazy("Amount"), min_value=Decimal("0.01"), max_digits=17, decimal_places=2
    )
    currency = forms.CharField(label=gettext_lazy("Currency"), min_length=3, max_length=3)
    how_obtained = forms.CharField(label=gettext_lazy("How it was obtained"), max_length=200, required=False)
    disposition_code = CodeField(codes.Disposition, label=gettext_lazy("What became of it"))
    disposition_other = forms.CharField(label=gettext_lazy("Other disposition"), max_length=200, required=False)
    account_number = forms.CharField(label=gettext_lazy("Account number"), max_length=100, required=False)
    institution_number = forms.CharField(label=gettext_lazy("Institution number"), max_length=50, required=False)
    branch_number = forms.CharField(label=gettext_lazy("Branch number"), max_length=50, required=False)
    account_type = CodeField(codes.AccountType, label=gettext_lazy("Type of account"))
    account_type_other = forms.CharField(label=gettext_lazy("Other type of account"), max_length=200, required=False)
    account_currency = forms.CharField(label=gettext_lazy("Currency of the account"), max_length=3, required=False)
    account_opened = forms.DateField(
        label=gettext_lazy("Account opened"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    account_status = CodeField(codes.AccountStatus, label=gettext_lazy("Account then was"))
    conductors = KeysField(
        label=gettext_lazy("Who conducted it"),
        help_text=gettext_lazy("Keys of parties, separated by commas; here and below."),
    )
    on_behalf_of = KeysField(label=gettext_lazy("On whose behalf"))
    beneficiaries = KeysField(label=gettext_lazy("Who benefits"))
    holders = KeysField(label=gettext_lazy("Account holders"))

    def clean_clock(self) -> str:
        """A time of the day with its offset, or nothing."""
        text = str(self.cleaned_data["clock"]).strip()
        if not text:
            return ""
        try:
            clock = time.fromisoformat(text)
        except ValueError:
            raise forms.ValidationError(_("This is no time; write one such as 14:30:00-05:00.")) from None
        if clock.tzinfo is None:
            raise forms.ValidationError(_("The time has no offset; add one such as -05:00."))
        return clock.replace(microsecond=0).isoformat()

    def clean(self) -> dict[str, Any]:
        """No social insurance number in any text."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        refuse_private_numbers(self, _TEXTS)
        return cleaned

    def changes(self) -> dict[str, Any]:
        """The values as a statement keeps them."""
        return {name: _kept(value) for name, value in self.cleaned_data.items()}


def _kept(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return f"{value:.2f}"
    return "" if value is None else value


_CODES: Final = frozenset(name for name, field in StatementForm.base_fields.items() if isinstance(field, CodeField))


def statement_view(request: HttpRequest, report: ComplianceReport, transaction_id: UUID, back: str) -> HttpResponse:
    """See, and in a draft change, what one transaction states. ``report`` is one that the person may see."""
    one = report.transactions.filter(pk=transaction_id).first()
    said = stating.stored(one.snapshot) if one else None
    if one is None or said is None:
        raise Http404
    record_read(request, report)
    may_change = request.user.has_perm("compliance.change_compliancereport")
    is_draft = (report.report_status or ReportStatus.DRAFT) == ReportStatus.DRAFT
    if request.method == "POST" and not may_change:
        raise PermissionDenied
    form = StatementForm(request.POST or None, initial={name: getattr(said, name) for name in stating.FIELDS})
    if not (may_change and is_draft):
        for field in form.fields.values():
            field.disabled = True
    if request.method == "POST" and form.is_valid():
        changes = {
            name: (value if value != "" or name not in _CODES else None) for name, value in form.changes().items()
        }
        try:
            working.state(
                report_id=report.pk,
                transaction_id=one.pk,
                changes=changes,
                seen_version=_version(request),
                actor=Actor(acting_person(request).pk, "admin", request.POST.get("reason", "").strip()),
                at=timezone.now(),
            )
        except DomainError as error:
            messages.error(request, str(error))
        else:
            messages.success(request, _("The transaction is stated and confirmed."))
            return HttpResponseRedirect(back)
    parties = newest_by_key(said.keys)
    context = {
        **admin.site.each_context(request),
        "title": _("Transaction %(number)s of %(report)s")
        % {"number": one.position, "report": report.report_reference or str(report.pk)[:8]},
        "report": report,
        "one": one,
        "said": said,
        "form": form,
        "back": back,
        "can_change": may_change and is_draft,
        "parties": sorted(parties.items()),
        "missing": sorted(said.keys - parties.keys()),
        "movement": one.snapshot.get("movement", {}),
        "parties_url": reverse("admin:compliance_party_changelist"),
    }
    return TemplateResponse(request, "admin/compliance/compliancereport/transaction.html", context)


def _version(request: HttpRequest) -> int:
    text = request.POST.get("version", "")
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise Http404
    return int(text)
