"""A matching run over the database: load the open lines of both sides, match, write what is certain, queue the rest.

``run_matching`` is the one door. What it writes by itself are mappings of the type ``automatic`` (certain ones) and
``system_generated`` (an account's policy); everything else becomes or renews a proposal that waits for a person.
"""

from reconciliation.mapping.replaying import Replay, replay
from reconciliation.mapping.running import RunSummary, match_accounts, run_matching

__all__ = ["Replay", "RunSummary", "match_accounts", "replay", "run_matching"]
