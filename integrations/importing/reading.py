"""From bytes to a feed whose bank is settled, or to the reasons why not. Nothing is stored here."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace

from dwaybank.models import User
from integrations.enums import Bank
from integrations.feeds import ProblemCode, read_statement, read_with_profile, suggest_profile
from integrations.feeds.contract import FeedAccount, FeedProblem, Severity, StatementFeed, StatementRefused
from integrations.feeds.joining import joined_pair
from integrations.importing.accounts import names_its_account
from integrations.importing.profiles import as_csv_profile, fitting_profiles
from integrations.models import StatementProfile

# A table in no known layout: its bytes are kept, so that somebody can describe its columns.
DESCRIBABLE = "profile_possible"


@dataclass(frozen=True, slots=True)
class ReadFile:
    """A file as read. ``feed`` is None, and ``problems`` says why, where it cannot be taken as a whole."""

    data: bytes
    file_name: str
    sha256: str
    feed: StatementFeed | None
    bank_id: str | None
    problems: tuple[FeedProblem, ...]
    profile: StatementProfile | None = None

    @property
    def describable(self) -> bool:
        """Whether the file, in no known layout, is a table whose columns a person can describe."""
        return any(problem.code == DESCRIBABLE for problem in self.problems)

    @property
    def source(self) -> str:
        """The format, by which rows of one kind of source are told from those of another; "" when unread."""
        return self.feed.format.value if self.feed else ""


def read_file(
    data: bytes, file_name: str, bank: str | None, *, owner: User, profile: StatementProfile | None = None
) -> ReadFile:
    """Read a statement file. ``bank`` says whose it is where the file does not; it cannot contradict the file.

    ``profile`` reads it in a layout that a person described; without one, a file in no known layout is read with the
    one profile of ``owner`` that fits.
    """
    unread = ReadFile(data, file_name[-255:], hashlib.sha256(data).hexdigest(), None, None, ())
    try:
        feed, profile = _feed(data, owner, profile)
    except StatementRefused as refusal:
        why = FeedProblem(None, refusal.code, Severity.ERROR, refusal.message)
        return replace(unread, problems=(*refusal.problems, why, *_advice(data, refusal)))
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
    whole = replace(feed, accounts=_merged(feed.accounts))
    return replace(unread, feed=whole, bank_id=bank_id, problems=problems, profile=profile)


def _feed(data: bytes, owner: User, profile: StatementProfile | None) -> tuple[StatementFeed, StatementProfile | None]:
    """The feed, and the profile it was read with, if any. Raises StatementRefused."""
    if profile is not None:
        return read_with_profile(data, as_csv_profile(profile)), profile
    try:
        return read_statement(data), None
    except StatementRefused as refusal:
        if refusal.code != ProblemCode.UNKNOWN_LAYOUT:
            raise
        fitting = fitting_profiles(data, owner)
        if not fitting:
            raise
        if len(fitting) > 1:
            names = ", ".join(row.name for row in fitting)
            message = f"Several profiles of {owner.email} fit the file: {names}. Say which."
            raise StatementRefused("profile_ambiguous", message) from None
        return read_with_profile(data, as_csv_profile(fitting[0])), fitting[0]


def _advice(data: bytes, refusal: StatementRefused) -> tuple[FeedProblem, ...]:
    """What else can be done with a file that no reader knows: where it is a table, describe its columns."""
    if refusal.code not in (ProblemCode.UNKNOWN_LAYOUT, ProblemCode.PROFILE_UNFIT, "profile_ambiguous"):
        return ()
    try:
        suggest_profile(data)
    except StatementRefused:
        return ()
    message = "The file is a table with dates: describe its columns once, and it is read like any other."
    return (FeedProblem(None, DESCRIBABLE, Severity.WARNING, message),)


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
