"""How states read on the screens of this app."""

from __future__ import annotations

from typing import Final

from dwaybank.admin.display import Tone
from reconciliation.enums import (
    BalanceSyncStatus,
    DecisionKind,
    MappingType,
    ProposalOutcome,
    ProposalStatus,
    ReconciliationStatus,
)

DECIDE: Final = "reconciliation.decide_mapping"

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
OUTCOME_TONES: Final[dict[str, Tone]] = {
    ProposalOutcome.MATCHED: Tone.GOOD,
    ProposalOutcome.DISCREPANCY: Tone.WARNING,
    ProposalOutcome.BATCH: Tone.INFO,
    ProposalOutcome.AMBIGUOUS: Tone.WAITING,
    ProposalOutcome.OFFSET: Tone.INFO,
    ProposalOutcome.UNMATCHED: Tone.BAD,
}
PROPOSAL_TONES: Final[dict[str, Tone]] = {
    ProposalStatus.OPEN: Tone.WAITING,
    ProposalStatus.DISPUTED: Tone.BAD,
    ProposalStatus.DECIDED: Tone.GOOD,
    ProposalStatus.WITHDRAWN: Tone.QUIET,
}
DECISION_TONES: Final[dict[str, Tone]] = {
    DecisionKind.APPROVE: Tone.GOOD,
    DecisionKind.CHOOSE: Tone.GOOD,
    DecisionKind.CREATE: Tone.INFO,
    DecisionKind.OFFSET: Tone.INFO,
    DecisionKind.CORRECT: Tone.WARNING,
    DecisionKind.DISPUTE: Tone.BAD,
    DecisionKind.UNMAP: Tone.WARNING,
    DecisionKind.REJECT: Tone.QUIET,
    DecisionKind.UNDO: Tone.QUIET,
}
# reason codes of the engine, in words
_REASONS: Final = {
    "fee": "a fee",
    "foreign_exchange": "foreign exchange",
    "tip": "a tip",
    "rounding": "rounding",
    "unknown": "amounts differ, reason unknown",
    "interchangeable": "equal in every field",
    "tie": "no evidence breaks the tie",
    "several_batches": "several sums fit",
    "below_probability": "not likely enough",
    "below_margin": "too close to the next",
    "better_elsewhere": "fits another line better",
    "less_likely": "less likely than the best",
    "likely_absent": "its partner is probably missing",
    "no_candidate": "nothing near it in the ledger",
    "reversed": "charged and given back",
    "unmapped": "a mapping was taken away",
}


def reason_words(code: str | None) -> str:
    """A reason code of the engine as people say it; an unknown one as it stands."""
    return _REASONS.get(code or "", (code or "").replace("_", " "))
