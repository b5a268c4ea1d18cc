"""Statements of business formats and other banks through the whole import."""

from __future__ import annotations

from decimal import Decimal

import pytest

from dwaybank.actor import Actor
from dwaybank.models import Account, User
from integrations.importing import FileOutcome, import_statement
from integrations.models import BankStatement, BankTransaction
from tests.factories import UserFactory
from tests.integrations.feeds.writing import RBC_HEADER
from tests.integrations.feeds.writing_business import (
    bai2,
    bai2_account,
    camt,
    camt_balance,
    camt_entry,
    camt_statement,
    mt940,
    qif,
    workbook,
)
from tests.integrations.statements_text import Row, rbc_csv

pytestmark = pytest.mark.django_db

SERVICER = "<Svcr><FinInstnId><BIC>ROYCCAT2</BIC></FinInstnId></Svcr>"
TANGERINE = b"Date,Transaction,Name,Memo,Amount\n3/24/2026,DEBIT,CAFE,,-10.16\n3/25/2026,DEBIT,SHOP,,-7.00\n"
SIMPLII = b"Date, Transaction Details, Funds Out, Funds In\n03/24/2026,CAFE,11.16,\n03/25/2026,SHOP,8.00,\n"


@pytest.fixture
def owner() -> User:
    return UserFactory.create()


def take(owner: User, data: bytes | str, **options: object) -> FileOutcome:
    options.setdefault("create_accounts", True)
    data = data.encode() if isinstance(data, str) else data
    return import_statement(data=data, file_name="file", owner=owner, actor=Actor(None, "test"), **options)


def camt_file(*, equal: int = 1) -> str:
    entry = camt_entry("4.25", extra="<AcctSvcrRef>BATCH</AcctSvcrRef>")
    return camt(camt_statement(camt_balance("OPBD", "100.00", day="2026-09-01"), entry * equal, servicer=SERVICER))


@pytest.mark.parametrize(
    ("data", "form", "bank"),
    [
        (camt_file(), "camt053", "rbc"),
        (mt940(":61:2609180918D4,25NTRFX", account="BOFMCAM2/000212345678"), "mt940", "bmo"),
        (bai2(bai2_account("16,475,425,,,,X/")), "bai2", "td"),
        (qif("D01/31/2026|T-4.25|PX"), "qif", "aggregation"),
        (
            workbook(
                [
                    RBC_HEADER.strip().split(","),
                    ["Chequing", "01234-5678901", "9/18/2026", None, "CAFE", None, -4.25, None],
                ]
            ),
            "csv-rbc",
            "rbc",
        ),
    ],
    ids=["camt", "mt940", "bai2", "qif", "xlsx"],
)
def test_each_format_is_stored_and_known_the_second_time(owner: User, data: bytes | str, form: str, bank: str) -> None:
    first, second = take(owner, data), take(owner, data)

    assert (first.file_format, first.bank_id, first.status) == (form, bank, "imported")
    assert [(a.imported, a.duplicates, a.rejected) for a in first.accounts] == [(1, 0, 0)]
    assert [(a.imported, a.duplicates) for a in second.accounts] == [(0, 1)]
    assert BankTransaction.objects.get().amount == Decimal("4.25")


def test_equal_entries_that_share_the_banks_reference_are_all_kept(owner: User) -> None:
    outcome = take(owner, camt_file(equal=3))

    assert outcome.accounts[0].imported == 3
    assert take(owner, camt_file(equal=3).replace("M1", "M2")).accounts[0].duplicates == 3


def test_an_interim_report_and_its_statement_tell_of_one_movement(owner: User) -> None:
    report = ":20:R1\n:25:ROYCCAT2/00031234567\n:28C:1/1\n:34F:CADD0,00\n:13D:2609181200-0400\n"
    line = ":61:2609180918D4,25NTRFNONREF\n:86:CAFE\n"

    take(owner, f"{report}{line}-\n")
    outcome = take(owner, mt940(line.rstrip("\n"), ":62F:C260930CAD95,75", account="ROYCCAT2/00031234567"))

    assert (outcome.accounts[0].duplicates, outcome.accounts[0].ties_out) == (1, True)
    assert BankTransaction.objects.count() == 1
    assert Account.objects.filter(user=owner).count() == 1


def test_business_and_personal_files_of_one_account_meet(owner: User) -> None:
    take(owner, rbc_csv(Row("2026-09-18", "-4.25", "CAFE"), account="00031234567"))

    outcome = take(owner, camt_file())

    assert Account.objects.filter(user=owner).count() == 1
    assert outcome.accounts[0].repeated == 1


def test_accounts_and_currencies_of_one_file_go_to_accounts_of_their_own(owner: User) -> None:
    text = bai2(
        bai2_account("16,475,425,,,,X/"),
        bai2_account("16,175,700,,,,X/", head="03,10200123456,USD,/"),
        bai2_account("16,175,800,,,,X/", head="03,9998887776,CAD,/"),
    )

    take(owner, text)

    stored = BankStatement.objects.order_by("currency", "signed_sum").values_list("currency", "signed_sum")
    assert list(stored) == [("CAD", Decimal("-4.25")), ("CAD", Decimal("8.00")), ("USD", Decimal("7.00"))]
    assert Account.objects.filter(user=owner).count() == 3


def test_files_without_account_numbers_of_two_institutions_never_share_an_account(owner: User) -> None:
    take(owner, TANGERINE)
    take(owner, SIMPLII)
    again = take(owner, TANGERINE.replace(b"3/25", b"3/26"))

    accounts = Account.objects.filter(user=owner)
    assert {account.external_bank_name for account in accounts} == {"Tangerine", "Simplii Financial"}
    assert again.accounts[0].account_id == accounts.get(external_bank_name="Tangerine").pk


def test_pending_rows_of_scotiabank_are_never_stored(owner: User) -> None:
    head = "Filter,Date,Description,Sub-description,Status,Type of Transaction,Amount\n"

    outcome = take(owner, f"{head},2026-09-04,HOLD,,pending,Debit,400.00\n,2026-09-03,SHOP,,posted,Debit,10.00\n")

    assert [problem.code for problem in outcome.problems if problem.line] == ["pending_not_taken"]
    assert BankTransaction.objects.get().amount == Decimal("10.00")
