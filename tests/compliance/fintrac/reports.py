"""Reports to check: what a branch could have filed, made by the project's own builders."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from compliance.aggregation import AggregationRule, CashReceipt, ReportableSet, WindowRule, reportable_sets
from compliance.fintrac import lctr, suspicious
from compliance.fintrac.building import Filer, Payload, large_cash_report, payload_bytes, suspicious_report
from compliance.fintrac.codes import (
    AccountType,
    CashMethod,
    Direction,
    Disposition,
    EntityIdentifier,
    FundsType,
    MinisterialDirective,
    PersonIdentifier,
    Project,
    Registration,
    Relationship,
    Structure,
    SuspicionType,
    SuspiciousMethod,
)
from compliance.fintrac.parties import (
    DefinitionList,
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

TORONTO = ZoneInfo("America/Toronto")
EASTERN = timezone(timedelta(hours=-4))
NOW = datetime(2025, 6, 10, 12, tzinfo=TORONTO)
FILER = Filer(reporting_entity_number=1234567, contact_id=42)

HOME = StructuredAddress(
    unit_number="4",
    building_number="118",
    street_address="Corydon Avenue",
    city="Winnipeg",
    province_state_code="MB",
    postal_zip_code="R3M 0Y9",
    country_code="CA",
)
ABROAD = UnstructuredAddress("12 rue des Lilas, 75020 Paris", "FR")
LICENCE = PersonIdentification(
    PersonIdentifier.DRIVERS_LICENCE, None, "WIEBEM118KX", "CA", jurisdiction_of_issue_province_state_code="MB"
)
MARIA = PersonDetails(
    given_name="Maria",
    surname="Wiebe",
    telephone_number="204-555-0118",
    date_of_birth=date(1980, 4, 2),
    country_of_residence_code="CA",
    occupation="Baker of bread",
    name_of_employer="Prairie Oven",
    address=HOME,
    identifications=(LICENCE,),
)
LUC = replace(MARIA, given_name="Luc", surname="Tremblay", occupation="Électricien", address=ABROAD)
MILL = EntityDetails(
    name_of_entity="Riverbend Mill Ltd.",
    nature_of_principal_business="Milling of grain",
    address=HOME,
    identifications=(EntityIdentification(EntityIdentifier.INCORPORATION, None, "778899-1", "CA"),),
    authorized_persons=(Name("Wiebe", "Maria"),),
    registration_incorporation_indicator=True,
    registrations_incorporations=(RegistrationIncorporation(Registration.INCORPORATED, "778899-1", "CA"),),
)


def receipt(name: str, amount: str, hour: int, beneficiary: str = "maria") -> CashReceipt:
    return CashReceipt(
        name, datetime(2025, 6, 2, hour, 5, tzinfo=TORONTO), Decimal(amount), ("maria",), (), (beneficiary,)
    )


def found(*receipts: CashReceipt) -> ReportableSet:
    """The one set that the rule finds in the receipts."""
    (one,) = reportable_sets(receipts, AggregationRule(WindowRule(TORONTO)))
    return one


def single_lctr() -> lctr.LargeCashReport:
    """12,000 over the counter into the conductor's own account."""
    parties = DefinitionList()
    maria, named = parties.refer(MARIA), parties.refer(PersonName(given_name="Maria", surname="Wiebe"))
    account = lctr.Account(
        "003",
        "00102",
        "1018-554",
        AccountType.PERSONAL,
        None,
        "CAD",
        date(2019, 3, 1),
        (lctr.AccountHolder(named.type_code, named.ref_id),),
    )
    transaction = lctr.Transaction(
        "BR-0102",
        lctr.LargeCashTransactionDetails(
            date_time_of_transaction=datetime(2025, 6, 2, 10, 5, tzinfo=TORONTO),
            method_code=CashMethod.IN_PERSON,
            reporting_entity_transaction_reference="T-1",
            purpose="Savings",
        ),
        (
            lctr.StartingAction(
                lctr.StartingDetails(Decimal("12000"), "CAD", "Sale of a car", False, False),
                conductors=(
                    lctr.Conductor(
                        maria.type_code,
                        maria.ref_id,
                        lctr.ConductorDetails("C-118", "maria@example.ca", False),
                    ),
                ),
            ),
        ),
        (
            lctr.CompletingAction(
                lctr.CompletingDetails(
                    Disposition.DEPOSIT,
                    amount=Decimal("12000"),
                    currency_code="CAD",
                    account=account,
                    involvement_indicator=False,
                ),
                beneficiaries=(
                    lctr.Beneficiary(
                        maria.type_code,
                        maria.ref_id,
                        lctr.BeneficiaryDetails(relationship_of_conductor_code=Relationship.SELF),
                    ),
                ),
            ),
        ),
    )
    return large_cash_report(
        filer=FILER,
        reference="LCTR-2025-0001",
        found=found(receipt("1", "12000", 10)),
        definitions=parties.definitions,  # type: ignore[arg-type]
        transactions=[transaction],
    )


def aggregated_lctr() -> lctr.LargeCashReport:
    """Maria brings three times: to herself, for the mill to its business account, and foreign notes for Luc."""
    parties = DefinitionList()
    maria, maria_named = parties.refer(MARIA), parties.refer(PersonName(given_name="Maria", surname="Wiebe"))
    mill, mill_named = parties.refer(MILL), parties.refer(EntityName(name_of_entity="Riverbend Mill Ltd."))
    luc, uncle = parties.refer(LUC), parties.refer(PersonName(given_name="XXX", surname="Madonna"))
    first = single_lctr().transactions[0]
    on_mill = replace(
        first,
        large_cash_transaction_details=lctr.LargeCashTransactionDetails(
            method_code=CashMethod.NIGHT_DEPOSIT,
            date_time_of_posting=datetime(2025, 6, 3, 8, 0, tzinfo=TORONTO),
            reporting_entity_transaction_reference="T-2",
        ),
        starting_actions=(
            lctr.StartingAction(
                lctr.StartingDetails(Decimal("4200.5"), "CAD", None, True, True),
                (lctr.Participant(mill_named.type_code, mill_named.ref_id, lctr.ParticipantDetails("77-1")),),
                (lctr.Conductor(maria_named.type_code, maria_named.ref_id, lctr.ConductorDetails()),),
            ),
        ),
        completing_actions=(
            lctr.CompletingAction(
                lctr.CompletingDetails(
                    Disposition.OTHER,
                    "Held for the auditor",
                    Decimal("4200.5"),
                    "CAD",
                    reference_number="H-9",
                    involvement_indicator=True,
                ),
                (lctr.Participant(uncle.type_code, uncle.ref_id),),
                (
                    lctr.Beneficiary(
                        mill.type_code, mill.ref_id, lctr.BeneficiaryDetails("C-77", None, Relationship.EMPLOYER)
                    ),
                ),
            ),
        ),
    )
    foreign = replace(
        first,
        large_cash_transaction_details=lctr.LargeCashTransactionDetails(
            date_time_of_transaction=datetime(2025, 6, 2, 16, 5, tzinfo=TORONTO),
            method_code=CashMethod.OTHER,
            method_other="Handed over at the counter of a partner",
            reporting_entity_transaction_reference="T-3",
        ),
        starting_actions=(
            lctr.StartingAction(
                lctr.StartingDetails(Decimal("2000"), "EUR", None, False, False),
                conductors=(
                    lctr.Conductor(
                        maria.type_code,
                        maria.ref_id,
                        lctr.ConductorDetails(on_behalf_of_indicator=True),
                        (
                            lctr.OnBehalfOf(
                                luc.type_code,
                                luc.ref_id,
                                lctr.OnBehalfOfDetails(relationship_of_conductor_code=Relationship.FRIEND),
                            ),
                        ),
                    ),
                ),
            ),
        ),
        completing_actions=(
            lctr.CompletingAction(
                lctr.CompletingDetails(
                    Disposition.FIAT_EXCHANGE,
                    None,
                    Decimal("3110.20"),
                    "CAD",
                    exchange_rate=Decimal("1.5551"),
                    involvement_indicator=False,
                ),
                (),
                (
                    lctr.Beneficiary(
                        luc.type_code,
                        luc.ref_id,
                        lctr.BeneficiaryDetails(
                            relationship_of_conductor_code=Relationship.OTHER,
                            relationship_of_conductor_other="Neighbour",
                        ),
                    ),
                ),
            ),
        ),
    )
    set_found = found(
        receipt("1", "12000", 10), receipt("2", "4200.50", 11, "mill"), receipt("3", "3110.20", 16, "luc")
    )
    return large_cash_report(
        filer=FILER,
        reference="LCTR-2025-0002",
        found=set_found,
        definitions=parties.definitions,  # type: ignore[arg-type]
        transactions=[first, on_mill, foreign],
    )


def lctr_of(found_set: ReportableSet, reference: str) -> lctr.LargeCashReport:
    """The LCTR of any set: who carried, for whom and to whom as the receipts' keys say, all in Canadian notes."""
    parties = DefinitionList()
    transactions = []
    for one in found_set.receipts:
        people = {key: parties.refer(replace(MARIA, surname=key)) for key in {*one.conductors, *one.beneficiaries}}
        thirds = [parties.refer(replace(MILL, name_of_entity=key)) for key in dict.fromkeys(one.on_behalf_of)]
        behalf = tuple(
            lctr.OnBehalfOf(
                third.type_code,
                third.ref_id,
                lctr.OnBehalfOfDetails(relationship_of_conductor_code=Relationship.EMPLOYER),
            )
            for third in thirds
        )
        conductors = tuple(
            lctr.Conductor(
                people[key].type_code,
                people[key].ref_id,
                lctr.ConductorDetails(on_behalf_of_indicator=bool(behalf)),
                behalf,
            )
            for key in dict.fromkeys(one.conductors)
        )
        beneficiaries = tuple(
            lctr.Beneficiary(
                people[key].type_code,
                people[key].ref_id,
                lctr.BeneficiaryDetails(relationship_of_conductor_code=Relationship.FRIEND),
            )
            for key in dict.fromkeys(one.beneficiaries)
        )
        transactions.append(
            lctr.Transaction(
                "BR-0102",
                lctr.LargeCashTransactionDetails(
                    date_time_of_transaction=one.received_at,
                    method_code=CashMethod.IN_PERSON,
                    reporting_entity_transaction_reference=f"T-{one.id}",
                ),
                (lctr.StartingAction(lctr.StartingDetails(one.amount_cad, "CAD", None, False, False), (), conductors),),
                (
                    lctr.CompletingAction(
                        lctr.CompletingDetails(
                            Disposition.BANK_DRAFT,
                            amount=one.amount_cad,
                            currency_code="CAD",
                            involvement_indicator=False,
                        ),
                        (),
                        beneficiaries,
                    ),
                ),
            )
        )
    return large_cash_report(
        filer=FILER,
        reference=reference,
        found=found_set,
        definitions=parties.definitions,  # type: ignore[arg-type]
        transactions=transactions,
    )


def suspicious_transaction() -> suspicious.SuspiciousReport:
    """A completed deposit and an attempted transfer, with an entity, its owners, and an earlier report."""
    parties = DefinitionList()
    luc = parties.refer(
        PersonAndEmployer(
            surname="Tremblay",
            given_name="Luc",
            address=HOME,
            date_of_birth=date(1990, 1, 31),
            country_of_citizenship_code="CA",
            occupation="Student of law",
            employer_information=EmployerInformation("Prairie Oven", HOME, "204-555-0119"),
            identifications=(LICENCE,),
        )
    )
    mill = parties.refer(
        EntityAndOwnership(
            name_of_entity="Riverbend Mill Ltd.",
            address=HOME,
            identifications=MILL.identifications,
            authorized_persons=MILL.authorized_persons,
            structure_type_code=Structure.CORPORATION,
            nature_of_principal_business="Milling of grain",
            registration_incorporation_indicator=True,
            registrations_incorporations=MILL.registrations_incorporations,
            directors_of_corporation=(PersonContact("Wiebe", "Maria", address=HOME),),
            persons_owning_shares_of_corporation=(Name("Wiebe", "Maria"),),
        )
    )
    maria, named = parties.refer(MARIA), parties.refer(PersonName(given_name="Luc", surname="Tremblay"))
    account = suspicious.Account(
        "003",
        "00102",
        "1018-554",
        AccountType.PERSONAL,
        currency_code="CAD",
        date_opened=date(2019, 3, 1),
        holders=(suspicious.AccountHolder(named.type_code, named.ref_id),),
    )
    deposit = suspicious.Transaction(
        "BR-0102",
        suspicious.SuspiciousTransactionDetails(
            attempted_transaction_indicator=False,
            date_of_transaction=date(2025, 6, 2),
            time_of_transaction=time(10, 5, tzinfo=EASTERN),
            method_code=SuspiciousMethod.ABM,
            reporting_entity_transaction_reference="S-1",
        ),
        (
            suspicious.StartingAction(
                suspicious.StartingDetails(
                    direction=Direction.IN,
                    fund_asset_virtual_currency_type_code=FundsType.CASH,
                    amount=Decimal("9800"),
                    currency_code="CAD",
                    conductor_indicator=True,
                ),
                conductors=(
                    suspicious.Conductor(
                        luc.type_code,
                        luc.ref_id,
                        suspicious.ConductorDetails(client_number="C-119", on_behalf_of_indicator=True),
                        (suspicious.OnBehalfOf(mill.type_code, mill.ref_id),),
                    ),
                ),
            ),
        ),
        (
            suspicious.CompletingAction(
                suspicious.CompletingDetails(
                    disposition_code=Disposition.DEPOSIT,
                    amount=Decimal("9800"),
                    currency_code="CAD",
                    account=account,
                    involvement_indicator=False,
                    beneficiary_indicator=True,
                ),
                beneficiaries=(
                    suspicious.Beneficiary(
                        maria.type_code, maria.ref_id, suspicious.BeneficiaryDetails(client_number="C-118")
                    ),
                ),
            ),
        ),
    )
    attempt = suspicious.Transaction(
        "BR-0102",
        suspicious.SuspiciousTransactionDetails(
            attempted_transaction_indicator=True,
            reason_not_completed="Left when asked for a document",
            date_of_transaction=date(2025, 6, 3),
            method_code=SuspiciousMethod.ONLINE,
            reporting_entity_transaction_reference="S-2",
        ),
        (
            suspicious.StartingAction(
                suspicious.StartingDetails(
                    direction=Direction.OUT, fund_asset_virtual_currency_type_code=FundsType.INTERNATIONAL_TRANSFER
                )
            ),
        ),
        (),
    )
    return suspicious_report(
        filer=FILER,
        reference="STR-2025-0001",
        suspicion=suspicious.DetailsOfSuspicion(
            "Five deposits just under ten thousand dollars in four days, at four branches, were sent abroad at once.",
            SuspicionType.LAUNDERING,
            (Project.GUARDIAN,),
            False,
        ),
        definitions=parties.definitions,
        transactions=[deposit, attempt],
        action_taken="The relationship is watched and the account's limits were lowered.",
        related=[suspicious.RelatedReport("LCTR-2025-0001", ("T-1",))],
    )


def directive_str() -> suspicious.SuspiciousReport:
    """One completed transaction under the directive: no narrative."""
    report = suspicious_transaction()
    return replace(
        report,
        report_details=replace(report.report_details, ministerial_directive_code=MinisterialDirective.IR2020),
        details_of_suspicion=suspicious.DetailsOfSuspicion(suspicion_type_code=SuspicionType.SANCTIONS),
        action_taken=None,
        transactions=report.transactions[:1],
    )


REPORTS = {
    "single": single_lctr,
    "aggregated": aggregated_lctr,
    "suspicious": suspicious_transaction,
    "directive": directive_str,
}


def as_document(payload: Payload) -> dict[str, Any]:
    """What arrives at the regulator."""
    document: dict[str, Any] = json.loads(payload_bytes(payload))
    return document
