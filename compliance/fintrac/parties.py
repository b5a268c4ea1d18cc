"""Persons and entities as a report defines them: once each, referred to by ``refId``.

Source: FINTRAC Report Ingest API 1.0.0, definition types 1 to 6. Types 1 to 4 serve the LCTR and parts of the STR, 5
and 6 the STR's conductors and third parties. Field names are the regulator's in snake case; see ``json_shape``.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import ClassVar, Final, TypeAlias

from compliance.fintrac.codes import (
    AddressType,
    DefinitionType,
    EntityIdentifier,
    PersonIdentifier,
    Registration,
    Structure,
)

# Given name of a person with one name only, which then stands in the surname.
NO_GIVEN_NAME: Final = "XXX"


@dataclass(frozen=True, slots=True)
class StructuredAddress:
    TYPE: ClassVar[AddressType] = AddressType.STRUCTURED

    unit_number: str | None = None
    building_number: str | None = None
    street_address: str | None = None
    city: str | None = None
    district: str | None = None
    province_state_code: str | None = None  # Canada, United States, Mexico
    province_state_name: str | None = None  # elsewhere
    sub_province_sub_locality: str | None = None
    postal_zip_code: str | None = None
    country_code: str | None = None


@dataclass(frozen=True, slots=True)
class UnstructuredAddress:
    TYPE: ClassVar[AddressType] = AddressType.UNSTRUCTURED

    unstructured: str
    country_code: str | None = None


Address: TypeAlias = StructuredAddress | UnstructuredAddress


@dataclass(frozen=True, slots=True)
class PersonIdentification:
    """A document of a person. Its number is never a social insurance number."""

    identifier_type_code: PersonIdentifier | None = None
    identifier_type_other: str | None = None
    number: str | None = None
    jurisdiction_of_issue_country_code: str | None = None
    jurisdiction_of_issue_province_state_code: str | None = None
    jurisdiction_of_issue_province_state_name: str | None = None


@dataclass(frozen=True, slots=True)
class EntityIdentification:
    identifier_type_code: EntityIdentifier | None = None
    identifier_type_other: str | None = None
    number: str | None = None
    jurisdiction_of_issue_country_code: str | None = None
    jurisdiction_of_issue_province_state_code: str | None = None
    jurisdiction_of_issue_province_state_name: str | None = None


@dataclass(frozen=True, slots=True)
class RegistrationIncorporation:
    type_code: Registration | None = None
    number: str | None = None
    jurisdiction_of_issue_country_code: str | None = None
    jurisdiction_of_issue_province_state_code: str | None = None
    jurisdiction_of_issue_province_state_name: str | None = None


@dataclass(frozen=True, slots=True)
class Name:
    """A person that is only named: authorised to bind an entity, or owning it."""

    surname: str | None = None
    given_name: str | None = None
    other_name_initial: str | None = None


@dataclass(frozen=True, slots=True)
class PersonContact:
    """A director, trustee, settlor, unit owner or beneficiary of a trust."""

    surname: str | None = None
    given_name: str | None = None
    other_name_initial: str | None = None
    address: Address | None = None
    telephone_number: str | None = None
    extension_number: str | None = None


@dataclass(frozen=True, slots=True)
class PersonName:
    TYPE: ClassVar[DefinitionType] = DefinitionType.PERSON_NAME

    ref_id: str = ""
    given_name: str | None = None
    surname: str | None = None
    other_name_initial: str | None = None


@dataclass(frozen=True, slots=True)
class EntityName:
    TYPE: ClassVar[DefinitionType] = DefinitionType.ENTITY_NAME

    ref_id: str = ""
    name_of_entity: str | None = None


@dataclass(frozen=True, slots=True)
class PersonDetails:
    TYPE: ClassVar[DefinitionType] = DefinitionType.PERSON_DETAILS

    ref_id: str = ""
    given_name: str | None = None
    surname: str | None = None
    other_name_initial: str | None = None
    alias: str | None = None
    telephone_number: str | None = None
    extension_number: str | None = None
    date_of_birth: date | None = None
    country_of_residence_code: str | None = None
    occupation: str | None = None
    name_of_employer: str | None = None
    address: Address | None = None
    identifications: tuple[PersonIdentification, ...] = ()


@dataclass(frozen=True, slots=True)
class EntityDetails:
    TYPE: ClassVar[DefinitionType] = DefinitionType.ENTITY_DETAILS

    ref_id: str = ""
    name_of_entity: str | None = None
    telephone_number: str | None = None
    extension_number: str | None = None
    nature_of_principal_business: str | None = None
    address: Address | None = None
    identifications: tuple[EntityIdentification, ...] = ()
    authorized_persons: tuple[Name, ...] = ()
    registration_incorporation_indicator: bool | None = None
    registrations_incorporations: tuple[RegistrationIncorporation, ...] = ()


@dataclass(frozen=True, slots=True)
class EmployerInformation:
    name: str | None = None
    address: Address | None = None
    telephone_number: str | None = None
    extension_number: str | None = None


@dataclass(frozen=True, slots=True)
class PersonAndEmployer:
    TYPE: ClassVar[DefinitionType] = DefinitionType.PERSON_AND_EMPLOYER

    ref_id: str = ""
    surname: str | None = None
    given_name: str | None = None
    other_name_initial: str | None = None
    alias: str | None = None
    address: Address | None = None
    telephone_number: str | None = None
    extension_number: str | None = None
    date_of_birth: date | None = None
    country_of_residence_code: str | None = None
    country_of_citizenship_code: str | None = None
    occupation: str | None = None
    employer_information: EmployerInformation | None = None
    identifications: tuple[PersonIdentification, ...] = ()


@dataclass(frozen=True, slots=True)
class EntityAndOwnership:
    TYPE: ClassVar[DefinitionType] = DefinitionType.ENTITY_AND_OWNERSHIP

    ref_id: str = ""
    name_of_entity: str | None = None
    address: Address | None = None
    telephone_number: str | None = None
    extension_number: str | None = None
    identifications: tuple[EntityIdentification, ...] = ()
    authorized_persons: tuple[Name, ...] = ()
    structure_type_code: Structure | None = None
    structure_type_other: str | None = None
    nature_of_principal_business: str | None = None
    registration_incorporation_indicator: bool | None = None
    registrations_incorporations: tuple[RegistrationIncorporation, ...] = ()
    directors_of_corporation: tuple[PersonContact, ...] = ()
    persons_owning_shares_of_corporation: tuple[Name, ...] = ()
    trustees_of_trust: tuple[PersonContact, ...] = ()
    settlors_of_trust: tuple[PersonContact, ...] = ()
    persons_owning_units_of_trust: tuple[PersonContact, ...] = ()
    beneficiaries_of_trust: tuple[PersonContact, ...] = ()
    persons_owning_entity_not_corporation_or_trust: tuple[Name, ...] = ()


CashDefinition: TypeAlias = PersonName | EntityName | PersonDetails | EntityDetails
Definition: TypeAlias = PersonName | EntityName | PersonDetails | EntityDetails | PersonAndEmployer | EntityAndOwnership


@dataclass(frozen=True, slots=True)
class Ref:
    """Where a definition is used: its type and its id within the report."""

    type_code: DefinitionType
    ref_id: str


class DefinitionList:
    """Collects the definitions of one report: the same party with the same details is defined once.

    ``refer`` gives the reference to use; ``definitions`` is the finished list, in order of first use.
    """

    def __init__(self) -> None:
        self._refs: dict[Definition, Ref] = {}

    def refer(self, party: Definition) -> Ref:
        """The reference of a party given without ``ref_id``; defines it at its first use."""
        if party.ref_id:
            raise ValueError(f"{party.ref_id} has an id already; give the party without one.")
        if party not in self._refs:
            self._refs[party] = Ref(party.TYPE, f"D{len(self._refs) + 1}")
        return self._refs[party]

    @property
    def definitions(self) -> tuple[Definition, ...]:
        """The definitions with their ids."""
        return tuple(replace(party, ref_id=ref.ref_id) for party, ref in self._refs.items())
