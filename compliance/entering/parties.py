"""The form of a party: its JSON columns as fields, checked as they would be filed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from django import forms
from django.forms.models import ModelFormMetaclass
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from compliance import definitions
from compliance.entering.fields import EMPTY, CodeField, ListedField, day, refuse_private_numbers, text
from compliance.enums import PartyKind
from compliance.fintrac import code_lists, codes
from compliance.fintrac.json_shape import NotThisShape
from compliance.models import Party
from compliance.wording import problem_words, said_lazily
from dwaybank.admin.forms import PersonField, ReasonForm

ADDRESS: Final = {
    "address_unit": "unitNumber",
    "address_number": "buildingNumber",
    "address_street": "streetAddress",
    "address_city": "city",
    "address_district": "district",
    "address_province": "provinceStateCode",
    "address_province_name": "provinceStateName",
    "address_postal": "postalZipCode",
    "address_country": "countryCode",
    "address_text": "unstructured",
}
DOCUMENT: Final = {
    "type": "identifierTypeCode",
    "other": "identifierTypeOther",
    "number": "number",
    "country": "jurisdictionOfIssueCountryCode",
    "province": "jurisdictionOfIssueProvinceStateCode",
}
DOCUMENTS: Final = (1, 2)
OWNERS: Final = {
    "directors": ("directorsOfCorporation", gettext_lazy("Directors of the corporation")),
    "shareholders": ("personsOwningSharesOfCorporation", gettext_lazy("Who owns 25 % of its shares or more")),
    "trustees": ("trusteesOfTrust", gettext_lazy("Trustees")),
    "settlors": ("settlorsOfTrust", gettext_lazy("Settlors")),
    "unit_owners": ("personsOwningUnitsOfTrust", gettext_lazy("Who owns 25 % of its units or more")),
    "trust_beneficiaries": ("beneficiariesOfTrust", gettext_lazy("Beneficiaries of the trust")),
    "other_owners": (
        "personsOwningEntityNotCorporationOrTrust",
        gettext_lazy("Who owns 25 % or more of another entity"),
    ),
}
PERSON: Final = (
    "surname",
    "given_name",
    "other_name",
    "alias",
    "date_of_birth",
    "country_of_residence",
    "country_of_citizenship",
    "occupation",
)
ENTITY: Final = ("entity_name", "nature_of_business", "structure_code")
CONTACT: Final = ("client_number", "telephone", "extension", "email")
COLUMNS: Final = ("party_key", "user", "kind", *PERSON, *ENTITY, *CONTACT)
JSON_COLUMNS: Final[dict[str, type[Any]]] = {
    "address": dict,
    "identifications": list,
    "employer": dict,
    "authorized_persons": list,
    "registrations": list,
    "ownership": dict,
}
_PERSON: Final = "person"
_ENTITY: Final = "entity"
_NAMES_HELP: Final = gettext_lazy("One person a line: surname, given name, other name.")


def _names(label: Any) -> forms.CharField:
    return forms.CharField(
        label=label, required=False, widget=forms.Textarea(attrs={"rows": 2, "cols": 60}), help_text=_NAMES_HELP
    )


def _document_types() -> Any:
    persons = [
        (f"{_PERSON}-{int(one)}", said_lazily(one))
        for one in codes.PersonIdentifier
        if one is not codes.PersonIdentifier.SOCIAL_INSURANCE_CARD
    ]
    entities = [(f"{_ENTITY}-{int(one)}", said_lazily(one)) for one in codes.EntityIdentifier]
    return [EMPTY, (_("Of a person"), persons), (_("Of an entity"), entities)]


def _repeated() -> dict[str, forms.Field]:
    """Documents, and who owns an entity."""
    fields: dict[str, forms.Field] = {name: _names(label) for name, (_name, label) in OWNERS.items()}
    labels = {1: gettext_lazy("Document"), 2: gettext_lazy("Second document")}
    for number in DOCUMENTS:
        fields |= {
            f"document{number}_type": forms.ChoiceField(label=labels[number], choices=_document_types, required=False),
            f"document{number}_other": text(gettext_lazy("Other document"), 200),
            f"document{number}_number": text(gettext_lazy("Number of the document"), 100),
            f"document{number}_country": ListedField(
                kind="country", label=gettext_lazy("Country of issue"), max_length=2
            ),
            f"document{number}_province": text(gettext_lazy("Province of issue"), 2),
        }
    return fields


_Repeated: Any = ModelFormMetaclass("_Repeated", (ReasonForm,), {"__module__": __name__, **_repeated()})


class PartyForm(_Repeated):  # type: ignore[misc]
    """A person or an entity as known now. What is stored beyond the form's fields stays as it is."""

    user = PersonField(
        label=gettext_lazy("Customer's e-mail address"),
        required=False,
        help_text=gettext_lazy("Where the party is a customer of DwayBank."),
    )
    country_of_residence = ListedField(kind="country", label=gettext_lazy("Country of residence"), max_length=2)
    country_of_citizenship = ListedField(kind="country", label=gettext_lazy("Country of citizenship"), max_length=2)
    structure_code = CodeField(codes.Structure, label=gettext_lazy("Structure"))
    date_of_birth = day(gettext_lazy("Date of birth"))
    address_unit = text(gettext_lazy("Unit"), 50)
    address_number = text(gettext_lazy("Building number"), 50)
    address_street = text(gettext_lazy("Street"), 100)
    address_city = text(gettext_lazy("City"), 100)
    address_district = text(gettext_lazy("District"), 100)
    address_province = text(gettext_lazy("Province or state, two letters"), 2)
    address_province_name = text(
        gettext_lazy("Province or state, name"), 100, help_text=gettext_lazy("Outside Canada, the US and Mexico.")
    )
    address_postal = text(gettext_lazy("Postal code"), 20)
    address_country = ListedField(kind="country", label=gettext_lazy("Country"), max_length=2)
    address_text = text(
        gettext_lazy("Address in one text"),
        500,
        help_text=gettext_lazy("Instead of its parts, where they are unknown."),
    )
    employer_name = text(gettext_lazy("Employer"), 200)
    authorized = _names(gettext_lazy("Who may bind the entity (three at most)"))
    registration_type = CodeField(codes.Registration, label=gettext_lazy("Registered or incorporated"))
    registration_number = text(gettext_lazy("Its number"), 100)
    registration_country = ListedField(kind="country", label=gettext_lazy("Country of issue"), max_length=2)
    registration_province = text(gettext_lazy("Province of issue"), 2)

    class Meta:
        model = Party
        fields = COLUMNS

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        stored = self.instance
        if stored._state.adding:
            for name, nothing in JSON_COLUMNS.items():
                setattr(stored, name, nothing())
        else:
            self.fields["party_key"].disabled = True
        for name, value in _stored(stored).items():
            self.initial.setdefault(name, value)

    def clean(self) -> dict[str, Any]:
        """The JSON columns on the instance, in the shape in which they would be filed."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        for prefix in ("address", "registration", *(f"document{number}" for number in DOCUMENTS)):
            self._check_province(prefix)
        self._check_kinds()
        is_person = cleaned.get("kind") == PartyKind.PERSON
        numbers = {f"document{number}_number" for number in DOCUMENTS} | {"registration_number"}
        typed = [name for name in self.fields if name not in ({"user", "reason"} if is_person else {"user"} | numbers)]
        refuse_private_numbers(self, typed)
        if not self.errors:
            self._fill()
            try:
                definitions.whole(self.instance)
            except NotThisShape as error:
                self.add_error(None, _("This cannot be filed: %(problem)s") % {"problem": problem_words(error)})
        return cleaned

    def _check_province(self, prefix: str) -> None:
        province = str(self.cleaned_data.get(f"{prefix}_province") or "").upper()
        country = self.cleaned_data.get(f"{prefix}_country")
        if not province:
            return
        self.cleaned_data[f"{prefix}_province"] = province
        known = code_lists.PROVINCES.get(country or "")
        if known is None or province not in known:
            self.add_error(
                f"{prefix}_province",
                _("%(code)s is no province or state of %(country)s.") % {"code": province, "country": country or "?"},
            )

    def _check_kinds(self) -> None:
        kind = self.cleaned_data.get("kind")
        for number in DOCUMENTS:
            chosen = str(self.cleaned_data.get(f"document{number}_type") or "")
            if chosen and kind and not chosen.startswith(f"{kind}-"):
                self.add_error(f"document{number}_type", _("This document is not one of this kind of party."))
            if self.cleaned_data.get(f"document{number}_number") and not chosen:
                self.add_error(f"document{number}_type", _("Say what document the number is of."))

    def _fill(self) -> None:
        """Write the JSON columns of the instance."""
        given, party = self.cleaned_data, self.instance
        address = {name: given[field] for field, name in ADDRESS.items() if given[field]}
        kept = {name: value for name, value in party.address.items() if name not in ADDRESS.values()}
        party.address = {} if not address else {**({} if "unstructured" in address else kept), **address}
        party.identifications = [*self._documents(), *party.identifications[len(DOCUMENTS) :]]
        employer = {name: value for name, value in party.employer.items() if name != "name"}
        party.employer = {**employer, **({"name": given["employer_name"]} if given["employer_name"] else {})}
        party.authorized_persons = _people(given["authorized"], party.authorized_persons)
        registration = _without_empty(
            {
                "typeCode": given["registration_type"],
                "number": given["registration_number"],
                "jurisdictionOfIssueCountryCode": given["registration_country"],
                "jurisdictionOfIssueProvinceStateCode": given["registration_province"],
            }
        )
        party.registrations = [*([registration] if registration else []), *party.registrations[1:]]
        owners = {name: _people(given[field], party.ownership.get(name, [])) for field, (name, _l) in OWNERS.items()}
        party.ownership = _without_empty(owners)

    def _documents(self) -> Iterable[dict[str, Any]]:
        for number in DOCUMENTS:
            given = {name: self.cleaned_data[f"document{number}_{field}"] for field, name in DOCUMENT.items()}
            if chosen := given["identifierTypeCode"]:
                given["identifierTypeCode"] = int(chosen.split("-")[1])
            if found := _without_empty(given):
                yield found


def _without_empty(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value not in ("", None, [])}


def _line(person: dict[str, Any]) -> str:
    parts = [str(person.get(name, "")) for name in ("surname", "givenName", "otherNameInitial")]
    return ", ".join(parts).rstrip(", ")


def _people(written: str, stored: list[Any]) -> list[dict[str, Any]]:
    """People of lines; one that stands already keeps what else is known of them."""
    known = {_line(person): person for person in stored if isinstance(person, dict)}
    found = []
    for line in filter(None, (" ".join(part.split()) for part in written.splitlines())):
        names = zip(
            ("surname", "givenName", "otherNameInitial"), (part.strip() for part in line.split(",")), strict=False
        )
        person = _without_empty(dict(names))
        found.append(known.get(_line(person), person))
    return found


def _stored(party: Party) -> dict[str, Any]:
    """The JSON columns as the form's fields."""
    values: dict[str, Any] = {field: party.address.get(name, "") for field, name in ADDRESS.items()}
    for number in DOCUMENTS:
        document = party.identifications[number - 1] if len(party.identifications) >= number else {}
        for field, name in DOCUMENT.items():
            values[f"document{number}_{field}"] = document.get(name, "")
        if code := document.get("identifierTypeCode"):
            values[f"document{number}_type"] = f"{party.kind}-{code}"
    values["employer_name"] = party.employer.get("name", "")
    values["authorized"] = "\n".join(_line(one) for one in party.authorized_persons)
    registration = party.registrations[0] if party.registrations else {}
    values["registration_type"] = registration.get("typeCode")
    values["registration_number"] = registration.get("number", "")
    values["registration_country"] = registration.get("jurisdictionOfIssueCountryCode", "")
    values["registration_province"] = registration.get("jurisdictionOfIssueProvinceStateCode", "")
    for field, (name, _label) in OWNERS.items():
        values[field] = "\n".join(_line(one) for one in party.ownership.get(name, []))
    return values
