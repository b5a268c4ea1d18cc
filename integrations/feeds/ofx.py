"""OFX, QFX and QBO statements as RBC, TD, BMO and CIBC write them, to a StatementFeed.

OFX 1 (SGML) and OFX 2 (XML) alike; the syntax is in ``ofx_syntax``, the order of the parts in
``ofx_document``, one row in ``ofx_rows``. Nothing outside the file is ever read: a document type or entity
declaration refuses it.

What the four banks do differently (facts from sample files, importers and issue threads of ofxgo, GnuCash and
others): BMO leaves out the blank line behind the header, pads NAME with blanks, puts a code before it and
writes the day of the download as both ends of the period; TD writes one NAME of up to 32 characters; CIBC
writes the time of the download behind every date, most text into MEMO, and inverts TRNTYPE on cards.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from integrations.feeds.amounts import parse_amount
from integrations.feeds.banks import identify_bank
from integrations.feeds.cleaning import clean, collapsed
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
from integrations.feeds.currencies import currency_code, is_currency_code
from integrations.feeds.dates import optional_ofx_date
from integrations.feeds.ofx_document import (
    CARD_STATEMENT,
    INVESTMENT_STATEMENT,
    RawDocument,
    RawRow,
    RawStatement,
    read_document,
)
from integrations.feeds.ofx_rows import read_row
from integrations.feeds.problems import LineError, ProblemCode, error, refused, shown, warning
from integrations.feeds.source import (
    IDENTIFIER_LIMIT,
    ReadLimits,
    Source,
    finished,
    identifier_kind,
    period_of,
    within,
)

_HEAD = 16_384
_ROOT = re.compile(r"<OFX(?:\s[^<>]*)?>", re.IGNORECASE)
_OPENING = re.compile(r"\s*(?:<|[A-Z]{3,20}\s*:)", re.IGNORECASE)
_HEADER = re.compile(r"\s*(?:OFXHEADER\s*:|<\?OFX\b)", re.IGNORECASE)
_BODY = re.compile(r"<(?:STMTTRN|STMTRS|CCSTMTRS|BANKTRANLIST)>", re.IGNORECASE)
_DECLARATION = re.compile(r"<!\s*(?:DOCTYPE|ENTITY)", re.IGNORECASE)

_KINDS = {
    "CHECKING": AccountKind.CHEQUING,
    "CHEQUING": AccountKind.CHEQUING,
    "SAVINGS": AccountKind.SAVINGS,
    "MONEYMRKT": AccountKind.SAVINGS,
    "CREDITLINE": AccountKind.LINE_OF_CREDIT,
    "CREDITCARD": AccountKind.CREDIT_CARD,
}
_BALANCE_KINDS = {"LEDGERBAL": BalanceKind.CLOSING, "AVAILBAL": BalanceKind.AVAILABLE}
_ASSUMED_CURRENCY = "CAD"
_ROW_CURRENCY = "CURRENCY.CURSYM"


class OfxReader:
    """The registry's entry for OFX."""

    title = "OFX, QFX or QBO"

    def recognises(self, source: Source) -> bool:
        """OFX is known by its header, by its root tag, or by its body where the head of the file is lost."""
        head = source.text[:_HEAD]
        if not _OPENING.match(head):
            return False  # a table or a letter in which a tag happens to stand
        return bool(_HEADER.match(head) or _ROOT.search(head) or _BODY.search(head))

    def read(self, source: Source, limits: ReadLimits) -> StatementFeed:
        """The accounts of the file.

        Raises StatementRefused: more rows than the limit, a document type declared, several banks, no
        statement at all, or not one readable row.
        """
        if _DECLARATION.search(source.text):
            raise refused(
                ProblemCode.DOCUMENT_TYPE_DECLARED,
                "The OFX file declares a document type or an entity, which no bank's download does. It is not read.",
            )
        document = read_document(source.text, limits.check_rows)
        bank_id, institution, bank_problems = identify_bank(document.marks)
        problems = [*source.warnings, *bank_problems, *_document_problems(document)]
        accounts = []
        for statement in document.statements:
            half_row = document.half_row if document.half_row_statement is statement else None
            if _is_fragment(statement, half_row):
                continue
            reading = _StatementReading(statement, source.text)
            accounts += reading.accounts(half_row)
            problems += reading.problems
        return finished(FeedFormat.OFX, bank_id, accounts, problems, institution=institution)


def _is_fragment(statement: RawStatement, half_row: RawRow | None) -> bool:
    """A statement that was opened and says nothing: no row, no account, no balance."""
    named = statement.account.get("ACCTID") or statement.balances
    return not (named or statement.rows or half_row)


def _document_problems(document: RawDocument) -> list[FeedProblem]:
    problems = []
    for line, status in document.statuses:
        if status.get("SEVERITY", "").upper() == "ERROR":
            text = status.get("MESSAGE") or f"code {status.get('CODE', '?')}"
            problems.append(warning(ProblemCode.BANK_STATUS, f"The bank reports an error: {shown(text)}.", line=line))
    if document.pending:
        problems.append(
            warning(
                ProblemCode.PENDING_NOT_TAKEN,
                f"{document.pending} pending rows were left out: only booked rows are taken.",
                line=document.pending_line,
            )
        )
    if document.truncated and document.half_row is None:
        problems.append(
            warning(
                ProblemCode.FILE_TRUNCATED,
                "The file stops without </OFX>. Every row in it is complete; what stood behind is missing.",
                line=document.last_line,
            )
        )
    return problems


@dataclass(slots=True)
class _StatementReading:
    """One statement on its way to a FeedAccount, with the problems met."""

    statement: RawStatement
    text: str
    problems: list[FeedProblem] = field(default_factory=list)

    def accounts(self, half_row: RawRow | None) -> list[FeedAccount]:
        """The statement's account, and one more per other currency that rows are stated in: they never mix."""
        currency, defect = self._currency()
        external_id, defect = self._external_id(defect)
        rows, rejected = self._rows(currency, defect)
        if half_row is not None:
            self._reject(
                half_row,
                ProblemCode.FILE_TRUNCATED,
                "The file stops inside this row. What is left of it was not taken; download the file again.",
            )
            rejected += 1
        if not rows and not rejected:
            self._warn(ProblemCode.NO_TRANSACTIONS, "The statement holds no transactions.")
        by_currency: dict[str, list[FeedTransaction]] = {currency: []}
        for row in rows:
            by_currency.setdefault(row.currency, []).append(row)
        for code, own in by_currency.items():
            if code != currency:
                message = f"{len(own)} rows are stated in {code}: they are kept apart from those in {currency}."
                self._warn(ProblemCode.CURRENCY_FOREIGN, message, line=own[0].line)
        kind = self._kind()
        accounts = []
        for code, own in by_currency.items():
            start, end = period_of(own, self._window("DTSTART"), self._window("DTEND"))
            accounts.append(
                FeedAccount(
                    external_account_id=external_id,
                    identifier_kind=identifier_kind(external_id, kind),
                    kind=kind,
                    currency=code,
                    transactions=tuple(own),
                    balances=tuple(self._balances(code)) if code == currency else (),
                    period_start=start,
                    period_end=end,
                    rejected=rejected if code == currency else 0,
                )
            )
        return accounts

    def _rows(self, currency: str, defect: LineError | None) -> tuple[list[FeedTransaction], int]:
        """The readable rows and the number of the others."""
        rows: list[FeedTransaction] = []
        rejected = 0
        for raw in self.statement.rows:
            if defect is not None:
                rejected += 1
                self._reject(raw, defect.code, defect.message)
                continue
            try:
                read = read_row(raw, currency)
            except LineError as reason:
                rejected += 1
                self._reject(raw, reason.code, reason.message)
                continue
            rows.append(read.transaction)
            self.problems += read.warnings
        nameless = [row.line for row in rows if row.external_transaction_id is None]
        if nameless:
            self._warn(
                ProblemCode.ID_MISSING,
                f"{len(nameless)} rows have no usable id of the bank (FITID).",
                line=nameless[0],
            )
        return rows, rejected

    def _currency(self) -> tuple[str, LineError | None]:
        """The account's currency; a defect where it is damaged, for then no amount means anything."""
        stated = self.statement.leaves.get("CURDEF", "")
        if not stated:
            of_rows = {text for row in self.statement.rows for name, text, _ in row.leaves if name == _ROW_CURRENCY}
            only = next(iter(of_rows)) if len(of_rows) == 1 else ""
            assumed = only if is_currency_code(only) else _ASSUMED_CURRENCY
            reason = "its rows say so" if assumed == only else "assumed"  # kept
            self._warn(
                ProblemCode.CURRENCY_ASSUMED,
                f"The statement names no currency (CURDEF); it is taken as {assumed} ({reason}).",
            )
            return assumed, None
        try:
            return currency_code(stated), None
        except LineError as defect:
            return _ASSUMED_CURRENCY, defect

    def _external_id(self, defect: LineError | None) -> tuple[str | None, LineError | None]:
        """ACCTID as written, outer blanks trimmed.

        A defect where it is too long, or belongs to an investment account.
        """
        if self.statement.kind == INVESTMENT_STATEMENT:
            defect = LineError(ProblemCode.UNSUPPORTED_STATEMENT, "Rows of an investment statement are not taken.")
        identifier = clean(self.statement.account.get("ACCTID", ""))
        if not identifier:
            self._warn(ProblemCode.ACCOUNT_UNNAMED, "The statement does not name its account (ACCTID).")
            return None, defect
        try:
            return within(IDENTIFIER_LIMIT, "The account number (ACCTID)", identifier), defect
        except LineError as too_long:
            return None, too_long

    def _kind(self) -> AccountKind:
        if self.statement.kind == CARD_STATEMENT:
            return AccountKind.CREDIT_CARD
        stated = collapsed(self.statement.account.get("ACCTTYPE", "")).upper()
        return _KINDS.get(stated, AccountKind.UNKNOWN)

    def _balances(self, currency: str) -> list[FeedBalance]:
        """LEDGERBAL as the closing and AVAILBAL as the available balance, signed as written."""
        balances = []
        for tag, leaves in self.statement.balances.items():
            stated = leaves.get("BALAMT", "")
            line = self.statement.balance_lines[tag]
            try:
                amount: Decimal = parse_amount(stated)
            except LineError as reason:
                if stated:
                    self._warn(
                        ProblemCode.BALANCE_UNREADABLE,
                        f"The balance {tag} is left out. {reason.message}",
                        line=line,
                    )
                continue
            as_of = optional_ofx_date(leaves.get("DTASOF", ""))
            balances.append(FeedBalance(_BALANCE_KINDS[tag], amount, currency, as_of))
        return balances

    def _window(self, name: str) -> date | None:
        return optional_ofx_date(self.statement.window.get(name, ""))

    def _reject(self, raw: RawRow, code: ProblemCode, message: str) -> None:
        written = self.text[raw.start : raw.end or None].strip()
        self.problems.append(error(code, message, line=raw.line, raw=written))

    def _warn(self, code: ProblemCode, message: str, *, line: int | None = None) -> None:
        self.problems.append(warning(code, message, line=line or self.statement.line))
