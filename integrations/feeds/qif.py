"""QIF, the old format of Quicken: one line per field, ``^`` behind each record, no currency, no order of date fields.

QIF never says whether days or months come first. The dates of the file must show it (one with a day past the
twelfth is enough); where they do not, the file is refused, for half of its rows could land in a wrong month.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date

from integrations.feeds.amounts import parse_amount
from integrations.feeds.cleaning import clean, collapsed, is_clean, joined_description, plausible_merchant
from integrations.feeds.contract import (
    AccountKind,
    BalanceKind,
    FeedAccount,
    FeedBalance,
    FeedFormat,
    FeedProblem,
    FeedTransaction,
    IdentifierKind,
    StatementFeed,
)
from integrations.feeds.csv_layout import BALANCE_TEXT
from integrations.feeds.dates import DateForm, parse_date
from integrations.feeds.problems import LineError, ProblemCode, error, refused, shown, warning
from integrations.feeds.source import IDENTIFIER_LIMIT, ReadLimits, Source, finished, lines_of, period_of, within

_HEAD = re.compile(r"\s*!(?:Type|Account|Option|Clear)\b\s*:?", re.IGNORECASE)
_KINDS = {
    "bank": AccountKind.DEPOSIT,
    "cash": AccountKind.UNKNOWN,
    "ccard": AccountKind.CREDIT_CARD,
    "oth a": AccountKind.UNKNOWN,
    "oth l": AccountKind.UNKNOWN,
}
# Lists that Quicken puts into the same file; they hold no movements.
_LISTS = frozenset({"cat", "class", "memorized", "security", "prices", "tag", "budget", "bill", "tax", "template"})
_ONCE = frozenset("DTU")
_ASSUMED_CURRENCY = "CAD"
_NUMBER_DIGITS = 5
_MOST_FIELDS = 500


@dataclass(slots=True)
class _Record:
    line: int
    fields: list[tuple[str, str]] = field(default_factory=list)
    ended: bool = True

    def first(self, code: str) -> str:
        return next((text.strip() for name, text in self.fields if name == code), "")

    @property
    def written(self) -> str:
        return "\n".join(f"{name}{text}" for name, text in self.fields)


@dataclass(slots=True)
class _Section:
    """The records of one account. ``kind`` is the word behind ``!Type:`` in lower case."""

    line: int
    kind: str
    name: str
    records: list[_Record] = field(default_factory=list)


class QifReader:
    """The registry's entry for QIF."""

    title = "QIF"

    def recognises(self, source: Source) -> bool:
        return _HEAD.match(source.text) is not None

    def read(self, source: Source, limits: ReadLimits) -> StatementFeed:
        """The accounts of the file.

        Raises StatementRefused: more rows than the limit, an order of date fields that no date shows, no account,
        or not one readable row.
        """
        sections = [section for section in _sections(source.text, limits) if section.kind not in _LISTS]
        order = _date_order(sections)
        problems = list(source.warnings)
        accounts = []
        for section in _by_account(sections):
            reading = _Reading(section, order, several=len(sections) > 1)
            accounts.append(reading.account())
            problems += reading.problems
        if accounts:
            message = f"QIF names no currency; {_ASSUMED_CURRENCY} is assumed."
            problems.append(warning(ProblemCode.CURRENCY_ASSUMED, message))
        return finished(FeedFormat.QIF, None, accounts, problems)


def _sections(text: str, limits: ReadLimits) -> list[_Section]:
    sorter = _Sorter(limits)
    for number, line in enumerate(lines_of(text), 1):
        if line.strip():
            sorter.take(number, line)
    if sorter.record is not None and not text.endswith("\n"):
        sorter.record.ended = False
    return sorter.sections


class _Sorter:
    """Puts the lines of a file into records and sections."""

    def __init__(self, limits: ReadLimits) -> None:
        self.sections: list[_Section] = []
        self.record: _Record | None = None
        self._limits = limits
        self._account = ""
        self._in_account = False
        self._seen = 0

    def take(self, number: int, line: str) -> None:
        if line.startswith("!"):
            self._take_heading(number, collapsed(line[1:]).casefold())
        elif line.startswith("^"):
            if self.record is None and not self._passed_over:
                self._count()  # a record without fields, as a file made to hurt has millions of
            self.record = None
        elif not self._in_account:
            self._take_field(number, line)
        elif line.startswith("N"):
            self._account = line[1:].strip()

    def _take_heading(self, number: int, word: str) -> None:
        self.record = None
        self._in_account = word == "account"
        if word.startswith("type:"):
            self.sections.append(_Section(number, word.removeprefix("type:").strip(), self._account))
            self._count()

    def _take_field(self, number: int, line: str) -> None:
        if not self.sections:
            self.sections.append(_Section(number, "bank", self._account))
        if self._passed_over:
            return
        if self.record is None:
            self.record = _Record(number)
            self.sections[-1].records.append(self.record)
            self._count()
        if len(self.record.fields) < _MOST_FIELDS:
            self.record.fields.append((line[0], line[1:]))

    @property
    def _passed_over(self) -> bool:
        """Whether the lines belong to an account's description or to a list."""
        return self._in_account or (bool(self.sections) and self.sections[-1].kind in _LISTS)

    def _count(self) -> None:
        self._seen += 1
        self._limits.check_rows(self._seen)


def _by_account(sections: list[_Section]) -> list[_Section]:
    """One section per account: Quicken may come back to an account it has left."""
    whole: dict[tuple[str, str], _Section] = {}
    for section in sections:
        known = whole.setdefault((section.kind, section.name), section)
        if known is not section:
            known.records += section.records
    return list(whole.values())


def _date_order(sections: list[_Section]) -> DateForm:
    """The one order in which the dates of the file can be read.

    Raises StatementRefused (``date_order_ambiguous``) where both orders, or none, fit all of them.
    """
    only: dict[DateForm, int] = {DateForm.ANY_MDY: 0, DateForm.ANY_DMY: 0}
    differing = ""
    for section in sections:
        for record in section.records:
            text = _date_text(record.first("D"))
            read = {form: _day(text, form) for form in only}
            fitting = [form for form, day in read.items() if day is not None]
            if len(fitting) == 1:
                only[fitting[0]] += 1
            elif fitting and read[DateForm.ANY_MDY] != read[DateForm.ANY_DMY]:
                differing = differing or text
    month_first, day_first = only[DateForm.ANY_MDY], only[DateForm.ANY_DMY]
    if (month_first and day_first) or (differing and not month_first and not day_first):
        raise refused(
            ProblemCode.DATE_ORDER_AMBIGUOUS,
            f"The file does not show whether days or months come first ({shown(differing or 'both occur')}). "
            "Export a longer period, or download the statement as OFX or CSV.",
        )
    return DateForm.ANY_DMY if day_first else DateForm.ANY_MDY


def _date_text(written: str) -> str:
    return written.replace(" ", "")


def _day(text: str, form: DateForm) -> date | None:
    try:
        return parse_date(text, (form,))
    except LineError:
        return None


@dataclass(slots=True)
class _Reading:
    """One account on its way to a FeedAccount, with the problems met."""

    section: _Section
    order: DateForm
    several: bool
    problems: list[FeedProblem] = field(default_factory=list)

    def account(self) -> FeedAccount:
        rows: list[FeedTransaction] = []
        balances: list[FeedBalance] = []
        rejected = 0
        for record in self.section.records:
            try:
                row = self._row(record)
            except LineError as reason:
                rejected += 1
                self.problems.append(error(reason.code, reason.message, line=record.line, raw=record.written))
                continue
            if BALANCE_TEXT.fullmatch(collapsed(row.raw.get("P", ""))):
                balances = [FeedBalance(BalanceKind.OPENING, row.amount, row.currency, row.transaction_date)]
                message = "The record states a balance, not a movement, and was left out."
                self._warn(ProblemCode.SUMMARY_LINE_SKIPPED, message, record)
                continue
            rows.append(row)
            if not row.amount:
                self._warn(ProblemCode.AMOUNT_ZERO, "The row moves no money.", record)
        if not rows and not rejected:
            message = "The account holds no movements."
            self.problems.append(warning(ProblemCode.NO_TRANSACTIONS, message, line=self.section.line))
        external_id, kind = self._identity()
        start, end = period_of(rows)
        return FeedAccount(
            external_account_id=external_id,
            identifier_kind=IdentifierKind.ACCOUNT_NUMBER if external_id and _is_number(external_id) else None,
            kind=kind,
            currency=_ASSUMED_CURRENCY,
            transactions=tuple(rows),
            balances=tuple(balances),
            period_start=start,
            period_end=end,
            rejected=rejected,
        )

    def _identity(self) -> tuple[str | None, AccountKind]:
        """(number or label, kind). A label such as "Visa" is a person's word: it names no account for good."""
        name = clean(collapsed(self.section.name))[:IDENTIFIER_LIMIT]
        kind = _KINDS.get(self.section.kind, AccountKind.UNKNOWN)
        if _is_number(name):
            return name, kind
        return (name, AccountKind.UNKNOWN) if name and self.several else (None, kind)

    def _row(self, record: _Record) -> FeedTransaction:
        if self.section.kind not in _KINDS:
            message = f"Records of a section {shown(self.section.kind)} are not taken."
            raise LineError(ProblemCode.UNSUPPORTED_STATEMENT, message)
        if not record.ended or len(record.fields) >= _MOST_FIELDS:
            message = "The file stops inside this record, or the ends of records are lost."
            raise LineError(ProblemCode.FILE_TRUNCATED, message)
        for code in _ONCE:
            if len({text.strip() for name, text in record.fields if name == code}) > 1:
                message = f"Field {code} comes more than once with different values: two records have run together."
                raise LineError(ProblemCode.FIELD_REPEATED, message)
        stated = [parse_amount(record.first(code)) for code in ("T", "U") if record.first(code)]
        if len(set(stated)) > 1:
            raise LineError(ProblemCode.FIELD_REPEATED, "The amounts T and U differ.")
        amount = stated[0] if stated else parse_amount("")
        day = parse_date(_date_text(record.first("D")), (DateForm.ANY_YMD, self.order))
        payee, memo = clean(record.first("P")), clean(record.first("M"))
        number = collapsed(clean(record.first("N")))
        if not is_clean(record.written):
            self._warn(ProblemCode.CHARACTERS_REPLACED, "Control characters were replaced by U+FFFD.", record)
        return FeedTransaction(
            line=record.line,
            amount=amount,
            currency=_ASSUMED_CURRENCY,
            transaction_date=day,
            description=joined_description(payee, memo),
            raw=_raw(record),
            merchant_name=plausible_merchant(payee) if amount < 0 else None,
            bank_reference=within(IDENTIFIER_LIMIT, "The number", number) or None,
        )

    def _warn(self, code: ProblemCode, message: str, record: _Record) -> None:
        self.problems.append(warning(code, message, line=record.line, raw=record.written))


def _is_number(name: str) -> bool:
    return sum(ch.isdigit() for ch in name) >= _NUMBER_DIGITS


def _raw(record: _Record) -> dict[str, str]:
    raw: dict[str, str] = {}
    counts: dict[str, int] = {}
    for name, text in record.fields:
        counts[name] = number = counts.get(name, 0) + 1
        raw[clean(name if number == 1 else f"{name}#{number}")] = clean(text)
    return raw
