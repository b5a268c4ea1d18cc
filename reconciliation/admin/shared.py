"""How states read on the screens of this app."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext_lazy as _

from dwaybank.admin.display import Tone
from reconciliation.balances import Cause
from reconciliation.enums import (
    BalanceSyncStatus,
    ConflictStatus,
    DecisionKind,
    MappingType,
    ProposalOutcome,
    ProposalStatus,
    ReconciliationStatus,
    ResolutionStatus,
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
CONFLICT_TONES: Final[dict[str, Tone]] = {
    ConflictStatus.OPEN: Tone.WARNING,
    ConflictStatus.PROPOSED: Tone.WAITING,
    ConflictStatus.RESYNCING: Tone.INFO,
    ConflictStatus.RESOLVED: Tone.GOOD,
    ConflictStatus.HEALED: Tone.GOOD,
}
RESOLUTION_TONES: Final[dict[str, Tone]] = {
    ResolutionStatus.PROPOSED: Tone.WAITING,
    ResolutionStatus.APPROVED: Tone.GOOD,
    ResolutionStatus.REJECTED: Tone.BAD,
    ResolutionStatus.WITHDRAWN: Tone.QUIET,
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
# why balances differ, in words
CAUSES: Final = {
    Cause.MISSING: _("missing in the ledger"),
    Cause.ONLY_LEDGER: _("not at the bank"),
    Cause.DOUBLED: _("booked twice"),
    Cause.MERGED: _("two became one"),
    Cause.FLIPPED: _("wrong sign"),
    Cause.FEE: _("a fee"),
    Cause.DIFFERENCE: _("two amounts of one movement"),
    Cause.BATCH: _("an unmapped batch"),
    Cause.NOT_FETCHED: _("rows never fetched"),
    Cause.SEVERAL: _("several causes"),
}


def cause_words(code: str | None) -> str:
    """A cause as people say it; empty for none."""
    return str(CAUSES[Cause(code)]) if code else ""


# reason codes of the engine, in words
_REASONS: Final = {
    "fee": _("a fee"),
    "foreign_exchange": _("foreign exchange"),
    "tip": _("a tip"),
    "rounding": _("rounding"),
    "unknown": _("amounts differ, reason unknown"),
    "interchangeable": _("equal in every field"),
    "tie": _("no evidence breaks the tie"),
    "several_batches": _("several sums fit"),
    "below_probability": _("not likely enough"),
    "below_margin": _("too close to the next"),
    "better_elsewhere": _("fits another line better"),
    "less_likely": _("less likely than the best"),
    "likely_absent": _("its partner is probably missing"),
    "no_candidate": _("nothing near it in the ledger"),
    "reversed": _("charged and given back"),
    "unmapped": _("a mapping was taken away"),
}


def reason_words(code: str | None) -> str:
    """A reason code of the engine as people say it; an unknown one as it stands."""
    return str(_REASONS.get(code or "", (code or "").replace("_", " ")))
