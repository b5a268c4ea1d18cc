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
from integrations.feeds.csv_layout import BALANCE_TEXT, TOTAL_TEXT, AmountRule, CsvLayout, Role
from integrations.feeds.csv_lines import CsvRecord, records
from integrations.feeds.csv_recognition import Arrangement, arrangement, is_header, recognises
from integrations.feeds.csv_rows import AccountKey, CsvRow, NotBooked, account_of_rejected, read_row
from integrations.feeds.problems import LineError, ProblemCode, error, shown, warning
from integrations.feeds.source import ReadLimits, Source, finished, identifier_kind, period_of

_MONEY_OUT = frozenset({"DEBIT", "DR"})
_MONEY_IN = frozenset({"CREDIT", "CR"})


class CsvReader:
    """The registry's entry for one CSV layout."""

    def __init__(self, layout: CsvLayout, delimiter: str = ",") -> None:
        self.layout = layout
        self.delimiter = delimiter

    @property
    def title(self) -> str:
        return self.layout.title

    def recognises(self, source: Source) -> bool:
        return recognises(self.layout, source.text, self.delimiter)

    def read(self, source: Source, limits: ReadLimits) -> StatementFeed:
        """The accounts of the file.

        Raises StatementRefused: more rows than the limit, no row at all, or not one readable row.
        """
        reading = _Reading(self.layout, limits)
        for record in records(source.text, self.layout.record_start, self.delimiter):
            reading.take(record)
        accounts = reading.accounts()
        problems = [*source.warnings, *reading.problems]
        layout = self.layout
        return finished(layout.format, layout.bank_id, accounts, problems, institution=layout.institution)


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

    def __init__(self, layout: CsvLayout, limits: ReadLimits) -> None:
        self.layout = layout
        self.problems: list[FeedProblem] = []
        self._limits = limits
        self._accounts: dict[AccountKey, _Account] = {}
        self._latest: AccountKey | None = None
        self._unplaced = 0  # rejected lines above the first line that names an account
        self._section = 0
        self._section_lines: dict[int, int] = {}  # line of the headings of each section
        self._section_rows: dict[int, int] = {}
        self._in_rows = not layout.header
        self._seen = 0
        self._first = True
        self._arrangement: Arrangement | None = None
        self._not_booked: list[int] = []  # lines

    def take(self, record: CsvRecord) -> None:
        """Put one record in its place."""
        if record.is_blank:
            return
        first, self._first = self._first, False
        if (self.layout.header or first) and is_header(self.layout, record):
            self._begin_section(record, None)
        elif arranged := arrangement(self.layout, record):
            self._begin_section(record, arranged)
        elif self.layout.preamble and self.layout.preamble.match(record.raw):
            self._in_rows = False
        elif not self._in_rows:
            self._take_preamble(record)
        elif self._is_summary(record := self._arranged(record)):
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
        self._note_not_booked()
        for section, line in self._section_lines.items():
            if not self._section_rows.get(section):
                self.problems.append(
                    warning(ProblemCode.NO_TRANSACTIONS, "No rows stand below the column headings.", line=line)
                )
        self._place_unplaced()
        if self.layout.amounts is AmountRule.TWO_CURRENCIES:
            self._reject_shifted()
        if self.layout.amounts is AmountRule.DIRECTED:
            self._reject_mixed_signs()
        elif self.layout.has(Role.DIRECTION):
            for section in self._section_rows:
                self._direct(section)
        return [self._feed_account(key, account) for key, account in self._accounts.items()]

    def _begin_section(self, record: CsvRecord, arranged: Arrangement | None) -> None:
        self._arrangement = arranged
        if self.layout.sections:
            self._section += 1
            self._section_lines[self._section] = record.line
            self._latest = None
        self._in_rows = True

    def _take_preamble(self, record: CsvRecord) -> None:
        """Text above the headings says nothing, unless it is a row that has lost its place."""
        if self.layout.record_start.match(record.raw):
            self._count_row()
            self._reject(
                record,
                ProblemCode.UNEXPECTED_LINE,
                "A row stands above the column headings, so its columns are not certain.",
            )

    def _arranged(self, record: CsvRecord) -> CsvRecord:
        return record if self._arrangement is None else self._arrangement.arrange(record, self.layout.spare_cells)

    def _note_not_booked(self) -> None:
        if self._not_booked:
            if not self._accounts:
                self._account(AccountKey(self._section, None, self.layout.currency))
            self.problems.append(
                warning(
                    ProblemCode.PENDING_NOT_TAKEN,
                    f"{len(self._not_booked)} rows that are pending or declined were left out: only booked rows are "
                    "taken.",
                    line=self._not_booked[0],
                )
            )

    def _reject_mixed_signs(self) -> None:
        """Reject the rows whose sign contradicts what the file writes beside the same word elsewhere.

        The word decides about the direction, so all rows of one word should have one sign. Where both signs
        occur, the rarer one may mean the opposite direction; where both are equally common, no row is certain.
        """
        rows = [row for account in self._accounts.values() for row in account.rows if row.written]
        for word in {row.direction for row in rows}:
            signed = [row for row in rows if row.direction == word]
            negative = [row for row in signed if (row.written or 0) < 0]
            if not negative or len(negative) == len(signed):
                continue
            doubtful = [row for row in signed if row not in negative] if 2 * len(negative) > len(signed) else negative
            if 2 * len(negative) == len(signed):
                doubtful = signed
            for row in doubtful:
                self._report(
                    row.record,
                    ProblemCode.DIRECTION_UNREADABLE,
                    f"Rows with {shown(word)} have both signs in this file: the direction of this one is not certain.",
                )
            lines = {row.record.line for row in doubtful}
            for account in self._accounts.values():
                account.slots = [None if slot and slot.record.line in lines else slot for slot in account.slots]

    def _is_summary(self, record: CsvRecord) -> bool:
        """Whether the line states a balance or a total; a total only where no date stands in the line."""
        if record.defect is not None:
            return any(TOTAL_TEXT.fullmatch(collapsed(cell).rstrip(": ")) for cell in record.cells[:1])
        cells = {c.role: collapsed(cell) for c, cell in zip(self.layout.columns, record.cells, strict=False)}
        texts = [cells.get(Role.DESCRIPTION, "").rstrip(": "), collapsed(record.cells[0] if record.cells else "")]
        if any(BALANCE_TEXT.fullmatch(text) for text in texts):
            return True
        dated = any(ch.isdigit() for ch in cells.get(Role.DATE, ""))
        return not dated and any(TOTAL_TEXT.fullmatch(text.rstrip(": ")) for text in texts)

    def _take_row(self, record: CsvRecord) -> None:
        try:
            row = read_row(self.layout, record, self._section)
        except NotBooked:
            self._limits.check_rows(self._seen + len(self._not_booked) + 1)
            self._not_booked.append(record.line)
            self._section_rows.setdefault(self._section, 0)
            return
        except LineError as reason:
            self._count_row()
            self._reject(record, reason.code, reason.message)
            return
        self._count_row()
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
        key = account_of_rejected(self.layout, record, self._section) or self._latest
        if key is None:
            self._unplaced += 1
        else:
            self._account(key).slots.append(None)

    def _report(self, record: CsvRecord, code: ProblemCode, message: str) -> None:
        self.problems.append(error(code, message, line=record.line, raw=record.raw))

    def _names_part_of_an_account(self, key: AccountKey) -> bool:
        """Whether the account number is only the beginning of one that rows above name in full."""
        part = key.external_id or ""
        if key in self._accounts or self.layout.columns[-1].role is not Role.ACCOUNT:
            return False
        return any((known.external_id or "").startswith(part) for known in self._accounts)

    def _account(self, key: AccountKey) -> _Account:
        self._latest = key
        return self._accounts.setdefault(key, _Account(self.layout.account_kind))

    def _place_unplaced(self) -> None:
        if self._unplaced:
            key = next(iter(self._accounts), AccountKey(self._section, None, self.layout.currency))
            self._account(key).slots[:0] = [None] * self._unplaced
            self._unplaced = 0

    def _reject_shifted(self) -> None:
        """Reject rows whose dollars a stray comma has probably moved from the CAD$ to the USD$ column.

        RBC may end its rows with one comma too many. An unquoted comma in a description gives the same number
        of fields with everything behind it one column further right: only the other rows of the file tell
        which of the two it is, unless quotes show that the texts protect their commas.
        """
        width = len(self.layout.columns)
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
        if self.layout.has(Role.BALANCE):
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
        if self.layout.names_card and found is IdentifierKind.ACCOUNT_NUMBER:
            return IdentifierKind.CARD_NUMBER
        return found
