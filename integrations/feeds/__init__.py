"""Statement files of Canadian banks, read into plain values. Pure: no database, no network, no clock.

``read_statement(data)`` is the door; ``contract`` says what comes out of it.
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
from integrations.feeds.detection import read_statement
from integrations.feeds.problems import ProblemCode
from integrations.feeds.source import DEFAULT_LIMITS, ReadLimits

__all__ = [
    "DEFAULT_LIMITS",
    "AccountKind",
    "BalanceKind",
    "FeedAccount",
    "FeedBalance",
    "FeedFormat",
    "FeedProblem",
    "FeedTransaction",
    "IdentifierKind",
    "ProblemCode",
    "ReadLimits",
    "Severity",
    "StatementFeed",
    "StatementRefused",
    "read_statement",
]
