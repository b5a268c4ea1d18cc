"""From bytes to a feed whose bank is settled, or to the reasons why not. Nothing is stored here."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace

from integrations.enums import Bank
from integrations.feeds import read_statement
from integrations.feeds.contract import FeedAccount, FeedProblem, Severity, StatementFeed, StatementRefused
from integrations.feeds.joining import joined_pair
from integrations.importing.accounts import names_its_account


@dataclass(frozen=True, slots=True)
class ReadFile:
    """A file as read. ``feed`` is None, and ``problems`` says why, where it cannot be taken as a whole."""

    data: bytes
    file_name: str
    sha256: str
    feed: StatementFeed | None
    bank_id: str | None
    problems: tuple[FeedProblem, ...]

    @property
    def source(self) -> str:
        """The format, by which rows of one kind of source are told from those of another; "" when unread."""
        return self.feed.format.value if self.feed else ""


def read_file(data: bytes, file_name: str, bank: str | None) -> ReadFile:
    """Read a statement file. ``bank`` says whose it is where the file does not; it cannot contradict the file."""
    unread = ReadFile(data, file_name[-255:], hashlib.sha256(data).hexdigest(), None, None, ())
    try:
        feed = read_statement(data)
    except StatementRefused as refusal:
        why = FeedProblem(None, refusal.code, Severity.ERROR, refusal.message)
        return replace(unread, problems=(*refusal.problems, why))
    if feed.bank_id is not None and bank is not None and bank != feed.bank_id:
        message = (
            f"The file was written by {Bank(feed.bank_id).label}, not by {Bank(bank).label}. "
            "Leave the bank out, or hand in the other bank's file."
        )
        return replace(unread, problems=(FeedProblem(None, "bank_mismatch", Severity.ERROR, message),))
    bank_id = feed.bank_id or bank or Bank.AGGREGATION.value
    problems = feed.problems
    if feed.bank_id is None and bank is None:
        origin = (
            f"The file is of {feed.institution}" if feed.institution else "The file does not say which bank wrote it"
        )
        message = f"{origin}: it is kept under '{Bank.AGGREGATION.label}'. Name the bank if it is RBC, TD, BMO or CIBC."
        problems = (FeedProblem(None, "bank_not_recognised", Severity.WARNING, message), *problems)
    return replace(unread, feed=replace(feed, accounts=_merged(feed.accounts)), bank_id=bank_id, problems=problems)


def _merged(accounts: Sequence[FeedAccount]) -> tuple[FeedAccount, ...]:
    """One entry per account that the file names: some banks repeat an account, section by section."""
    merged: list[FeedAccount] = []
    places: dict[tuple[str | None, str], int] = {}
    for account in accounts:
        key = (account.external_account_id, account.currency)
        if names_its_account(account) and key in places:
            merged[places[key]] = joined_pair(merged[places[key]], account)
        else:
            places[key] = len(merged)
            merged.append(account)
    return tuple(merged)
