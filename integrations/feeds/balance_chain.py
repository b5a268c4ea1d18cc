"""TD's running balance: which way the rows run, what the file opened and closed with, and where it breaks.

TD's CSV states behind every row the balance that the row led to, and both orders of rows are seen: newest
first and oldest first. The balances tell which. Where the column is the amount owed on a card, it grows with
every purchase; such balances are turned into the holder's view (owed is negative).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import pairwise, product

from integrations.feeds.contract import BalanceKind, FeedBalance, FeedProblem, FeedTransaction
from integrations.feeds.problems import ProblemCode, warning

_NUMERIC_15_2 = Decimal(10) ** 13


@dataclass(frozen=True, slots=True)
class BalanceChain:
    """The rows (file order, balances in the holder's view) and what their balances say."""

    rows: tuple[FeedTransaction, ...]
    balances: tuple[FeedBalance, ...]
    problems: tuple[FeedProblem, ...]
    newest_first: bool
    owed: bool


@dataclass(frozen=True, slots=True)
class _Link:
    """Two neighbouring rows whose balances are both readable, in file order."""

    above: FeedTransaction
    below: FeedTransaction

    def ordered(self, newest_first: bool) -> tuple[FeedTransaction, FeedTransaction]:
        return (self.below, self.above) if newest_first else (self.above, self.below)


def follow_chain(slots: Sequence[FeedTransaction | None]) -> BalanceChain:
    """Read the chain of ``slots``: the rows in file order, None where a line was rejected.

    A rejected line interrupts the chain: nothing is checked across it. Opening and closing balance are left
    out where the first or last row in time has no readable balance or is itself a rejected line, for then
    the file's true figure is not known.
    """
    links = [
        _Link(above, below)
        for above, below in pairwise(slots)
        if above is not None and below is not None and _stated(above, below)
    ]
    newest_first, owed = max(product((False, True), repeat=2), key=lambda mode: _evidence(links, *mode))
    problems = [
        _break(earlier, later, owed)
        for earlier, later in (link.ordered(newest_first) for link in links)
        if _expected(earlier, later, owed) != later.running_balance
    ]
    seen = [_holder_view(row, owed) if row is not None else None for row in slots]
    in_time = seen[::-1] if newest_first else seen
    return BalanceChain(
        rows=tuple(row for row in seen if row is not None),
        balances=tuple(_ends(in_time)),
        problems=tuple(problems),
        newest_first=newest_first,
        owed=owed,
    )


def _stated(*rows: FeedTransaction) -> bool:
    return all(row.running_balance is not None for row in rows)


def _evidence(links: Sequence[_Link], newest_first: bool, owed: bool) -> tuple[int, int, bool, bool]:
    """What speaks for one way of reading: links that add up, then dates, then the plainer reading."""
    adding_up = in_order = 0
    for earlier, later in (link.ordered(newest_first) for link in links):
        adding_up += _expected(earlier, later, owed) == later.running_balance
        in_order += earlier.transaction_date <= later.transaction_date
    return adding_up, in_order, not owed, not newest_first


def _expected(earlier: FeedTransaction, later: FeedTransaction, owed: bool) -> Decimal:
    before = earlier.running_balance if earlier.running_balance is not None else Decimal(0)
    return before - later.amount if owed else before + later.amount


def _break(earlier: FeedTransaction, later: FeedTransaction, owed: bool) -> FeedProblem:
    expected = _expected(earlier, later, owed)
    return warning(
        ProblemCode.BALANCE_CHAIN_BREAK,
        f"The running balance should be {expected}, following {earlier.running_balance} in line "
        f"{earlier.line}, but the file states {later.running_balance}: a row may be missing or changed.",
        line=later.line,
    )


def _holder_view(row: FeedTransaction, owed: bool) -> FeedTransaction:
    if not owed or row.running_balance is None:
        return row
    return replace(row, running_balance=Decimal("0.00") - row.running_balance)


def _ends(in_time: Sequence[FeedTransaction | None]) -> list[FeedBalance]:
    """Opening and closing balance, as far as the first and last row in time state them."""
    found = []
    first, last = (in_time[0], in_time[-1]) if in_time else (None, None)
    if first is not None and first.running_balance is not None:
        opening = first.running_balance - first.amount
        if abs(opening) < _NUMERIC_15_2:
            found.append(FeedBalance(BalanceKind.OPENING, opening, first.currency, first.transaction_date))
    if last is not None and last.running_balance is not None:
        found.append(FeedBalance(BalanceKind.CLOSING, last.running_balance, last.currency, last.transaction_date))
    return found
