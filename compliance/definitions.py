"""A stored party as the regulator's definitions: named only, with details, or with employer and ownership.

A document of the type "social insurance card" never gets here (the database refuses it); a fault of shape in the JSON
columns raises NotThisShape with its place.
"""

from __future__ import annotations

from typing import Any

from compliance.enums import PartyKind
from compliance.fintrac.codes import Structure
from compliance.fintrac.json_shape import from_json
from compliance.fintrac.parties import (
    NO_GIVEN_NAME,
    Address,
    EmployerInformation,
    EntityAndOwnership,
    EntityDetails,
    EntityIdentification,
    EntityName,
    Name,
    PersonAndEmployer,
    PersonContact,
    PersonDetails,
    PersonIdentification,
    PersonName,
    RegistrationIncorporation,
    StructuredAddress,
    UnstructuredAddress,
)
from compliance.models import Party


def named(party: Party) -> PersonName | EntityName:
    """Types 1 and 2."""
    if party.kind == PartyKind.ENTITY:
        return EntityName(name_of_entity=party.entity_name)
    return PersonName(
        given_name=party.given_name or NO_GIVEN_NAME,
        surname=party.surname,
        other_name_initial=party.other_name or None,
    )


def detailed(party: Party) -> PersonDetails | EntityDetails:
    """Types 3 and 4."""
    if party.kind == PartyKind.ENTITY:
        return EntityDetails(
            name_of_entity=party.entity_name,
            telephone_number=party.telephone or None,
            extension_number=party.extension or None,
            nature_of_principal_business=party.nature_of_business or None,
            address=address_of(party.address),
            identifications=_list(EntityIdentification, party.identifications, "identifications"),
            authorized_persons=_list(Name, party.authorized_persons, "authorized_persons"),
            registration_incorporation_indicator=bool(party.registrations),
            registrations_incorporations=_list(RegistrationIncorporation, party.registrations, "registrations"),
        )
    return PersonDetails(
        given_name=party.given_name or NO_GIVEN_NAME,
        surname=party.surname,
        other_name_initial=party.other_name or None,
        alias=party.alias or None,
        telephone_number=party.telephone or None,
        extension_number=party.extension or None,
        date_of_birth=party.date_of_birth,
        country_of_residence_code=party.country_of_residence or None,
        occupation=party.occupation or None,
        name_of_employer=party.employer.get("name"),
        address=address_of(party.address),
        identifications=_list(PersonIdentification, party.identifications, "identifications"),
    )


def whole(party: Party) -> PersonAndEmployer | EntityAndOwnership:
    """Types 5 and 6, of an STR."""
    if party.kind == PartyKind.ENTITY:
        return EntityAndOwnership(
            name_of_entity=party.entity_name,
            address=address_of(party.address),
            telephone_number=party.telephone or None,
            extension_number=party.extension or None,
            identifications=_list(EntityIdentification, party.identifications, "identifications"),
            authorized_persons=_list(Name, party.authorized_persons, "authorized_persons"),
            structure_type_code=Structure.of(party.structure_code),
            nature_of_principal_business=party.nature_of_business or None,
            registration_incorporation_indicator=bool(party.registrations),
            registrations_incorporations=_list(RegistrationIncorporation, party.registrations, "registrations"),
            **_ownership(party.ownership),
        )
    return PersonAndEmployer(
        surname=party.surname,
        given_name=party.given_name or NO_GIVEN_NAME,
        other_name_initial=party.other_name or None,
        alias=party.alias or None,
        address=address_of(party.address),
        telephone_number=party.telephone or None,
        extension_number=party.extension or None,
        date_of_birth=party.date_of_birth,
        country_of_residence_code=party.country_of_residence or None,
        country_of_citizenship_code=party.country_of_citizenship or None,
        occupation=party.occupation or None,
        employer_information=_employer(party.employer),
        identifications=_list(PersonIdentification, party.identifications, "identifications"),
    )


def address_of(stored: dict[str, Any]) -> Address | None:
    """A stored address: structured, or one text; None where nothing is known."""
    if not stored:
        return None
    kind = UnstructuredAddress if "unstructured" in stored else StructuredAddress
    return from_json(kind, {**stored, "typeCode": int(kind.TYPE)}, "/address")  # type: ignore[return-value]


def _list(kind: Any, stored: list[Any], column: str) -> tuple[Any, ...]:
    return tuple(from_json(kind, one, f"/{column}/{place}") for place, one in enumerate(stored))


def _employer(stored: dict[str, Any]) -> EmployerInformation | None:
    if not stored:
        return None
    rest = {name: value for name, value in stored.items() if name != "address"}
    made = from_json(EmployerInformation, rest, "/employer")
    return EmployerInformation(
        made.name, address_of(stored.get("address") or {}), made.telephone_number, made.extension_number
    )


_OWNERS = {
    "directorsOfCorporation": ("directors_of_corporation", PersonContact),
    "personsOwningSharesOfCorporation": ("persons_owning_shares_of_corporation", Name),
    "trusteesOfTrust": ("trustees_of_trust", PersonContact),
    "settlorsOfTrust": ("settlors_of_trust", PersonContact),
    "personsOwningUnitsOfTrust": ("persons_owning_units_of_trust", PersonContact),
    "beneficiariesOfTrust": ("beneficiaries_of_trust", PersonContact),
    "personsOwningEntityNotCorporationOrTrust": ("persons_owning_entity_not_corporation_or_trust", Name),
}


def _ownership(stored: dict[str, Any]) -> dict[str, Any]:
    return {
        field: _list(kind, stored[name], f"ownership/{name}")
        for name, (field, kind) in _OWNERS.items()
        if name in stored
    }
