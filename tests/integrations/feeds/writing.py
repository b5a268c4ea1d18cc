"""Small statement files, written the way a test needs them."""

from __future__ import annotations

import pytest

from integrations.feeds import FeedAccount, StatementFeed, StatementRefused, read_statement

OFX_HEADER = """OFXHEADER:100
DATA:OFXSGML
VERSION:102
SECURITY:NONE
ENCODING:USASCII
CHARSET:1252
COMPRESSION:NONE
OLDFILEUID:NONE
NEWFILEUID:NONE

"""

# The line on which ``ofx_of`` puts its first row; each ``ofx_row`` takes one line.
FIRST_ROW = 13

RBC_HEADER = "Account Type,Account Number,Transaction Date,Cheque Number,Description 1,Description 2,CAD$,USD$\n"
BMO_ACCOUNT_HEAD = (
    "Following data is valid as of 20261031190501 (Year/Month/Day/Hour/Minute/Second)\n\n\n"
    "First Bank Card,Transaction Type,Date Posted, Transaction Amount,Description\n\n\n"
)
BMO_CARD_HEAD = (
    "Following data is valid as of 20261031190501 (Year/Month/Day/Hour/Minute/Second)\n\n"
    "Item #,Card #,Transaction Date,Posting Date,Transaction Amount,Description\n"
)


def read(data: str | bytes, encoding: str = "utf-8") -> StatementFeed:
    """The feed of a file given as text or bytes."""
    return read_statement(data.encode(encoding) if isinstance(data, str) else data)


def read_account(data: str | bytes) -> FeedAccount:
    """The one account of a file."""
    (account,) = read(data).accounts
    return account


def refusal(data: str | bytes) -> StatementRefused:
    """The refusal of a file that must be refused."""
    with pytest.raises(StatementRefused) as caught:
        read(data)
    return caught.value


def codes(feed: StatementFeed) -> list[str]:
    """The codes of all problems, in order."""
    return [problem.code for problem in feed.problems]


def ofx_row(
    amount: str = "-4.85",
    *,
    day: str = "20260918",
    fitid: str = "F1",
    name: str = "CAFE",
    extra: str = "",
    close: str = "</STMTTRN>",
) -> str:
    """One STMTTRN with unclosed leaf tags, as all four banks write them."""
    return f"<STMTTRN><TRNTYPE>DEBIT<DTPOSTED>{day}<TRNAMT>{amount}<FITID>{fitid}<NAME>{name}{extra}{close}\n"


def ofx_statement(
    rows: str,
    *,
    account: str = "<BANKACCTFROM><BANKID>900000100<ACCTID>12345<ACCTTYPE>CHECKING</BANKACCTFROM>",
    currency: str = "<CURDEF>CAD",
    balances: str = "",
) -> str:
    """One bank statement around rows."""
    return (
        f"<STMTTRNRS><STMTRS>{currency}{account}\n"
        f"<BANKTRANLIST><DTSTART>20260901<DTEND>20260930\n{rows}</BANKTRANLIST>{balances}</STMTRS></STMTTRNRS>"
    )


def ofx(*statements: str, sign_on: str = "<INTU.BID>00015", header: str = OFX_HEADER, end: str = "</OFX>\n") -> str:
    """A whole OFX file of RBC around statements."""
    body = "".join(statements)
    return (
        f"{header}<OFX><SIGNONMSGSRSV1><SONRS><STATUS><CODE>0<SEVERITY>INFO</STATUS>{sign_on}</SONRS></SIGNONMSGSRSV1>"
        f"<BANKMSGSRSV1>{body}</BANKMSGSRSV1>{end}"
    )


def ofx_of(rows: str) -> str:
    """A whole OFX file with one statement around rows."""
    return ofx(ofx_statement(rows))
