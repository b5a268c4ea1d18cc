"""The large cash transaction report as payload: what is sent, field by field in the regulator's shape.

Source: FINTRAC Report Ingest API 1.0.0; SOR/2002-184 Schedule 1. Amounts stay in the currency received. The dataclasses
hold values and no rules; ``check_report`` says what is wrong with a filled one.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from compliance.fintrac.codes import (
    AccountType,
    ActivitySector,
    AggregationType,
    CashMethod,
    DefinitionType,
    Disposition,
    MinisterialDirective,
    Relationship,
    ReportType,
    SubmitType,
)
from compliance.fintrac.parties import CashDefinition


@dataclass(frozen=True, slots=True)
class TwentyFourHourRule:
    """Window and role; the period is stated also where aggregation does not apply."""

    aggregation_type_code: AggregationType | None = None
    period_start: datetime | None = None
    period_end: datetime | None = None


@dataclass(frozen=True, slots=True)
class ReportDetails:
    """Who reports what, under a reference that is used once and for ever."""

    report_type_code: ReportType
    submit_type_code: SubmitType
    reporting_entity_number: int
    submitting_reporting_entity_number: int
    reporting_entity_report_reference: str
    reporting_entity_contact_id: int
    twenty_four_hour_rule: TwentyFourHourRule
    activity_sector_code: ActivitySector | None = None
    ministerial_directive_code: MinisterialDirective | None = None


@dataclass(frozen=True, slots=True)
class LargeCashTransactionDetails:
    """``threshold_indicator``: whether this transaction alone is 10,000 CAD or more (this project's reading)."""

    threshold_indicator: bool | None = None
    date_time_of_transaction: datetime | None = None
    method_code: CashMethod | None = None
    method_other: str | None = None
    date_time_of_posting: datetime | None = None
    reporting_entity_transaction_reference: str | None = None
    purpose: str | None = None


@dataclass(frozen=True, slots=True)
class StartingDetails:
    """``amount`` is in ``currency_code``, as received."""

    amount: Decimal | None = None
    currency_code: str | None = None
    how_cash_obtained: str | None = None
    source_of_cash_indicator: bool | None = None
    deposit_to_business_account_indicator: bool | None = None


@dataclass(frozen=True, slots=True)
class ParticipantDetails:
    account_number: str | None = None
    policy_number: str | None = None
    identifying_number: str | None = None


@dataclass(frozen=True, slots=True)
class Participant:
    """A source of cash, or somebody else involved: named only (types 1, 2)."""

    type_code: DefinitionType
    ref_id: str
    details: ParticipantDetails | None = None


@dataclass(frozen=True, slots=True)
class OnBehalfOfDetails:
    client_number: str | None = None
    email_address: str | None = None
    relationship_of_conductor_code: Relationship | None = None
    relationship_of_conductor_other: str | None = None


@dataclass(frozen=True, slots=True)
class OnBehalfOf:
    """A third party, with details (types 3, 4)."""

    type_code: DefinitionType
    ref_id: str
    details: OnBehalfOfDetails | None = None


@dataclass(frozen=True, slots=True)
class ConductorDetails:
    client_number: str | None = None
    email_address: str | None = None
    on_behalf_of_indicator: bool | None = None


@dataclass(frozen=True, slots=True)
class Conductor:
    """Who brought the cash: with details (types 3, 4), or named only where it goes to a business account (1, 2)."""

    type_code: DefinitionType
    ref_id: str
    details: ConductorDetails | None = None
    on_behalf_ofs: tuple[OnBehalfOf, ...] = ()


@dataclass(frozen=True, slots=True)
class StartingAction:
    details: StartingDetails
    sources_of_cash: tuple[Participant, ...] = ()
    conductors: tuple[Conductor, ...] = ()


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
    date_opened: date | None = None
    holders: tuple[AccountHolder, ...] = ()


@dataclass(frozen=True, slots=True)
class CompletingDetails:
    """``exchange_rate`` and ``value_in_canadian_dollars`` where the disposition is no funds or in another currency."""

    disposition_code: Disposition | None = None
    disposition_other: str | None = None
    amount: Decimal | None = None
    currency_code: str | None = None
    virtual_currency_type_code: str | None = None
    virtual_currency_type_other: str | None = None
    exchange_rate: Decimal | None = None
    value_in_canadian_dollars: Decimal | None = None
    reference_number: str | None = None
    reference_number_other_related_number: str | None = None
    account: Account | None = None
    involvement_indicator: bool | None = None


@dataclass(frozen=True, slots=True)
class BeneficiaryDetails:
    client_number: str | None = None
    email_address: str | None = None
    relationship_of_conductor_code: Relationship | None = None
    relationship_of_conductor_other: str | None = None


@dataclass(frozen=True, slots=True)
class Beneficiary:
    """With details (types 3, 4); may be the conductor, never the bank."""

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
    """One receipt of cash and what became of it; at least one starting and one completing action."""

    reporting_entity_location_id: str
    large_cash_transaction_details: LargeCashTransactionDetails
    starting_actions: tuple[StartingAction, ...]
    completing_actions: tuple[CompletingAction, ...]


@dataclass(frozen=True, slots=True)
class LargeCashReport:
    """A whole LCTR: submit and change have the same body."""

    report_details: ReportDetails
    definitions: tuple[CashDefinition, ...]
    transactions: tuple[Transaction, ...]
