"""Payloads to JSON and back."""

from __future__ import annotations

import json
from datetime import datetime, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from compliance.fintrac.building import (
    change_of,
    large_cash_report,
    payload_bytes,
    read_report,
)
from compliance.fintrac.checking import NoReport
from compliance.fintrac.codes import ReportType
from compliance.fintrac.json_shape import NotThisShape, amount_text, from_json, json_name, to_json
from compliance.fintrac.parties import DefinitionList, PersonDetails, PersonName
from tests.compliance.fintrac.documents import shaped
from tests.compliance.fintrac.reports import FILER, MARIA, REPORTS, as_document, found, receipt, single_lctr
from tests.examples import examples


@pytest.mark.parametrize("name", REPORTS)
def test_a_report_reads_back_equal(name: str) -> None:
    report = REPORTS[name]()

    assert read_report(as_document(report)) == report
    assert read_report(as_document(change_of(report))) == change_of(report)


@settings(max_examples=examples(60), deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_every_report_of_the_right_shape_has_a_payload(data: st.DataObject) -> None:
    """The dataclasses know every field of the table and write each value as it came."""
    report_type = data.draw(st.sampled_from([ReportType.LCTR, ReportType.STR]))
    document = data.draw(shaped(report_type.name))
    document["reportDetails"]["reportTypeCode"] = int(report_type)

    assert json.loads(payload_bytes(read_report(document))) == document


def test_lists_are_there_when_empty_and_fields_are_not() -> None:
    document = as_document(single_lctr())
    start = document["transactions"][0]["startingActions"][0]

    assert start["sourcesOfCash"] == []
    assert start["conductors"][0]["onBehalfOfs"] == []
    assert "methodOther" not in document["transactions"][0]["largeCashTransactionDetails"]
    assert b"null" not in payload_bytes(single_lctr())


def test_the_report_says_what_the_rule_found() -> None:
    document = as_document(REPORTS["aggregated"]())

    assert document["reportDetails"]["twentyFourHourRule"] == {
        "aggregationTypeCode": 2,
        "periodStart": "2025-06-02T00:00:00-04:00",
        "periodEnd": "2025-06-02T23:59:59-04:00",
    }
    assert [one["largeCashTransactionDetails"]["thresholdIndicator"] for one in document["transactions"]] == [
        True,
        False,
        False,
    ]


def test_a_set_and_its_transactions_must_match() -> None:
    with pytest.raises(ValueError, match="1 receipts and 0 transactions"):
        large_cash_report(
            filer=FILER, reference="R", found=found(receipt("1", "12000", 10)), definitions=(), transactions=()
        )


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        ("12000", "12000.00"),
        ("12000.5", "12000.50"),
        ("0.1234567890", "0.123456789"),
        ("1E+4", "10000.00"),
        ("0", "0.00"),
        ("00012.30", "12.30"),
    ],
)
def test_amounts_are_texts_without_exponent(amount: str, text: str) -> None:
    assert amount_text(Decimal(amount)) == text


@pytest.mark.parametrize("amount", ["-1", "NaN", "Infinity", "1E+17", "0.12345678901"])
def test_an_amount_that_does_not_fit_is_refused_not_rounded(amount: str) -> None:
    with pytest.raises(ValueError, match=r"amount|digits"):
        amount_text(Decimal(amount))


@given(st.decimals(0, Decimal("1e16"), places=10))
def test_amounts_keep_their_value(amount: Decimal) -> None:
    assert Decimal(amount_text(amount)) == amount


def test_moments_need_an_offset_of_whole_minutes() -> None:
    assert to_json(datetime(2025, 6, 2, 9, 15, 0, 7, timezone(timedelta(hours=-2.5)))) == "2025-06-02T09:15:00-02:30"
    with pytest.raises(ValueError, match="no offset"):
        to_json(datetime(2025, 6, 2))  # noqa: DTZ001 - the point of the test
    with pytest.raises(ValueError, match="seconds"):
        to_json(datetime(1880, 6, 2, tzinfo=timezone(timedelta(seconds=-19012))))


def test_names_are_the_regulators() -> None:
    assert json_name("twenty_four_hour_rule") == "twentyFourHourRule"
    assert json_name("on_behalf_ofs") == "onBehalfOfs"


def test_a_party_is_defined_once() -> None:
    parties = DefinitionList()
    refs = [parties.refer(MARIA), parties.refer(PersonName(surname="Wiebe")), parties.refer(MARIA)]

    assert refs[0] == refs[2] != refs[1]
    assert [one.ref_id for one in parties.definitions] == ["D1", "D2"]
    with pytest.raises(ValueError, match="has an id already"):
        parties.refer(parties.definitions[0])


@pytest.mark.parametrize(
    ("value", "path"),
    [
        ({"typeCode": 3, "refId": "D1", "identifications": [], "shoeSize": 44}, "/shoeSize"),
        ({"typeCode": 4, "refId": "D1", "identifications": []}, "/typeCode"),
        ({"typeCode": 3, "refId": 1, "identifications": []}, "/refId"),
        ({"typeCode": 3, "refId": "D1", "identifications": {}}, "/identifications"),
        ({"typeCode": 3, "refId": "D1", "dateOfBirth": "1980-02-30"}, "/dateOfBirth"),
        (
            {"typeCode": 3, "refId": "D1", "identifications": [{"identifierTypeCode": 99}]},
            "/identifications/0/identifierTypeCode",
        ),
        ({"typeCode": 3, "refId": "D1", "addressTypeCode": 1}, "/addressTypeCode"),
        ({"typeCode": 3, "refId": "D1", "address": {"typeCode": 2}, "addressTypeCode": 2}, "/address/unstructured"),
        ({"typeCode": 3, "refId": "D1", "address": {"typeCode": 9}}, "/address/typeCode"),
        ([], ""),
    ],
)
def test_what_has_no_place_is_refused_with_its_path(value: object, path: str) -> None:
    with pytest.raises(NotThisShape) as caught:
        from_json(PersonDetails, value)
    assert caught.value.path == path


def test_other_reports_are_not_read() -> None:
    with pytest.raises(NoReport, match="only LCTR"):
        read_report({"reportDetails": {"reportTypeCode": 14}})
