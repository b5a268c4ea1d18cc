"""CSV of Tangerine, Simplii, Scotiabank, Rogers, Desjardins and National Bank; headings in any order; delimiters."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from integrations.feeds import AccountKind, BalanceKind, FeedFormat, IdentifierKind
from tests.integrations.feeds.writing import RBC_HEADER, codes, read, read_account, refusal

TANGERINE = "Date,Transaction,Name,Memo,Amount\n"
SIMPLII = "Date, Transaction Details, Funds Out, Funds In \n"
SCOTIA = "Filter,Date,Description,Sub-description,Status,Type of Transaction,Amount\n"
ROGERS = (
    "Date,Posted Date,Reference Number,Activity Type,Activity Status,Card Number,Merchant Category Description,"
    "Merchant Name,Merchant City,Merchant State or Province,Merchant Country Code,Merchant Postal Code,Amount,Rewards,"
    "Name on Card\n"
)
NATIONAL = "Date;Description;Category;Debit;Credit;Balance\n"


@pytest.mark.parametrize(
    "head", [TANGERINE, TANGERINE.replace("Date", "Transaction date"), "Date,Transaction,Nom,Description,Montant\n"]
)
def test_tangerine(head: str) -> None:
    feed = read(f"{head}3/24/2026,DEBIT,CAFÉ NOËL,Rewards earned: 0.20,-10.16\n4/1/2026,OTHER,EFT Deposit,,1000.00\n")

    assert (feed.format, feed.bank_id, feed.institution) == (FeedFormat.CSV_TANGERINE, None, "Tangerine")
    first, second = feed.accounts[0].transactions
    assert (first.transaction_date, first.amount) == (date(2026, 3, 24), Decimal("-10.16"))
    assert first.description == "CAFÉ NOËL - Rewards earned: 0.20"
    assert second.amount == Decimal("1000.00")
    assert feed.problems == ()


def test_simplii_with_its_padded_headings() -> None:
    feed = read(SIMPLII + '03/17/2026, PAYROLL DEPOSIT ACME,,2500.00\n04/01/2026,RENT,"1,200.00",\n')

    assert (feed.format, feed.institution, feed.problems) == (FeedFormat.CSV_SIMPLII, "Simplii Financial", ())
    assert [(t.transaction_date, t.amount) for t in feed.accounts[0].transactions] == [
        (date(2026, 3, 17), Decimal("2500.00")),
        (date(2026, 4, 1), Decimal("-1200.00")),
    ]


def test_a_simplii_card_names_its_card() -> None:
    account = read_account(SIMPLII.rstrip(" \n") + ", Credit Card\n04/01/2026,SHOP,12.00,,4500********1234\n")

    assert account.external_account_id == "4500********1234"
    assert account.identifier_kind is IdentifierKind.MASKED_CARD


@pytest.mark.parametrize(
    ("debit", "credit"),
    [("42.50", "-203.50"), ("-42.50", "203.50"), ("42.50", "203.50")],
    ids=["card", "account", "none"],
)
def test_scotiabank_takes_the_direction_from_its_word_whatever_the_signs(debit: str, credit: str) -> None:
    feed = read(
        f'{SCOTIA}"All available transactions, From 2026-06-05",2026-09-03,payment,K Of Mont,posted,Credit,{credit}\n'
        f",2026-08-20,chexy rent   ,Toronto On,posted,Debit,{debit}\n"
    )

    payment, rent = feed.accounts[0].transactions
    assert (payment.amount, rent.amount) == (Decimal("203.50"), Decimal("-42.50"))
    assert rent.description == "chexy rent - Toronto On"
    assert payment.raw["Filter"] == "All available transactions, From 2026-06-05"
    assert feed.problems == ()


def test_scotiabank_rows_of_one_word_with_both_signs_are_not_certain() -> None:
    rows = "".join(f",2026-08-{day},SHOP,,posted,Debit,10.00\n" for day in range(10, 14))

    feed = read(f"{SCOTIA}{rows},2026-08-20,ODD,,posted,Debit,-5.00\n")

    assert codes(feed) == ["direction_unreadable"]
    assert feed.accounts[0].signed_sum == Decimal("-40.00")
    assert feed.accounts[0].rejected == 1


def test_scotiabank_pending_rows_are_counted_and_left_out() -> None:
    feed = read(
        f"{SCOTIA},2026-09-04,HOTEL HOLD,,pending,Debit,400.00\n,2026-09-03,SHOP,,posted,Debit,10.00\n"
        ",2026-09-04,MORE,,Pending,Debit,9.00\n"
    )

    assert feed.accounts[0].signed_sum == Decimal("-10.00")
    assert [(p.line, p.code) for p in feed.problems] == [(2, "pending_not_taken")]
    assert feed.problems[0].message.startswith("2 rows")


def test_a_file_of_pending_rows_only_is_an_account_without_rows() -> None:
    feed = read(f"{SCOTIA},2026-09-04,HOTEL HOLD,,pending,Debit,400.00\n")

    assert feed.accounts[0].transactions == ()
    assert codes(feed) == ["pending_not_taken"]


@pytest.mark.parametrize(
    ("row", "code"),
    [
        (",2026-09-03,SHOP,,posted,Transfer,10.00", "direction_unreadable"),
        (",2026-09-03,SHOP,,perhaps,Debit,10.00", "status_unreadable"),
        (",2026-13-03,SHOP,,posted,Debit,10.00", "date_unreadable"),
        (",2026-09-03,SHOP,,posted,Debit,10.005", "amount_too_precise"),
        (",2026-09-03,SHOP,,posted,Debit", "field_count"),
        (",2026-09-03,SHOP, INC,,posted,Debit,10.00", "field_count"),
    ],
)
def test_a_bad_row_is_named(row: str, code: str) -> None:
    feed = read(f"{SCOTIA},2026-09-03,SHOP,,posted,Debit,10.00\n{row}\n")

    assert [(p.line, p.code) for p in feed.problems] == [(3, code)]
    assert feed.accounts[0].rejected == 1


def test_scotiabank_account_with_balances_and_french_headings() -> None:
    feed = read(
        "Filtre,Date,Description,Sous-description,Type d'opération,Montant,Solde\n"
        ",2026-09-03,DÉPÔT,,Crédit,100.00,190.00\n,2026-09-02,CAFÉ,,Débit,-10.00,90.00\n",
        "cp1252",
    )

    account = feed.accounts[0]
    assert account.balance(BalanceKind.OPENING) == Decimal("100.00")
    assert account.balance(BalanceKind.CLOSING) == Decimal("190.00")
    assert account.transactions[0].description == "DÉPÔT"
    assert feed.problems == ()


def test_scotiabank_before_2023() -> None:
    feed = read('5/12/2026,-45.32,-,"POS Purchase","FPOS CAFE"\n5/13/2026,100.00,-,"Deposit","PAY"\n')

    assert (feed.format, feed.institution) == (FeedFormat.CSV_SCOTIABANK, "Scotiabank")
    assert [t.amount for t in feed.accounts[0].transactions] == [Decimal("-45.32"), Decimal("100.00")]


def rogers_row(amount: str, *, posted: str = "2026-07-27", status: str = "APPROVED") -> str:
    return (
        f'2026-07-25,{posted},"55134426206800209325096",TRANS,{status},************8656,Discount Store,DOLLARAMA # 818,'
        f"VANCOUVER,BC,CA,V6B,{amount},0.08,A CUSTOMER\n"
    )


def test_rogers() -> None:
    feed = read(ROGERS + rogers_row("$8.54") + rogers_row("-$490.07") + rogers_row('"$1,392.10"'))

    (account,) = feed.accounts
    assert (feed.format, feed.institution, feed.problems) == (FeedFormat.CSV_ROGERS, "Rogers Bank", ())
    assert (account.kind, account.external_account_id) == (AccountKind.CREDIT_CARD, "************8656")
    assert [t.amount for t in account.transactions] == [Decimal("-8.54"), Decimal("490.07"), Decimal("-1392.10")]
    first = account.transactions[0]
    assert (first.transaction_date, first.posted_date) == (date(2026, 7, 25), date(2026, 7, 27))
    assert (first.description, first.merchant_name) == ("DOLLARAMA # 818 - VANCOUVER", "DOLLARAMA # 818")
    assert first.raw["Rewards"] == "0.08"


def test_rogers_rows_without_a_day_of_posting_or_declined_are_not_booked() -> None:
    feed = read(ROGERS + rogers_row("$8.54") + rogers_row("$5.00", posted="") + rogers_row("$6.00", status="DECLINED"))

    assert feed.accounts[0].signed_sum == Decimal("-8.54")
    assert feed.problems[0].message.startswith("2 rows")


def desjardins(day: str, text: str, out: str, into: str, balance: str, account: str = "EOP") -> str:
    return f'"Montréal","123456","{account}","{day}",00001,"{text}","",{out},{into},"","","","",{balance}\r\n'


def test_desjardins_with_its_empty_first_line_and_two_accounts() -> None:
    feed = read(
        "\r\n"
        + desjardins("2026/01/02", "Retrait guichet", "45.67", '""', "954.33")
        + desjardins("2026/01/03", "Dépôt paie", '""', "500.00", "1454.33")
        + desjardins("2026/01/04", "Intérêts", '""', "1.00", "201.00", "ES1"),
        "latin-1",
    )

    chequing, savings = feed.accounts
    assert (feed.format, feed.institution, feed.problems) == (FeedFormat.CSV_DESJARDINS, "Desjardins", ())
    assert (chequing.external_account_id, savings.external_account_id) == ("Montréal-123456-EOP", "Montréal-123456-ES1")
    assert chequing.signed_sum == Decimal("454.33")
    assert chequing.balance(BalanceKind.OPENING) == Decimal("1000.00")
    assert chequing.transactions[1].description == "Dépôt paie"
    assert savings.balance(BalanceKind.CLOSING) == Decimal("201.00")


@pytest.mark.parametrize(
    "rows",
    [
        '"2026-07-28";"Restaurant";"Restaurants";"19.99";"0";"80.01"\n"2026-07-29";"Pay";"Pay";"0";"100";"180.01"\n',
        '"2026-07-28;""Restaurant"";Restaurants;""19.99"";""0"";""80.01"""\n"2026-07-29;Pay;Pay;0;100;180.01"\n',
        "2026-07-28;Restaurant;Restaurants;19,99;0;80,01\n2026-07-29;Pay;Pay;0;100,00;180,01\n",
    ],
    ids=["quoted", "lines quoted as a whole", "decimal commas"],
)
def test_national_bank(rows: str) -> None:
    feed = read(NATIONAL + rows)

    account = feed.accounts[0]
    assert (feed.format, feed.institution) == (FeedFormat.CSV_NATIONAL_BANK, "National Bank of Canada")
    assert [t.amount for t in account.transactions] == [Decimal("-19.99"), Decimal("100.00")]
    assert account.balance(BalanceKind.CLOSING) == Decimal("180.01")
    assert feed.problems == ()


def test_national_bank_card() -> None:
    account = read_account(
        'Date;"card Number";Description;Category;Debit;Credit\n'
        '"2026-07-28";"5258********1234";"Restaurant";"Restaurants";"19.99";"0"\n'
    )

    assert (account.external_account_id, account.signed_sum) == ("5258********1234", Decimal("-19.99"))


def test_headings_may_stand_in_another_order() -> None:
    rbc = read(
        "Account Number,Account Type,CAD$,USD$,Transaction Date,Description 1,Description 2,Cheque Number\n"
        "1-2,Chequing,-4.25,,1/2/2026,A,B,\n"
    )
    rogers = read("Amount,Merchant Name,Posted Date,Date\n$8.54,SHOP,2026-07-27,2026-07-25\n")

    assert (rbc.format, rbc.accounts[0].signed_sum) == (FeedFormat.CSV_RBC, Decimal("-4.25"))
    assert (rogers.format, rogers.accounts[0].signed_sum) == (FeedFormat.CSV_ROGERS, Decimal("-8.54"))


def test_a_cut_last_amount_in_another_order_is_not_taken() -> None:
    feed = read("Merchant Name,Posted Date,Date,Amount\nA,2026-07-27,2026-07-25,$8.54\nB,2026-07-27,2026-07-25,$100")

    assert codes(feed) == ["file_truncated"]


@pytest.mark.parametrize("delimiter", [";", "\t"])
def test_layouts_saved_with_another_delimiter_are_read(delimiter: str) -> None:
    rbc = (RBC_HEADER + "Chequing,1-2,1/2/2026,,A,B,-4.25,\n").replace(",", delimiter)
    td = "01/02/2026,COFFEE,4.25,,95.75\n01/03/2026,PAY,,4.25,100.00\n".replace(",", delimiter)

    assert read_account(rbc).signed_sum == Decimal("-4.25")
    assert read_account(td).signed_sum == Decimal("0.00")


@pytest.mark.parametrize("end", ["\r\n", "\r", "\n\n", "\n"])
def test_line_ends_blank_lines_and_totals(end: str) -> None:
    lines = [SIMPLII.strip(), "", "03/17/2026,PAY,,25.00", "", "Total,,,25.00", ""]

    feed = read(end.join(lines))

    assert feed.accounts[0].signed_sum == Decimal("25.00")
    assert codes(feed) == ["summary_line_skipped"]


def test_headings_that_lack_a_needed_column_are_of_no_layout() -> None:
    assert refusal("Date,Transaction,Name,Memo\n3/24/2026,DEBIT,A,B\n").code == "unknown_layout"
