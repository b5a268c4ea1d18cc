"""The suspicious transaction report as payload: what is sent, field by field in the regulator's shape.

Source: FINTRAC Report Ingest API 1.0.0; SOR/2001-317. There is no threshold and no 24-hour rule. The dataclasses hold
values and no rules; ``check_report`` says what is wrong with a filled one.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal

from compliance.fintrac.codes import (
    AccountStatus,
    AccountType,
    ActivitySector,
    DefinitionType,
    Device,
    Direction,
    Disposition,
    FundsType,
    MinisterialDirective,
    Project,
    Relationship,
    ReportType,
    SubmitType,
    SuspicionType,
    SuspiciousMethod,
)
from compliance.fintrac.parties import Definition


@dataclass(frozen=True, slots=True)
class ReportDetails:
    """Who reports what, under a reference that is used once and for ever."""

    report_type_code: ReportType
    submit_type_code: SubmitType
    reporting_entity_number: int
    submitting_reporting_entity_number: int
    reporting_entity_report_reference: str
    reporting_entity_contact_id: int
    activity_sector_code: ActivitySector | None = None
    ministerial_directive_code: MinisterialDirective | None = None


@dataclass(frozen=True, slots=True)
class DetailsOfSuspicion:
    """The narrative: facts, context and indicators in plain language; empty under a ministerial directive."""

    description_of_suspicious_activity: str | None = None
    suspicion_type_code: SuspicionType | None = None
    public_private_partnership_project_name_codes: tuple[Project, ...] = ()
    politically_exposed_person_included_indicator: bool | None = None


@dataclass(frozen=True, slots=True)
class RelatedReport:
    """An earlier report, and which of its transactions matter here."""

    reporting_entity_report_reference: str
    reporting_entity_transaction_references: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ActionTaken:
    description: str | None = None


@dataclass(frozen=True, slots=True)
class SuspiciousTransactionDetails:
    """``time_of_…`` carry their offset. A transaction only attempted says why it was not completed."""

    attempted_transaction_indicator: bool
    reason_not_completed: str | None = None
    date_of_transaction: date | None = None
    time_of_transaction: time | None = None
    method_code: SuspiciousMethod | None = None
    method_other: str | None = None
    date_of_posting: date | None = None
    time_of_posting: time | None = None
    reporting_entity_transaction_reference: str | None = None
    purpose: str | None = None


@dataclass(frozen=True, slots=True)
class AccountHolder:
    """Named only (types 1, 2)."""

    type_code: DefinitionType
    ref_id: str


@dataclass(frozen=True, slots=True)
class Account:
    financial_institution_number: str | None = None
    branch_number: str | None = None
    number: str | None = None
    type_code: AccountType | None = None
    type_other: str | None = None
    currency_code: str | None = None
    virtual_currency_type_code: str | None = None
    virtual_currency_type_other: str | None = None
    date_opened: date | None = None
    date_closed: date | None = None
    holders: tuple[AccountHolder, ...] = ()


@dataclass(frozen=True, slots=True)
class StartingDetails:
    direction: Direction | None = None
    fund_asset_virtual_currency_type_code: FundsType | None = None
    fund_asset_virtual_currency_type_other: str | None = None
    amount: Decimal | None = None
    currency_code: str | None = None
    virtual_currency_type_code: str | None = None
    virtual_currency_type_other: str | None = None
    exchange_rate: Decimal | None = None
    virtual_currency_transaction_ids: tuple[str, ...] = ()
    sending_virtual_currency_addresses: tuple[str, ...] = ()
    receiving_virtual_currency_addresses: tuple[str, ...] = ()
    reference_number: str | None = None
    reference_number_other_related_number: str | None = None
    account: Account | None = None
    account_status_at_time_of_transaction: AccountStatus | None = None
    how_funds_or_virtual_currency_obtained: str | None = None
    sources_of_funds_or_virtual_currency_indicator: bool | None = None
    conductor_indicator: bool | None = None


@dataclass(frozen=True, slots=True)
class ParticipantDetails:
    account_number: str | None = None
    policy_number: str | None = None
    identifying_number: str | None = None


@dataclass(frozen=True, slots=True)
class Participant:
    """A source of funds, or somebody else involved: named only (types 1, 2)."""

    type_code: DefinitionType
    ref_id: str
    details: ParticipantDetails | None = None


@dataclass(frozen=True, slots=True)
class OnBehalfOfDetails:
    client_number: str | None = None
    email_address: str | None = None
    url: str | None = None
    relationship_of_conductor_code: Relationship | None = None
    relationship_of_conductor_other: str | None = None


@dataclass(frozen=True, slots=True)
class OnBehalfOf:
    """A third party, with employer or ownership (types 5, 6)."""

    type_code: DefinitionType
    ref_id: str
    details: OnBehalfOfDetails | None = None


@dataclass(frozen=True, slots=True)
class ConductorDetails:
    """How the conductor came in: ``date_time_of_online_session`` carries its offset."""

    client_number: str | None = None
    email_address: str | None = None
    url: str | None = None
    type_of_device_code: Device | None = None
    type_of_device_other: str | None = None
    username: str | None = None
    device_identifier_number: str | None = None
    internet_protocol_address: str | None = None
    date_time_of_online_session: datetime | None = None
    on_behalf_of_indicator: bool | None = None


@dataclass(frozen=True, slots=True)
class Conductor:
    """Who made or tried the transaction, with employer or ownership (types 5, 6)."""

    type_code: DefinitionType
    ref_id: str
    details: ConductorDetails
    on_behalf_ofs: tuple[OnBehalfOf, ...] = ()


@dataclass(frozen=True, slots=True)
class StartingAction:
    details: StartingDetails
    sources_of_funds_or_virtual_currency: tuple[Participant, ...] = ()
    conductors: tuple[Conductor, ...] = ()


@dataclass(frozen=True, slots=True)
class CompletingDetails:
    disposition_code: Disposition | None = None
    disposition_other: str | None = None
    amount: Decimal | None = None
    currency_code: str | None = None
    virtual_currency_type_code: str | None = None
    virtual_currency_type_other: str | None = None
    exchange_rate: Decimal | None = None
    value_in_canadian_dollars: Decimal | None = None
    virtual_currency_transaction_ids: tuple[str, ...] = ()
    sending_virtual_currency_addresses: tuple[str, ...] = ()
    receiving_virtual_currency_addresses: tuple[str, ...] = ()
    reference_number: str | None = None
    reference_number_other_related_number: str | None = None
    account: Account | None = None
    account_status_at_time_of_transaction: AccountStatus | None = None
    involvement_indicator: bool | None = None
    beneficiary_indicator: bool | None = None


@dataclass(frozen=True, slots=True)
class BeneficiaryDetails:
    client_number: str | None = None
    username: str | None = None
    email_address: str | None = None


@dataclass(frozen=True, slots=True)
class Beneficiary:
    """With details (types 3, 4)."""

    type_code: DefinitionType
    ref_id: str
    details: BeneficiaryDetails | None = None


@dataclass(frozen=True, slots=True)
class CompletingAction:
    details: CompletingDetails
    involvements: tuple[Participant, ...] = ()
    beneficiaries: tuple[Beneficiary, ...] = ()


@dataclass(frozen=True, slots=True)
class Transaction:
    """One transaction, completed or attempted; at least one starting action."""

    reporting_entity_location_id: str
    suspicious_transaction_details: SuspiciousTransactionDetails
    starting_actions: tuple[StartingAction, ...]
    completing_actions: tuple[CompletingAction, ...]


@dataclass(frozen=True, slots=True)
class SuspiciousReport:
    """A whole STR: submit and change have the same body."""

    report_details: ReportDetails
    details_of_suspicion: DetailsOfSuspicion
    definitions: tuple[Definition, ...]
    transactions: tuple[Transaction, ...]
    related_reports: tuple[RelatedReport, ...] = ()
    action_taken: ActionTaken | None = None
