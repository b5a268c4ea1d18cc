"""Balances compared, conflicts kept and decided by two people.

``compare_account()`` records one comparison, opens or continues the account's conflict, or closes it where it healed.
``propose()``, ``approve()``, ``reject()`` and ``withdraw()`` are the states of a decision; the database holds who may
do what, and books an approved adjustment itself (``balance_resolutions_guard()``).
"""

from reconciliation.balancing.claims import claim, release, snooze
from reconciliation.balancing.comparing import Comparison, NothingToCompare, compare_account, compare_accounts
from reconciliation.balancing.deciding import BalanceRefused, Proposal, Seen, approve, propose, reject, withdraw

__all__ = [
    "BalanceRefused",
    "Comparison",
    "NothingToCompare",
    "Proposal",
    "Seen",
    "approve",
    "claim",
    "compare_account",
    "compare_accounts",
    "propose",
    "reject",
    "release",
    "snooze",
    "withdraw",
]
