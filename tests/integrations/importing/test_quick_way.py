"""Ways that an import takes to be quick must end where the long way ends."""

from __future__ import annotations

from uuid import UUID

import pytest
from django.core.management import call_command

from dwaybank.models import User
from integrations.importing import FileOutcome, RowOutcome, import_statement, staging
from integrations.models import BankTransaction
from tests.factories import UserFactory
from tests.integrations.importing.test_import_statement import counts, take
from tests.integrations.statements_text import Row, ofx, rbc_csv

pytestmark = pytest.mark.django_db

DAY = "2026-10-05"
EARLIER = (
    Row(DAY, "-4.95", "TIM HORTONS #1234", "F1"),
    Row(DAY, "-7.00", "BOOKS \\ \t& MORE", "F2"),
    Row("2026-10-06", "-7.00", "PARKING", "F3"),
    # an id that the bank used for two movements, and one that stands twice on a line
    Row("2026-10-06", "-8.00", "FUEL", "F4"),
    Row("2026-10-07", "-9.00", "FUEL", "F4"),
    Row("2026-10-07", "-1.00", "STAMP", "F5"),
)
LATER = (
    *EARLIER,
    Row("2026-10-08", "-1.00", "STAMP", "F5"),  # the same id and amount on a later day, beside the first
    Row("2026-10-09", "-3.00", "PARKING", "F3"),  # F3 once more, for another movement
    Row("2026-10-09", "12.00", "REFUND", "F6"),
    Row("2026-10-09", "12.00", "REFUND", "F6"),
)


@pytest.fixture
def owner() -> User:
    return UserFactory.create()


def previewed(owner: User, data: bytes) -> list[RowOutcome]:
    from dwaybank.actor import Actor

    outcome: FileOutcome = import_statement(
        data=data, file_name="file", owner=owner, actor=Actor(None, "test"), dry_run=True, with_rows=True
    )
    return list(outcome.accounts[0].rows)


@pytest.mark.parametrize("later", [EARLIER, LATER, LATER[::-1]], ids=["the same", "more", "backwards"])
@pytest.mark.parametrize("write", [ofx, rbc_csv], ids=["ids", "no ids"])
def test_what_is_settled_at_a_glance_is_what_the_lookup_says(
    owner: User, monkeypatch: pytest.MonkeyPatch, write: object, later: tuple[Row, ...]
) -> None:
    assert callable(write)
    take(owner, write(*EARLIER))

    quick = previewed(owner, write(*later))
    monkeypatch.setattr(staging, "_any_known", lambda *_: False)

    assert previewed(owner, write(*later)) == quick
    assert any(row.bank_transaction_id for row in quick)


def test_rows_are_stored_in_batches_as_in_one_and_the_audit_knows_each(
    owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(staging, "_BATCH", 2)

    assert counts(take(owner, ofx(*LATER))) == [(10, 9, 1, 0)]
    assert counts(take(owner, ofx(*LATER))) == [(10, 0, 10, 0)]
    assert BankTransaction.objects.count() == 9
    call_command("seal_audit", verbosity=0)
    call_command("verify_audit", "--rows", verbosity=0)


def test_ids_follow_time_and_the_order_of_the_file(owner: User) -> None:
    take(owner, ofx(*EARLIER[:3]))
    take(owner, ofx(*LATER))

    def ids(*names: str) -> list[UUID]:
        return [BankTransaction.objects.get(external_transaction_id=name).pk for name in names]

    found = ids("F1", "F2", "F3", "F4", "F6")
    assert found == sorted(found)
    assert {one.version for one in found} == {7}
