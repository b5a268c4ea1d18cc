"""One entry (Ntry) of a camt message to one FeedTransaction.

What each field means here:

* One row per entry: a batch is booked as one amount, and its details (TxDtls) stay in the raw record.
* ``amount`` has the sign of CdtDbtInd. A reversal needs no other: its CdtDbtInd is already that of the reversal
  (ISO 20022, camt.053, RvslInd).
* ``transaction_date`` and ``posted_date`` are BookgDt, else ValDt, else the one day of the details, else the day of the
  statement (with a warning); ``value_date`` is ValDt.
* ``bank_reference`` is AcctSvcrRef, else the references of a single detail. It is no id: banks repeat it for the
  entries of one batch.
* ``transaction_code`` is the ISO code (domain-family-subfamily), else the bank's own.
* ``description`` joins the other party, the remittance information (structured references too) and the bank's texts.
* ``raw`` has every leaf by its path, ``@`` before an attribute, ``[2]`` behind a repeated element.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from xml.etree.ElementTree import Element

from integrations.feeds.amounts import parse_amount
from integrations.feeds.cleaning import collapsed, joined_description, plausible_merchant
from integrations.feeds.contract import FeedProblem, FeedTransaction
from integrations.feeds.currencies import currency_code
from integrations.feeds.dates import parse_iso_date
from integrations.feeds.problems import LineError, ProblemCode, shown, warning
from integrations.feeds.source import CODE_LIMIT, IDENTIFIER_LIMIT, within

# The lexical form of ISO 20022 amounts (xs:decimal); signs are stated by CdtDbtInd.
_AMOUNT = re.compile(r"\+?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)")
_BOOKED = frozenset({"BOOK"})
_NOT_BOOKED = frozenset({"PDNG", "INFO", "FUTR"})
_NO_REFERENCE = frozenset({"NOTPROVIDED", "NOT PROVIDED", "NONREF", "NOREF", "UNKNOWN", "N/A"})
_MOST_LEAVES = 300
_MOST_TEXTS = 12
_SINGLE = 1


@dataclass(frozen=True, slots=True)
class ReadEntry:
    """An entry that was read, and what a person should know about it."""

    transaction: FeedTransaction
    warnings: tuple[FeedProblem, ...]
    dated: bool = True  # False: the day is that of the statement


def is_booked(entry: Element) -> bool:
    """Whether the entry is booked; LineError where its status says neither.

    Status is a text in version 2 and an element Cd in later ones.
    """
    status = (text(entry, "Sts/Cd") or text(entry, "Sts/Prtry") or text(entry, "Sts")).upper()
    if status in _NOT_BOOKED:
        return False
    if status and status not in _BOOKED:
        raise LineError(
            ProblemCode.STATUS_UNREADABLE, f"The status {shown(status)} does not say whether the entry is booked."
        )
    return True


def read_entry(entry: Element, line: int, day_of_statement: date | None = None) -> ReadEntry:
    """The transaction of one booked entry; LineError where it cannot be taken.

    ``day_of_statement`` counts where neither the entry nor its details have a date, which the standard allows.
    """
    amount, currency = signed_amount(entry)
    booked = text(entry, "BookgDt/Dt") or text(entry, "BookgDt/DtTm")
    valued = text(entry, "ValDt/Dt") or text(entry, "ValDt/DtTm")
    details = entry.findall("NtryDtls/TxDtls")
    stated = booked or valued or _date_of_details(details)
    day = day_of_statement if not stated and day_of_statement else parse_iso_date(stated)
    party = _other_party(details, incoming=amount > 0)
    transaction = FeedTransaction(
        line=line,
        amount=amount,
        currency=currency,
        transaction_date=day,
        description=joined_description(party, *_remittance(details), *_bank_texts(entry, details)),
        raw=_raw(entry),
        posted_date=day,
        value_date=parse_iso_date(valued) if valued else None,
        merchant_name=plausible_merchant(party) if party and amount < 0 else None,
        transaction_code=_code(entry),
        bank_reference=_reference(entry, details),
    )
    warnings = tuple(_warnings(entry, details, amount, currency, line))
    return ReadEntry(transaction, warnings, dated=bool(stated))


def signed_amount(element: Element) -> tuple[Decimal, str]:
    """(signed amount, currency) of an element with Amt and CdtDbtInd; LineError where one is unreadable."""
    stated = element.find("Amt")
    if stated is None:
        raise LineError(ProblemCode.AMOUNT_MISSING, "The amount (Amt) is missing.")
    written = (stated.text or "").strip()
    if written and not _AMOUNT.fullmatch(written):
        raise LineError(
            ProblemCode.AMOUNT_UNREADABLE, f"The amount {shown(written)} is not a plain number with a decimal point."
        )
    amount = parse_amount(written.removesuffix("."))
    currency = currency_code(stated.get("Ccy", ""))
    mark = text(element, "CdtDbtInd").upper()
    if mark not in ("CRDT", "DBIT"):
        raise LineError(
            ProblemCode.DIRECTION_UNREADABLE, f"The direction {shown(mark)} (CdtDbtInd) is neither CRDT nor DBIT."
        )
    return (Decimal("0.00") - amount if mark == "DBIT" else amount), currency


def text(element: Element, path: str) -> str:
    """The trimmed text at a path, or ""."""
    return (element.findtext(path) or "").strip()


def _date_of_details(details: list[Element]) -> str:
    """The day that all details of an entry state, or ""."""
    paths = ("RltdDts/AccptncDtTm", "RltdDts/TxDtTm", "RltdDts/IntrBkSttlmDt")
    days = {next(filter(None, (text(detail, path)[:10] for path in paths)), "") for detail in details}
    return days.pop() if len(days) == _SINGLE else ""


def _other_party(details: list[Element], *, incoming: bool) -> str:
    """The name of the other party of a single detail; version 8 puts Pty between."""
    if len(details) != _SINGLE:
        return ""
    roles = ("Dbtr", "UltmtDbtr") if incoming else ("Cdtr", "UltmtCdtr")
    for role in roles:
        for path in (f"RltdPties/{role}/Nm", f"RltdPties/{role}/Pty/Nm"):
            name = text(details[0], path)
            if name:
                return name
    return ""


def _remittance(details: list[Element]) -> list[str]:
    texts = []
    for detail in details:
        for path in ("RmtInf/Ustrd", "RmtInf/Strd/CdtrRefInf/Ref", "RmtInf/Strd/AddtlRmtInf"):
            texts += [element.text or "" for element in detail.findall(path)]
        if len(texts) > _MOST_TEXTS:
            break
    return texts[:_MOST_TEXTS]


def _bank_texts(entry: Element, details: list[Element]) -> list[str]:
    texts = [text(detail, "AddtlTxInf") for detail in details[:_MOST_TEXTS]]
    return [*texts, text(entry, "AddtlNtryInf")]


def _code(entry: Element) -> str | None:
    domain = [text(entry, f"BkTxCd/Domn/{path}") for path in ("Cd", "Fmly/Cd", "Fmly/SubFmlyCd")]
    own = text(entry, "BkTxCd/Prtry/Cd") or text(entry, "NtryDtls/TxDtls/BkTxCd/Prtry/Cd")
    return within(CODE_LIMIT, "The transaction code", "-".join(part for part in domain if part) or own) or None


def _reference(entry: Element, details: list[Element]) -> str | None:
    candidates = [text(entry, "AcctSvcrRef")]
    if len(details) == _SINGLE:
        paths = ("Refs/AcctSvcrRef", "Refs/ChqNb", "Refs/TxId", "Refs/EndToEndId", "Refs/InstrId")
        candidates += [text(details[0], path) for path in paths]
    candidates.append(text(entry, "NtryRef"))
    found = next((c for c in candidates if c.strip("0") and c.upper() not in _NO_REFERENCE), "")
    return within(IDENTIFIER_LIMIT, "The bank's reference", collapsed(found)) or None


def _warnings(
    entry: Element, details: list[Element], amount: Decimal, currency: str, line: int
) -> Iterator[FeedProblem]:
    if not amount:
        yield warning(ProblemCode.AMOUNT_ZERO, "The entry moves no money.", line=line)
    try:
        stated = [signed_amount(detail) for detail in details if detail.find("Amt") is not None]
    except LineError:
        return  # details are information; the entry's own amount counts
    if not stated or len(stated) < len(details) or any(code != currency for _, code in stated):
        return
    total = sum((part for part, _ in stated), Decimal("0.00"))
    if total != amount:
        yield warning(
            ProblemCode.CONTROL_TOTAL,
            f"The {len(details)} details of the entry add up to {total}, the entry states {amount}; it was taken.",
            line=line,
        )


def _raw(entry: Element) -> dict[str, str]:
    raw: dict[str, str] = {}
    more = 0
    for path, value in _leaves(entry, ""):
        if len(raw) < _MOST_LEAVES:
            raw[path] = value
        else:
            more += 1
    if more:
        raw["(more)"] = f"{more} more fields stand in the statement file"
    return raw


def _leaves(element: Element, path: str) -> Iterator[tuple[str, str]]:
    for name, value in element.attrib.items():
        yield f"{path}@{name.rpartition('}')[2]}", value
    own = (element.text or "").strip()
    if own:
        yield path or element.tag, own
    seen: dict[str, int] = {}
    for child in element:
        seen[child.tag] = number = seen.get(child.tag, 0) + 1
        name = child.tag if number == 1 else f"{child.tag}[{number}]"
        yield from _leaves(child, f"{path}/{name}" if path else name)
