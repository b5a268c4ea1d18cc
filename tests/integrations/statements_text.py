"""Small statement files written in the tests: only what a test must say stands in it."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True)
class Row:
    """One movement: day as YYYY-MM-DD, signed amount, text, and the bank's id where the format has one."""

    day: str
    amount: str
    text: str = "TIM HORTONS #1234"
    fitid: str = ""


def ofx(*rows: Row, account: str = "01234-5678901", bid: str = "00015", closing: str | None = None) -> bytes:
    """An OFX 1.02 file of one RBC chequing account, or of the bank with this INTU.BID."""
    lines = "".join(
        f"<STMTTRN><TRNTYPE>OTHER<DTPOSTED>{row.day.replace('-', '')}120000[-5:EST]<TRNAMT>{row.amount}"
        f"<FITID>{row.fitid}<NAME>{row.text}</STMTTRN>\n"
        for row in rows
    )
    balance = f"<LEDGERBAL><BALAMT>{closing}<DTASOF>20261031</LEDGERBAL>" if closing else ""
    return (
        "OFXHEADER:100\nDATA:OFXSGML\nVERSION:102\nENCODING:USASCII\nCHARSET:1252\n\n"
        f"<OFX><SIGNONMSGSRSV1><SONRS><INTU.BID>{bid}</SONRS></SIGNONMSGSRSV1>"
        "<BANKMSGSRSV1><STMTTRNRS><STMTRS><CURDEF>CAD"
        f"<BANKACCTFROM><BANKID>1<ACCTID>{account}<ACCTTYPE>CHECKING</BANKACCTFROM>"
        f"<BANKTRANLIST><DTSTART>20261001<DTEND>20261031\n{lines}</BANKTRANLIST>{balance}"
        "</STMTRS></STMTTRNRS></BANKMSGSRSV1></OFX>\n"
    ).encode()


def rbc_csv(*rows: Row, account: str = "01234-5678901") -> bytes:
    """An RBC CSV file of one chequing account."""
    header = (
        '"Account Type","Account Number","Transaction Date","Cheque Number","Description 1","Description 2",CAD$,USD$'
    )
    lines = [
        f'Chequing,{account},{int(row.day[5:7])}/{int(row.day[8:])}/{row.day[:4]},,"{row.text}",,{row.amount},'
        for row in rows
    ]
    return "\n".join([header, *lines, ""]).encode()


def td_csv(*rows: Row, opening: str = "1000.00") -> bytes:
    """A TD CSV file, oldest first, with its running balance; it names no account."""
    balance, lines = Decimal(opening), []
    for row in rows:
        amount = Decimal(row.amount)
        balance += amount
        debit, credit = (f"{-amount}", "") if amount < 0 else ("", f"{amount}")
        lines.append(f"{row.day[5:7]}/{row.day[8:]}/{row.day[:4]},{row.text},{debit},{credit},{balance}")
    return "\n".join([*lines, ""]).encode()


def cibc_csv(*rows: Row) -> bytes:
    """A CIBC account CSV file; it names no account."""
    lines = []
    for row in rows:
        amount = Decimal(row.amount)
        debit, credit = (f"{-amount}", "") if amount < 0 else ("", f"{amount}")
        lines.append(f"{row.day},{row.text},{debit},{credit}")
    return "\n".join([*lines, ""]).encode()
