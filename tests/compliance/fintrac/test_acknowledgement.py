"""Answers of the service, in each form the description knows, read back to fields."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compliance.fintrac.acknowledgement import Outcome, field_pointer, read_answer, read_validations
from compliance.fintrac.findings import Severity
from tests.compliance.fintrac.reports import as_document, single_lctr


def remark(path: str, kind: str = "reject") -> dict[str, Any]:
    return {"path": path, "rule": "120000", "error": {"code": 329, "en": "Mandatory.", "fr": "Requis."}, "type": kind}


def test_a_refusal_with_messages() -> None:
    body = {
        "code": 400,
        "message": {"en": "Correct it", "fr": "Corrigez"},
        "payload": {"validationMessages": [remark("/a")]},
    }
    answer = read_answer(400, body, reference="R-1")

    assert (answer.outcome, answer.en, answer.fr) == (Outcome.REJECTED, "Correct it", "Corrigez")
    (message,) = answer.messages
    assert (message.path, message.rule, message.code, message.severity) == ("/a", "120000", 329, Severity.REJECT)


def test_a_plain_refusal() -> None:
    answer = read_answer(404, {"code": 404, "message": {"en": "No values", "fr": "Rien"}}, reference="R-1")

    assert (answer.outcome, answer.status_code, answer.messages) == (Outcome.REJECTED, 404, ())


def test_an_answer_without_content() -> None:
    assert read_answer(204, None, reference="R-1").outcome is Outcome.ACCEPTED


def test_a_reject_inside_a_success_is_a_reject() -> None:
    body = {"payload": {"validationMessages": [remark("/a", "warning"), remark("/b")]}}

    assert read_answer(200, body, reference="R-1").outcome is Outcome.REJECTED


def test_schema_messages_of_a_bulk_file() -> None:
    body = {
        "reportingEntityBulkReference": "B-1",
        "status": {"code": 5022},
        "totalCount": 1,
        "rejectedCount": 1,
        "acknowledgements": [
            {
                "reportingEntityReportReference": "R-1",
                "messageTypeCode": 1,
                "validationMessages": [
                    {
                        "instancePath": "/transactions/0",
                        "keyword": "required",
                        "message": {"en": "must have x", "fr": "doit avoir x"},
                    }
                ],
            }
        ],
    }
    said = read_validations(body)

    assert said.en == "the bulk file has faults of shape"
    (one,) = said.acknowledgements
    assert one.outcome is Outcome.REJECTED
    assert (one.messages[0].path, one.messages[0].rule) == ("/transactions/0", "required")


def test_a_bulk_file_still_worked_on() -> None:
    body = {"status": {"code": 2102}, "acknowledgements": [{"reportingEntityReportReference": "R-1"}]}
    said = read_validations(body)

    assert not said.is_finished
    assert said.acknowledgements[0].outcome is Outcome.PENDING


AMOUNT = "/transactions/0/startingActions/0/details/amount"


@pytest.mark.parametrize(
    ("stated", "pointer"),
    [
        (AMOUNT, AMOUNT),
        ("$.transactions[0].startingActions[0].details.amount", AMOUNT),
        ("transactions.0.startingActions.0.details.amount", AMOUNT),
        ("$['transactions'][0]['startingActions'][0]['details']['amount']", AMOUNT),
        # the field that is missing is named, what would lie inside it is not
        ("/reportDetails/ministerialDirectiveCode/x", "/reportDetails/ministerialDirectiveCode"),
        ("/transactions/7/purpose", "/transactions"),
        ("", ""),
    ],
)
def test_paths_lead_to_fields(stated: str, pointer: str) -> None:
    assert field_pointer(stated, as_document(single_lctr())) == pointer


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["code", "message", "payload", "validationMessages", "error", "status", "acknowledgements"]
            ),
            inner,
            max_size=4,
        )
    ),
)


@given(body=JSON, status=st.sampled_from([200, 400, 500]))
def test_no_answer_breaks_the_reader(body: Any, status: int) -> None:
    assert read_answer(status, body, reference="R", payload=body).outcome in Outcome
    read_validations(body)
