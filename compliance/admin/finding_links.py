"""From a finding to the field of a form where it is corrected: cash record, party, transaction, narrative."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from django.urls import reverse

from compliance.models import ComplianceReport, ComplianceReportTransaction, LargeCashParty, Party
from compliance.parties import newest_by_key
from compliance.suspicion import stating

# the regulator's name of a field → the field of a form, on the page of a cash record and of a statement
_CASH: Final = {
    "reportingEntityLocationId": "location_id",
    "dateTimeOfTransaction": "received",
    "dateTimeOfPosting": "received",
    "methodCode": "method_code",
    "methodOther": "method_other",
    "reportingEntityTransactionReference": "reference",
    "purpose": "purpose",
    "thresholdIndicator": "amount",
    "amount": "amount",
    "currencyCode": "currency",
    "exchangeRate": "exchange_rate",
    "howCashWasObtained": "how_obtained",
    "sourceOfCashIndicator": "source_of_cash",
    "dispositionCode": "disposition_code",
    "dispositionOther": "disposition_other",
    "referenceNumber": "disposition_reference",
    "financialInstitutionNumber": "institution_number",
    "branchNumber": "branch_number",
    "number": "account_number",
    "holders": "holder",
    "conductors": "conductor",
    "onBehalfOfs": "on_behalf_of",
    "beneficiaries": "beneficiary",
    "involvements": "involved",
    "relationshipOfConductorCode": "beneficiary_relationship",
}
_STATED: Final = {
    **_CASH,
    "dateOfTransaction": "day",
    "timeOfTransaction": "clock",
    "attemptedTransactionIndicator": "attempted",
    "reasonNotCompleted": "reason_not_completed",
    "direction": "direction",
    "fundAssetVirtualCurrencyTypeCode": "funds_type",
    "fundAssetVirtualCurrencyTypeOther": "funds_other",
    "howFundsOrVirtualCurrencyObtained": "how_obtained",
    "accountStatusAtTimeOfTransaction": "account_status",
    "holders": "holders",
    "conductors": "conductors",
    "beneficiaries": "beneficiaries",
}
_PARTY: Final = {
    "surname": "surname",
    "givenName": "given_name",
    "otherNameInitial": "other_name",
    "alias": "alias",
    "nameOfEntity": "entity_name",
    "dateOfBirth": "date_of_birth",
    "occupation": "occupation",
    "natureOfPrincipalBusiness": "nature_of_business",
    "countryOfResidenceCode": "country_of_residence",
    "countryOfCitizenshipCode": "country_of_citizenship",
    "telephoneNumber": "telephone",
    "structureTypeCode": "structure_code",
    "unitNumber": "address_unit",
    "buildingNumber": "address_number",
    "streetAddress": "address_street",
    "city": "address_city",
    "provinceStateCode": "address_province",
    "provinceStateName": "address_province_name",
    "postalZipCode": "address_postal",
    "countryCode": "address_country",
    "unstructured": "address_text",
    "address": "address_street",
    "addressTypeCode": "address_street",
    "identifications": "document1_type",
    "identifierTypeCode": "document1_type",
    "identifierTypeOther": "document1_other",
    "jurisdictionOfIssueCountryCode": "document1_country",
    "jurisdictionOfIssueProvinceStateCode": "document1_province",
    "authorizedPersons": "authorized",
    "registrationsIncorporations": "registration_type",
}
_ON_THE_PAGE: Final = {
    "/detailsOfSuspicion/descriptionOfSuspiciousActivity": "#id_facts",
    "/detailsOfSuspicion/suspicionTypeCode": "#id_suspicion_type",
    "/actionTaken": "#id_action",
    "/relatedReports": "#narrative",
}


class Links:
    """Where the findings of one report lead to. Parties are looked up once, those of its transactions only."""

    def __init__(
        self, report: ComplianceReport, document: Mapping[str, Any], transactions: Sequence[ComplianceReportTransaction]
    ) -> None:
        self.report = report
        self.document = document
        self.transactions = transactions
        self.parties = _parties(transactions)

    def url(self, path: str) -> str:
        """The address of the field that ``path`` (a JSON Pointer) is about; "" where no form has it."""
        for start, anchor in _ON_THE_PAGE.items():
            if path.startswith(start):
                return anchor
        parts = path.split("/")[1:]
        if len(parts) < 2 or not parts[1].isdigit():
            return ""
        place, named = int(parts[1]), [part for part in parts[2:] if not part.isdigit()]
        if parts[0] == "transactions" and place < len(self.transactions):
            return self._transaction(self.transactions[place], named)
        definitions = self.document.get("definitions") or []
        if parts[0] == "definitions" and place < len(definitions):
            return self._party(definitions[place], named)
        return ""

    def _transaction(self, one: ComplianceReportTransaction, named: Sequence[str]) -> str:
        if stating.stored(one.snapshot):
            url = reverse("admin:compliance_compliancereport_transaction", args=[self.report.pk, one.pk])
            return url + _anchor(_STATED, named)
        if one.cash_record_id:
            return reverse("admin:compliance_largecashrecord_change", args=[one.cash_record_id]) + _anchor(_CASH, named)
        return ""

    def _party(self, definition: Mapping[str, Any], named: Sequence[str]) -> str:
        names = (definition.get("nameOfEntity") or definition.get("surname"), definition.get("givenName"))
        party = self.parties.get(names) or self.parties.get((names[0], None))
        if party is None:
            return ""
        fields = {**_PARTY, "number": "registration_number" if "registrations" in str(named) else "document1_number"}
        return reverse("admin:compliance_party_change", args=[party.pk]) + _anchor(fields, named)


def _parties(transactions: Sequence[ComplianceReportTransaction]) -> dict[tuple[Any, Any], Party]:
    """The parties that the transactions name, by name as it is filed, and by surname or name of the entity alone."""
    records = [one.cash_record_id for one in transactions if one.cash_record_id]
    keys = {key for one in transactions if (said := stating.stored(one.snapshot)) for key in said.keys}
    found = list(newest_by_key(keys).values())
    found += [one.party for one in LargeCashParty.objects.filter(record__in=records).select_related("party")]
    by_name: dict[tuple[Any, Any], Party] = {}
    for party in found:
        by_name.setdefault((party.entity_name or party.surname, None), party)
        by_name.setdefault((party.entity_name or party.surname, party.given_name or None), party)
    return by_name


def _anchor(fields: Mapping[str, str], named: Sequence[str]) -> str:
    return next((f"#id_{fields[name]}" for name in reversed(named) if name in fields), "")
