"""Which lines hang together: the connected components of candidate pairs."""

from __future__ import annotations

import numpy as np

from reconciliation.matching.types import Ints


def components(bank: Ints, ledger: Ints, banks: int, ledgers: int) -> tuple[int, Ints]:
    """How many components there are, and the one of each line: ``banks`` bank lines first, then ``ledgers`` others.

    ``bank`` and ``ledger`` are the positions of the pairs' two lines, each counted from 0 on its own side.
    """
    # here and not above: scipy takes as long to load as all of Django, and most processes never match
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    size = banks + ledgers
    graph = coo_array((np.ones(len(bank), dtype=np.int8), (bank, ledger + banks)), shape=(size, size))
    count, label = connected_components(graph, directed=False)
    return int(count), label.astype(np.int64)
