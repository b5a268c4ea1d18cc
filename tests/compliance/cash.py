"""Receipts of cash and parties in the database, seeded, with structuring planted."""

from __future__ import annotations

import random
from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from compliance.models import LargeCashParty, LargeCashRecord, Party

TORONTO = ZoneInfo("America/Toronto")
HOME = {
    "buildingNumber": "118",
    "streetAddress": "Corydon Avenue",
    "city": "Winnipeg",
    "provinceStateCode": "MB",
    "postalZipCode": "R3M 0Y9",
    "countryCode": "CA",
}


def person(key: str) -> Party:
    """Somebody of whom everything is known."""
    return Party.objects.create(
        party_key=key,
        kind="person",
        surname=key.title(),
        given_name="Alex",
        date_of_birth=date(1980, 4, 2),
        country_of_residence="CA",
        country_of_citizenship="CA",
        occupation="Baker of bread",
        telephone="204-555-0118",
        address=HOME,
        identifications=[
            {
                "identifierTypeCode": 4,
                "number": "WIEBEM118KX",
                "jurisdictionOfIssueCountryCode": "CA",
                "jurisdictionOfIssueProvinceStateCode": "MB",
            }
        ],
    )


def entity(key: str) -> Party:
    """A company of which everything is known."""
    return Party.objects.create(
        party_key=key,
        kind="entity",
        entity_name=f"{key.title()} Ltd.",
        nature_of_business="Milling of grain",
        structure_code=1,
        address=HOME,
        identifications=[{"identifierTypeCode": 3, "number": "778899-1", "jurisdictionOfIssueCountryCode": "CA"}],
        authorized_persons=[{"surname": "Wiebe", "givenName": "Maria"}],
    )


def receipt(
    reference: str,
    moment: datetime,
    amount: str,
    conductor: Party,
    beneficiary: Party | None = None,
    behalf: Party | None = None,
) -> LargeCashRecord:
    """One receipt over the counter."""
    record = LargeCashRecord.objects.create(
        reference=reference,
        received_at=moment,
        zone="America/Toronto",
        location_id="BR-0102",
        method_code=1,
        amount=Decimal(amount),
        amount_cad=Decimal(amount),
        disposition_code=5,
        source_of_cash=False,
        business_account=False,
    )
    roles = [("conductor", conductor, None), ("beneficiary", beneficiary or conductor, 7 if beneficiary else 15)]
    if behalf:
        roles.append(("on_behalf_of", behalf, 11))
    for role, party, relationship in roles:
        LargeCashParty.objects.create(record=record, party=party, party_role=role, relationship_code=relationship)
    return record


def year_of_cash(year: int, *, seed: int = 7, per_week: int = 3) -> int:
    """A year of receipts, across both changes of the clock; every month one person splits 27,000 over one day."""
    source = random.Random(seed)
    people = [person(f"client-{name}") for name in ("ann", "bea", "cid", "dan")]
    mill = entity("mill")
    moment, number = datetime(year, 1, 1, 8, tzinfo=TORONTO), 0
    while moment.year == year:
        moment = datetime.fromtimestamp(moment.timestamp() + source.randrange(1, 2 * 7 * 86_400 // per_week), TORONTO)
        beneficiary = source.choice([None, source.choice(people)])
        behalf = mill if source.random() < 0.2 else None
        amount = f"{source.randrange(100_000, 1_300_000) / 100:.2f}"
        if moment.year == year:
            number += 1
            receipt(f"Y-{number}", moment, amount, source.choice(people), beneficiary, behalf)
    for month in range(1, 13):
        start = datetime(year, month, 15, 9, tzinfo=TORONTO)
        for place in range(3):
            number += 1
            receipt(f"S-{number}", start + timedelta(hours=place * 2), "9000.00", people[0])
    return number
