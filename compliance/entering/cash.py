"""The form of a receipt of cash: its time on the clock of its place, its rate, and who took part."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from compliance.entering.fields import YES_NO, CodeField, KeysField, ListedField, day, refuse_private_numbers
from compliance.enums import CashRecordStatus, PartyRole
from compliance.fintrac import codes
from compliance.models import LargeCashParty, LargeCashRecord
from compliance.models.large_cash_records import in_cad
from compliance.parties import newest_by_key
from dwaybank.admin.forms import ReasonForm
from dwaybank.models import Account

ROLES: Final = tuple(str(role) for role in PartyRole.values)
RELATED: Final = ("on_behalf_of", "beneficiary")
# each role, and beside it what they are to the conductor where that is asked
PARTIES: Final = tuple(
    name for role in ROLES for name in ((role, f"{role}_relationship") if role in RELATED else (role,))
)
SECTIONS: Final = (
    (
        "",
        (
            "reference",
            "record_status",
            "status_reason",
            "received",
            "zone",
            "location_id",
            "method_code",
            "method_other",
        ),
    ),
    (
        gettext_lazy("Cash"),
        (
            "amount",
            "currency",
            "exchange_rate",
            "rate_source",
            "purpose",
            "how_obtained",
            "source_of_cash",
            "business_account",
        ),
    ),
    (gettext_lazy("Who took part"), PARTIES),
    (
        gettext_lazy("Disposition"),
        (
            "disposition_code",
            "disposition_other",
            "disposition_reference",
            "account",
            "institution_number",
            "branch_number",
            "account_number",
            "account_type",
            "account_type_other",
            "account_currency",
            "account_opened",
        ),
    ),
    (gettext_lazy("Exemption"), ("exemption", "exemption_reason")),
)
"""The fields of the form, by headings."""
FIELDS: Final = tuple(name for _heading, names in SECTIONS for name in names)
COLUMNS: Final = tuple(name for name in FIELDS if name != "received" and name not in PARTIES)
_TEXTS: Final = (
    "status_reason",
    "method_other",
    "purpose",
    "how_obtained",
    "disposition_other",
    "account_type_other",
    "exemption_reason",
)
_NOT_IN_LCTR: Final = (codes.Disposition.CASH_OUT, codes.Disposition.CASH_WITHDRAWAL)


class CashRecordForm(ReasonForm):
    """One receipt. Parties are named by their keys, and taken as last known when they are added."""

    received = forms.CharField(
        label=gettext_lazy("Received"),
        help_text=gettext_lazy(
            "On the clock of the place, such as 2026-10-05 14:30; in the hour that comes twice, "
            "with its offset: 2026-11-01 01:30-05:00."
        ),
        widget=forms.TextInput(attrs={"class": "vTextField", "autocomplete": "off"}),
    )
    zone = forms.CharField(
        label=gettext_lazy("Time zone of the place"),
        max_length=50,
        initial="America/Toronto",
        help_text=gettext_lazy("Such as America/Vancouver."),
    )
    currency = ListedField(kind="currency", label=gettext_lazy("Currency"), required=True, initial="CAD")
    account_currency = ListedField(kind="currency", label=gettext_lazy("Currency of the account"))
    account_opened = day(gettext_lazy("Account opened"))
    method_code = CodeField(codes.CashMethod, label=gettext_lazy("Method"))
    disposition_code = CodeField(codes.Disposition, without=_NOT_IN_LCTR, label=gettext_lazy("Disposition"))
    account_type = CodeField(codes.AccountType, label=gettext_lazy("Type of account"))
    source_of_cash = forms.NullBooleanField(
        label=gettext_lazy("Source of the cash known"), required=False, widget=forms.Select(choices=YES_NO)
    )
    business_account = forms.NullBooleanField(
        label=gettext_lazy("Deposit to a business account"), required=False, widget=forms.Select(choices=YES_NO)
    )
    account = forms.UUIDField(
        label=gettext_lazy("DwayBank account"), required=False, help_text=gettext_lazy("The account's id.")
    )
    conductor = KeysField(
        label=gettext_lazy("Conductor"), help_text=gettext_lazy("Keys of parties, separated by commas; so below.")
    )
    on_behalf_of = KeysField(label=gettext_lazy("On whose behalf"))
    on_behalf_of_relationship = CodeField(codes.Relationship, label=gettext_lazy("What they are to the conductor"))
    beneficiary = KeysField(label=gettext_lazy("Beneficiaries"))
    beneficiary_relationship = CodeField(codes.Relationship, label=gettext_lazy("What they are to the conductor"))
    source = KeysField(label=gettext_lazy("Source of the cash"))
    involved = KeysField(label=gettext_lazy("Otherwise involved"))
    holder = KeysField(label=gettext_lazy("Account holders"))

    class Meta:
        model = LargeCashRecord
        fields = COLUMNS
        widgets = {
            "status_reason": forms.TextInput(attrs={"class": "vTextField"}),
            "exemption_reason": forms.TextInput(attrs={"class": "vTextField"}),
        }

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        record = self.instance
        if record._state.adding:
            return
        if record.received_at:
            local = record.received_at.astimezone(ZoneInfo(record.zone))
            self.initial["received"] = local.isoformat(sep=" ", timespec="minutes")
        parties = list(LargeCashParty.objects.filter(record=record.pk).order_by("created_at", "pk"))
        for role in ROLES:
            self.initial[role] = tuple(one.party_key or "" for one in parties if one.party_role == role)
        for role in RELATED:
            stated = {one.relationship_code for one in parties if one.party_role == role}
            self.initial[f"{role}_relationship"] = stated.pop() if len(stated) == 1 else None

    def clean_zone(self) -> str:
        """A time zone that there is."""
        name = str(self.cleaned_data["zone"])
        try:
            ZoneInfo(name)
        except (KeyError, ValueError, OSError):
            raise forms.ValidationError(
                _("%(name)s is no time zone; write one such as America/Toronto.") % {"name": name}
            ) from None
        return name

    def clean_account(self) -> Account | None:
        """An account that there is."""
        key = self.cleaned_data["account"]
        found = Account.objects.filter(pk=key).first() if key else None
        if key and found is None:
            raise forms.ValidationError(_("There is no account with this id."))
        return found

    def clean(self) -> dict[str, Any]:
        """Time, value in Canadian dollars, and parties that there are."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if cleaned.get("zone") and cleaned.get("received"):
            self._check_time(str(cleaned["received"]), ZoneInfo(cleaned["zone"]))
        amount, rate = cleaned.get("amount"), cleaned.get("exchange_rate")
        if amount is not None:
            self.instance.amount_cad = in_cad(amount, rate)
        named = {key for role in ROLES for key in cleaned.get(role, ())}
        self.parties = newest_by_key(named)
        for role in ROLES:
            for key in cleaned.get(role, ()):
                if key not in self.parties:
                    self.add_error(
                        role, _("There is no party with the key %(key)s; enter the party first.") % {"key": key}
                    )
        for role in RELATED:
            if cleaned.get(f"{role}_relationship") and not cleaned.get(role):
                self.add_error(f"{role}_relationship", _("There is nobody whom this could be said of."))
        if cleaned.get("record_status") == CashRecordStatus.RECORDED:
            for name in ("location_id", "method_code", "conductor"):
                if not cleaned.get(name) and not (name == "conductor" and _is_unattended(cleaned)):
                    self.add_error(name, _("A recorded receipt says this; leave it proposed until it is known."))
        refuse_private_numbers(self, _TEXTS)
        return cleaned

    def _check_time(self, written: str, zone: ZoneInfo) -> None:
        try:
            moment = datetime.fromisoformat(written.strip())
        except ValueError:
            self.add_error("received", _("This is no time; write one such as 2026-10-05 14:30."))
            return
        if moment.tzinfo is None:
            first, second = (moment.replace(tzinfo=zone, fold=fold) for fold in (0, 1))
            if first.utcoffset() != second.utcoffset():
                self.add_error(
                    "received", _("On that night the clock changes: write the time with its offset, such as -05:00.")
                )
                return
            moment = first
        elif moment.utcoffset() != moment.astimezone(zone).utcoffset():
            self.add_error("received", _("The offset is not that of the place at that time; correct one of them."))
            return
        self.instance.received_at = moment

    def save_parties(self, record: LargeCashRecord) -> None:
        """Who takes part as the form says: who left goes, who stays keeps the snapshot that was named."""
        stated = list(LargeCashParty.objects.filter(record=record.pk))
        for role in ROLES:
            keys = self.cleaned_data[role]
            relationship = self.cleaned_data.get(f"{role}_relationship")
            of_role = {one.party_key: one for one in stated if one.party_role == role}
            LargeCashParty.objects.filter(pk__in=[one.pk for key, one in of_role.items() if key not in keys]).delete()
            if f"{role}_relationship" in self.changed_data:
                LargeCashParty.objects.filter(record=record.pk, party_role=role).update(relationship_code=relationship)
            for key in keys:
                if key not in of_role:
                    LargeCashParty.objects.create(
                        record=record, party=self.parties[key], party_role=role, relationship_code=relationship
                    )


def _is_unattended(cleaned: dict[str, Any]) -> bool:
    return cleaned.get("method_code") in (codes.CashMethod.NIGHT_DEPOSIT, codes.CashMethod.QUICK_DROP)
