"""What an OFX file says: account, bank, rows, balances."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from integrations.feeds import (
    AccountKind,
    BalanceKind,
    FeedTransaction,
    IdentifierKind,
    Severity,
)
from tests.integrations.feeds.writing import (
    FIRST_ROW,
    OFX_HEADER,
    codes,
    ofx,
    ofx_of,
    ofx_row,
    ofx_statement,
    read,
    read_account,
    refusal,
)

XML = """<?xml version="1.0" encoding="UTF-8" standalone="no"?>
<?OFX OFXHEADER="200" VERSION="211" SECURITY="NONE" OLDFILEUID="NONE" NEWFILEUID="NONE"?>
<OFX>
  <SIGNONMSGSRSV1><SONRS><FI><ORG>TD Canada Trust</ORG><FID>1</FID></FI></SONRS></SIGNONMSGSRSV1>
  <CREDITCARDMSGSRSV1>
    <CCSTMTTRNRS>
      <CCSTMTRS>
        <CURDEF>CAD</CURDEF>
        <CCACCTFROM><ACCTID>4520 1234 5678 9010</ACCTID></CCACCTFROM>
        <BANKTRANLIST>
          <DTSTART>20260901</DTSTART>
          <DTEND>20260930</DTEND>
          <STMTTRN>
            <TRNTYPE>DEBIT</TRNTYPE>
            <DTPOSTED>20260918120000[-5:EST]</DTPOSTED>
            <DTAVAIL>20260920</DTAVAIL>
            <TRNAMT>-4.85</TRNAMT>
            <FITID>F1</FITID>
            <CHECKNUM></CHECKNUM>
            <REFNUM>R77</REFNUM>
            <NAME>CAF&#201; &amp; CO</NAME>
            <MEMO><![CDATA[OTTAWA <ON>]]></MEMO>
          </STMTTRN>
        </BANKTRANLIST>
        <LEDGERBAL><BALAMT>-552.63</BALAMT><DTASOF>20260930</DTASOF></LEDGERBAL>
        <AVAILBAL><BALAMT>1447.37</BALAMT><DTASOF>20260930</DTASOF></AVAILBAL>
      </CCSTMTRS>
    </CCSTMTTRNRS>
  </CREDITCARDMSGSRSV1>
</OFX>
"""


def row_of(row: str) -> FeedTransaction:
    (transaction,) = read_account(ofx_of(row)).transactions
    return transaction


def test_the_xml_of_ofx_2_reads_like_the_sgml_of_ofx_1() -> None:
    feed = read(XML)

    (account,) = feed.accounts
    (row,) = account.transactions
    assert feed.bank_id == "td"
    assert (account.external_account_id, account.kind) == ("4520 1234 5678 9010", AccountKind.CREDIT_CARD)
    assert account.identifier_kind is IdentifierKind.CARD_NUMBER
    assert account.balance(BalanceKind.CLOSING) == Decimal("-552.63")
    assert account.balance(BalanceKind.AVAILABLE) == Decimal("1447.37")
    assert account.balances[0].as_of == date(2026, 9, 30)
    assert row.description == "CAFÉ & CO - OTTAWA <ON>"
    assert row.merchant_name == "CAFÉ & CO"
    assert row.value_date == date(2026, 9, 20)
    assert row.bank_reference == "R77"
    assert row.line == 13
    assert feed.problems == ()


def test_a_row_says_what_the_bank_wrote() -> None:
    row = row_of(ofx_row("-4.85", day="20260918225109.000[-5:EST]", fitid=" F1 ", extra="<MEMO>OTTAWA"))

    assert row == FeedTransaction(
        line=FIRST_ROW,
        amount=Decimal("-4.85"),
        currency="CAD",
        transaction_date=date(2026, 9, 18),
        posted_date=date(2026, 9, 18),
        description="CAFE - OTTAWA",
        merchant_name="CAFE",
        external_transaction_id="F1",
        transaction_code="DEBIT",
        raw={
            "TRNTYPE": "DEBIT",
            "DTPOSTED": "20260918225109.000[-5:EST]",
            "TRNAMT": "-4.85",
            "FITID": " F1 ",
            "NAME": "CAFE",
            "MEMO": "OTTAWA",
        },
    )


@pytest.mark.parametrize("kind", ["DEBIT", "CREDIT", "POS", ""])
def test_the_sign_of_the_amount_rules_never_the_type(kind: str) -> None:
    """CIBC's card files call a payment DEBIT and a purchase CREDIT."""
    row = ofx_row("-12.00").replace("<TRNTYPE>DEBIT", f"<TRNTYPE>{kind}")

    assert row_of(row).amount == Decimal("-12.00")
    assert row_of(row.replace("-12.00", "12.00")).amount == Decimal("12.00")


@pytest.mark.parametrize("text", ["-704.0", "-704", "-704,00", "$-704.00", "-704.000"])
def test_amounts_in_every_dialect(text: str) -> None:
    assert row_of(ofx_row(text)).amount == Decimal("-704.00")


@pytest.mark.parametrize("zone", ["", "000000", "225109.000[-5:EST]", "235959[+13:NZ]", "020000[-5:EST]"])
def test_the_day_is_the_one_written_whatever_the_zone(zone: str) -> None:
    assert row_of(ofx_row(day="20260331" + zone)).transaction_date == date(2026, 3, 31)


@pytest.mark.parametrize(
    ("marks", "account", "bank"),
    [
        ("<INTU.BID>00015", "", "rbc"),
        ("<INTU.BID>00002", "", "td"),
        ("<INTU.BID>00001", "", "bmo"),
        ("<INTU.BID>00017", "", "bmo"),
        ("<INTU.BID>00005", "", "cibc"),
        ("", "<BANKID>200000100", "bmo"),
        ("", "<BANKID>300000100", "td"),
        ("", "<BANKID>600000100", "cibc"),
        ("<INTU.BID>99999", "<BANKID>600000100", "cibc"),
        ("<FI><ORG>RBC Royal Bank<FID>1</FI>", "", "rbc"),
        ("<FI><ORG>Banque de Montréal</FI>", "", "bmo"),
        ("<FI><ORG>The Toronto-Dominion Bank</FI>", "", "td"),
    ],
)
def test_the_bank_is_known_by_its_marks(marks: str, account: str, bank: str) -> None:
    frame = f"<BANKACCTFROM>{account}<ACCTID>12345<ACCTTYPE>CHECKING</BANKACCTFROM>"

    feed = read(ofx(ofx_statement(ofx_row(), account=frame), sign_on=marks), "cp1252")

    assert (feed.bank_id, feed.institution, feed.problems) == (bank, "", ())


@pytest.mark.parametrize(
    ("marks", "institution"),
    [
        ("<INTU.BID>00024", "INTU.BID 00024"),
        ("<FI><ORG>BMO Harris</FI>", "BMO Harris"),
        ("<FI><ORG>TD Bank N.A.</FI><INTU.BID>1", "TD Bank N.A."),
        ("", "BANKID 900000100"),
    ],
)
def test_another_institution_is_named_and_not_guessed(marks: str, institution: str) -> None:
    feed = read(ofx(ofx_statement(ofx_row()), sign_on=marks))

    assert (feed.bank_id, feed.institution) == (None, institution)
    assert codes(feed) == []


def test_marks_that_disagree_are_a_warning_and_the_stronger_counts() -> None:
    frame = "<BANKACCTFROM><BANKID>300000100<ACCTID>1<ACCTTYPE>CHECKING</BANKACCTFROM>"

    feed = read(ofx(ofx_statement(ofx_row(), account=frame)))

    assert feed.bank_id == "rbc"
    assert codes(feed) == ["bank_marks_disagree"]


def test_two_banks_in_one_file_are_refused() -> None:
    two = ofx(ofx_statement(ofx_row())) + ofx(ofx_statement(ofx_row()), sign_on="<INTU.BID>00002")

    assert refusal(two).code == "several_banks"


@pytest.mark.parametrize(
    ("written", "kind"),
    [
        ("CHECKING", AccountKind.CHEQUING),
        ("savings", AccountKind.SAVINGS),
        ("MONEYMRKT", AccountKind.SAVINGS),
        ("CREDITLINE", AccountKind.LINE_OF_CREDIT),
        ("CD", AccountKind.UNKNOWN),
        ("", AccountKind.UNKNOWN),
    ],
)
def test_the_kind_of_account(written: str, kind: AccountKind) -> None:
    frame = f"<BANKACCTFROM><BRANCHID>00<ACCTID> 12300 000012345678 <ACCTTYPE>{written}</BANKACCTFROM>"

    account = read_account(ofx(ofx_statement(ofx_row(), account=frame)))

    assert account.kind is kind
    assert account.external_account_id == "12300 000012345678"
    assert account.identifier_kind is IdentifierKind.ACCOUNT_NUMBER


@pytest.mark.parametrize("identifier", ["4500********1234", "XXXXXXXXXXXX1234", "4500 •••• •••• 1234"])
def test_a_masked_card_is_called_so(identifier: str) -> None:
    frame = f"<CCACCTFROM><ACCTID>{identifier}</CCACCTFROM>"

    account = read_account(ofx(ofx_statement(ofx_row(), account=frame)))

    assert account.identifier_kind is IdentifierKind.MASKED_CARD


@pytest.mark.parametrize("fitid", ["", "0", "0000000"])
def test_a_placeholder_id_is_none_and_said(fitid: str) -> None:
    feed = read(ofx_of(ofx_row(fitid=fitid) + ofx_row("-5.00", fitid=fitid) + ofx_row(fitid="F9")))

    ids = [row.external_transaction_id for row in feed.accounts[0].transactions]
    assert ids == [None, None, "F9"]
    assert codes(feed) == ["id_missing"]
    assert feed.problems[0].line == FIRST_ROW
    assert feed.problems[0].message.startswith("2 rows")


def test_equal_ids_in_one_file_are_left_to_the_import() -> None:
    feed = read(ofx_of(ofx_row("-100.00", fitid="A") + ofx_row("-1.50", fitid="A", name="FEE")))

    assert [row.external_transaction_id for row in feed.accounts[0].transactions] == ["A", "A"]
    assert feed.problems == ()


@pytest.mark.parametrize(
    ("leaves", "reference"),
    [
        ("<CHECKNUM>118", "118"),
        ("<CHECKNUM>0", None),
        ("<CHECKNUM>0<REFNUM>R1", "R1"),
        ("<REFNUM>R1", "R1"),
        ("<CHECKNUM>118<REFNUM>R1", "118"),
        ("", None),
    ],
)
def test_cheque_and_reference_numbers(leaves: str, reference: str | None) -> None:
    assert row_of(ofx_row(extra=leaves)).bank_reference == reference


def test_bmo_writes_a_code_before_a_padded_name() -> None:
    row = row_of(ofx_row(name="[CW]ROGUE CABLE TV" + " " * 40 + "\n\n"))

    assert row.description == "[CW]ROGUE CABLE TV"
    assert row.transaction_code == "CW"
    assert row.merchant_name == "ROGUE CABLE TV"
    assert row.raw["NAME"] == "[CW]ROGUE CABLE TV" + " " * 40


def test_cibc_writes_its_text_into_memo() -> None:
    memo = "<MEMO>PREAUTHORIZED DEBIT;STUDENT LOANS;Electronic Funds Transfer"
    row = row_of(ofx_row().replace("<NAME>CAFE", memo))

    assert row.description == "PREAUTHORIZED DEBIT;STUDENT LOANS;Electronic Funds Transfer"
    assert row.merchant_name is None


def test_a_name_that_memo_repeats_is_said_once() -> None:
    row = row_of(ofx_row(name="CONNIE'S HAIR D", extra="<MEMO>POS MERCHANDISE;CONNIE'S HAIR D"))

    assert row.description == "POS MERCHANDISE;CONNIE'S HAIR D"


def test_the_name_of_a_payee_group_is_used_and_its_address_is_only_raw() -> None:
    payee = "<PAYEE><NAME>JANE SMITH<CITY>OTTAWA</PAYEE><MEMO>RENT"
    row = row_of(ofx_row().replace("<NAME>CAFE", payee))

    assert row.description == "JANE SMITH - RENT"
    assert row.raw["PAYEE.CITY"] == "OTTAWA"


def test_the_account_on_the_other_side_does_not_become_the_account() -> None:
    other = "<BANKACCTTO><BANKID>1<ACCTID>999<ACCTTYPE>SAVINGS</BANKACCTTO><MEMO>MOVED"
    account = read_account(ofx_of(ofx_row(extra=other)))

    assert account.external_account_id == "12345"
    assert account.transactions[0].raw["BANKACCTTO.ACCTID"] == "999"
    assert account.transactions[0].raw["MEMO"] == "MOVED"


def test_a_second_memo_is_kept() -> None:
    row = row_of(ofx_row(extra="<MEMO>ONE<MEMO>TWO"))

    assert row.description == "CAFE - ONE - TWO"
    assert (row.raw["MEMO"], row.raw["MEMO#2"]) == ("ONE", "TWO")


@pytest.mark.parametrize("closing", ["</ORIGCURRENCY>", ""])
def test_an_original_currency_is_only_information(closing: str) -> None:
    row = row_of(ofx_row("-31.27", extra=f"<ORIGCURRENCY><CURRATE>1.37<CURSYM>USD{closing}<MEMO>BAR HARBOR ME"))

    assert (row.amount, row.currency) == (Decimal("-31.27"), "CAD")
    assert row.raw["ORIGCURRENCY.CURSYM"] == "USD"
    assert row.description == "CAFE - BAR HARBOR ME"


@pytest.mark.parametrize(
    "stated",
    ["<CURRENCY><CURRATE>1.37<CURSYM>USD</CURRENCY>", "<CURRENCY>USD", "<CURSYM>usd"],
)
def test_a_row_in_another_currency_is_kept_apart(stated: str) -> None:
    feed = read(ofx_of(ofx_row() + ofx_row("-22.80", extra=stated)))

    own, other = feed.accounts
    assert (own.currency, own.signed_sum) == ("CAD", Decimal("-4.85"))
    assert (other.currency, other.signed_sum) == ("USD", Decimal("-22.80"))
    assert own.external_account_id == other.external_account_id
    assert not other.balances
    assert [(p.line, p.code) for p in feed.problems] == [(FIRST_ROW + 1, "currency_foreign")]


def test_rows_say_the_currency_that_the_statement_does_not() -> None:
    row = ofx_row("-22.80", extra="<CURRENCY><CURRATE>1<CURSYM>AUD</CURRENCY>")
    feed = read(ofx_of(row).replace("<CURDEF>CAD", "<CURDEF>"))

    assert [(a.currency, a.signed_sum) for a in feed.accounts] == [("AUD", Decimal("-22.80"))]
    assert [p.code for p in feed.problems] == ["currency_assumed"]


@pytest.mark.parametrize("stated", ["<CURRENCY><CURRATE>1<CURSYM>CAD</CURRENCY>", "<CURRENCY></CURRENCY>"])
def test_a_row_in_the_currency_of_the_account_is_taken(stated: str) -> None:
    assert row_of(ofx_row(extra=stated)).currency == "CAD"


def test_a_row_with_a_rate_but_no_currency_is_rejected() -> None:
    feed = read(ofx_of(ofx_row() + ofx_row(extra="<CURRENCY><CURRATE>1.37</CURRENCY>")))

    assert codes(feed) == ["currency_unreadable"]


def test_an_account_in_us_dollars() -> None:
    account = read_account(ofx(ofx_statement(ofx_row(), currency="<CURDEF>USD")))

    assert account.currency == "USD"
    assert account.transactions[0].currency == "USD"


def test_a_missing_currency_is_assumed_and_said() -> None:
    feed = read(ofx(ofx_statement(ofx_row(), currency="")))

    assert feed.accounts[0].currency == "CAD"
    assert codes(feed) == ["currency_assumed"]


def test_a_damaged_currency_rejects_every_row_of_the_account() -> None:
    good = ofx_statement(ofx_row())
    feed = read(ofx(good, ofx_statement(ofx_row() + ofx_row(), currency="<CURDEF>C$")))

    assert [account.rejected for account in feed.accounts] == [0, 2]
    assert codes(feed) == ["currency_unreadable"] * 2


def test_the_period_is_the_stated_one_widened_to_hold_every_row() -> None:
    inside = read_account(ofx_of(ofx_row()))
    # BMO states the day of the download as both ends.
    bmo = read_account(ofx_of(ofx_row()).replace("<DTSTART>20260901", "<DTSTART>20260930190421.907[-5:EDT]"))

    assert (inside.period_start, inside.period_end) == (date(2026, 9, 1), date(2026, 9, 30))
    assert (bmo.period_start, bmo.period_end) == (date(2026, 9, 18), date(2026, 9, 30))


def test_an_unreadable_balance_is_left_out_and_said() -> None:
    balances = "<LEDGERBAL><BALAMT>n/a<DTASOF>20260930</LEDGERBAL><AVAILBAL><BALAMT>5.00</AVAILBAL>"
    feed = read(ofx(ofx_statement(ofx_row(), balances=balances)))

    assert [balance.kind for balance in feed.accounts[0].balances] == [BalanceKind.AVAILABLE]
    assert codes(feed) == ["balance_unreadable"]


def test_an_empty_balance_is_none() -> None:
    feed = read(ofx(ofx_statement(ofx_row(), balances="<LEDGERBAL><BALAMT><DTASOF>20260930</LEDGERBAL>")))

    assert feed.accounts[0].balances == ()
    assert feed.problems == ()


def test_an_account_without_rows_is_fine_and_said() -> None:
    feed = read(ofx(ofx_statement("", balances="<LEDGERBAL><BALAMT>10.00<DTASOF>20260930</LEDGERBAL>")))

    assert feed.accounts[0].transactions == ()
    assert feed.accounts[0].balance(BalanceKind.CLOSING) == Decimal("10.00")
    assert codes(feed) == ["no_transactions"]
    assert feed.problems[0].severity is Severity.WARNING


def test_a_file_without_any_statement_is_refused() -> None:
    refused = refusal(ofx())

    assert refused.code == "no_statement"


def test_an_error_that_the_bank_reports_is_passed_on() -> None:
    status = "<STMTTRNRS><STATUS><CODE>2003<SEVERITY>ERROR<MESSAGE>Account not found</STATUS></STMTTRNRS>"

    refused = refusal(ofx(status))

    assert refused.code == "no_statement"
    assert [problem.code for problem in refused.problems] == ["bank_status"]
    assert "Account not found" in refused.problems[0].message


def test_a_statement_without_an_account_number_is_said() -> None:
    feed = read(ofx(ofx_statement(ofx_row(), account="")))

    assert feed.accounts[0].external_account_id is None
    assert feed.accounts[0].identifier_kind is None
    assert codes(feed) == ["account_unnamed"]


def test_several_accounts_in_one_file() -> None:
    card = "<CCACCTFROM><ACCTID>4500110022331234</CCACCTFROM>"
    feed = read(ofx(ofx_statement(ofx_row()), ofx_statement(ofx_row("-9.00"), account=card)))

    assert [account.external_account_id for account in feed.accounts] == ["12345", "4500110022331234"]
    assert [account.signed_sum for account in feed.accounts] == [Decimal("-4.85"), Decimal("-9.00")]


def test_bmo_closes_its_groups_with_start_tags() -> None:
    first = ofx_statement(ofx_row())
    second = ofx_statement(ofx_row("-9.00")).replace("12345", "67890")
    opened = f"{OFX_HEADER.strip()}\n<OFX>\n<INTU.BID>00001\n<BANKMSGSETV1><BANKMSGSET>\n<BANKMSGSRSV1>\n\n"
    text = f"{opened}{first}\n\n{second}</BANKMSGSRSV1>\n<BANKMSGSET><BANKMSGSETV1>\n</OFX>\n"

    feed = read(text)

    assert feed.bank_id == "bmo"
    assert [account.external_account_id for account in feed.accounts] == ["12345", "67890"]
    assert feed.problems == ()


def test_pending_rows_are_not_taken_and_counted() -> None:
    pending = (
        "<BANKTRANLISTP><STMTTRNP><TRNTYPE>DEBIT<DTTRAN>20260930<TRNAMT>-1.00<NAME>HOLD</STMTTRNP></BANKTRANLISTP>"
    )

    feed = read(ofx(ofx_statement(ofx_row(), balances=pending)))

    assert len(feed.accounts[0].transactions) == 1
    assert codes(feed) == ["pending_not_taken"]
    assert feed.problems[0].message.startswith("1 pending")


def test_rows_of_an_investment_statement_are_rejected() -> None:
    investment = (
        "<INVSTMTTRNRS><INVSTMTRS><CURDEF>CAD<INVACCTFROM><BROKERID>x<ACCTID>777</INVACCTFROM>"
        f"<INVTRANLIST><INVBANKTRAN>{ofx_row()}<SUBACCTFUND>CASH</INVBANKTRAN></INVTRANLIST></INVSTMTRS></INVSTMTTRNRS>"
    )

    feed = read(ofx(ofx_statement(ofx_row()), investment))

    assert [(len(a.transactions), a.rejected) for a in feed.accounts] == [(1, 0), (0, 1)]
    assert codes(feed) == ["unsupported_statement"]
