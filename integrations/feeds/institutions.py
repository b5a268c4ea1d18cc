"""Which bank a business file comes from: by SWIFT address (BIC), Canadian routing number or name.

Institution numbers are those of Payments Canada (three digits; the routing number on electronic payments is a
zero, the institution number and the branch), BICs those of the SWIFT directory. Only the four banks that have an
id of their own here are told by id; of others the name is kept.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from integrations.feeds.banks import BankMarks, identify_bank
from integrations.feeds.cleaning import clean, collapsed

_BY_BIC = {"ROYC": "rbc", "TDOM": "td", "BOFM": "bmo", "CIBC": "cibc"}
_BY_NUMBER = {"001": "bmo", "003": "rbc", "004": "td", "010": "cibc"}
_NAMES = {
    "002": "Scotiabank",
    "006": "National Bank of Canada",
    "016": "HSBC Bank Canada",
    "030": "Canadian Western Bank",
    "039": "Laurentian Bank",
    "540": "Manulife Bank",
    "614": "Tangerine",
    "815": "Desjardins",
    "NOSC": "Scotiabank",
    "BNDC": "National Bank of Canada",
    "CCDQ": "Desjardins",
    "BLCM": "Laurentian Bank",
    "HKBC": "HSBC Bank Canada",
}
_BIC = re.compile(r"(?P<bank>[A-Z]{4})(?P<country>[A-Z]{2})[A-Z0-9]{2}(?:[A-Z0-9]{1,4})?")
# 0IIITTTTT, or IIITTTTT, or the institution number alone with or without zeros before it
_ROUTING = re.compile(r"0?(?P<number>[0-9]{3})(?:[0-9]{5})?|0{0,6}(?P<short>[0-9]{1,3})")
_NAME_LIMIT = 100


def bank_of_bic(bic: str) -> tuple[str | None, str]:
    """(bank id, institution): the id of one of the four banks in Canada, else None and the BIC or the name."""
    text = collapsed(clean(bic)).upper()
    match = _BIC.fullmatch(text)
    if match is None or match["country"] != "CA":
        return None, text[:_NAME_LIMIT]
    return _BY_BIC.get(match["bank"]), "" if match["bank"] in _BY_BIC else _NAMES.get(match["bank"], text)


def bank_of_routing(number: str) -> tuple[str | None, str]:
    """(bank id, institution) of a Canadian routing or institution number; (None, the number) where it is none."""
    text = collapsed(clean(number))
    match = _ROUTING.fullmatch(text)
    if match is None:
        return None, text[:_NAME_LIMIT]
    institution = match["number"] or match["short"].zfill(3)
    return _BY_NUMBER.get(institution), "" if institution in _BY_NUMBER else _NAMES.get(institution, text)


def bank_of_name(name: str) -> tuple[str | None, str]:
    """(bank id, institution) of a bank's whole name."""
    bank, institution, _ = identify_bank(BankMarks(names=[name] if name else []))
    return bank, institution


def only_bank(found: Iterable[tuple[str | None, str]]) -> tuple[str | None, str]:
    """The bank of a file whose statements name these, in file order.

    Raises StatementRefused (``several_banks``) where two of the four banks are named.
    """
    pairs = list(found)
    bank, _, _ = identify_bank(BankMarks(names=[bank for bank, _ in pairs if bank]))
    return bank, "" if bank else next((institution for _, institution in pairs if institution), "")
