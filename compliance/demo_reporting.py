"""For the demo: cash over the counter, who brought it, and the large cash reports that are due for it."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, Final

from django.utils import timezone

from compliance.demo import CUSTOMER
from compliance.detecting import detect_reportable
from compliance.enums import PartyRole, ReportType
from compliance.fintrac.codes import CashMethod, Disposition, PersonIdentifier, Relationship
from compliance.models import ComplianceReport, LargeCashParty, LargeCashRecord, Party
from compliance.policy import bank_zone
from dwaybank.actor import acting_as
from dwaybank.models import User
from integrations.demo import ACTOR

_HOME: Final = {
    "buildingNumber": "118",
    "streetAddress": "Corydon Avenue",
    "city": "Winnipeg",
    "provinceStateCode": "MB",
    "postalZipCode": "R3M 0Y9",
    "countryCode": "CA",
}
# key, given name, surname, occupation, the customer that it is
_PEOPLE: Final = (
    ("demo-halloran", "Viktor", "Halloran", "Used car dealer", CUSTOMER[0]),
    ("demo-beaulieu", "Solange", "Beaulieu", "Restaurant owner", ""),
)
# days ago, hour, amount, who
_RECEIPTS: Final = (
    (19, 10, "14500.00", "demo-beaulieu"),
    (13, 9, "4200.00", "demo-halloran"),
    (13, 12, "3900.00", "demo-halloran"),
    (13, 16, "2600.00", "demo-halloran"),
    (4, 11, "11800.00", "demo-beaulieu"),
    (2, 15, "1250.00", "demo-beaulieu"),
)


def reporting() -> list[str]:
    """Plant parties and receipts once, and find what is reportable. Lines for the demo's summary."""
    with acting_as(ACTOR):
        parties = {key: _party(key, *rest) for key, *rest in _PEOPLE}
        for number, (days, hour, amount, key) in enumerate(_RECEIPTS, start=1):
            _receipt(f"DEMO-CASH-{number}", timezone.localdate() - timedelta(days=days), hour, amount, parties[key])
    detect_reportable(actor=ACTOR, now=timezone.now())
    reports = ComplianceReport.objects.filter(report_type=ReportType.FINTRAC_LCTR).count()
    return [f"Large cash: {len(_RECEIPTS)} receipts, {reports} reports due (deadline board)."]


def _party(key: str, given_name: str, surname: str, occupation: str, email: str) -> Party:
    known = Party.objects.filter(party_key=key).order_by("-as_of").first()
    return known or Party.objects.create(
        party_key=key,
        user=User.objects.filter(email=email).first() if email else None,
        kind="person",
        given_name=given_name,
        surname=surname,
        date_of_birth=date(1979, 4, 2),
        country_of_residence="CA",
        country_of_citizenship="CA",
        occupation=occupation,
        telephone="204-555-0118",
        address=_HOME,
        identifications=[
            {
                "identifierTypeCode": int(PersonIdentifier.DRIVERS_LICENCE),
                "number": f"{surname[:5].upper()}118KX",
                "jurisdictionOfIssueCountryCode": "CA",
                "jurisdictionOfIssueProvinceStateCode": "MB",
            }
        ],
    )


def _receipt(reference: str, day: date, hour: int, amount: str, party: Party) -> None:
    values: dict[str, Any] = {
        "received_at": datetime.combine(day, time(hour), bank_zone()),
        "zone": str(bank_zone()),
        "location_id": "BR-0042",
        "method_code": int(CashMethod.IN_PERSON),
        "amount": Decimal(amount),
        "amount_cad": Decimal(amount),
        "disposition_code": int(Disposition.BANK_DRAFT),
        "source_of_cash": False,
        "business_account": False,
        "how_obtained": "Sales of the week",
    }
    record, is_new = LargeCashRecord.objects.get_or_create(reference=reference, defaults=values)
    if is_new:
        for role, relationship in ((PartyRole.CONDUCTOR, None), (PartyRole.BENEFICIARY, int(Relationship.SELF))):
            LargeCashParty.objects.create(record=record, party=party, party_role=role, relationship_code=relationship)
