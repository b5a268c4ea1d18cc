"""Rules on definitions and their use: names, addresses, details, references."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import Final

from compliance.fintrac import code_lists
from compliance.fintrac.codes import AddressType, DefinitionType
from compliance.fintrac.findings import Finding, Severity
from compliance.fintrac.rules import party_rules
from compliance.fintrac.rules.context import Context
from compliance.fintrac.rules.document import Node, objects

MOST_AUTHORIZED_PERSONS: Final = 3
PERSONS: Final = frozenset(
    {DefinitionType.PERSON_NAME, DefinitionType.PERSON_DETAILS, DefinitionType.PERSON_AND_EMPLOYER}
)

_STRUCTURED_FIELDS: Final = (
    "unitNumber",
    "buildingNumber",
    "streetAddress",
    "city",
    "district",
    "provinceStateCode",
    "provinceStateName",
    "subProvinceSubLocality",
    "postalZipCode",
)
_NOT_PHYSICAL: Final = re.compile(
    r"(p\.?\s?o\.?\s?box|post office box|box|case postale|c\.?\s?p\.?)\s*\#?\s*[0-9]*"
    r"|general delivery|poste restante"
    r"|(suite|unit|unité|apt\.?|app\.?|apartment|appartement|bureau)\s*\#?\s*[0-9]*[a-z]?",
    re.IGNORECASE,
)


def check_parties(report: Node, context: Context, softened: bool) -> Iterator[Finding]:
    """Every definition and every reference to one.

    ``softened``: names are only asked for (each receipt of an aggregated set is below the threshold, SOR/2002-184
    s. 152), so that a missing one warns.
    """
    severity = Severity.WARNING if softened else Severity.REJECT
    for definition in report.items("definitions"):
        yield from _names(definition, severity)
        yield from _occupations(definition, context)
        if (count := len(definition.items("authorizedPersons"))) > MOST_AUTHORIZED_PERSONS:
            yield party_rules.AUTHORIZED_PERSONS.finding(definition["authorizedPersons"].path, count=count)
    for node in objects(report["definitions"]):
        if "address" in node.value:
            yield from _address(node)
        yield from _province(node, "jurisdictionOfIssueProvinceState", "jurisdictionOfIssueCountryCode")
    yield from _references(report)


def check_conductor_details(report: Node, conductor: Node, context: Context) -> Iterator[Finding]:
    """What is asked about a conductor with details; a missing field warns."""
    by_id = {definition["refId"].text: definition for definition in report.items("definitions")}
    definition = by_id.get(conductor["refId"].text)
    if definition is None or definition["typeCode"].code in (DefinitionType.PERSON_NAME, DefinitionType.ENTITY_NAME):
        return
    is_person = definition["typeCode"].code in PERSONS
    for name in context.settings.person_details if is_person else context.settings.entity_details:
        if not definition.has(name):
            yield party_rules.DETAIL_MISSING.finding(definition[name].path, field=name)


def _names(definition: Node, severity: Severity) -> Iterator[Finding]:
    if definition["typeCode"].code in PERSONS:
        for name in ("surname", "givenName"):
            if not definition.has(name):
                yield party_rules.PERSON_NAME.finding(definition[name].path, severity)
    elif not definition.has("nameOfEntity"):
        yield party_rules.ENTITY_NAME.finding(definition["nameOfEntity"].path, severity)


def _occupations(definition: Node, context: Context) -> Iterator[Finding]:
    for name in ("occupation", "natureOfPrincipalBusiness"):
        node = definition[name]
        text = node.text.strip()
        if text and not re.search(r"[^\W\d_]", text):
            yield party_rules.OCCUPATION_NUMBER.finding(node.path)
        elif text.casefold() in context.settings.vague_occupations:
            yield party_rules.OCCUPATION_VAGUE.finding(node.path, text=text)


def _address(owner: Node) -> Iterator[Finding]:
    address = owner["address"]
    code = address["typeCode"].code
    if owner["addressTypeCode"].code != code:
        yield party_rules.ADDRESS_TYPE.finding(owner["addressTypeCode"].path)
    structured = [name for name in _STRUCTURED_FIELDS if address.has(name)]
    if code == AddressType.UNSTRUCTURED:
        if structured:
            yield party_rules.ADDRESS_BOTH.finding(address.path)
        if _is_not_physical(address["unstructured"].text):
            yield party_rules.ADDRESS_NOT_PHYSICAL.finding(address["unstructured"].path)
    else:
        if address.has("unstructured"):
            yield party_rules.ADDRESS_BOTH.finding(address.path)
        yield from _structured(address)
    if not address.has("countryCode"):
        yield party_rules.ADDRESS_COUNTRY.finding(address["countryCode"].path)


def _is_not_physical(text: str) -> bool:
    return bool(_NOT_PHYSICAL.fullmatch(text.strip()))


def _structured(address: Node) -> Iterator[Finding]:
    street = address["streetAddress"]
    if street.text.strip():
        if _is_not_physical(street.text):
            yield party_rules.ADDRESS_NOT_PHYSICAL.finding(street.path)
    elif address.has("unitNumber"):
        yield party_rules.ADDRESS_NOT_PHYSICAL.finding(address["unitNumber"].path)
    yield from _province(address, "provinceState", "countryCode")


def _province(node: Node, prefix: str, country_field: str) -> Iterator[Finding]:
    code, name = node[f"{prefix}Code"], node[f"{prefix}Name"]
    country = node[country_field].text
    if not country:
        return
    known = code_lists.PROVINCES.get(country)
    if known is None:
        if code.text:
            yield party_rules.PROVINCE_AS_CODE.finding(code.path)
    else:
        if code.text and code.text not in known:
            yield party_rules.PROVINCE_CODE.finding(code.path, found=code.text, country=country)
        if name.text.strip():
            yield party_rules.PROVINCE_AS_NAME.finding(name.path)


def _references(report: Node) -> Iterator[Finding]:
    defined: dict[str, int | None] = {}
    for definition in report.items("definitions"):
        reference = definition["refId"].text
        if reference in defined:
            yield party_rules.REFERENCE_TWICE.finding(definition["refId"].path, reference=reference)
        defined[reference] = definition["typeCode"].code
    used: Counter[str] = Counter()
    for node in objects(report["transactions"]):
        reference = node["refId"].text
        if not reference:
            continue
        used[reference] += 1
        if reference not in defined:
            yield party_rules.REFERENCE_UNDEFINED.finding(node["refId"].path, reference=reference)
        elif defined[reference] != node["typeCode"].code:
            yield party_rules.REFERENCE_TYPE.finding(
                node["typeCode"].path, reference=reference, defined=defined[reference], used=node["typeCode"].value
            )
    for definition in report.items("definitions"):
        if (reference := definition["refId"].text) and not used[reference]:
            yield party_rules.DEFINITION_UNUSED.finding(definition.path, reference=reference)
