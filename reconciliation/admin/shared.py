"""How states read on the screens of this app."""

from __future__ import annotations

from typing import Final

from dwaybank.admin.display import Tone
from reconciliation.enums import BalanceSyncStatus, MappingType, ReconciliationStatus

MAPPING_TONES: Final[dict[str, Tone]] = {
    ReconciliationStatus.MATCHED: Tone.GOOD,
    ReconciliationStatus.DISCREPANCY: Tone.WARNING,
    ReconciliationStatus.UNMATCHED: Tone.WAITING,
    ReconciliationStatus.DISPUTED: Tone.BAD,
}
TYPE_TONES: Final[dict[str, Tone]] = {
    MappingType.AUTOMATIC: Tone.INFO,
    MappingType.MANUAL: Tone.INFO,
    MappingType.CORRECTED: Tone.WARNING,
    MappingType.SYSTEM_GENERATED: Tone.INFO,
}
BALANCE_TONES: Final[dict[str, Tone]] = {
    BalanceSyncStatus.SYNCHRONIZED: Tone.GOOD,
    BalanceSyncStatus.CONFLICT_RESOLVED: Tone.GOOD,
    BalanceSyncStatus.MANUAL_REVIEW: Tone.WAITING,
    BalanceSyncStatus.ERROR: Tone.BAD,
}
