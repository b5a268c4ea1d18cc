"""SWIFT MT940 statements and MT942 interim reports, as banks hand them out: with and without envelope.

Several messages of one account are joined. The rows of an MT942 are taken as of another source than those of the
MT940 that repeats them, so that both are recognised as the same movements.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal

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
from integrations.feeds.institutions import bank_of_bic, only_bank
from integrations.feeds.joining import StatementPart, joined_accounts
from integrations.feeds.mt940_rows import amount_of, is_expected, read_balance, read_line, without_comma
from integrations.feeds.problems import LineError, ProblemCode, error, warning
from integrations.feeds.source import (
    IDENTIFIER_LIMIT,
    ReadLimits,
    Source,
    finished,
    identifier_kind,
    period_of,
    within,
)
from integrations.feeds.swift_fields import SwiftMessage, messages

_HEAD = 16_384
_FIELDS = re.compile(r"^:(?:25P?|28C?|60[FM]|61|62[FM]|34F|13D):", re.MULTILINE)
_START = re.compile(r"(?:^|\{4:\s*):20:", re.MULTILINE)
# A statement whose beginning is lost, or a file of nothing but rows.
_HEADLESS = re.compile(
    r"\s*:(?:25P?|28C?|60[FM]):[^\n]*\n|\s*:61:[0-9]{6}(?:[0-9]{4})?R?[CD][A-Z]?\s?[0-9]+,[0-9]*[A-Z]"
)
_ENVELOPE = re.compile(r"\s*\{1:F[0-9]{2}[A-Z]{4}.{0,200}\{2:[IO]94[02]", re.DOTALL)
_BIC_BEFORE = re.compile(r"(?P<bic>[A-Z]{6}[A-Z0-9]{2}(?:[A-Z0-9]{3})?)/(?P<number>.+)")
_CURRENCY_IN = re.compile(r"(?:[0-9]*|[DC]?)(?P<code>[A-Z]{3})(?=[DC ]?[0-9,])")
_SUM = re.compile(r"(?P<count>[0-9]{1,5})[A-Z]{3}(?P<amount>[0-9,]{1,16})")
_BALANCES = {
    "60F": BalanceKind.OPENING,
    "60M": BalanceKind.OPENING,
    "62F": BalanceKind.CLOSING,
    "62M": BalanceKind.CLOSING,
    "64": BalanceKind.AVAILABLE,
}
_ASSUMED_CURRENCY = "CAD"


class Mt940Reader:
    """The registry's entry for MT940 and MT942."""

    title = "SWIFT MT940 or MT942"

    def recognises(self, source: Source) -> bool:
        head = source.text[:_HEAD]
        if _ENVELOPE.match(head) or (_START.search(head) and _FIELDS.search(head)):
            return True
        return _HEADLESS.match(head) is not None

    def read(self, source: Source, limits: ReadLimits) -> StatementFeed:
        """The accounts of the file, statements of one account and currency joined.

        Raises StatementRefused: more rows than the limit, several banks, no statement, or not one readable row.
        """
        limits.check_rows(source.text.count("\n:61:"))  # before anything is kept of them
        found = [message for message in messages(source.text) if _says_something(message)]
        problems = list(source.warnings)
        parts: list[StatementPart] = []
        marks: list[tuple[str | None, str]] = []
        seen = 0
        for message in found:
            reading = _Reading(message)
            parts.append(reading.part())
            marks += reading.marks
            problems += reading.problems
            seen += reading.seen
            limits.check_rows(seen)
        problems += _file_warnings(source.text, found)
        accounts, more = joined_accounts(parts)
        bank_id, institution = only_bank(marks)
        interim = bool(found) and all(message.is_report for message in found)
        form = FeedFormat.MT_942 if interim else FeedFormat.MT_940
        return finished(form, bank_id, accounts, [*problems, *more], institution=institution)


def _says_something(message: SwiftMessage) -> bool:
    """Whether the message holds more than a beginning that the end of the file has cut off."""
    if message.ended:
        return message.first("61", "25", "25P", "60F", "60M", "62F", "62M") is not None
    return message.first("61", "", "60F", "60M", "62F", "62M", "34F") is not None


def _file_warnings(text: str, found: list[SwiftMessage]) -> Iterator[FeedProblem]:
    report = next((message for message in found if message.is_report), None)
    if report is not None:
        message = "The file holds a report within the day (MT942). Its rows are taken; the statement will repeat them."
        yield warning(ProblemCode.INTERIM_REPORT, message, line=report.line)
    if not is_clean(text):
        yield warning(ProblemCode.CHARACTERS_REPLACED, "Control characters in the file were replaced by U+FFFD.")
    if found and not found[-1].ended and not found[-1].is_report and not found[-1].first("62F", "62M"):
        message = "The file stops without a closing balance (:62F:): what stood behind is missing."
        yield warning(ProblemCode.FILE_TRUNCATED, message, line=found[-1].line)


@dataclass(slots=True)
class _Reading:
    """One message on its way to an account, with the problems met."""

    message: SwiftMessage
    problems: list[FeedProblem] = field(default_factory=list)
    marks: list[tuple[str | None, str]] = field(default_factory=list)
    seen: int = 0
    rejected: int = 0
    pending: int = 0

    def part(self) -> StatementPart:
        """The statement's account and rows."""
        message = self.message
        balances = self._balances()
        currency, defect = self._currency(balances)
        external_id, defect = self._external_id(currency, defect)
        rows = self._rows(currency, defect, balances)
        if self.pending:
            self._warn(ProblemCode.PENDING_NOT_TAKEN, f"{self.pending} expected movements were left out.")
        if not rows and not self.rejected:
            self._warn(ProblemCode.NO_TRANSACTIONS, "The statement holds no movements.")
        self._check_sums(rows)
        start, end = period_of(rows)
        days = [balance.as_of for balance in balances if balance.as_of]
        account = FeedAccount(
            external_account_id=external_id,
            identifier_kind=identifier_kind(external_id, AccountKind.UNKNOWN),
            kind=AccountKind.UNKNOWN,
            currency=currency,
            transactions=tuple(rows),
            balances=tuple(balances),
            period_start=min([*days, *([start] if start else [])], default=None),
            period_end=max([*days, *([end] if end else [])], default=None),
            rejected=self.rejected,
        )
        names = [found.value for found in (message.first("20"), message.first("28C", "28")) if found]
        return StatementPart(account, message.line, collapsed(clean(" ".join(names))))

    def _rows(self, currency: str, defect: LineError | None, balances: list[FeedBalance]) -> list[FeedTransaction]:
        rows: list[FeedTransaction] = []
        whole: list[FeedTransaction] = []
        fields = self.message.fields
        for place, found in enumerate(fields):
            if found.tag not in ("61", ""):
                continue
            self.seen += 1
            following = fields[place + 1] if place + 1 < len(fields) else None
            details = following if following is not None and following.tag == "86" else None
            try:
                if defect is not None:
                    raise defect
                if not found.tag:
                    raise LineError(ProblemCode.UNEXPECTED_LINE, "The tag of this line is damaged.")
                if is_expected(found):
                    self.pending += 1
                    continue
                at_end = following is None and not self.message.ended
                rows.append(read_line(found, details, currency, at_end=at_end))
                if without_comma(found):
                    whole.append(rows[-1])
            except LineError as reason:
                self.rejected += 1
                raw = "\n".join(part.written for part in (found, details) if part is not None)
                self.problems.append(error(reason.code, reason.message, line=found.line, raw=raw))
                continue
            if not rows[-1].amount:
                self._warn(ProblemCode.AMOUNT_ZERO, "The row moves no money.", line=found.line)
        for odd in self.message.odd:
            text = "The line begins like a field of the statement, but with no known tag: it was taken as text."
            self._warn(ProblemCode.UNEXPECTED_LINE, text, line=odd.line, raw=odd.value)
        return self._checked(rows, whole, balances) if whole else rows

    def _checked(
        self, rows: list[FeedTransaction], whole: list[FeedTransaction], balances: list[FeedBalance]
    ) -> list[FeedTransaction]:
        """The rows, where some amounts lack the comma that SWIFT demands.

        Some banks leave it out of whole amounts; but it may as well be lost, which makes the amount a hundred times
        too large. Where the balances show that, those rows are rejected; else they are taken, each with a warning.
        """
        known = {balance.kind: balance.amount for balance in balances}
        if BalanceKind.OPENING in known and BalanceKind.CLOSING in known:
            moved = known[BalanceKind.CLOSING] - known[BalanceKind.OPENING]
            of_whole = sum((row.amount for row in whole), Decimal(0))
            others = sum((row.amount for row in rows), Decimal(0)) - of_whole
            if others + of_whole != moved and others + of_whole / 100 == moved:
                message = "The balances show that the amount of this row has lost its decimal comma."
                for row in whole:
                    self.rejected += 1
                    self.problems.append(
                        error(ProblemCode.AMOUNT_UNREADABLE, message, line=row.line, raw=f":61:{row.raw['61']}")
                    )
                taken_out = {row.line for row in whole}
                return [row for row in rows if row.line not in taken_out]
        for row in whole:
            self._warn(
                ProblemCode.AMOUNT_WHOLE,
                f"The amount has no decimal comma; it was taken as {abs(row.amount)}.",
                line=row.line,
                raw=f":61:{row.raw['61']}",
            )
        return rows

    def _balances(self) -> list[FeedBalance]:
        balances: dict[BalanceKind, FeedBalance] = {}
        for found in self.message.fields:
            kind = _BALANCES.get(found.tag)
            if kind is None or kind in balances:
                continue
            try:
                balances[kind] = read_balance(found, kind)
            except LineError as reason:
                self._warn(
                    ProblemCode.BALANCE_UNREADABLE,
                    f"The balance :{found.tag}: is left out. {reason.message}",
                    line=found.line,
                    raw=found.written,
                )
        return list(balances.values())

    def _currency(self, balances: list[FeedBalance]) -> tuple[str, LineError | None]:
        """The statement's currency; a defect where two fields contradict each other."""
        codes = dict.fromkeys(b.currency for b in balances)
        if len(codes) > 1:
            message = f"The balances are in {', '.join(codes)}: the currency of the rows is not certain."
            return next(iter(codes)), LineError(ProblemCode.CURRENCY_UNREADABLE, message)
        if codes:
            return next(iter(codes)), None
        for tag in ("34F", "90D", "90C"):
            found = self.message.first(tag)
            match = _CURRENCY_IN.match(found.value) if found else None
            if match:
                return match["code"], None
        self._warn(ProblemCode.CURRENCY_ASSUMED, f"The statement names no currency; {_ASSUMED_CURRENCY} is assumed.")
        return _ASSUMED_CURRENCY, None

    def _external_id(self, currency: str, defect: LineError | None) -> tuple[str | None, LineError | None]:
        """The number in :25: without the bank's address before it and the currency behind it."""
        if self.message.sender:
            self.marks.append(bank_of_bic(self.message.sender))
        found = self.message.first("25", "25P")
        number = collapsed(clean(found.lines[0])) if found else ""
        match = _BIC_BEFORE.fullmatch(number)
        if match:
            self.marks.append(bank_of_bic(match["bic"]))
            number = match["number"]
        if found is not None and found.tag == "25P" and len(found.lines) > 1:
            self.marks.append(bank_of_bic(found.lines[1]))
        bare = number.removesuffix(currency).rstrip(" /-")
        if bare and bare[-1].isdigit():
            number = bare
        if not number:
            self._warn(ProblemCode.ACCOUNT_UNNAMED, "The statement does not name its account (:25:).")
            return None, defect
        try:
            return within(IDENTIFIER_LIMIT, "The account number", number), defect
        except LineError as too_long:
            return None, too_long

    def _check_sums(self, rows: list[FeedTransaction]) -> None:
        """Compare the counts and sums of :90D: and :90C: with the rows; a difference is a warning."""
        if self.rejected or self.pending:
            return
        for tag, sign in (("90D", -1), ("90C", 1)):
            found = self.message.first(tag)
            match = _SUM.match(found.value) if found else None
            if found is None or match is None:
                continue
            amounts = [sign * row.amount for row in rows if sign * row.amount > 0]
            try:
                agrees = (int(match["count"]), amount_of(match["amount"])) == (len(amounts), sum(amounts, Decimal(0)))
            except LineError:
                agrees = False
            if not agrees:
                message = f":{tag}: does not agree with the rows: {len(amounts)} rows, {sum(amounts, Decimal(0))}."
                self._warn(ProblemCode.CONTROL_TOTAL, message, line=found.line, raw=found.written)

    def _warn(self, code: ProblemCode, message: str, *, line: int | None = None, raw: str = "") -> None:
        self.problems.append(warning(code, message, line=line or self.message.line, raw=raw))
