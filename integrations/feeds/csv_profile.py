"""A CSV layout that a person described: which column means what, how dates and signs are written.

Plain data that goes to JSON and back, for a profile editor; ``layout()`` makes it readable by the one CSV engine.
``csv_suggestion`` proposes one from a file.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any, Self

from integrations.feeds.contract import AccountKind, FeedFormat
from integrations.feeds.csv_layout import AmountRule, Column, CsvLayout, Role
from integrations.feeds.dates import DateForm

DELIMITERS = (",", ";", "\t", "|")
ENCODINGS = ("", "utf-8", "cp1252", "latin-1", "utf-16", "cp850")
_DAY_START = (
    r'\s*"?(?:[0-9]{1,4}[-/. ]?[0-9]{1,2}[-/. ]?[0-9]|[0-9]{1,4}(?:er|[a-z]{2})?[-/. ]?[^\W\d_]{3,9}[-/., ]{1,2}[0-9]'
    r"|[^\W\d_]{3,9}[-/. ]{1,2}[0-9]{1,2}[-/., ])"
)
_MOST_COLUMNS = 60
_LONGEST = 200
_BANKS = frozenset({"rbc", "td", "bmo", "cibc"})


class ColumnUse(StrEnum):
    """What a column of a profile means. Values are stored: they never change."""

    IGNORE = "ignore"
    DATE = "date"
    POSTED_DATE = "posted_date"
    DESCRIPTION = "description"
    MORE_DESCRIPTION = "more_description"
    AMOUNT = "amount"
    MONEY_OUT = "money_out"
    MONEY_IN = "money_in"
    DIRECTION = "direction"
    BALANCE = "balance"
    CURRENCY = "currency"
    ACCOUNT = "account"
    REFERENCE = "reference"
    STATUS = "status"


class DateOrder(StrEnum):
    """The order of the fields of a date."""

    YEAR_MONTH_DAY = "ymd"
    MONTH_DAY_YEAR = "mdy"
    DAY_MONTH_YEAR = "dmy"
    COMPACT = "yyyymmdd"


class SignRule(StrEnum):
    """How amounts say whether money comes in or goes out."""

    OUT_IS_NEGATIVE = "out_is_negative"
    OUT_IS_POSITIVE = "out_is_positive"
    TWO_COLUMNS = "two_columns"
    WORD_BESIDE = "word_beside"


_ROLES = {
    ColumnUse.IGNORE: Role.OTHER,
    ColumnUse.DATE: Role.DATE,
    ColumnUse.POSTED_DATE: Role.POSTED_DATE,
    ColumnUse.DESCRIPTION: Role.DESCRIPTION,
    ColumnUse.MORE_DESCRIPTION: Role.MORE_DESCRIPTION,
    ColumnUse.AMOUNT: Role.AMOUNT,
    ColumnUse.MONEY_OUT: Role.DEBIT,
    ColumnUse.MONEY_IN: Role.CREDIT,
    ColumnUse.DIRECTION: Role.DIRECTION,
    ColumnUse.BALANCE: Role.BALANCE,
    ColumnUse.CURRENCY: Role.CURRENCY,
    ColumnUse.ACCOUNT: Role.ACCOUNT,
    ColumnUse.REFERENCE: Role.REFERENCE,
    ColumnUse.STATUS: Role.STATUS,
}
_FORMS = {
    DateOrder.YEAR_MONTH_DAY: (DateForm.ISO, DateForm.ANY_YMD, DateForm.NAMED_YMD),
    DateOrder.MONTH_DAY_YEAR: (DateForm.ANY_MDY, DateForm.NAMED_MDY, DateForm.ISO),
    DateOrder.DAY_MONTH_YEAR: (DateForm.ANY_DMY, DateForm.NAMED_DMY, DateForm.ISO),
    DateOrder.COMPACT: (DateForm.COMPACT, DateForm.ISO),
}
_RULES = {
    SignRule.OUT_IS_NEGATIVE: AmountRule.SIGNED,
    SignRule.OUT_IS_POSITIVE: AmountRule.INVERTED,
    SignRule.TWO_COLUMNS: AmountRule.TWO_SIDES,
    SignRule.WORD_BESIDE: AmountRule.DIRECTED,
}
_NEEDED = {
    SignRule.OUT_IS_NEGATIVE: {ColumnUse.AMOUNT},
    SignRule.OUT_IS_POSITIVE: {ColumnUse.AMOUNT},
    SignRule.TWO_COLUMNS: {ColumnUse.MONEY_OUT, ColumnUse.MONEY_IN},
    SignRule.WORD_BESIDE: {ColumnUse.AMOUNT, ColumnUse.DIRECTION},
}
_MONEY = frozenset({ColumnUse.AMOUNT, ColumnUse.MONEY_OUT, ColumnUse.MONEY_IN, ColumnUse.DIRECTION})


@dataclass(frozen=True, slots=True)
class ProfileColumn:
    """One column, in file order: its heading as the file has it ("" without headings), and what it means."""

    heading: str
    use: ColumnUse = ColumnUse.IGNORE


@dataclass(frozen=True, slots=True)
class CsvProfile:
    """A described layout.

    ``date_order`` and ``sign_rule`` are None while nobody has decided; such a profile cannot be used yet.
    ``delimiter`` is one of DELIMITERS, ``encoding`` one of ENCODINGS, "" to find it. ``currency`` (ISO 4217) counts
    where no column says it. ``bank_id`` is 'rbc', 'td', 'bmo', 'cibc' or None; ``institution`` then names the bank.
    """

    name: str
    columns: tuple[ProfileColumn, ...]
    date_order: DateOrder | None = None
    sign_rule: SignRule | None = None
    header: bool = True
    delimiter: str = ","
    encoding: str = ""
    currency: str = "CAD"
    bank_id: str | None = None
    institution: str = ""
    account_kind: AccountKind = AccountKind.UNKNOWN

    def faults(self) -> list[str]:
        """What is missing or contradictory, in words for the person who edits it; empty when the profile is usable."""
        uses = [column.use for column in self.columns]
        found = [
            f"More than one column is the {_words(use)}."
            for use in ColumnUse
            if use is not ColumnUse.IGNORE and uses.count(use) > 1
        ]
        needed = {ColumnUse.DATE, ColumnUse.DESCRIPTION}
        if self.sign_rule is None:
            found.append("It is not decided how amounts show money out.")
        else:
            needed |= _NEEDED[self.sign_rule]
            idle = (_MONEY - needed) & set(uses)
            found += [f"The column {_words(use)} has no meaning with this sign rule." for use in sorted(idle)]
        found += [f"No column is the {_words(use)}." for use in sorted(needed - set(uses))]
        if self.date_order is None:
            found.append("It is not decided whether days or months come first.")
        if self.delimiter not in DELIMITERS:
            found.append("The delimiter is none of comma, semicolon, tab and bar.")
        if self.encoding not in ENCODINGS:
            found.append(f"The encoding is none of {', '.join(filter(None, ENCODINGS))}.")
        if not re.fullmatch("[A-Z]{3}", self.currency):
            found.append("The currency is not a three-letter code.")
        if self.bank_id is not None and self.bank_id not in _BANKS:
            found.append("The bank is none of rbc, td, bmo and cibc; name it as the institution instead.")
        if len(self.columns) > _MOST_COLUMNS or any(len(column.heading) > _LONGEST for column in self.columns):
            found.append(f"At most {_MOST_COLUMNS} columns with headings of at most {_LONGEST} characters are kept.")
        if self.header and not any(column.heading.strip() for column in self.columns):
            found.append("The profile has headings, but all of them are blank.")
        return found

    def layout(self) -> CsvLayout:
        """The layout for the CSV engine. Call it only on a profile without faults: ValueError otherwise."""
        faults = self.faults()
        if faults or self.date_order is None or self.sign_rule is None:
            raise ValueError(faults[0])
        names: dict[str, int] = {}
        columns = []
        for place, column in enumerate(self.columns, 1):
            name = " ".join(column.heading.split()) or f"Column {place}"
            names[name] = number = names.get(name, 0) + 1
            unique = name if number == 1 else f"{name} ({number})"
            heading = (" ".join(column.heading.split()),) if self.header else ()
            columns.append(Column(unique, _ROLES[column.use], heading))
        date_place = next(place for place, column in enumerate(self.columns) if column.use is ColumnUse.DATE)
        other = rf"[^{re.escape(self.delimiter)}\n]{{0,200}}{re.escape(self.delimiter)}"
        return CsvLayout(
            format=FeedFormat.CSV_PROFILE,
            bank_id=self.bank_id,
            institution="" if self.bank_id else self.institution,
            title=f"CSV profile {self.name}",
            columns=tuple(columns),
            amounts=_RULES[self.sign_rule],
            date_forms=_FORMS[self.date_order],
            record_start=re.compile(rf"(?:{other}){{{min(date_place, 20)}}}{_DAY_START}"),
            account_kind=self.account_kind,
            header=self.header,
            spare_cells=1,
            currency=self.currency,
        )

    def to_json(self) -> dict[str, Any]:
        """The profile as JSON values; ``from_json`` gives it back equal."""
        return asdict(self)

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Self:
        """The profile of stored JSON values. ValueError says which one is missing or of the wrong kind."""
        try:
            columns = tuple(
                ProfileColumn(_text(column["heading"]), ColumnUse(column["use"])) for column in stored["columns"]
            )
            order, rule, bank = stored["date_order"], stored["sign_rule"], stored.get("bank_id")
            return cls(
                name=_text(stored["name"]),
                columns=columns,
                date_order=DateOrder(order) if order is not None else None,
                sign_rule=SignRule(rule) if rule is not None else None,
                header=bool(stored["header"]),
                delimiter=_text(stored["delimiter"]),
                encoding=_text(stored.get("encoding", "")),
                currency=_text(stored.get("currency", "CAD")),
                bank_id=_text(bank) if bank is not None else None,
                institution=_text(stored.get("institution", "")),
                account_kind=AccountKind(stored.get("account_kind", AccountKind.UNKNOWN)),
            )
        except (KeyError, TypeError) as fault:
            raise ValueError(f"The stored CSV profile is damaged: {fault!r} is missing or of the wrong kind.") from None


def _words(use: ColumnUse) -> str:
    return use.value.replace("_", " ")


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(value)
    return value
