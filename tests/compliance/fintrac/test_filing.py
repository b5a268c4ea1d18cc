"""Filing over real HTTP, against the simulated service: what arrives once, and what is known when an answer is lost."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import httpx
import pytest

from compliance.fintrac.acknowledgement import Outcome
from compliance.fintrac.building import change_of, deletion_of, payload_bytes
from compliance.fintrac.client import (
    FilingClient,
    FilingFailed,
    FilingSettings,
    NotConfigured,
    OutcomeUnknown,
    Unanswered,
)
from compliance.fintrac.codes import DeleteReason
from compliance.fintrac.simulated_registry import Fault, Registry
from compliance.fintrac.simulator import Simulator
from tests.compliance.fintrac.reports import NOW, aggregated_lctr, as_document, single_lctr, suspicious_transaction

SECRET = "only-for-this-test"


class Clock:
    """Time that only passes when it is told to."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self.pauses: list[float] = []

    def __call__(self) -> float:
        return self.seconds

    def pause(self, seconds: float) -> None:
        self.pauses.append(seconds)


@pytest.fixture
def registry() -> Registry:
    return Registry(now=lambda: NOW, client_id="bank", client_secret=SECRET)


@pytest.fixture
def simulator(registry: Registry) -> Iterator[Simulator]:
    with Simulator(registry, hang_seconds=30) as running:
        yield running


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def client(simulator: Simulator, clock: Clock) -> Iterator[FilingClient]:
    settings = FilingSettings(simulator.base_url, "bank", SECRET, timeout=0.3)
    with FilingClient(settings, clock=clock, pause=clock.pause) as made:
        yield made


def test_an_accepted_report_is_kept_exactly_as_sent(client: FilingClient, registry: Registry) -> None:
    report = suspicious_transaction()
    answer = client.submit(payload_bytes(report))

    assert (answer.outcome, answer.reference, answer.messages) == (Outcome.ACCEPTED, "STR-2025-0001", ())
    assert answer.uuid == registry.reports["STR-2025-0001"].uuid
    assert registry.reports["STR-2025-0001"].document == as_document(report)
    assert client.is_up()


def test_a_success_may_carry_warnings(client: FilingClient, registry: Registry) -> None:
    registry.plan(Fault.WARN)
    answer = client.submit(payload_bytes(single_lctr()))

    assert answer.outcome is Outcome.ACCEPTED_WITH_WARNINGS
    assert [(m.path, m.en, m.fr) for m in answer.messages] == [
        ("/transactions/0", "Warned on demand.", "Avertissement sur demande.")
    ]


def test_a_reject_leads_back_to_the_field_and_files_nothing(client: FilingClient, registry: Registry) -> None:
    report = single_lctr()
    broken = replace(report, report_details=replace(report.report_details, activity_sector_code=None))
    answer = client.submit(payload_bytes(broken))

    assert answer.outcome is Outcome.REJECTED
    assert [(m.path, m.rule, m.code) for m in answer.messages] == [
        ("/reportDetails/activitySectorCode", "activity_sector", 329)
    ]
    assert registry.reports == {}


def test_a_lost_answer_is_found_in_the_list_and_not_sent_again(
    client: FilingClient, registry: Registry, clock: Clock
) -> None:
    registry.plan(Fault.LOST_ANSWER)
    answer = client.submit(payload_bytes(single_lctr()))

    assert answer.outcome is Outcome.ACCEPTED
    assert answer.uuid == registry.reports["LCTR-2025-0001"].uuid
    assert registry.received == 1
    assert clock.pauses == [2.0]


@pytest.mark.parametrize("fault", [Fault.TIMEOUT, Fault.ERROR, Fault.BUSY])
def test_what_did_not_arrive_is_sent_again(client: FilingClient, registry: Registry, fault: Fault) -> None:
    registry.plan(fault, fault)
    answer = client.submit(payload_bytes(single_lctr()))

    assert answer.outcome is Outcome.ACCEPTED
    assert registry.received == 3
    assert len(registry.reports) == 1


def test_a_refusal_that_says_nothing_of_the_report_is_no_reject(client: FilingClient, registry: Registry) -> None:
    registry.plan(Fault.CLOSED)

    with pytest.raises(FilingFailed, match="HTTP 405: Not served here"):
        client.submit(payload_bytes(single_lctr()))
    assert registry.reports == {}


def test_it_ends_and_says_that_it_does_not_know(client: FilingClient, registry: Registry) -> None:
    registry.plan(*[Fault.ERROR] * 5)

    with pytest.raises(OutcomeUnknown, match=r"LCTR-2025-0001 was sent 3 times .* does not list it"):
        client.submit(payload_bytes(single_lctr()))
    assert registry.received == 3


def test_an_answer_lost_at_the_last_try_is_still_found(client: FilingClient, registry: Registry) -> None:
    registry.plan(Fault.ERROR, Fault.ERROR, Fault.LOST_ANSWER)

    assert client.submit(payload_bytes(single_lctr())).outcome is Outcome.ACCEPTED


def test_a_reference_is_used_once_and_for_ever(client: FilingClient, registry: Registry) -> None:
    client.submit(payload_bytes(single_lctr()))
    first = registry.reports["LCTR-2025-0001"]
    other = replace(aggregated_lctr(), report_details=single_lctr().report_details)
    answer = client.submit(payload_bytes(other))

    assert (answer.outcome, answer.status_code) == (Outcome.REJECTED, 5012)
    assert registry.reports["LCTR-2025-0001"] is first


def test_a_duplicate_is_told_on_demand_and_believed_only_with_the_list(
    client: FilingClient, registry: Registry
) -> None:
    registry.plan(Fault.DUPLICATE)
    answer = client.submit(payload_bytes(single_lctr()))
    assert answer.outcome is Outcome.REJECTED

    # after an unanswered try a duplicate could be the report itself; the list says that it is not
    registry.plan(Fault.ERROR, Fault.DUPLICATE)
    assert client.submit(payload_bytes(single_lctr())).outcome is Outcome.REJECTED
    assert registry.reports == {}


def test_one_reference_inside_another_is_not_mistaken(client: FilingClient, registry: Registry) -> None:
    report = single_lctr()
    longer = replace(
        report, report_details=replace(report.report_details, reporting_entity_report_reference="LCTR-2025-0001-02")
    )
    client.submit(payload_bytes(longer))

    assert client.find("LCTR-2025-0001") is None
    registry.plan(Fault.TIMEOUT)
    assert client.submit(payload_bytes(report)).outcome is Outcome.ACCEPTED
    assert set(registry.reports) == {"LCTR-2025-0001", "LCTR-2025-0001-02"}


def test_many_senders_of_one_report_file_it_once(simulator: Simulator, registry: Registry) -> None:
    payload, start = payload_bytes(single_lctr()), threading.Barrier(4)

    def send(_: int) -> Outcome:
        settings = FilingSettings(simulator.base_url, "bank", SECRET, timeout=10)
        with FilingClient(settings, clock=lambda: 0.0, pause=lambda seconds: None) as client:
            start.wait()
            return client.submit(payload).outcome

    with ThreadPoolExecutor(4) as pool:
        outcomes = list(pool.map(send, range(4)))

    assert sorted(outcomes) == [Outcome.ACCEPTED] + [Outcome.REJECTED] * 3


def test_a_change_keeps_the_id_and_a_lost_answer_is_found_by_its_time(client: FilingClient, registry: Registry) -> None:
    report = single_lctr()
    first = client.submit(payload_bytes(report))
    registry.plan(Fault.LOST_ANSWER)
    answer = client.change(payload_bytes(change_of(report)))

    assert (answer.outcome, answer.uuid) == (Outcome.ACCEPTED, first.uuid)
    assert registry.reports["LCTR-2025-0001"].document["reportDetails"]["submitTypeCode"] == 2
    assert registry.received == 2


def test_a_change_of_an_unknown_report_is_refused(client: FilingClient) -> None:
    answer = client.change(payload_bytes(change_of(single_lctr())))

    assert (answer.outcome, answer.status_code) == (Outcome.REJECTED, 5014)


def test_a_report_is_deleted_by_its_order(client: FilingClient, registry: Registry) -> None:
    report = single_lctr()
    client.submit(payload_bytes(report))
    order = payload_bytes(deletion_of(report, DeleteReason.SUBMITTED_IN_ERROR))

    assert client.delete(order).outcome is Outcome.ACCEPTED
    assert registry.reports == {}
    assert client.delete(order).outcome is Outcome.REJECTED


def test_bulk_reports_are_answered_one_by_one(client: FilingClient, registry: Registry) -> None:
    broken = replace(
        aggregated_lctr(), report_details=replace(aggregated_lctr().report_details, activity_sector_code=None)
    )
    payloads = [payload_bytes(one) for one in (single_lctr(), suspicious_transaction(), broken)]
    client.submit_bulk("BULK-1", "june.json", payloads)
    said = client.validations(file_name="june.json")

    assert said.is_finished
    assert (said.status_code, said.total, said.accepted, said.rejected) == (4000, 3, 2, 1)
    assert {one.reference: one.outcome for one in said.acknowledgements} == {
        "LCTR-2025-0001": Outcome.ACCEPTED,
        "STR-2025-0001": Outcome.ACCEPTED,
        "LCTR-2025-0002": Outcome.REJECTED,
    }
    assert registry.reports["STR-2025-0001"].document == json.loads(payloads[1])
    assert client.validations(bulk_reference="BULK-1") == said

    client.submit_bulk("BULK-1", "again.json", payloads)
    assert client.validations(file_name="again.json").status_code == 5005


def test_a_token_is_used_until_it_ends(client: FilingClient, registry: Registry, clock: Clock) -> None:
    client.find("A")
    client.find("B")
    assert len(registry.tokens) == 1

    clock.seconds = 3600 - 60
    client.find("C")
    assert len(registry.tokens) == 2

    registry.tokens.clear()  # the service forgot it
    client.find("D")
    assert len(registry.tokens) == 1


def test_wrong_credentials_are_said_and_nothing_is_sent(simulator: Simulator, registry: Registry, clock: Clock) -> None:
    settings = FilingSettings(simulator.base_url, "bank", "wrong")
    with FilingClient(settings, clock=clock, pause=clock.pause) as client, pytest.raises(FilingFailed, match="token"):
        client.submit(payload_bytes(single_lctr()))
    assert registry.received == 0
    assert "wrong" not in repr(settings)


def test_nobody_there_is_unknown_not_filed(clock: Clock) -> None:
    settings = FilingSettings("http://127.0.0.1:9", "bank", SECRET, timeout=0.2)
    with FilingClient(settings, clock=clock, pause=clock.pause) as client:
        assert not client.is_up()
        with pytest.raises(OutcomeUnknown, match="cannot be asked"):
            client.submit(payload_bytes(single_lctr()))
        with pytest.raises(Unanswered, match="did not answer"):
            client.find("LCTR-2025-0001")


@pytest.mark.parametrize(
    ("base_url", "client_id", "secret", "variable"),
    [
        ("", "bank", SECRET, "FINTRAC_API_URL"),
        ("https://filing.example", "", SECRET, "FINTRAC_CLIENT_ID"),
        ("https://filing.example", "bank", "", "FINTRAC_CLIENT_SECRET"),
        ("http://filing.example", "bank", SECRET, "FINTRAC_API_URL"),
    ],
)
def test_address_and_credentials_have_no_default(base_url: str, client_id: str, secret: str, variable: str) -> None:
    with pytest.raises(NotConfigured, match=variable):
        FilingSettings(base_url, client_id, secret)


def test_the_simulator_serves_on_this_machine_only(registry: Registry) -> None:
    with pytest.raises(ValueError, match="loopback only"):
        Simulator(registry, host="0.0.0.0")  # noqa: S104 - the point of the test


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/api/v1/reports"),
        ("PUT", "/api/v1/reports"),
        ("DELETE", "/api/v1/reports"),
        ("GET", "/api/v1/reports/list"),
        ("GET", "/api/v1/reports/validations"),
        ("GET", "/api/v1/bulkSubmission"),
    ],
)
def test_without_a_token_the_simulator_does_nothing(simulator: Simulator, method: str, path: str) -> None:
    assert httpx.request(method, f"{simulator.base_url}{path}", trust_env=False).status_code == 401


def test_what_is_no_report_is_refused_as_such(client: FilingClient, simulator: Simulator) -> None:
    headers = {"Authorization": f"Bearer {client._bearer()}"}
    url = f"{simulator.base_url}/api/v1/reports"
    for files in ({"reportFile": b"{"}, {"other": b"{}"}):
        answer = httpx.post(url, files=files, headers=headers, trust_env=False)
        assert (answer.status_code, answer.json()["code"]) == (400, 5017)
