"""What the business rules need beside the report: the time, and the choices that no source fixes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class RuleSettings:
    """Choices of the bank, each with its value as delivered.

    ``earliest_transaction``: the service refuses older dates; the day is published for casino reports only.
    ``nine_digit_documents``: person identifier codes whose numbers have nine digits by nature (a driver's licence of
    Alberta, a passport of the United States): there a number with the check digit of a social insurance number warns
    instead of being refused. Nothing is excepted as delivered.
    ``own_names``: names under which the bank could be typed as beneficiary.
    ``jargon``: words, as written, that a narrative should not use.
    ``person_details``, ``entity_details``: fields of conductors that are asked for; their absence warns.
    ``vague_occupations``: words that alone say too little.
    """

    earliest_transaction: date = date(2009, 9, 28)
    nine_digit_documents: frozenset[int] = frozenset()
    own_names: frozenset[str] = frozenset()
    jargon: tuple[str, ...] = ("SAR", "EDD", "CDD", "KYC", "RFI", "TM alert")
    person_details: tuple[str, ...] = ("address", "dateOfBirth", "occupation", "identifications")
    entity_details: tuple[str, ...] = ("address", "natureOfPrincipalBusiness", "identifications")
    vague_occupations: frozenset[str] = frozenset(
        {"manager", "consultant", "sales", "gestionnaire", "directeur", "directrice", "conseiller", "ventes"}
    )


@dataclass(frozen=True, slots=True)
class Context:
    """One check: ``now`` is aware."""

    now: datetime
    settings: RuleSettings
