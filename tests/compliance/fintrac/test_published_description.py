"""The project's payloads and its table of shapes against the regulator's own description of its service.

The description is not part of the project; where it is absent these tests are skipped. Faults of the published file are
mended first: patterns escaped twice, province codes that must match exactly one of overlapping lists, and the required
fields of a deletion in the wrong place.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from compliance.fintrac import code_lists, codes
from compliance.fintrac.building import change_of, deletion_of
from compliance.fintrac.codes import DeleteReason
from compliance.fintrac.schema import check_schema
from tests.compliance.fintrac.documents import damaged, shaped
from tests.compliance.fintrac.reports import REPORTS, as_document, single_lctr, suspicious_transaction
from tests.examples import examples

DESCRIPTION = Path(__file__).resolve().parents[4] / "shared" / "reference" / "fintrac" / "report-ingest-api.yaml"
pytestmark = pytest.mark.skipif(not DESCRIPTION.is_file(), reason=f"no description at {DESCRIPTION}")
NAMES = {"LCTR": "LCTRReport", "STR": "STRReport", "DELETE": "DeleteReport"}
_loaded: dict[str, Any] = {}


def description() -> dict[str, Any]:
    """The mended description, read once."""
    if not _loaded:
        _loaded.update(yaml.safe_load(DESCRIPTION.read_text("utf-8")))
        schemas = _loaded["components"]["schemas"]
        mend_patterns(schemas)
        schemas["ProvinceStateCode"] = {"anyOf": schemas["ProvinceStateCode"]["oneOf"]}
        deletion = schemas["DeleteReport"]["properties"]["reportDetails"]
        deletion["required"] = deletion["properties"]["reportSubmitReasonCode"].pop("required")
    return _loaded


def mend_patterns(node: Any) -> None:
    if isinstance(node, dict):
        if isinstance(node.get("pattern"), str):
            node["pattern"] = node["pattern"].replace("\\\\", "\\")
        for inner in node.values():
            mend_patterns(inner)
    elif isinstance(node, list):
        for inner in node:
            mend_patterns(inner)


def validator(root: str) -> Draft202012Validator:
    if root not in _validators:
        _validators[root] = Draft202012Validator(
            {"$ref": f"#/components/schemas/{NAMES[root]}", "components": description()["components"]}
        )
    return _validators[root]


_validators: dict[str, Draft202012Validator] = {}


def errors(document: Any, root: str) -> list[str]:
    return [f"{error.json_path}: {error.message}" for error in validator(root).iter_errors(document)]


@pytest.mark.parametrize("name", REPORTS)
def test_every_built_report_and_its_change_is_valid(name: str) -> None:
    report = REPORTS[name]()
    root = report.report_details.report_type_code.name

    assert errors(as_document(report), root) == []
    assert errors(as_document(change_of(report)), root) == []
    assert errors(as_document(deletion_of(report, DeleteReason.DUPLICATE)), "DELETE") == []


def test_without_mending_the_description_refuses_every_amount() -> None:
    """Why it has to be mended: if this fails, the regulator has corrected its file."""
    raw = yaml.safe_load(DESCRIPTION.read_text("utf-8"))
    strict = Draft202012Validator({"$ref": "#/components/schemas/LCTRReport", "components": raw["components"]})
    places = {error.json_path for error in strict.iter_errors(as_document(single_lctr()))}

    assert "$.transactions[0].startingActions[0].details.amount" in places
    assert "$.reportDetails.twentyFourHourRule.periodStart" in places


def test_without_mending_the_description_refuses_real_provinces() -> None:
    raw = yaml.safe_load(DESCRIPTION.read_text("utf-8"))
    strict = Draft202012Validator(raw["components"]["schemas"]["ProvinceStateCode"])

    assert [code for codes in code_lists.PROVINCES.values() for code in codes if strict.is_valid(code)] == []


SETTINGS = settings(max_examples=examples(40), deadline=None, suppress_health_check=list(HealthCheck))


@SETTINGS
@given(data=st.data())
@pytest.mark.parametrize("root", NAMES)
def test_what_the_table_allows_the_description_allows(root: str, data: st.DataObject) -> None:
    document = data.draw(shaped(root))

    assert check_schema(document, root) == []
    assert errors(document, root) == []


@SETTINGS
@given(data=st.data())
@pytest.mark.parametrize("root", NAMES)
def test_both_refuse_the_same_damaged_reports(root: str, data: st.DataObject) -> None:
    document = data.draw(damaged(root))

    assert bool(check_schema(document, root)) == bool(errors(document, root)), errors(document, root)


@SETTINGS
@given(data=st.data())
def test_both_refuse_the_same_damage_to_a_filled_report(data: st.DataObject) -> None:
    root, report = data.draw(st.sampled_from([("LCTR", single_lctr()), ("STR", suspicious_transaction())]))
    document = as_document(report)
    places: list[tuple[Any, Any]] = [(document, key) for key in document]
    for holder, key in places:
        inner = holder[key]
        keys = list(inner) if isinstance(inner, dict) else range(len(inner)) if isinstance(inner, list) else ()
        places += [(inner, one) for one in keys]
    holder, key = data.draw(st.sampled_from(places))
    holder[key] = data.draw(st.sampled_from([None, True, 99, "", "12000.5", "a b", [], {}, "é" * 501]))

    assert bool(check_schema(document, root)) == bool(errors(document, root)), errors(document, root)


def enum(*path: str) -> set[Any]:
    node: Any = description()["components"]["schemas"]
    for step in path:
        node = node[step]
    return set(node["enum"])


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (codes.ReportType, ["reportTypeCode"]),
        (codes.SubmitType, ["submitTypeCode"]),
        (codes.ActivitySector, ["activitySectorCode"]),
        (codes.AggregationType, ["twentyFourHourRule", "properties", "aggregationTypeCode"]),
        (codes.MinisterialDirective, ["ministerialDirectiveCode"]),
        (codes.AccountType, ["AccountTypeCode"]),
        (codes.AccountStatus, ["accountStatusAtTimeOfTransaction"]),
        (codes.Relationship, ["relationshipOfConductorCodeWithSelf"]),
        (codes.PersonIdentifier, ["personIdentificationWithJurisdiction", "properties", "identifierTypeCode"]),
        (codes.EntityIdentifier, ["entityIdentificationWithJurisdiction", "properties", "identifierTypeCode"]),
        (codes.Registration, ["IncorporationRegistrationTypeCode"]),
        (codes.Structure, ["entityAndBeneficialOwnershipDetails", "properties", "structureTypeCode"]),
        (codes.Device, ["typeOfDeviceCode"]),
        (codes.SuspicionType, ["STRReport", "properties", "detailsOfSuspicion", "properties", "suspicionTypeCode"]),
        (code_lists.LISTS["country"], ["CountryCode"]),
        (code_lists.LISTS["currency"], ["CurrencyCode"]),
        (code_lists.LISTS["virtual-currency"], ["VirtualCurrencyCode"]),
    ],
    ids=lambda value: value[-1] if isinstance(value, list) else "",
)
def test_the_codes_are_the_regulators(ours: Any, theirs: list[str]) -> None:
    assert set(ours) == enum(*theirs)


def test_the_codes_of_provinces_are_the_regulators() -> None:
    lists = description()["components"]["schemas"]["ProvinceStateCode"]["anyOf"][:3]

    assert [set(one["enum"]) for one in lists] == [set(code_lists.PROVINCES[country]) for country in ("CA", "US", "MX")]
