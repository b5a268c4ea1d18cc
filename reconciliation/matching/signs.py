"""Whether one side writes money in and money out with the other sign than the other side does.

A ledger export that counts spending as positive matches next to nothing. That is said, and never put right silently:
a wrong guess would pair charges with refunds.
"""

from __future__ import annotations

import numpy as np

from reconciliation.matching.types import Floats, Ints, Side

_FEWEST_LINES = 10
_NEARLY_NOTHING = 0.15
_MOST_LINES = 0.5


def opposite_accounts(bank: Side, ledger: Side) -> tuple[str, ...]:
    """Accounts in which few bank amounts stand in the ledger as they are, and most with the other sign."""
    accounts = sorted(set(bank.accounts) & set(ledger.accounts))
    number = {account: place for place, account in enumerate(accounts)}
    of_bank = np.array([number.get(account, -1) for account in bank.accounts], dtype=np.int64)
    of_ledger = np.array([number.get(account, -1) for account in ledger.accounts], dtype=np.int64)
    shared = of_bank >= 0
    size = np.int64(2 * max(int(np.abs(bank.cents).max(initial=0)), int(np.abs(ledger.cents).max(initial=0))) + 1)
    known = np.unique(of_ledger * size + ledger.cents)

    def share(cents: Ints) -> Floats:
        found = np.isin(of_bank * size + cents, known)[shared]
        return np.asarray(np.bincount(of_bank[shared], found, len(accounts)) / np.maximum(lines, 1))

    lines = np.bincount(of_bank[shared], minlength=len(accounts))
    turned = (share(bank.cents) <= _NEARLY_NOTHING) & (share(-bank.cents) >= _MOST_LINES) & (lines >= _FEWEST_LINES)
    return tuple(account for account, opposite in zip(accounts, turned.tolist(), strict=True) if opposite)
