"""BAI2 balance reports: groups of accounts per day and currency, as TD Web Business Banking and others write them.

Control counts and sums of real banks do not always tie: a difference is a warning, never a refusal. Sums are taken
with signs, as the standard has them, or of absolute values, as TD writes them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

from integrations.feeds.bai2_records import BaiRecord, bai_records
from integrations.feeds.bai2_rows import TEXT_ONLY, read_detail, signed_amount, summary_items
from integrations.feeds.cleaning import clean, collapsed, is_clean
from integrations.feeds.contract import (
    AccountKind,
    BalanceKind,
    FeedAccount,
    FeedBalance,
    FeedFormat,
    FeedProblem,
    FeedTransaction,
    StatementFeed,
)
from integrations.feeds.currencies import currency_code
from integrations.feeds.dates import parse_short_date
from integrations.feeds.institutions import bank_of_bic, bank_of_routing, only_bank
from integrations.feeds.joining import StatementPart, joined_accounts
from integrations.feeds.problems import LineError, ProblemCode, error, shown, warning
from integrations.feeds.source import (
    IDENTIFIER_LIMIT,
    ReadLimits,
    Source,
    finished,
    identifier_kind,
    period_of,
    within,
)

_START = re.compile(r"\s*01\s*,[^\n]{0,400}?(?:/|\n)\s*(?:88,[^\n]*\n\s*)*02\s*,")
_STANDARD_CURRENCY = "USD"  # BAI2: the currency of a group that names none
_TAKEN = frozenset({"", "1", "3"})  # group status: update, correction; 2 is a deletion, 4 a test
_STATUS_NAMES = {"2": "a deletion", "4": "a test"}
_INTERIM = frozenset({"1", "3"})  # as-of-date modifier: interim of the day before, of the same day
_LEDGER = {"010": BalanceKind.OPENING, "015": BalanceKind.CLOSING}
_AVAILABLE = {"040": BalanceKind.OPENING, "045": BalanceKind.CLOSING}
_SUMS = {"100": 1, "400": -1}


class Bai2Reader:
    """The registry's entry for BAI2."""

    title = "BAI2"

    def recognises(self, source: Source) -> bool:
        return _START.match(source.text) is not None

    def read(self, source: Source, limits: ReadLimits) -> StatementFeed:
        """The accounts of the file, the days of one account and currency joined.

        Raises StatementRefused: more rows than the limit, no account, or not one readable row.
        """
        reading = _Reading(limits)
        for record in bai_records(source.text):
            reading.take(record)
        parts = reading.finish()
        accounts, problems = joined_accounts(parts)
        problems = [*source.warnings, *reading.problems, *problems]
        if not is_clean(source.text):
            message = "Control characters in the file were replaced by U+FFFD."
            problems.append(warning(ProblemCode.CHARACTERS_REPLACED, message))
        bank_id, institution = reading.bank
        return finished(FeedFormat.BAI2, bank_id, accounts, problems, institution=institution)


@dataclass(slots=True)
class _Totals:
    """What a trailer can be checked against: sums with signs and of absolute values, records, parts."""

    algebraic: int = 0
    absolute: int = 0
    records: int = 0
    parts: int = 0

    def add(self, record: BaiRecord, amounts: list[str]) -> None:
        self.records += record.physical
        for written in amounts:
            if (value := _whole_number(written)) is not None:
                self.algebraic += value
                self.absolute += abs(value)


@dataclass(slots=True)
class _Group:
    """A group (02): one day, one currency."""

    status: str = ""
    as_of: date | None = None
    currency: str = ""
    defect: LineError | None = None
    trailers: list[str] = field(default_factory=list)  # sums of its accounts as their trailers state them
    totals: _Totals = field(default_factory=_Totals)


@dataclass(slots=True)
class _Account:
    """An account of a group (03) while it is being read."""

    line: int
    external_id: str | None = None
    currency: str = "CAD"
    defect: LineError | None = None
    rows: list[FeedTransaction] = field(default_factory=list)
    balances: dict[str, FeedBalance] = field(default_factory=dict)
    sums: dict[str, tuple[Decimal, str]] = field(default_factory=dict)
    rejected: int = 0
    totals: _Totals = field(default_factory=_Totals)


class _Reading:
    """The state of reading one file from top to bottom."""

    def __init__(self, limits: ReadLimits) -> None:
        self.problems: list[FeedProblem] = []
        self.bank: tuple[str | None, str] = (None, "")  # the sender of the file
        self._limits = limits
        self._seen = 0
        self._sender = ""
        self._marks: list[tuple[str | None, str]] = []
        self._group = _Group()
        self._account: _Account | None = None
        self._parts: list[StatementPart] = []
        self._file = _Totals()
        self._group_sums: list[str] = []
        self._ended = False
        self._interim = False

    def take(self, record: BaiRecord) -> None:
        """Put one record in its place."""
        self._file.records += record.physical
        self._group.totals.records += record.physical
        if record.code == "01":
            self._begin_file(record)
        elif record.code == "02":
            self._begin_group(record)
        elif record.code == "03":
            self._begin_account(record)
        elif record.code == "16":
            self._take_detail(record)
        elif record.code == "49":
            self._end_account(record)
        elif record.code == "98":
            self._end_group(record)
        elif record.code == "99":
            self._end_file(record)
        else:
            self._take_stray(record)

    def finish(self) -> list[StatementPart]:
        """All accounts, one part per account record."""
        self._close_account()
        if not self._ended:
            message = "The file stops without its trailer (99): what stood behind is missing."
            self._warn(ProblemCode.FILE_TRUNCATED, message, None)
        return self._parts

    def _begin_file(self, record: BaiRecord) -> None:
        self._sender = (record.fields() or [""])[0]
        number = self._sender.isascii() and self._sender.isdigit()
        self._marks.append(bank_of_routing(self._sender) if number else bank_of_bic(self._sender))
        self.bank = only_bank(self._marks)

    def _begin_group(self, record: BaiRecord) -> None:
        self._close_account()
        fields = [*record.fields(), *[""] * 7]
        group = self._group = _Group(fields[2])
        group.totals.records = record.physical
        try:
            group.as_of = parse_short_date(fields[3])
            group.currency = currency_code(fields[5]) if fields[5] else ""
        except LineError as reason:
            group.defect = LineError(reason.code, f"The group's date or currency is not readable. {reason.message}")
        if group.status not in _TAKEN:
            name = _STATUS_NAMES.get(group.status, f"of status {shown(group.status)}")
            group.defect = LineError(ProblemCode.UNSUPPORTED_STATEMENT, f"The group is {name}: its rows are not taken.")
        if fields[6] in _INTERIM and not self._interim:
            self._interim = True
            message = "The file holds an interim report; the final report will repeat its rows."
            self._warn(ProblemCode.INTERIM_REPORT, message, record)

    def _begin_account(self, record: BaiRecord) -> None:
        self._close_account()
        if record.cut:
            message = "The file stops inside this account record; the account is left out."
            self._warn(ProblemCode.FILE_TRUNCATED, message, record)
            return
        fields = [*record.fields(), "", ""]
        account = self._account = _Account(record.line, defect=self._group.defect)
        number = collapsed(clean(fields[0]))
        try:
            account.currency = self._currency(fields[1], record)
            account.external_id = within(IDENTIFIER_LIMIT, "The account number", number) or None
        except LineError as reason:
            account.defect = reason
        if not number:
            self._warn(ProblemCode.ACCOUNT_UNNAMED, "The account record does not name its account.", record)
        try:
            items = summary_items(record.fields()[2:])
        except LineError as reason:
            self._warn(ProblemCode.BALANCE_UNREADABLE, f"The balances are left out. {reason.message}", record)
            items = []
        account.totals.add(record, [item.amount for item in items])
        for item in items:
            self._take_item(account, item.code, item.amount, item.count, record)

    def _currency(self, stated: str, record: BaiRecord) -> str:
        if stated:
            return currency_code(stated)
        if self._group.currency:
            return self._group.currency
        bank, institution = self.bank
        canadian = bank is not None or (self._sender.isdigit() and not institution.isdigit())
        assumed = "CAD" if canadian else _STANDARD_CURRENCY
        self._warn(
            ProblemCode.CURRENCY_ASSUMED, f"Neither group nor account names a currency; {assumed} is assumed.", record
        )
        return assumed

    def _take_item(self, account: _Account, code: str, amount: str, count: str, record: BaiRecord) -> None:
        if not amount or code not in (*_LEDGER, *_AVAILABLE, *_SUMS):
            return
        try:
            value = signed_amount(amount, account.currency)
        except LineError as reason:
            message = f"The figure of type {code} is left out. {reason.message}"
            self._warn(ProblemCode.BALANCE_UNREADABLE, message, record)
            return
        if code in _SUMS:
            account.sums[code] = value, count
        else:
            kind = _LEDGER.get(code) or _AVAILABLE[code]
            account.balances[code] = FeedBalance(kind, value, account.currency, self._group.as_of)

    def _take_detail(self, record: BaiRecord) -> None:
        fields = [*record.fields(), "", ""]
        if fields[0] == TEXT_ONLY and not fields[1].strip("+-0"):
            if self._account is not None:
                self._account.totals.add(record, [fields[1]])
            self._warn(
                ProblemCode.SUMMARY_LINE_SKIPPED, "The record is a text without an amount and was left out.", record
            )
            return
        self._seen += 1
        self._limits.check_rows(self._seen)
        account = self._account
        if account is None:
            defect = LineError(ProblemCode.UNEXPECTED_LINE, "The record stands outside any account.")
            account = self._account = _Account(record.line, defect=defect)
        account.totals.add(record, [fields[1]])
        try:
            if account.defect is not None:
                raise account.defect
            if self._group.as_of is None:
                raise LineError(ProblemCode.DATE_MISSING, "The group of this record is missing, and with it the date.")
            day_of_value = self.bank[0] == "td"
            row = read_detail(record, account.currency, self._group.as_of, day_of_value=day_of_value)
        except LineError as reason:
            self._reject(account, record, reason)
            return
        account.rows.append(row)
        if not row.amount:
            self._warn(ProblemCode.AMOUNT_ZERO, "The row moves no money.", record)

    def _take_stray(self, record: BaiRecord) -> None:
        """A line that is no record, or an 88 without one before it: it may be what is left of a row."""
        self._seen += 1
        self._limits.check_rows(self._seen)
        account = self._account
        if account is None:
            self._warn(ProblemCode.UNEXPECTED_LINE, "The line is no record and was left out.", record)
            return
        account.totals.records += record.physical
        self._reject(account, record, LineError(ProblemCode.UNEXPECTED_LINE, "The line is no BAI2 record."))

    def _reject(self, account: _Account, record: BaiRecord, reason: LineError) -> None:
        account.rejected += 1
        self.problems.append(error(reason.code, reason.message, line=record.line, raw=record.written))

    def _end_account(self, record: BaiRecord) -> None:
        account = self._account
        stated = [*record.fields(), "", ""]
        if account is None:
            self._warn(ProblemCode.UNEXPECTED_LINE, "An account trailer stands outside any account.", record)
            return
        account.totals.records += record.physical
        self._group.trailers.append(stated[0])
        self._group.totals.parts += 1
        self._check(record, "account", stated[0], account.totals)
        self._check_count(record, "account", "records", stated[1], account.totals.records)  # kept
        self._close_account()

    def _end_group(self, record: BaiRecord) -> None:
        self._close_account()
        group, stated = self._group, [*record.fields(), "", "", ""]
        self._group_sums.append(stated[0])
        self._file.parts += 1
        group.totals.add(BaiRecord("98", record.line, [], physical=0), group.trailers)
        self._check(record, "group", stated[0], group.totals)
        self._check_count(record, "group", "accounts", stated[1], group.totals.parts)  # kept
        self._check_count(record, "group", "records", stated[2], group.totals.records)
        self._group = _Group(defect=LineError(ProblemCode.UNEXPECTED_LINE, "The record stands outside any group."))

    def _end_file(self, record: BaiRecord) -> None:
        self._close_account()
        self._ended = True
        stated = [*record.fields(), "", "", ""]
        self._file.add(BaiRecord("99", record.line, [], physical=0), self._group_sums)
        self._check(record, "file", stated[0], self._file)
        self._check_count(record, "file", "groups", stated[1], self._file.parts)  # kept
        self._check_count(record, "file", "records", stated[2], self._file.records)

    def _check(self, record: BaiRecord, of_what: str, stated: str, totals: _Totals) -> None:
        value = _whole_number(stated)
        if stated and value not in (totals.algebraic, totals.absolute):
            message = (
                f"The control total of the {of_what} states {shown(stated)}, its records add up to {totals.algebraic}."
            )
            self._warn(ProblemCode.CONTROL_TOTAL, message, record)

    def _check_count(self, record: BaiRecord, of_what: str, things: str, stated: str, counted: int) -> None:
        if stated and stated.strip().lstrip("0") != str(counted or ""):
            message = f"The trailer of the {of_what} counts {shown(stated)} {things}, the file has {counted}."
            self._warn(ProblemCode.CONTROL_TOTAL, message, record)

    def _close_account(self) -> None:
        account, self._account = self._account, None
        if account is None:
            return
        if not account.rows and not account.rejected:
            self.problems.append(warning(ProblemCode.NO_TRANSACTIONS, "The account has no details.", line=account.line))
        self._check_sums(account)
        day = self._day_of(account)
        start, end = period_of(account.rows, day, day)
        feed_account = FeedAccount(
            external_account_id=account.external_id,
            identifier_kind=identifier_kind(account.external_id, AccountKind.UNKNOWN),
            kind=AccountKind.UNKNOWN,
            currency=account.currency,
            transactions=tuple(account.rows),
            balances=tuple(replace(balance, as_of=day) for balance in _balances(account.balances)),
            period_start=start,
            period_end=end,
            rejected=account.rejected,
        )
        self._parts.append(StatementPart(feed_account, account.line))

    def _day_of(self, account: _Account) -> date | None:
        """The day of an account record: that of its group, at TD that of its rows, for a group has several."""
        days = [row.transaction_date for row in account.rows] if self.bank[0] == "td" else []
        return max(days, default=self._group.as_of)

    def _check_sums(self, account: _Account) -> None:
        """Compare total credits (100) and debits (400) with the details, where there are any."""
        if account.rejected or not account.rows:
            return
        for code, sign in _SUMS.items():
            if code not in account.sums:
                continue
            stated, count = account.sums[code]
            amounts = [abs(row.amount) for row in account.rows if sign * row.amount > 0]
            total = sum(amounts, Decimal("0.00"))
            if abs(stated) != total or (count.strip("0") and count.lstrip("0") != str(len(amounts))):
                which = "credits" if sign > 0 else "debits"  # kept
                message = f"The account states {which} of {stated}, its details give {total} in {len(amounts)} rows."
                self.problems.append(warning(ProblemCode.CONTROL_TOTAL, message, line=account.line))

    def _warn(self, code: ProblemCode, message: str, record: BaiRecord | None) -> None:
        raw = record.written if record is not None else ""
        self.problems.append(warning(code, message, line=record.line if record is not None else None, raw=raw))


def _balances(stated: dict[str, FeedBalance]) -> list[FeedBalance]:
    """Ledger balances (010, 015); where there are none, TD's 040 and 045 in their place, else 045 as available."""
    ledger = [stated[code] for code in _LEDGER if code in stated]
    if not ledger:
        return [stated[code] for code in _AVAILABLE if code in stated]
    closing = stated.get("045")
    if closing is not None:
        ledger.append(FeedBalance(BalanceKind.AVAILABLE, closing.amount, closing.currency, closing.as_of))
    return ledger


def _whole_number(written: str) -> int | None:
    """A whole number with one sign or none; None for anything else."""
    digits = written[1:] if written[:1] in ("+", "-") else written
    return int(written) if digits.isascii() and digits.isdigit() and len(digits) <= 18 else None
