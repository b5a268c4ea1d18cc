"""Which of the four banks wrote an OFX file, from the marks that it carries; and BMO's codes in texts.

The marks, strongest first: INTU.BID (Intuit's number of the institution), BANKID (routing number of the
institution), ORG (free text in the sign-on). The numbers are those that importers of these banks' files match
on and that sample files show; RBC's BANKID is not known.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from integrations.feeds.cleaning import clean, collapsed
from integrations.feeds.contract import FeedProblem
from integrations.feeds.problems import ProblemCode, refused, warning

_BY_INTUIT_ID = {"00015": "rbc", "00002": "td", "00001": "bmo", "00017": "bmo", "00005": "cibc"}
_BY_BANK_ID = {"200000100": "bmo", "300000100": "td", "600000100": "cibc"}

# Whole names only: "BMO Harris", "TD Bank N.A." or "RBC Bank (Georgia)" are other institutions.
_BY_NAME = {
    "rbc": "rbc",
    "royal bank": "rbc",
    "rbc royal bank": "rbc",
    "royal bank of canada": "rbc",
    "banque royale": "rbc",
    "rbc banque royale": "rbc",
    "banque royale du canada": "rbc",
    "td": "td",
    "td canada trust": "td",
    "toronto dominion bank": "td",
    "the toronto dominion bank": "td",
    "bmo": "bmo",
    "bank of montreal": "bmo",
    "bmo bank of montreal": "bmo",
    "banque de montreal": "bmo",
    "bmo banque de montreal": "bmo",
    "cibc": "cibc",
    "banque cibc": "cibc",
    "canadian imperial bank of commerce": "cibc",
    "banque canadienne imperiale de commerce": "cibc",
}
_UNACCENTED = str.maketrans("éèêëàâôîûç-", "eeeeaaoiuc ")
_INSTITUTION_LIMIT = 100
_CODE = re.compile(r"\s*\[([A-Z0-9]{1,4})\]")


@dataclass(slots=True)
class BankMarks:
    """The marks found in a file, in file order, blanks trimmed and empty ones left out."""

    intuit_ids: list[str] = field(default_factory=list)
    bank_ids: list[str] = field(default_factory=list)
    names: list[str] = field(default_factory=list)


def identify_bank(marks: BankMarks) -> tuple[str | None, str, tuple[FeedProblem, ...]]:
    """(bank_id or None, the file's own mark where the bank is not known, warnings).

    Raises StatementRefused (``several_banks``) where marks of one strength name two banks: rows must never be
    booked under the wrong one.
    """
    by_intuit = _only_bank(_BY_INTUIT_ID.get(mark) for mark in marks.intuit_ids)
    by_routing = _only_bank(_BY_BANK_ID.get(mark) for mark in marks.bank_ids)
    by_name = _only_bank(_BY_NAME.get(_folded(name)) for name in marks.names)
    bank = by_intuit or by_routing or by_name
    if bank is None:
        return None, _own_mark(marks), ()
    if by_intuit and by_routing and by_intuit != by_routing:
        message = f"INTU.BID names {by_intuit} and BANKID names {by_routing}; {bank} was taken."
        return bank, "", (warning(ProblemCode.BANK_MARKS_DISAGREE, message),)
    return bank, "", ()


def bank_code(text: str) -> tuple[str | None, str]:
    """(code, rest) of a text that begins with one of BMO's codes such as ``[CW]``, else (None, text)."""
    match = _CODE.match(text)
    return (match[1], text[match.end() :].strip()) if match else (None, text)


def _only_bank(found: Iterable[str | None]) -> str | None:
    banks = sorted({bank for bank in found if bank})
    if len(banks) > 1:
        raise refused(
            ProblemCode.SEVERAL_BANKS,
            f"The file names several banks ({', '.join(banks)}). Import each bank's own download.",
        )
    return banks[0] if banks else None


def _folded(name: str) -> str:
    return collapsed(name.casefold().translate(_UNACCENTED))


def _own_mark(marks: BankMarks) -> str:
    labelled: Sequence[tuple[str, list[str]]] = (
        ("", marks.names),
        ("INTU.BID ", marks.intuit_ids),
        ("BANKID ", marks.bank_ids),
    )
    text = next((f"{label}{values[0]}" for label, values in labelled if values), "")
    return collapsed(clean(text))[:_INSTITUTION_LIMIT]
