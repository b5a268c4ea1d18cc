"""From receipts of cash to accepted reports: what the rule finds is what can be filed."""

from __future__ import annotations

import random
from datetime import datetime
from decimal import Decimal

import pytest

from compliance.aggregation import AggregationRule, CashReceipt, ReportableSet, WindowRule, reportable_sets
from compliance.fintrac.acknowledgement import Outcome
from compliance.fintrac.building import payload_bytes
from compliance.fintrac.checking import check_report
from compliance.fintrac.client import FilingClient, FilingSettings
from compliance.fintrac.simulated_registry import Fault, Registry
from compliance.fintrac.simulator import Simulator
from tests.compliance.fintrac.reports import TORONTO, as_document, lctr_of
from tests.compliance.fintrac.test_published_description import DESCRIPTION, errors

NOW = datetime(2026, 1, 5, 9, tzinfo=TORONTO)
PEOPLE = ("Ann", "Bea", "Cid", "Dan", "Eve")


def year_of_cash() -> list[ReportableSet]:
    """The sets of a seeded year, across both changes of the clock."""
    source = random.Random(2025)
    moment, receipts = datetime(2025, 1, 1, 8, tzinfo=TORONTO), []
    while moment.year == 2025:
        moment = datetime.fromtimestamp(moment.timestamp() + source.randrange(600, 60_000), TORONTO)
        behalf = (source.choice(("Mill", "Oven")),) if source.random() < 0.2 else ()
        receipts.append(
            CashReceipt(
                str(len(receipts)),
                moment,
                Decimal(source.randrange(100_000, 1_300_000)) / 100,
                (source.choice(PEOPLE),),
                behalf,
                (source.choice(PEOPLE),),
            )
        )
    return list(reportable_sets(receipts, AggregationRule(WindowRule(TORONTO))))


@pytest.fixture(scope="module")
def sets() -> list[ReportableSet]:
    return year_of_cash()


def test_every_set_of_a_year_makes_a_report_without_findings(sets: list[ReportableSet]) -> None:
    assert len(sets) > 100
    assert {len(one.receipts) for one in sets} > {1, 2, 3}
    for number, one in enumerate(sets):
        document = as_document(lctr_of(one, f"Y-{number}"))
        assert [(f.code, f.path) for f in check_report(document, now=NOW).findings] == []


@pytest.mark.skipif(not DESCRIPTION.is_file(), reason=f"no description at {DESCRIPTION}")
def test_and_they_are_valid_against_the_regulators_description(sets: list[ReportableSet]) -> None:
    for number, one in enumerate(sets[::4]):
        assert errors(as_document(lctr_of(one, f"Y-{number}")), "LCTR") == []


def test_and_they_are_filed_once_over_a_bad_line(sets: list[ReportableSet]) -> None:
    source = random.Random(7)
    sets = sets[::3]
    assert len(sets) > 100
    usual = [Fault.ACCEPT] * 6 + [Fault.WARN, Fault.ERROR, Fault.BUSY]
    plan = [Fault.LOST_ANSWER, *(source.choice(usual) for _ in sets)]
    registry = Registry(now=lambda: NOW, client_id="bank", client_secret="secret", faults=plan)
    with Simulator(registry, hang_seconds=30) as simulator:
        settings = FilingSettings(simulator.base_url, "bank", "secret", timeout=1, attempts=6)
        with FilingClient(settings, clock=lambda: 0.0, pause=lambda seconds: None) as client:
            answers = [client.submit(payload_bytes(lctr_of(one, f"Y-{n}"))) for n, one in enumerate(sets)]

    assert {answer.outcome for answer in answers} == {Outcome.ACCEPTED, Outcome.ACCEPTED_WITH_WARNINGS}
    assert set(registry.reports) == {f"Y-{n}" for n in range(len(sets))}
