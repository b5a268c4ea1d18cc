"""A CSV layout that nobody knows: described once, kept for the account, and read from then on."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import IntegrityError, transaction

from dwaybank.actor import Actor
from dwaybank.errors import DomainError
from dwaybank.models import Account, User
from integrations.enums import FileStatus
from integrations.feeds import ColumnUse, CsvProfile, DateOrder, ProfileColumn, SignRule, suggest_profile
from integrations.importing import (
    as_csv_profile,
    current_profiles,
    find_profile,
    import_statement,
    receive_file,
    save_profile,
)
from integrations.models import BankSyncLog, BankTransaction, StatementFile
from tests.factories import AccountFactory, BankConnectionFactory, LinkedAccountFactory, UserFactory

pytestmark = pytest.mark.django_db

UNKNOWN = (
    "Effective;Narrative;Out;In;Left\r\n31.01.2026;ÉPICERIE;;1 200,00;1 300,00\r\n30.01.2026;Loyer;50,00;;100,00\r\n"
).encode("cp1252")
ACTOR = Actor(None, "test", "")


@pytest.fixture
def account() -> Account:
    owner = UserFactory.create(email="chloe@customer.example")
    connection = BankConnectionFactory.create(user=owner, bank_id="aggregation", bank_name="Caisse Est")
    account = AccountFactory.create(user=owner, external_bank_name="Caisse Est", currency="CAD")
    LinkedAccountFactory.create(connection=connection, account=account, bank_id="aggregation")
    return account


def described() -> CsvProfile:
    uses = (ColumnUse.DATE, ColumnUse.DESCRIPTION, ColumnUse.MONEY_OUT, ColumnUse.MONEY_IN, ColumnUse.BALANCE)
    headings = ("Effective", "Narrative", "Out", "In", "Left")
    return CsvProfile(
        name="Caisse Est",
        columns=tuple(ProfileColumn(heading, use) for heading, use in zip(headings, uses, strict=True)),
        date_order=DateOrder.DAY_MONTH_YEAR,
        sign_rule=SignRule.TWO_COLUMNS,
        delimiter=";",
    )


def owner_of(account: Account) -> User:
    return User.objects.get(pk=account.user_id)


def test_an_unknown_table_is_kept_until_somebody_describes_it(account: Account) -> None:
    file = receive_file(data=UNKNOWN, file_name="juin.csv", owner=owner_of(account), actor=ACTOR)

    assert file.file_status == FileStatus.RECEIVED
    assert {problem["code"] for problem in file.problems} == {"unknown_layout", "profile_possible"}
    assert bytes(StatementFile.objects.get(pk=file.pk).content or b"") == UNKNOWN

    assert suggest_profile(UNKNOWN, name="Caisse Est").profile == described()
    save_profile(owner=owner_of(account), account=account, profile=described(), actor=ACTOR)
    outcome = import_statement(data=UNKNOWN, file_name="juin.csv", owner=owner_of(account), actor=ACTOR)

    assert (outcome.status, outcome.file_format) == (FileStatus.IMPORTED, "csv-profile")
    (taken,) = outcome.accounts
    assert (taken.account_id, taken.imported, taken.signed_sum) == (account.pk, 2, Decimal("1150.00"))
    assert taken.ties_out is True
    version = find_profile(owner_of(account), "Caisse Est")
    metadata = BankSyncLog.objects.get().sync_metadata
    assert (metadata["profile"], metadata["profile_name"]) == (str(version.pk), "Caisse Est, version 1")
    again = import_statement(data=UNKNOWN, file_name="juin.csv", owner=owner_of(account), actor=ACTOR)
    assert [one.imported for one in again.accounts] == [0]
    assert BankTransaction.objects.count() == 2


def test_a_change_is_a_new_version_and_the_old_one_stays(account: Account) -> None:
    owner = owner_of(account)
    first = save_profile(owner=owner, account=account, profile=described(), actor=ACTOR)
    second = save_profile(owner=owner, account=account, profile=replace(described(), encoding="cp1252"), actor=ACTOR)

    assert (first.version, second.version) == (1, 2)
    assert [row.pk for row in current_profiles(owner)] == [second.pk]
    assert find_profile(owner, "Caisse Est").pk == second.pk
    assert as_csv_profile(find_profile(owner, str(first.pk))) == replace(described(), institution="Caisse Est")


def test_a_profile_out_of_use_reads_only_who_names_it(account: Account) -> None:
    owner = owner_of(account)
    row = save_profile(owner=owner, account=account, profile=described(), actor=ACTOR)
    row.is_current = False
    row.save(update_fields=["is_current"])

    unread = import_statement(data=UNKNOWN, file_name="juin.csv", owner=owner, actor=ACTOR, dry_run=True)
    assert (unread.status, unread.profile_id) == (FileStatus.REFUSED, None)
    assert {problem.code for problem in unread.problems} == {"unknown_layout", "profile_possible"}
    with pytest.raises(DomainError, match="There are: none"):
        find_profile(owner, "Caisse Est")
    by_id = import_statement(data=UNKNOWN, file_name="juin.csv", owner=owner, actor=ACTOR, profile=str(row.pk))
    assert (by_id.status, by_id.profile_id) == (FileStatus.IMPORTED, row.pk)

    again = save_profile(owner=owner, account=account, profile=described(), actor=ACTOR)
    assert (again.version, [found.pk for found in current_profiles(owner)]) == (2, [again.pk])


def test_a_profile_says_what_is_wrong_with_it(account: Account) -> None:
    owner, other = owner_of(account), UserFactory.create()
    for profile, words in (
        (replace(described(), name="  "), "name"),
        (replace(described(), date_order=None), "days or months"),
        (replace(described(), sign_rule=SignRule.OUT_IS_NEGATIVE), "no meaning"),
    ):
        with pytest.raises(DomainError, match=words):
            save_profile(owner=owner, account=account, profile=profile, actor=ACTOR)
    with pytest.raises(DomainError, match="another customer"):
        save_profile(owner=other, account=account, profile=described(), actor=ACTOR)
    with pytest.raises(DomainError, match="There are: none"):
        find_profile(other, "Caisse Est")


def test_the_database_holds_whose_account_it_is(account: Account) -> None:
    row = save_profile(owner=owner_of(account), account=account, profile=described(), actor=ACTOR)
    row.pk, row.version, row.is_current, row.owner = None, 9, False, UserFactory.create()
    with pytest.raises(IntegrityError, match="another customer"), transaction.atomic():
        row.save(force_insert=True)


def test_a_file_that_fits_two_profiles_asks_which(account: Account, tmp_path: Path) -> None:
    owner = owner_of(account)
    for name in ("One", "Two"):
        save_profile(owner=owner, account=account, profile=replace(described(), name=name), actor=ACTOR)
    path = tmp_path / "juin.csv"
    path.write_bytes(UNKNOWN)

    unsaid = import_statement(data=UNKNOWN, file_name="juin.csv", owner=owner, actor=ACTOR, dry_run=True)
    assert unsaid.status == FileStatus.REFUSED
    assert "profile_ambiguous" in {problem.code for problem in unsaid.problems}

    out = io.StringIO()
    call_command("import_statement", str(path), owner=owner.email, profile="Two", json=True, stdout=out)
    (file,) = json.loads(out.getvalue())["files"]
    assert (file["status"], file["format"], file["accounts"][0]["imported"]) == ("imported", "csv-profile", 2)
    assert file["profile"] == str(find_profile(owner, "Two").pk)
