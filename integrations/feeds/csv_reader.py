"""The one engine for all CSV layouts: records in, accounts with rows, balances and problems out."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from decimal import Decimal

from integrations.feeds.balance_chain import BalanceChain, follow_chain
from integrations.feeds.cleaning import collapsed
from integrations.feeds.contract import (
    AccountKind,
    FeedAccount,
    FeedBalance,
    FeedProblem,
    FeedTransaction,
    IdentifierKind,
    StatementFeed,
)
from integrations.feeds.csv_lines import CsvRecord, records
from integrations.feeds.csv_profiles import BALANCE_TEXT, TOTAL_TEXT, AmountRule, CsvProfile, Role
from integrations.feeds.csv_recognition import is_header, recognises
from integrations.feeds.csv_rows import AccountKey, CsvRow, account_of_rejected, read_row
from integrations.feeds.problems import LineError, ProblemCode, error, shown, warning
from integrations.feeds.source import ReadLimits, Source, finished, identifier_kind, period_of

_MONEY_OUT = frozenset({"DEBIT", "DR"})
_MONEY_IN = frozenset({"CREDIT", "CR"})


class CsvReader:
    """The registry's entry for one CSV layout."""

    def __init__(self, profile: CsvProfile) -> None:
        self.profile = profile

    @property
    def title(self) -> str:
        return self.profile.title

    def recognises(self, source: Source) -> bool:
        return recognises(self.profile, source.text)

    def read(self, source: Source, limits: ReadLimits) -> StatementFeed:
        """The accounts of the file.

        Raises StatementRefused: more rows than the limit, no row at all, or not one readable row.
        """
        reading = _Reading(self.profile, limits)
        for record in records(source.text, self.profile.record_start):
            reading.take(record)
        accounts = reading.accounts()
        problems = [*source.warnings, *reading.problems]
        return finished(self.profile.format, self.profile.bank_id, accounts, problems)


@dataclass(slots=True)
class _Account:
    """One account while it is being read: rows in file order, None for a rejected line."""

    kind: AccountKind = AccountKind.UNKNOWN
    slots: list[CsvRow | None] = field(default_factory=list)

    @property
    def rejected(self) -> int:
        return self.slots.count(None)

    @property
    def rows(self) -> list[CsvRow]:
        return [row for row in self.slots if row is not None]


class _Reading:
    """The state of reading one file from top to bottom."""

    def __init__(self, profile: CsvProfile, limits: ReadLimits) -> None:
        self.profile = profile
        self.problems: list[FeedProblem] = []
        self._limits = limits
        self._accounts: dict[AccountKey, _Account] = {}
        self._latest: AccountKey | None = None
        self._unplaced = 0  # rejected lines above the first line that names an account
        self._section = 0
        self._section_lines: dict[int, int] = {}  # line of the headings of each section
        self._section_rows: dict[int, int] = {}
        self._in_rows = not profile.header
        self._seen = 0
        self._first = True

    def take(self, record: CsvRecord) -> None:
        """Put one record in its place."""
        if record.is_blank:
            return
        first, self._first = self._first, False
        if (self.profile.header or first) and is_header(self.profile, record):
            self._begin_section(record)
        elif self.profile.preamble and self.profile.preamble.match(record.raw):
            self._in_rows = False
        elif not self._in_rows:
            self._take_preamble(record)
        elif self._is_summary(record):
            self.problems.append(
                warning(
                    ProblemCode.SUMMARY_LINE_SKIPPED,
                    "The line states a balance or a total, not a movement, and was left out.",
                    line=record.line,
                    raw=record.raw,
                )
            )
        else:
            self._take_row(record)

    def accounts(self) -> list[FeedAccount]:
        """All accounts of the file, in the order in which it names them."""
        for section, line in self._section_lines.items():
            if not self._section_rows.get(section):
                self.problems.append(
                    warning(ProblemCode.NO_TRANSACTIONS, "No rows stand below the column headings.", line=line)
                )
        self._place_unplaced()
        if self.profile.amounts is AmountRule.TWO_CURRENCIES:
            self._reject_shifted()
        if any(column.role is Role.DIRECTION for column in self.profile.columns):
            for section in self._section_rows:
                self._direct(section)
        return [self._feed_account(key, account) for key, account in self._accounts.items()]

    def _begin_section(self, record: CsvRecord) -> None:
        if self.profile.sections:
            self._section += 1
            self._section_lines[self._section] = record.line
            self._latest = None
        self._in_rows = True

    def _take_preamble(self, record: CsvRecord) -> None:
        """Text above the headings says nothing, unless it is a row that has lost its place."""
        if self.profile.record_start.match(record.raw):
            self._count_row()
            self._reject(
                record,
                ProblemCode.UNEXPECTED_LINE,
                "A row stands above the column headings, so its columns are not certain.",
            )

    def _is_summary(self, record: CsvRecord) -> bool:
        """Whether the line states a balance or a total; a total only where no date stands in the line."""
        cells = {c.role: collapsed(cell) for c, cell in zip(self.profile.columns, record.cells, strict=False)}
        texts = [cells.get(Role.DESCRIPTION, "").rstrip(": "), collapsed(record.cells[0] if record.cells else "")]
        if any(BALANCE_TEXT.fullmatch(text) for text in texts):
            return True
        dated = any(ch.isdigit() for ch in cells.get(Role.DATE, ""))
        return not dated and any(TOTAL_TEXT.fullmatch(text.rstrip(": ")) for text in texts)

    def _take_row(self, record: CsvRecord) -> None:
        self._count_row()
        try:
            row = read_row(self.profile, record, self._section)
        except LineError as reason:
            self._reject(record, reason.code, reason.message)
            return
        if record.unended and self._names_part_of_an_account(row.key):
            self._report(record, ProblemCode.FILE_TRUNCATED, "The file stops inside the card number of this row.")
            self._accounts[self._latest or row.key].slots.append(None)
            return
        self.problems += row.warnings
        account = self._account(row.key)
        account.slots.append(row)
        if account.kind is AccountKind.UNKNOWN:
            account.kind = row.kind

    def _count_row(self) -> None:
        self._seen += 1
        self._limits.check_rows(self._seen)
        self._section_rows[self._section] = self._section_rows.get(self._section, 0) + 1

    def _reject(self, record: CsvRecord, code: ProblemCode, message: str) -> None:
        """Report a line, and count it with the account it names, else with the account above it."""
        self._report(record, code, message)
        key = account_of_rejected(self.profile, record, self._section) or self._latest
        if key is None:
            self._unplaced += 1
        else:
            self._account(key).slots.append(None)

    def _report(self, record: CsvRecord, code: ProblemCode, message: str) -> None:
        self.problems.append(error(code, message, line=record.line, raw=record.raw))

    def _names_part_of_an_account(self, key: AccountKey) -> bool:
        """Whether the account number is only the beginning of one that rows above name in full."""
        part = key.external_id or ""
        if key in self._accounts or self.profile.columns[-1].role is not Role.ACCOUNT:
            return False
        return any((known.external_id or "").startswith(part) for known in self._accounts)

    def _account(self, key: AccountKey) -> _Account:
        self._latest = key
        return self._accounts.setdefault(key, _Account(self.profile.account_kind))

    def _place_unplaced(self) -> None:
        if self._unplaced:
            key = next(iter(self._accounts), AccountKey(self._section, None, "CAD"))
            self._account(key).slots[:0] = [None] * self._unplaced
            self._unplaced = 0

    def _reject_shifted(self) -> None:
        """Reject rows whose dollars a stray comma has probably moved from the CAD$ to the USD$ column.

        RBC may end its rows with one comma too many. An unquoted comma in a description gives the same number
        of fields with everything behind it one column further right: only the other rows of the file tell
        which of the two it is, unless quotes show that the texts protect their commas.
        """
        width = len(self.profile.columns)
        if all(len(row.record.cells) > width for account in self._accounts.values() for row in account.rows):
            return
        for key, account in list(self._accounts.items()):
            if key.currency == "CAD":
                continue
            for place, row in enumerate(account.slots):
                if row is not None and len(row.record.cells) > width and '"' not in row.record.raw:
                    account.slots[place] = None
                    self._report(
                        row.record,
                        ProblemCode.FIELD_COUNT,
                        "The line has one field more than others in this file, so its amount may be in CAD.",
                    )
            sibling = self._accounts.get(replace(key, currency="CAD"))
            if sibling is not None and not account.rows:  # an account that only the stray comma made up
                sibling.slots += account.slots
                del self._accounts[key]

    def _direct(self, section: int) -> None:
        """Give the rows of a section without any sign the direction that stands beside them.

        BMO's account files are mostly signed; some write every amount positive and leave the direction to
        the column DEBIT or CREDIT.
        """
        accounts = [account for key, account in self._accounts.items() if key.section == section]
        rows = [row for account in accounts for row in account.rows]
        unsigned = all(row.transaction.amount >= 0 for row in rows)
        if not unsigned or not any(row.direction in _MONEY_OUT for row in rows):
            return
        for account in accounts:
            account.slots = [self._directed(row) if row is not None else None for row in account.slots]

    def _directed(self, row: CsvRow) -> CsvRow | None:
        if row.direction in _MONEY_IN or not row.transaction.amount:
            return row
        if row.direction in _MONEY_OUT:
            amount = Decimal("0.00") - row.transaction.amount
            return replace(row, transaction=replace(row.transaction, amount=amount))
        self._report(
            row.record,
            ProblemCode.DIRECTION_UNREADABLE,
            f"The amounts here have no sign and {shown(row.direction)} is neither DEBIT nor CREDIT.",
        )
        return None

    def _feed_account(self, key: AccountKey, account: _Account) -> FeedAccount:
        rows: tuple[FeedTransaction, ...] = tuple(row.transaction for row in account.rows)
        balances: tuple[FeedBalance, ...] = ()
        kind = account.kind
        if any(column.role is Role.BALANCE for column in self.profile.columns):
            chain = self._chain(account)
            rows, balances = chain.rows, chain.balances
            kind = AccountKind.CREDIT_CARD if chain.owed else kind
        start, end = period_of(rows)
        return FeedAccount(
            external_account_id=key.external_id,
            identifier_kind=self._identifier_kind(key.external_id, kind),
            kind=kind,
            currency=key.currency,
            transactions=rows,
            balances=balances,
            period_start=start,
            period_end=end,
            rejected=account.rejected,
        )

    def _chain(self, account: _Account) -> BalanceChain:
        chain = follow_chain([row.transaction if row is not None else None for row in account.slots])
        self.problems += chain.problems
        return chain

    def _identifier_kind(self, external_id: str | None, kind: AccountKind) -> IdentifierKind | None:
        found = identifier_kind(external_id, kind)
        if self.profile.names_card and found is IdentifierKind.ACCOUNT_NUMBER:
            return IdentifierKind.CARD_NUMBER
        return found
