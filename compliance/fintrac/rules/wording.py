"""Rules on what a text may say: no placeholders, no private numbers, "other" explained and nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from compliance.fintrac import code_lists
from compliance.fintrac.codes import (
    AccountType,
    CashMethod,
    Device,
    Disposition,
    EntityIdentifier,
    FundsType,
    PersonIdentifier,
    Relationship,
    Structure,
)
from compliance.fintrac.findings import Finding
from compliance.fintrac.rules import party_rules
from compliance.fintrac.rules.context import Context
from compliance.fintrac.rules.document import Node, objects, texts
from compliance.fintrac.rules.private_numbers import card_numbers, social_insurance_numbers
from compliance.fintrac.schema import shapes

_PLACEHOLDERS: Final = frozenset({"n/a", "n.a.", "unknown", "inconnu", "inconnue", "s/o", "x"})
_EMPTY_SIGNS: Final = frozenset("-*")
# Here an X is a value: a unit, a house, an initial.
_MAY_BE_X: Final = frozenset({"unitNumber", "buildingNumber", "otherNameInitial"})

# Names of the fields that are texts, of all reports; the rest are codes, references, amounts and times.
TEXT_FIELDS: Final = frozenset(
    name
    for shape in shapes().values()
    for name, field in shape.fields.items()
    if field.kind == "text" or (field.item is not None and field.item.kind == "text")
)
# Texts that hold a number or an address of a machine and no prose.
_NUMBERS: Final = frozenset(
    {
        "accountNumber",
        "branchNumber",
        "buildingNumber",
        "clientNumber",
        "deviceIdentifierNumber",
        "emailAddress",
        "extensionNumber",
        "financialInstitutionNumber",
        "identifyingNumber",
        "internetProtocolAddress",
        "number",
        "policyNumber",
        "postalZipCode",
        "receivingVirtualCurrencyAddresses",
        "referenceNumber",
        "referenceNumberOtherRelatedNumber",
        "reportingEntityLocationId",
        "sendingVirtualCurrencyAddresses",
        "telephoneNumber",
        "unitNumber",
        "url",
        "username",
        "virtualCurrencyTransactionIds",
    }
)
# Numbers that the bank gives itself, or that name a person: nine digits may be innocent, so they warn.
_LOOK_AT: Final = frozenset({"clientNumber", "identifyingNumber", "policyNumber", "username", "referenceNumber"})

# code field → the code of "other", the field that explains it
_OTHERS: Final[dict[str, tuple[object, str]]] = {
    "methodCode": (CashMethod.OTHER, "methodOther"),
    "dispositionCode": (Disposition.OTHER, "dispositionOther"),
    "relationshipOfConductorCode": (Relationship.OTHER, "relationshipOfConductorOther"),
    "fundAssetVirtualCurrencyTypeCode": (FundsType.OTHER, "fundAssetVirtualCurrencyTypeOther"),
    "typeOfDeviceCode": (Device.OTHER, "typeOfDeviceOther"),
    "structureTypeCode": (Structure.OTHER_ENTITY, "structureTypeOther"),
    "virtualCurrencyTypeCode": (code_lists.OTHER_VIRTUAL_CURRENCY, "virtualCurrencyTypeOther"),
}
# "Neither corporation nor trust" need not be explained further.
_EXPLANATION_OPTIONAL: Final = frozenset({"structureTypeOther"})


def check_wording(report: Node, context: Context) -> Iterator[Finding]:
    """Every text of the report, wherever it stands."""
    for name, node in texts(report):
        if name in TEXT_FIELDS:
            yield from _placeholder(name, node)
            yield from _private_numbers(name, node)
    for node in objects(report):
        yield from _others(node)
    for definition in report.items("definitions"):
        yield from _identifications(definition, context)


def _placeholder(name: str, node: Node) -> Iterator[Finding]:
    text = node.text.strip().casefold()
    if not text:
        if node.text:
            yield party_rules.PLACEHOLDER.finding(node.path, text=node.text)
        return
    is_x = set(text) == {"x"}
    if is_x and (name in _MAY_BE_X or (name == "givenName" and text == "xxx")):
        return
    if is_x or text in _PLACEHOLDERS or set(text) <= _EMPTY_SIGNS:
        yield party_rules.PLACEHOLDER.finding(node.path, text=node.text)


def _private_numbers(name: str, node: Node) -> Iterator[Finding]:
    for digits in card_numbers(node.text):
        yield party_rules.CARD_NUMBER.finding(node.path, ending=digits[-4:])
    if name in _NUMBERS and name not in _LOOK_AT:
        return
    found = party_rules.SOCIAL_INSURANCE_NUMBER_LIKE if name in _LOOK_AT else party_rules.SOCIAL_INSURANCE_NUMBER
    for digits in social_insurance_numbers(node.text):
        yield found.finding(node.path, ending=digits[-3:])


def _identifications(definition: Node, context: Context) -> Iterator[Finding]:
    is_person = definition["typeCode"].code in (1, 3, 5)
    other = PersonIdentifier.OTHER if is_person else EntityIdentifier.OTHER
    for document in definition.items("identifications"):
        yield from _other_text(document, "identifierTypeCode", other, "identifierTypeOther")
        if not is_person:  # a business number has nine digits and the same check digit
            continue
        code = document["identifierTypeCode"].code
        if code == PersonIdentifier.SOCIAL_INSURANCE_CARD:
            yield party_rules.SOCIAL_INSURANCE_CARD.finding(document["identifierTypeCode"].path)
        nine_digits_by_nature = code in context.settings.nine_digit_documents
        found = (
            party_rules.SOCIAL_INSURANCE_NUMBER_LIKE if nine_digits_by_nature else party_rules.SOCIAL_INSURANCE_NUMBER
        )
        for digits in social_insurance_numbers(document["number"].text):
            yield found.finding(document["number"].path, ending=digits[-3:])


def _others(node: Node) -> Iterator[Finding]:
    for code_field, (other, text_field) in _OTHERS.items():
        yield from _other_text(node, code_field, other, text_field)
    if "holders" in node.value or "typeOther" in node.value:
        yield from _other_text(node, "typeCode", AccountType.OTHER, "typeOther")


def _other_text(node: Node, code_field: str, other: object, text_field: str) -> Iterator[Finding]:
    if node[code_field].value == other:
        if not node.has(text_field) and text_field not in _EXPLANATION_OPTIONAL:
            yield party_rules.OTHER_TEXT_MISSING.finding(node[text_field].path, field=text_field)
    elif node.has(text_field):
        yield party_rules.OTHER_TEXT_NOT_WANTED.finding(node[text_field].path, field=text_field)
