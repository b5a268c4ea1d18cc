"""camt.053 statements and camt.052 reports (ISO 20022), every version, with or without a namespace.

A camt.052 is a report within the day: its booked entries are read, with a warning, as of another source, so that
the statement's entries are recognised as the same movements. A camt.054 is refused by name: it repeats single
entries of a statement, without balances.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from xml.etree.ElementTree import Element

from integrations.feeds.amounts import parse_amount
from integrations.feeds.camt_document import NOTIFICATION, REPORT, Part, parts
from integrations.feeds.camt_rows import is_booked, read_entry, signed_amount, text
from integrations.feeds.cleaning import clean, collapsed, is_clean
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
from integrations.feeds.currencies import currency_code
from integrations.feeds.dates import parse_iso_date
from integrations.feeds.institutions import bank_of_bic, bank_of_name, bank_of_routing, only_bank
from integrations.feeds.joining import StatementPart, joined_accounts
from integrations.feeds.problems import LineError, ProblemCode, error, refused, shown, warning
from integrations.feeds.source import IDENTIFIER_LIMIT, ReadLimits, Source, finished, period_of, within

_HEAD = 16_384
_MESSAGE = re.compile(
    r"<(?:[A-Za-z_][\w.-]*:)?(?:BkToCstmrStmt|BkToCstmrAcctRpt|BkToCstmrDbtCdtNtfctn)\b|tech:xsd:camt\.05[234]\."
)
_KINDS = {"CACC": AccountKind.CHEQUING, "SVGS": AccountKind.SAVINGS, "LOAN": AccountKind.LINE_OF_CREDIT}
# Later codes fill in where the first is missing: a previous closing balance opens the next statement.
_OPENING = ("OPBD", "PRCD")
_CLOSING = ("CLBD",)
_AVAILABLE = ("CLAV", "ITAV", "OPAV")
_ASSUMED_CURRENCY = "CAD"


class CamtReader:
    """The registry's entry for camt.053 and camt.052."""

    title = "camt.053 (ISO 20022 XML)"

    def recognises(self, source: Source) -> bool:
        head = source.text[:_HEAD]
        return head.lstrip().startswith("<") and _MESSAGE.search(head) is not None

    def read(self, source: Source, limits: ReadLimits) -> StatementFeed:
        """The accounts of the file, statements of one account and currency joined.

        Raises StatementRefused: damaged XML, a document type, more rows than the limit, a camt.054, several banks,
        no statement, or not one readable row.
        """
        data = clean(source.text).encode("utf-8", "replace")
        reading = _Reading(data, limits)
        for part in parts(data):
            reading.take(part)
        accounts, problems = joined_accounts(reading.statements())
        problems = [*source.warnings, *reading.problems, *problems]
        if not is_clean(source.text):
            message = "Control characters in the file were replaced by U+FFFD."
            problems.append(warning(ProblemCode.CHARACTERS_REPLACED, message))
        bank_id, institution = only_bank(reading.marks)
        form = FeedFormat.CAMT_052 if reading.interim else FeedFormat.CAMT_053
        return finished(form, bank_id, accounts, problems, institution=institution)


@dataclass(slots=True)
class _Statement:
    """One statement while it is being read; rows by currency."""

    line: int
    mark: str = ""
    external_id: str | None = None
    kind: AccountKind = AccountKind.UNKNOWN
    currency: str | None = None
    defect: LineError | None = None
    rows: dict[str, list[FeedTransaction]] = field(default_factory=dict)
    rejected: dict[str | None, int] = field(default_factory=dict)
    pending: int = 0
    undated: int = 0
    closed: date | None = None
    created: date | None = None
    balances: list[tuple[str, FeedBalance]] = field(default_factory=list)
    window: list[date | None] = field(default_factory=lambda: [None, None])
    summary: Element | None = None

    @property
    def day(self) -> date | None:
        """The day that the statement is of: that of its closing balance, the end of its window, or when it was made."""
        return self.closed or self.window[1] or self.created


class _Reading:
    """The state of reading one message from top to bottom."""

    def __init__(self, data: bytes, limits: ReadLimits) -> None:
        self.problems: list[FeedProblem] = []
        self.marks: list[tuple[str | None, str]] = []
        self.interim = False
        self._data = data
        self._limits = limits
        self._statements: list[_Statement] = []
        self._seen = 0

    def take(self, part: Part) -> None:
        """Put one part in its place."""
        if part.message == NOTIFICATION:
            raise refused(
                ProblemCode.NOTIFICATION,
                "The file is a camt.054 notification: its movements come again in the account's statement. "
                "Import the camt.053 statement of the same days.",
            )
        if part.tree is None:
            self._statements.append(_Statement(part.line))
            if part.message == REPORT and not self.interim:
                self.interim = True
                message = (
                    "The file is a report within the day (camt.052). Its booked rows are taken; the statement will "
                    "repeat them."
                )
                self.problems.append(warning(ProblemCode.INTERIM_REPORT, message, line=part.line))
            return
        statement = self._statements[-1]
        if part.name == "Ntry":
            self._take_entry(statement, part, part.tree)
        elif part.name == "Acct":
            self._take_account(statement, part.tree)
        elif part.name == "Bal":
            self._take_balance(statement, part, part.tree)
        elif part.name == "Id":
            statement.mark = collapsed(part.tree.text or "")
        elif part.name == "CreDtTm":
            statement.created = _day_of(part.tree.text or "")
        elif part.name == "FrToDt":
            statement.window = [_day(part.tree, "FrDtTm"), _day(part.tree, "ToDtTm")]
        elif part.name == "TxsSummry":
            statement.summary = part.tree

    def statements(self) -> list[StatementPart]:
        """Every statement, one part per currency."""
        found = []
        for statement in self._statements:
            accounts = self._accounts(statement)
            found += [StatementPart(account, statement.line, statement.mark) for account in accounts]
            self._check_summary(statement)
        return found

    def _take_entry(self, statement: _Statement, part: Part, entry: Element) -> None:
        self._seen += 1
        self._limits.check_rows(self._seen)
        try:
            if statement.defect is not None:
                raise statement.defect
            if not is_booked(entry):
                statement.pending += 1
                return
            read = read_entry(entry, part.line, statement.day)
        except LineError as reason:
            amount = entry.find("Amt")
            code = amount.get("Ccy", "").upper() if amount is not None else ""
            key = code if code in statement.rows else None
            statement.rejected[key] = statement.rejected.get(key, 0) + 1
            raw = self._data[part.start : part.end].decode("utf-8", "replace")
            self.problems.append(error(reason.code, reason.message, line=part.line, raw=f"{raw}</Ntry>"))
            return
        statement.rows.setdefault(read.transaction.currency, []).append(read.transaction)
        statement.undated += not read.dated
        self.problems += read.warnings

    def _take_account(self, statement: _Statement, account: Element) -> None:
        number = text(account, "Id/IBAN") or text(account, "Id/Othr/Id")
        try:
            statement.external_id = within(IDENTIFIER_LIMIT, "The account number", number) or None
            stated = text(account, "Ccy")
            statement.currency = currency_code(stated) if stated else None
        except LineError as defect:
            statement.defect = defect
        statement.kind = _KINDS.get(text(account, "Tp/Cd").upper(), AccountKind.UNKNOWN)
        self.marks.append(_bank(account))

    def _take_balance(self, statement: _Statement, part: Part, balance: Element) -> None:
        code = text(balance, "Tp/CdOrPrtry/Cd").upper() or text(balance, "Tp/CdOrPrtry/Prtry").upper()
        if code not in (*_OPENING, *_CLOSING, *_AVAILABLE):
            return
        as_of = _day(balance, "Dt/Dt") or _day(balance, "Dt/DtTm")
        if code in _CLOSING:
            statement.closed = as_of
        try:
            amount, currency = signed_amount(balance)
        except LineError as reason:
            message = f"The balance {shown(code)} is left out. {reason.message}"
            self.problems.append(warning(ProblemCode.BALANCE_UNREADABLE, message, line=part.line))
            return
        kind = BalanceKind.AVAILABLE
        if code in _OPENING:
            kind = BalanceKind.OPENING
        elif code in _CLOSING:
            kind = BalanceKind.CLOSING
        statement.balances.append((code, FeedBalance(kind, amount, currency, as_of)))

    def _accounts(self, statement: _Statement) -> list[FeedAccount]:
        """One account per currency of the rows; the stated currency first."""
        main = statement.currency or next(iter(statement.rows), None)
        main = main or next((b.currency for _, b in statement.balances), None)
        if main is None:
            main = _ASSUMED_CURRENCY
            message = f"The statement names no currency; {_ASSUMED_CURRENCY} is assumed."
            self._warn(statement, ProblemCode.CURRENCY_ASSUMED, message)
        if statement.external_id is None:
            self._warn(statement, ProblemCode.ACCOUNT_UNNAMED, "The statement does not name its account.")
        if statement.pending:
            message = f"{statement.pending} entries that are not booked were left out."
            self._warn(statement, ProblemCode.PENDING_NOT_TAKEN, message)
        if statement.undated:
            message = f"{statement.undated} entries have no date; the day of the statement, {statement.day}, was taken."
            self._warn(statement, ProblemCode.DATE_ASSUMED, message)
        if not statement.rows and not statement.rejected:
            self._warn(statement, ProblemCode.NO_TRANSACTIONS, "The statement holds no booked entries.")
        currencies = dict.fromkeys([main, *statement.rows])
        return [self._account(statement, currency, is_main=currency == main) for currency in currencies]

    def _account(self, statement: _Statement, currency: str, *, is_main: bool) -> FeedAccount:
        rows = statement.rows.get(currency, [])
        start, end = period_of(rows, *statement.window)
        # balances in a currency without rows are the main account's to show; they are never added up
        others = statement.rows.keys() - {currency}
        known = {b.currency for _, b in statement.balances} - others if is_main else {currency}
        rejected = statement.rejected.get(currency, 0) + (statement.rejected.get(None, 0) if is_main else 0)
        return FeedAccount(
            external_account_id=statement.external_id,
            identifier_kind=IdentifierKind.ACCOUNT_NUMBER if statement.external_id else None,
            kind=statement.kind,
            currency=currency,
            transactions=tuple(rows),
            balances=tuple(_chosen([pair for pair in statement.balances if pair[1].currency in known])),
            period_start=start,
            period_end=end,
            rejected=rejected,
        )

    def _check_summary(self, statement: _Statement) -> None:
        """Compare what TxsSummry states with what was read; a difference is a warning."""
        if statement.summary is None or statement.pending or statement.rejected:
            return
        rows = [row for of_currency in statement.rows.values() for row in of_currency]
        came_in = sum((row.amount for row in rows if row.amount > 0), Decimal("0.00"))
        went_out = sum((-row.amount for row in rows if row.amount < 0), Decimal("0.00"))
        counts = {"TtlNtries/NbOfNtries": Decimal(len(rows))}
        if len(statement.rows) == 1:
            counts |= {"TtlCdtNtries/Sum": came_in, "TtlDbtNtries/Sum": went_out}
        for path, counted in counts.items():
            stated = text(statement.summary, path)
            try:
                agrees = not stated or parse_amount(stated) == counted
            except LineError:
                agrees = False
            if not agrees:
                message = f"{path} states {shown(stated)}, the entries give {counted}: entries may be missing."
                self._warn(statement, ProblemCode.CONTROL_TOTAL, message)

    def _warn(self, statement: _Statement, code: ProblemCode, message: str) -> None:
        self.problems.append(warning(code, message, line=statement.line))


def _chosen(balances: list[tuple[str, FeedBalance]]) -> list[FeedBalance]:
    """One balance per kind and currency: the first code in the order of preference that is stated."""
    found: dict[tuple[BalanceKind, str], FeedBalance] = {}
    for code in (*_OPENING, *_CLOSING, *_AVAILABLE):
        for stated, balance in balances:
            if stated == code:
                found.setdefault((balance.kind, balance.currency), balance)
    return list(found.values())


def _bank(account: Element) -> tuple[str | None, str]:
    institution = account.find("Svcr/FinInstnId")
    if institution is None:
        return None, ""
    member = text(institution, "ClrSysMmbId/MmbId")
    known = [
        bank_of_bic(text(institution, "BICFI") or text(institution, "BIC")),
        bank_of_routing(member) if member else (None, ""),
        bank_of_name(text(institution, "Nm")),
    ]
    of_four = next((pair for pair in known if pair[0]), None)
    return of_four or next((pair for pair in known[::-1] if pair[1]), (None, ""))


def _day(element: Element, path: str) -> date | None:
    """A day that nothing depends on, or None where it is blank or unreadable."""
    return _day_of(text(element, path))


def _day_of(written: str) -> date | None:
    try:
        return parse_iso_date(written)
    except LineError:
        return None
