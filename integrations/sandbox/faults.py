"""What goes wrong, and when: a plan in words, the same each time for the same seed and order of calls.

A plan lists faults, separated by commas: ``429*3,500%10@plaid,cut@rbc-7``. ``*3`` is the next three calls
(alone: the next one), ``%10`` ten of a hundred calls, ``@`` holds it to a protocol (fdx, plaid,
flinks), a bank, one customer, or the calls whose address ends so (``500@token``, ``cut@transactions``); to such calls
of one customer with both (``500*3@rbc-7/accounts``).
``none`` is no fault, ``storm`` a bit of everything that passes.
"""

from __future__ import annotations

import re
import threading
from collections import Counter, deque
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from random import Random
from typing import Final


class Fault(StrEnum):
    BUSY = "429"
    ERROR = "500"
    TIMEOUT = "timeout"
    CUT = "cut"
    SLOW = "slow"
    MALFORMED = "malformed"
    WRONG_TYPES = "wrong-types"
    MUTATION = "mutation"
    EXPIRED_TOKEN = "expired-token"  # noqa: S105 - the name of a fault
    REVOKED = "revoked"
    CLOCK_SKEW = "clock-skew"
    EMPTY = "empty"


STORM: Final = "429%4,500%4,timeout%1,cut%3,slow%1,malformed%3,wrong-types%2,mutation%10"
_JOURNAL: Final = 200_000
_ENTRY: Final = re.compile(
    r"(?P<fault>[0-9a-z-]+?)(?:\*(?P<count>[0-9]+)|%(?P<share>[0-9]+))?(?:@(?P<scope>[A-Za-z0-9-]+(?:/[A-Za-z0-9-]+)?))?"
)


@dataclass(slots=True)
class _Entry:
    fault: Fault
    left: int | None  # calls that are left to go wrong; None: by share
    share: int
    scope: str


@dataclass(frozen=True, slots=True)
class Served:
    """What was done to one call: when (the machine's time), whose (or the protocol), where, and the fault, if any."""

    at: datetime
    customer: str
    place: str
    fault: Fault | None


class FaultPlan:
    """Decides for each call. Thread-safe. Raises ValueError for a plan that cannot be read."""

    def __init__(self, plan: str = "none", *, seed: int = 0) -> None:
        self._lock = threading.Lock()
        self._seed = seed
        self.counts: Counter[tuple[str, str]] = Counter()
        self._journal: deque[Served] = deque(maxlen=_JOURNAL)
        self.replace(plan)

    def replace(self, plan: str) -> None:
        """Begin another plan; what was counted stays."""
        entries = read_plan(plan)
        with self._lock:
            self._entries = entries
            self._chance = Random(f"{self._seed}/{plan}")  # noqa: S311 - what goes wrong is made up, not a secret

    def next(self, protocol: str, customer: str, path: str) -> Fault | None:
        """What happens to this call. Counts it under the customer (or the protocol, before one is known)."""
        place = path.rsplit("/", 1)[-1]
        scopes = {"", protocol, customer, customer.partition("-")[0], place, f"{customer}/{place}"}
        with self._lock:
            found = next((entry for entry in self._entries if entry.scope in scopes and self._happens(entry)), None)
            if found is not None and found.left is not None:
                found.left -= 1
            self.counts[customer or protocol, found.fault.value if found else "ok"] += 1
            self._journal.append(Served(datetime.now(UTC), customer or protocol, place, found.fault if found else None))
        return found.fault if found else None

    def journal(self) -> list[Served]:
        """The calls so far, the latest hundred thousands, in the order in which they came."""
        with self._lock:
            return list(self._journal)

    def left(self) -> int:
        """How many counted faults of the plan have not happened yet."""
        with self._lock:
            return sum(entry.left or 0 for entry in self._entries)

    def _happens(self, entry: _Entry) -> bool:
        if entry.left is not None:
            return entry.left > 0
        return self._chance.randrange(100) < entry.share


def read_plan(plan: str) -> list[_Entry]:
    """The entries of a plan. Raises ValueError naming the entry that cannot be read."""
    entries = []
    for text in plan.replace("storm", STORM).split(","):
        text = text.strip()
        if text in ("", "none"):
            continue
        match = _ENTRY.fullmatch(text)
        if match is None or match["fault"] not in list(Fault):
            raise ValueError(
                f"The fault {text!r} cannot be read; faults are {', '.join(Fault)}, as in 429*3 or 500%10@td."
            )
        share = int(match["share"]) if match["share"] else 0
        left = None if match["share"] else int(match["count"] or 1)
        entries.append(_Entry(Fault(match["fault"]), left, share, match["scope"] or ""))
    return entries
