"""RBC: all accounts in one file, English or French headings, two currency columns."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from integrations.feeds import AccountKind, FeedTransaction, IdentifierKind, Severity
from tests.integrations.feeds.writing import RBC_HEADER, codes, read, read_account, refusal

ROW = "Chequing,01234-5678901,1/2/2026,118,CAFE,OTTAWA,-4.85,\n"


def test_a_row() -> None:
    account = read_account(RBC_HEADER + ROW)

    assert account.external_account_id == "01234-5678901"
    assert account.identifier_kind is IdentifierKind.ACCOUNT_NUMBER
    assert account.transactions == (
        FeedTransaction(
            line=2,
            amount=Decimal("-4.85"),
            currency="CAD",
            transaction_date=date(2026, 1, 2),
            description="CAFE - OTTAWA",
            bank_reference="118",
            raw={
                "Account Type": "Chequing",
                "Account Number": "01234-5678901",
                "Transaction Date": "1/2/2026",
                "Cheque Number": "118",
                "Description 1": "CAFE",
                "Description 2": "OTTAWA",
                "CAD$": "-4.85",
                "USD$": "",
            },
        ),
    )


def test_accounts_are_parted_by_number_and_currency_in_the_order_of_the_file() -> None:
    feed = read(
        RBC_HEADER
        + "Savings,2,1/2/2026,,A,,1.00,\n"
        + "Chequing,1,1/2/2026,,B,,2.00,\n"
        + "Savings,2,1/3/2026,,C,,,3.00\n"
        + "Savings,2,1/4/2026,,D,,4.00,\n"
    )

    assert [(a.external_account_id, a.currency, a.kind, str(a.signed_sum)) for a in feed.accounts] == [
        ("2", "CAD", AccountKind.SAVINGS, "5.00"),
        ("1", "CAD", AccountKind.CHEQUING, "2.00"),
        ("2", "USD", AccountKind.SAVINGS, "3.00"),
    ]


FRENCH = ("Type de compte", "Numéro du compte", "Date de l'opération", "Numéro du chèque")
FRENCH_HEADER = ",".join([*FRENCH, "Description 1", "Description 2", "CAD$", "USD$"]) + "\n"


@pytest.mark.parametrize(
    "header",
    [
        FRENCH_HEADER,
        FRENCH_HEADER.upper(),
        FRENCH_HEADER.replace("CAD$,USD$", "CAD[$],USD[$]"),
        FRENCH_HEADER.replace("'", "\u2019"),
        FRENCH_HEADER.encode("ascii", "replace").decode(),
        FRENCH_HEADER.replace("é", "\ufffd").replace("è", "\ufffd"),
        FRENCH_HEADER.replace("é", "e").replace("è", "e"),
        FRENCH_HEADER.encode().decode("cp1252"),
    ],
    ids=["as written", "capitals", "brackets", "apostrophe", "?", "U+FFFD", "no accents", "wrong encoding"],
)
def test_french_headings_are_known_however_damaged(header: str) -> None:
    account = read_account(f"{header}Chèques,1,1/31/2026,,DÉPÔT,,1.00,\n")

    assert account.kind is AccountKind.CHEQUING
    assert account.transactions[0].raw["Cheque Number"] == ""


@pytest.mark.parametrize("encoding", ["cp1252", "utf-8-sig"])
def test_french_text_in_the_encodings_that_rbc_uses(encoding: str) -> None:
    (account,) = read(f"{FRENCH_HEADER}Épargne,1,1/31/2026,,INTÉRÊTS,,1.00,\n", encoding).accounts

    assert account.kind is AccountKind.SAVINGS
    assert account.transactions[0].description == "INTÉRÊTS"


@pytest.mark.parametrize(
    ("word", "kind"),
    [
        ("Chequing", AccountKind.CHEQUING),
        ("Ch?ques", AccountKind.CHEQUING),
        ("Savings", AccountKind.SAVINGS),
        ("Epargne", AccountKind.SAVINGS),
        ("Visa", AccountKind.CREDIT_CARD),
        ("MasterCard", AccountKind.CREDIT_CARD),
        ("Line of Credit", AccountKind.LINE_OF_CREDIT),
        ("Marge de crédit", AccountKind.LINE_OF_CREDIT),
        ("Something new", AccountKind.UNKNOWN),
    ],
)
def test_the_kind_of_account(word: str, kind: AccountKind) -> None:
    assert read_account(RBC_HEADER + ROW.replace("Chequing", word)).kind is kind


def test_a_card_has_a_card_number_and_purchases_are_negative() -> None:
    account = read_account(RBC_HEADER + "Visa,4516070011223344,1/2/2026,,BOULANGERIE LA MICHE,,-18.40,\n")

    assert account.identifier_kind is IdentifierKind.CARD_NUMBER
    assert account.transactions[0].amount == Decimal("-18.40")
    assert account.transactions[0].merchant_name == "BOULANGERIE LA MICHE"


@pytest.mark.parametrize(
    "row",
    [
        ROW.rstrip("\n") + ",\n",
        ROW.replace(",-4.85,", ", -4.85,"),
        ROW.replace(",-4.85,", ",  $-4.85 ,"),
        ROW.replace("1/2/2026", "01/02/2026"),
        ROW.replace("1/2/2026", "2026-01-02"),
        'Chequing,01234-5678901,1/2/2026,118,"CAFE","OTTAWA",-4.85,,\n',
        ROW.replace(",-4.85,\n", ",-4.85,0.00\n"),
    ],
)
def test_variations_that_change_nothing(row: str) -> None:
    (transaction,) = read_account(RBC_HEADER + row).transactions

    assert (transaction.amount, transaction.transaction_date) == (Decimal("-4.85"), date(2026, 1, 2))
    assert transaction.description == "CAFE - OTTAWA"


@pytest.mark.parametrize(
    ("row", "code"),
    [
        (ROW.replace("-4.85,", ","), "amount_missing"),
        (ROW.replace("-4.85,\n", "-4.85,-3.50\n"), "amount_both_sides"),
        (ROW.replace("-4.85,\n", "0.00,0.00\n"), "amount_zero"),
        (ROW.replace("-4.85", "-4.855"), "amount_too_precise"),
        (ROW.replace("1/2/2026", "31/1/2026"), "date_unreadable"),
        (ROW.replace("1/2/2026", ""), "date_missing"),
        (ROW.replace("01234-5678901", ""), "account_missing"),
        (ROW.replace("01234-5678901", "4.51607E+15"), "account_unreadable"),
        (ROW.replace("01234-5678901", "1" * 256), "field_too_long"),
        (ROW.replace("118", "1" * 256), "field_too_long"),
        (ROW.replace("CAFE", "CAFE, BAR, GRILL"), "field_count"),
        ("Chequing,01234-5678901\n", "field_count"),
        (ROW.replace("CAFE", '"CAFE'), "quote_unclosed"),
        (ROW.replace("CAFE", '"CAFE" X'), "quote_malformed"),
    ],
)
def test_a_bad_line_is_rejected_with_its_line_and_text(row: str, code: str) -> None:
    feed = read(RBC_HEADER + ROW + row + ROW)

    (problem,) = feed.problems
    assert (problem.line, problem.code, problem.severity) == (3, code, Severity.ERROR)
    assert problem.raw == row.rstrip("\n")
    assert sum(account.rejected for account in feed.accounts) == 1
    assert sum(len(account.transactions) for account in feed.accounts) == 2


SHIFTED = "Chequing,01234-5678901,1/2/2026,,CAFE, BAR,,-4.85,\n"


def test_a_stray_comma_does_not_turn_canadian_into_us_dollars() -> None:
    feed = read(RBC_HEADER + ROW + SHIFTED)

    assert [(p.line, p.code) for p in feed.problems] == [(3, "field_count")]
    assert sum(len(account.transactions) for account in feed.accounts) == 1
    assert sum(account.rejected for account in feed.accounts) == 1


@pytest.mark.parametrize(
    "other_row",
    [ROW.rstrip("\n") + ",\n", ""],
    ids=["every row has the comma too many", "no other row to compare with"],
)
def test_us_dollars_before_a_comma_too_many_are_read(other_row: str) -> None:
    feed = read(RBC_HEADER + other_row + "Savings,2,1/2/2026,,DEPOSIT,US,,5.00,\n")

    assert [(a.currency, str(a.signed_sum)) for a in feed.accounts][-1] == ("USD", "5.00")
    assert feed.problems == ()


def test_quoted_texts_protect_their_commas() -> None:
    feed = read(RBC_HEADER + ROW + 'Savings,2,1/2/2026,,"DEPOSIT, US","",,5.00,\n')

    assert [account.currency for account in feed.accounts] == ["CAD", "USD"]
    assert feed.problems == ()


def test_a_bad_line_counts_with_the_account_it_names() -> None:
    feed = read(
        RBC_HEADER + "Chequing,1,1/2/2026,,A,,1.00,\n" + "Savings,2,1/2/2026,,B,,2.00,\n" + "Chequing,1,x,,C,,3.00,\n"
    )

    assert [(account.external_account_id, account.rejected) for account in feed.accounts] == [("1", 1), ("2", 0)]


def test_a_bad_line_above_every_account_is_counted_too() -> None:
    feed = read(RBC_HEADER + "broken\n" + ROW)

    assert [(len(account.transactions), account.rejected) for account in feed.accounts] == [(1, 1)]


def test_a_zero_that_the_bank_states_is_taken_with_a_warning() -> None:
    feed = read(RBC_HEADER + ROW.replace("-4.85", "0.00"))

    assert feed.accounts[0].transactions[0].amount == 0
    assert [(p.code, p.severity) for p in feed.problems] == [("amount_zero", Severity.WARNING)]


def test_headings_without_rows_are_refused() -> None:
    assert refusal(RBC_HEADER).code == "no_statement"


def test_a_file_without_one_readable_row_is_refused_with_its_problems() -> None:
    refused = refusal(RBC_HEADER + "a\nb\nc\n")

    assert refused.code == "nothing_readable"
    assert [(p.line, p.code) for p in refused.problems] == [(n, "field_count") for n in (2, 3, 4)]


def test_headings_that_come_again_are_no_row() -> None:
    feed = read(RBC_HEADER + ROW + RBC_HEADER + ROW)

    assert len(feed.accounts[0].transactions) == 2
    assert codes(feed) == []


def test_the_period_is_that_of_the_rows() -> None:
    account = read_account(RBC_HEADER + ROW.replace("1/2/2026", "1/31/2026") + ROW)

    assert (account.period_start, account.period_end) == (date(2026, 1, 2), date(2026, 1, 31))
