"""What a reader is given, what it promises, and the last steps that all readers share."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from integrations.feeds.contract import (
    AccountKind,
    FeedAccount,
    FeedFormat,
    FeedProblem,
    FeedTransaction,
    IdentifierKind,
    Severity,
    StatementFeed,
)
from integrations.feeds.problems import LineError, ProblemCode, refused

# VARCHAR(255) of external_transaction_id, external_account_id and bank_reference; VARCHAR(50) of
# transaction_code.
IDENTIFIER_LIMIT = 255
CODE_LIMIT = 50

_STRETCH = 65_536
_CARD_DIGITS = range(13, 20)  # ISO/IEC 7812 in practice


@dataclass(frozen=True, slots=True)
class ReadLimits:
    """How much one statement file may hold.

    ``max_bytes``: size of the file in bytes, 25 MiB by default (years of a busy account as OFX).
    ``max_rows``: rows in the file, readable or not, 250,000 by default.
    """

    max_bytes: int = 25 * 1024 * 1024
    max_rows: int = 250_000

    def check_rows(self, seen: int) -> None:
        """Raise StatementRefused once more rows were seen than the limit allows."""
        if seen > self.max_rows:
            raise refused(
                ProblemCode.TOO_MANY_ROWS,
                f"The file holds more than {self.max_rows:,} rows. "
                "Download shorter periods and import them one by one.",
            )


DEFAULT_LIMITS = ReadLimits()


@dataclass(frozen=True, slots=True)
class Source:
    """One file: its bytes, its text with line feeds only, and what was noticed while decoding it."""

    data: bytes
    text: str
    warnings: tuple[FeedProblem, ...] = ()


def lines_of(text: str) -> Iterator[str]:
    """``text.split("\\n")``, a stretch at a time: a file of tiny lines takes no memory for a list of all."""
    position = 0
    while True:
        end = text.find("\n", position + _STRETCH)
        if end < 0:
            yield from text[position:].split("\n")
            return
        yield from text[position:end].split("\n")
        position = end + 1


class StatementReader(Protocol):
    """One format. A later format is one more object with these three in the registry of ``detection``."""

    @property
    def title(self) -> str:
        """How people call the format, for the list of known layouts."""

    def recognises(self, source: Source) -> bool:
        """Whether the content is in this format. Cheap, and never raises."""

    def read(self, source: Source, limits: ReadLimits) -> StatementFeed:
        """The statement; StatementRefused where nothing of it can be taken."""


def identifier_kind(identifier: str | None, kind: AccountKind) -> IdentifierKind | None:
    """What an account identifier is: a masked card, a card number (13 to 19 digits), an account number."""
    if identifier is None:
        return None
    if any(mask in identifier for mask in "*•") or "xxx" in identifier.lower():
        return IdentifierKind.MASKED_CARD
    digits = identifier.replace(" ", "").replace("-", "")
    if kind is AccountKind.CREDIT_CARD and digits.isdigit() and len(digits) in _CARD_DIGITS:
        return IdentifierKind.CARD_NUMBER
    return IdentifierKind.ACCOUNT_NUMBER


def within(limit: int, name: str, value: str) -> str:
    """``value`` unchanged, or LineError where the database's column is shorter."""
    if len(value) > limit:
        raise LineError(
            ProblemCode.FIELD_TOO_LONG, f"{name} has {len(value)} characters; at most {limit} can be stored."
        )
    return value


def period_of(
    rows: Iterable[FeedTransaction], start: date | None = None, end: date | None = None
) -> tuple[date | None, date | None]:
    """First and last day of a statement: the stated window, widened until it holds every row.

    BMO states the day of the download as both ends, and CSV files state nothing.
    """
    first, last = start, end
    for row in rows:
        for day in (row.transaction_date, row.posted_date or row.transaction_date):
            first = day if first is None or day < first else first
            last = day if last is None or day > last else last
    return first, last


def finished(
    form: FeedFormat,
    bank_id: str | None,
    accounts: Sequence[FeedAccount],
    problems: Sequence[FeedProblem],
    *,
    institution: str = "",
) -> StatementFeed:
    """The feed with its problems in line order; refused where it would be silently empty."""
    ordered = tuple(sorted(problems, key=lambda p: p.line or 0))
    rejected = sum(account.rejected for account in accounts)
    if not accounts:
        raise refused(
            ProblemCode.NO_STATEMENT,
            "The file is in a known layout but holds no account statement. "
            "Download it again for a period with transactions.",
            ordered,
        )
    if rejected and not any(account.transactions for account in accounts):
        first = next((p for p in ordered if p.severity is Severity.ERROR and p.line is not None), None)
        detail = f" First: line {first.line}: {first.message}" if first else ""
        raise refused(
            ProblemCode.NOTHING_READABLE,
            f"None of the {rejected} rows could be read, so nothing was taken.{detail}",
            ordered,
        )
    return StatementFeed(form, bank_id, institution, tuple(accounts), ordered)
