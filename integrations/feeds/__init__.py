"""Statement files of Canadian banks, read into plain values. Pure: no database, no network, no clock.

``read_statement(data)`` is the door; ``contract`` says what comes out of it. A CSV layout that no reader knows is read
by ``read_with_profile``, with a profile that a person made, beginning from ``suggest_profile``.
"""

from integrations.feeds.contract import (
    AccountKind,
    BalanceKind,
    FeedAccount,
    FeedBalance,
    FeedFormat,
    FeedProblem,
    FeedTransaction,
    IdentifierKind,
    Severity,
    StatementFeed,
    StatementRefused,
)
from integrations.feeds.csv_profile import ColumnUse, CsvProfile, DateOrder, ProfileColumn, SignRule
from integrations.feeds.csv_suggestion import CsvSuggestion, suggest_profile
from integrations.feeds.detection import profile_fits, read_statement, read_with_profile
from integrations.feeds.problems import ProblemCode
from integrations.feeds.source import DEFAULT_LIMITS, ReadLimits

__all__ = [
    "DEFAULT_LIMITS",
    "AccountKind",
    "BalanceKind",
    "ColumnUse",
    "CsvProfile",
    "CsvSuggestion",
    "DateOrder",
    "FeedAccount",
    "FeedBalance",
    "FeedFormat",
    "FeedProblem",
    "FeedTransaction",
    "IdentifierKind",
    "ProblemCode",
    "ProfileColumn",
    "ReadLimits",
    "Severity",
    "SignRule",
    "StatementFeed",
    "StatementRefused",
    "profile_fits",
    "read_statement",
    "read_with_profile",
    "suggest_profile",
]
