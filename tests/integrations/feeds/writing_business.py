"""Statements in the formats of business banking and of Quicken, written the way a test needs them."""

from __future__ import annotations

import io
from collections.abc import Sequence
from xml.sax.saxutils import escape

import openpyxl

CAMT_053 = "urn:iso:std:iso:20022:tech:xsd:camt.053.001.02"


def camt_entry(
    amount: str = "4.25",
    mark: str = "DBIT",
    *,
    day: str = "2026-09-18",
    text: str = "CAFE",
    currency: str = "CAD",
    status: str = "<Sts>BOOK</Sts>",
    extra: str = "",
) -> str:
    """One Ntry on one line, as version 2 has it."""
    return (
        f'<Ntry><Amt Ccy="{currency}">{amount}</Amt><CdtDbtInd>{mark}</CdtDbtInd>{status}'
        f"<BookgDt><Dt>{day}</Dt></BookgDt>{extra}<AddtlNtryInf>{escape(text)}</AddtlNtryInf></Ntry>\n"
    )


def camt_balance(code: str, amount: str, *, mark: str = "CRDT", day: str = "2026-09-30", currency: str = "CAD") -> str:
    """One Bal."""
    return (
        f"<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp>"
        f'<Amt Ccy="{currency}">{amount}</Amt><CdtDbtInd>{mark}</CdtDbtInd><Dt><Dt>{day}</Dt></Dt></Bal>\n'
    )


def camt_statement(
    *parts: str, number: str = "00031234567", currency: str = "<Ccy>CAD</Ccy>", servicer: str = "", mark: str = "S1"
) -> str:
    """One Stmt around balances and entries."""
    return (
        f"<Stmt><Id>{mark}</Id><Acct><Id><Othr><Id>{number}</Id></Othr></Id>{currency}{servicer}</Acct>\n"
        f"{''.join(parts)}</Stmt>"
    )


def camt(*statements: str, namespace: str | None = CAMT_053, message: str = "BkToCstmrStmt") -> str:
    """A whole message around statements."""
    declared = f' xmlns="{namespace}"' if namespace else ""
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<Document{declared}><{message}><GrpHdr><MsgId>M1</MsgId></GrpHdr>\n'
        f"{''.join(statements)}</{message}></Document>\n"
    )


def mt940(*fields: str, account: str = "00031234567", opening: str = ":60F:C260901CAD100,00") -> str:
    """One MT940 message; ``fields`` are the lines between the opening balance and the end mark."""
    head = [":20:STMT1", f":25:{account}", ":28C:9/1", opening]
    return "\n".join([*(line for line in head if line), *fields, "-", ""])


def bai2(*accounts: str, sender: str = "0004", group: str = "02,C1,0004,1,260918,,CAD,2/") -> str:
    """A BAI2 file of one group; ``accounts`` are whole 03 … 49 texts. Trailers state nothing that could disagree."""
    return "\n".join([f"01,{sender},C1,260918,0829,1,,,2/", group, *accounts, "98,,,/", "99,,,/", ""])


def bai2_account(*details: str, head: str = "03,10200123456,CAD,010,+10000,,,015,+9575,,/") -> str:
    """One account around details."""
    return "\n".join([head, *details, "49,,/"])


def qif(*records: str, kind: str = "Bank") -> str:
    """A QIF file; a record is its fields parted by "|"."""
    return f"!Type:{kind}\n" + "".join(record.replace("|", "\n") + "\n^\n" for record in records)


def workbook(*tables: Sequence[Sequence[object]], title: str = "Sheet") -> bytes:
    """An Excel workbook with one sheet per table."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for number, rows in enumerate(tables, 1):
        sheet = book.create_sheet(f"{title}{number}")
        for row in rows:
            sheet.append(list(row))
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()
