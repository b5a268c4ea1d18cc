"""Several statements of one account in one file become one account: days, pages and sections follow each other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise

from integrations.feeds.contract import BalanceKind, FeedAccount, FeedBalance, FeedProblem
from integrations.feeds.problems import ProblemCode, shown, warning


@dataclass(frozen=True, slots=True)
class StatementPart:
    """One statement of a file: what it says of its account, its line, and the bank's number of it or ""."""

    account: FeedAccount
    line: int
    mark: str = ""


def joined_accounts(parts: Sequence[StatementPart]) -> tuple[list[FeedAccount], list[FeedProblem]]:
    """(one entry per account number and currency in file order, problems).

    Rows stay in file order. The opening balance is that of the earliest statement, the others those of the latest,
    whichever way round the file has them. A statement that does not open with what the one before it closed with is
    reported, and one that stands in the file twice is taken once. Statements without a number stay apart.
    """
    groups: dict[tuple[str | None, str, int | None], list[StatementPart]] = {}
    problems: list[FeedProblem] = []
    for place, part in enumerate(parts):
        account = part.account
        key = (account.external_account_id, account.currency, None if account.external_account_id else place)
        group = groups.setdefault(key, [])
        if part.mark and any(_same(part, earlier) for earlier in group):
            problems.append(
                warning(
                    ProblemCode.STATEMENT_REPEATED,
                    f"Statement {shown(part.mark)} stands in the file twice and was taken once.",
                    line=part.line,
                )
            )
        else:
            group.append(part)
    accounts = []
    for group in groups.values():
        in_time = _in_time(group)
        problems += _gaps(in_time)
        accounts.append(_joined(group, in_time))
    return accounts, problems


def joined_pair(first: FeedAccount, later: FeedAccount) -> FeedAccount:
    """Two parts of one account, one behind the other: opening balance of the first, other balances of the later."""
    opening = [b for b in first.balances if b.kind == BalanceKind.OPENING]
    others = [b for b in later.balances if b.kind != BalanceKind.OPENING]
    return _whole((first, later), (*opening, *others))


def _same(part: StatementPart, other: StatementPart) -> bool:
    """Whether two statements of one number say the same, wherever they stand."""
    return part.mark == other.mark and _content(part.account) == _content(other.account)


def _content(account: FeedAccount) -> tuple[object, ...]:
    rows = tuple((r.amount, r.transaction_date, r.description, r.bank_reference) for r in account.transactions)
    return rows, account.balances, account.rejected


def _in_time(group: Sequence[StatementPart]) -> list[StatementPart]:
    """The statements oldest first; in file order where one of them has no date. Equal days stay as they stand."""
    days = [_last_day(part.account) for part in group]
    known = [day for day in days if day is not None]
    if len(known) < len(group):
        return list(group)
    return [part for _, part in sorted(zip(known, group, strict=True), key=lambda pair: pair[0])]


def _last_day(account: FeedAccount) -> date | None:
    closing = next((b.as_of for b in account.balances if b.kind == BalanceKind.CLOSING), None)
    return closing or account.period_end


def _gaps(in_time: Sequence[StatementPart]) -> list[FeedProblem]:
    found = []
    for before, after in pairwise(in_time):
        closing = before.account.balance(BalanceKind.CLOSING)
        opening = after.account.balance(BalanceKind.OPENING)
        if closing is not None and opening is not None and closing != opening:
            found.append(
                warning(
                    ProblemCode.STATEMENT_GAP,
                    f"The statement opens with {opening}, but the one before it closed with {closing}: a statement "
                    "may be missing between them.",
                    line=after.line,
                )
            )
    return found


def _joined(group: Sequence[StatementPart], in_time: Sequence[StatementPart]) -> FeedAccount:
    if len(group) == 1:
        return group[0].account
    first, last = in_time[0].account, in_time[-1].account
    opening = [b for b in first.balances if b.kind == BalanceKind.OPENING]
    others = [b for b in last.balances if b.kind != BalanceKind.OPENING]
    return _whole([part.account for part in group], (*opening, *others))


def _whole(parts: Sequence[FeedAccount], balances: tuple[FeedBalance, ...]) -> FeedAccount:
    starts = [part.period_start for part in parts if part.period_start]
    ends = [part.period_end for part in parts if part.period_end]
    return replace(
        parts[0],
        transactions=tuple(row for part in parts for row in part.transactions),
        balances=balances,
        period_start=min(starts, default=None),
        period_end=max(ends, default=None),
        rejected=sum(part.rejected for part in parts),
    )
