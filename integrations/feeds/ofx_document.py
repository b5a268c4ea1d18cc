"""The statements of an OFX file as the file has them: tags put in their places, nothing interpreted yet.

Tags are sorted by a small state machine instead of a tree, because real files are not trees: leaf tags, rows
and whole groups are left open, and BMO "closes" ``<BANKMSGSETV1><BANKMSGSET>`` with start tags again. What
counts is only which statement, and which part of it, the latest structural tags have opened.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from integrations.feeds.banks import BankMarks
from integrations.feeds.ofx_syntax import Tag, tags

ROW = "STMTTRN"
BANK_STATEMENT = "STMTRS"
CARD_STATEMENT = "CCSTMTRS"
INVESTMENT_STATEMENT = "INVSTMTRS"

_STATEMENT_OF_ACCOUNT = {
    "BANKACCTFROM": BANK_STATEMENT,
    "CCACCTFROM": CARD_STATEMENT,
    "INVACCTFROM": INVESTMENT_STATEMENT,
}
_STATEMENTS = frozenset(_STATEMENT_OF_ACCOUNT.values())
_RESPONSES = frozenset({"STMTTRNRS", "CCSTMTTRNRS", "INVSTMTTRNRS"})
_BALANCES = frozenset({"LEDGERBAL", "AVAILBAL"})
_PENDING_ROW = "STMTTRNP"

# Leaves that only rows have: outside a row they belong to one whose start tag is damaged.
_ROW_LEAVES = frozenset({"TRNTYPE", "DTPOSTED", "TRNAMT"})
# OFX 2.2 knows about 40 leaves of a row; far more means that the tags that end rows are lost.
_MOST_LEAVES = 200
# Groups whose names are common words: inside a row they may be some vendor's leaf.
_COMMON_WORDS = frozenset({"STATUS", "FI", "BAL"})
# Every tag that cannot stand inside a row: it ends a row that was left open.
_STRUCTURE = (
    frozenset({"OFX", "SIGNONMSGSRSV1", "SONRS", "BANKMSGSRSV1", "CREDITCARDMSGSRSV1", "INVSTMTMSGSRSV1"})
    | {"BANKMSGSET", "BANKMSGSETV1"}
    | {"BANKTRANLIST", "BANKTRANLISTP", "INVTRANLIST", "INVBANKTRAN", "BALLIST"}
    | _COMMON_WORDS
    | {ROW, _PENDING_ROW}
    | _STATEMENT_OF_ACCOUNT.keys()
    | _STATEMENTS
    | _RESPONSES
    | _BALANCES
)

# The groups inside a row and the leaves that belong to each (OFX 2.2, 11.4.4): a leaf of another name ends a
# group that was left open, so that NAME behind an unclosed CURRENCY is the row's NAME.
_ROW_GROUPS: dict[str, frozenset[str]] = {
    "CURRENCY": frozenset({"CURRATE", "CURSYM"}),
    "ORIGCURRENCY": frozenset({"CURRATE", "CURSYM"}),
    "PAYEE": frozenset({"NAME", "ADDR1", "ADDR2", "ADDR3", "CITY", "STATE", "POSTALCODE", "COUNTRY", "PHONE"}),
    "EXTDPAYEE": frozenset({"PAYEEID", "IDSCOPE", "NAME"}),
    "BANKACCTTO": frozenset({"BANKID", "BRANCHID", "ACCTID", "ACCTTYPE", "ACCTKEY"}),
    "CCACCTTO": frozenset({"ACCTID", "ACCTKEY"}),
}


@dataclass(slots=True)
class RawRow:
    """One STMTTRN: where it stands in the text, and its leaves in file order."""

    line: int
    start: int
    end: int = 0
    # (name, "GROUP.NAME" inside a group; text with entities resolved; text as written)
    leaves: list[tuple[str, str, str]] = field(default_factory=list)
    overfull: bool = False


@dataclass(slots=True)
class RawStatement:
    """One statement of one account. Leaves are the trimmed texts by tag name; the first of a name counts."""

    kind: str
    line: int
    leaves: dict[str, str] = field(default_factory=dict)
    account: dict[str, str] = field(default_factory=dict)
    window: dict[str, str] = field(default_factory=dict)
    balances: dict[str, dict[str, str]] = field(default_factory=dict)
    balance_lines: dict[str, int] = field(default_factory=dict)
    rows: list[RawRow] = field(default_factory=list)
    has_account: bool = False


@dataclass(slots=True)
class RawDocument:
    """Everything that was found in the file."""

    statements: list[RawStatement] = field(default_factory=list)
    marks: BankMarks = field(default_factory=BankMarks)
    statuses: list[tuple[int, dict[str, str]]] = field(default_factory=list)
    pending: int = 0
    pending_line: int = 0
    truncated: bool = False
    # The row in which the file stops, and its statement. It is in no list of rows.
    half_row: RawRow | None = None
    half_row_statement: RawStatement | None = None
    last_line: int = 1


class _Sorter:
    """Puts each tag in its place."""

    def __init__(self, count_row: Callable[[int], None]) -> None:
        self.document = RawDocument(truncated=True)
        self._count_row = count_row
        self._seen = 0
        self._statement: RawStatement | None = None
        self._row: RawRow | None = None
        self._in_pending_row = False
        self._group = ""
        self._sink: dict[str, str] = {}

    def take(self, tag: Tag) -> None:
        self.document.last_line = tag.line
        if tag.name in _STRUCTURE and not self._is_leaf_in_row(tag):
            self._end_row(tag)
            self._leave() if tag.closing else self._enter(tag)
            # Complete means: the last thing in the file that matters is </OFX>.
            self.document.truncated = not (tag.closing and tag.name == "OFX")
            if tag.closing and (tag.name in _STATEMENTS or tag.name in _RESPONSES):
                self._statement = None
        elif self._row is not None:
            self._take_in_row(self._row, tag)
        elif not tag.closing and tag.name in _ROW_LEAVES and self._is_lost_row():
            self._take_in_row(self._begin_row(tag), tag)
        elif not tag.closing and not tag.cut:
            self._take_leaf(tag)

    def finish(self) -> RawDocument:
        if self._row is not None:
            self.document.half_row = self._row
            self.document.half_row_statement = self._statement
        return self.document

    def _is_leaf_in_row(self, tag: Tag) -> bool:
        return self._row is not None and tag.name in _COMMON_WORDS and bool(tag.closing or tag.text)

    def _end_row(self, tag: Tag) -> None:
        if self._row is None:
            return
        own_end = tag.closing and tag.name == ROW
        self._row.end = tag.end if own_end else tag.start
        if self._statement is not None:
            self._statement.rows.append(self._row)
        self._row = None

    def _enter(self, tag: Tag) -> None:
        name = tag.name
        self._leave()
        self._in_pending_row = name == _PENDING_ROW
        if name == ROW:
            self._begin_row(tag)
        elif name == _PENDING_ROW:
            self._sink = {}
            self.document.pending += 1
            self.document.pending_line = self.document.pending_line or tag.line
        elif name in _STATEMENTS:
            self._begin(name, tag.line)
        elif name in _RESPONSES:
            self._statement = None
        elif name in _STATEMENT_OF_ACCOUNT:
            self._enter_account(tag)
        elif name in _BALANCES:
            statement = self._current(BANK_STATEMENT, tag.line)
            statement.balance_lines.setdefault(name, tag.line)
            self._sink = statement.balances.setdefault(name, {})
        elif name in {"BANKTRANLIST", "INVTRANLIST"}:
            self._sink = self._current(BANK_STATEMENT, tag.line).window
        elif name == "STATUS":
            self._sink = {}
            self.document.statuses.append((tag.line, self._sink))

    def _is_lost_row(self) -> bool:
        investment = self._statement is not None and self._statement.kind == INVESTMENT_STATEMENT
        return not (self._in_pending_row or investment)

    def _begin_row(self, tag: Tag) -> RawRow:
        self._seen += 1
        self._count_row(self._seen)
        self._current(BANK_STATEMENT, tag.line)
        self._row, self._group = RawRow(tag.line, tag.start), ""
        return self._row

    def _enter_account(self, tag: Tag) -> None:
        kind = _STATEMENT_OF_ACCOUNT[tag.name]
        statement = self._statement
        if statement is None or statement.has_account or statement.rows:
            statement = self._begin(kind, tag.line)  # the tag that opens the statement is missing
        statement.has_account = True
        self._sink = statement.account

    def _leave(self) -> None:
        """Leaves outside any known part belong to the statement, or to nothing."""
        self._sink = self._statement.leaves if self._statement is not None else {}

    def _begin(self, kind: str, line: int) -> RawStatement:
        self._statement = RawStatement(kind, line)
        self.document.statements.append(self._statement)
        self._sink = self._statement.leaves
        return self._statement

    def _current(self, kind: str, line: int) -> RawStatement:
        return self._statement if self._statement is not None else self._begin(kind, line)

    def _take_leaf(self, tag: Tag) -> None:
        if not tag.text:
            return
        if tag.name == "INTU.BID":
            self.document.marks.intuit_ids.append(tag.text)
        elif tag.name == "ORG":
            self.document.marks.names.append(tag.text)
        elif tag.name == "BANKID" and self._statement is not None and self._sink is self._statement.account:
            self.document.marks.bank_ids.append(tag.text)
        elif tag.name == "CURDEF":
            statement = self._current(BANK_STATEMENT, tag.line)
            if statement.rows:  # the tag that opens the next statement is missing
                statement = self._begin(statement.kind, tag.line)
            statement.leaves.setdefault(tag.name, tag.text)
        self._sink.setdefault(tag.name, tag.text)

    def _take_in_row(self, row: RawRow, tag: Tag) -> None:
        if tag.closing:
            if tag.name == self._group:
                self._group = ""
            return
        if tag.name in _ROW_GROUPS and not tag.text:
            self._group = tag.name
            return
        if self._group and tag.name not in _ROW_GROUPS[self._group]:
            self._group = ""
        if len(row.leaves) >= _MOST_LEAVES:
            row.overfull = True
            return
        name = f"{self._group}.{tag.name}" if self._group else tag.name
        row.leaves.append((name, tag.text, tag.written))


def read_document(text: str, count_row: Callable[[int], None]) -> RawDocument:
    """Sort the tags of ``text``; ``count_row`` is called with the number of rows seen and may raise."""
    sorter = _Sorter(count_row)
    for tag in tags(text):
        sorter.take(tag)
    return sorter.finish()
