"""The engine's codes in words that a reviewer reads."""

from __future__ import annotations

from typing import Final

from dwaybank.admin.display import Tone
from reconciliation.enums import ProposalOutcome, ProposalStatus

OUTCOME_TONES: Final[dict[str, Tone]] = {
    ProposalOutcome.MATCHED: Tone.GOOD,
    ProposalOutcome.DISCREPANCY: Tone.WARNING,
    ProposalOutcome.BATCH: Tone.INFO,
    ProposalOutcome.AMBIGUOUS: Tone.WARNING,
    ProposalOutcome.OFFSET: Tone.INFO,
    ProposalOutcome.UNMATCHED: Tone.WAITING,
}
PROPOSAL_TONES: Final[dict[str, Tone]] = {
    ProposalStatus.OPEN: Tone.WAITING,
    ProposalStatus.DISPUTED: Tone.BAD,
    ProposalStatus.DECIDED: Tone.GOOD,
    ProposalStatus.WITHDRAWN: Tone.QUIET,
}
# reasons of a proposal, and why a candidate lost (reconciliation.matching.types.Reason)
REASONS: Final = {
    "": "",
    "fee": "the difference looks like a fee",
    "foreign_exchange": "the difference looks like an exchange rate",
    "tip": "the difference looks like a tip",
    "rounding": "the difference looks like rounding",
    "unknown": "the amounts differ",
    "interchangeable": "equal twins: nothing tells them apart",
    "tie": "another candidate is as likely",
    "several_batches": "several sets of lines add up to it",
    "below_probability": "not certain enough to be taken without a person",
    "below_margin": "the runner-up is too close",
    "better_elsewhere": "fits another bank line better",
    "less_likely": "less likely than the one above",
    "likely_absent": "probably not in the ledger at all",
    "no_candidate": "nothing in the ledger comes near",
    "reversed": "a charge and its reversal cancel out",
    "unmapped": "a reviewer took its mapping away",
}


def reason_words(code: str | None) -> str:
    """A reason in words; a code that is not known stands for itself."""
    return REASONS.get(code or "", (code or "").replace("_", " "))
