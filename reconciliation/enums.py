"""Values of the choice columns in this app's tables; each also stands in a CHECK."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class MappingType(models.TextChoices):
    AUTOMATIC = "automatic", "Automatic"
    MANUAL = "manual", "Manual"
    CORRECTED = "corrected", "Corrected"
    SYSTEM_GENERATED = "system_generated", "System-generated"


class ReconciliationStatus(models.TextChoices):
    MATCHED = "matched", "Matched"
    DISCREPANCY = "discrepancy", "Discrepancy"
    UNMATCHED = "unmatched", "Unmatched"
    DISPUTED = "disputed", "Disputed"


class ProposalOutcome(models.TextChoices):
    """What the engine found for a bank line that waits for a person."""

    MATCHED = "matched", "Likely"
    DISCREPANCY = "discrepancy", "Amounts differ"
    BATCH = "batch", "Batch"
    AMBIGUOUS = "ambiguous", "Ambiguous"
    OFFSET = "offset", "Reversed"
    UNMATCHED = "unmatched", "No partner"


class ProposalStatus(models.TextChoices):
    OPEN = "open", "Open"
    DISPUTED = "disputed", "Disputed"
    DECIDED = "decided", "Decided"
    WITHDRAWN = "withdrawn", "Withdrawn"


class DecisionKind(models.TextChoices):
    APPROVE = "approve", "Approved the proposal"
    CHOOSE = "choose", "Chose another"
    CREATE = "create", "Created the ledger transaction"
    OFFSET = "offset", "Settled as reversed"
    CORRECT = "correct", "Corrected the mapping"
    DISPUTE = "dispute", "Disputed"
    UNMAP = "unmap", "Unmapped"
    REJECT = "reject", "Rejected a candidate"
    UNDO = "undo", "Undid a decision"


class GroupMade(models.TextChoices):
    """Which side of a group of ledger transactions the back office made."""

    PARENT = "parent", "The whole, from parts that stood"
    PARTS = "parts", "The parts, of a whole that stood"


class BalanceSyncType(models.TextChoices):
    SCHEDULED = "scheduled", "Scheduled"
    REAL_TIME = "real_time", "Real time"
    MANUAL = "manual", "Manual"
    WEBHOOK = "webhook", "Webhook"
    INITIAL = "initial", "Initial"


class BalanceSyncStatus(models.TextChoices):
    SYNCHRONIZED = "synchronized", "Synchronized"
    CONFLICT_RESOLVED = "conflict_resolved", "Conflict resolved"
    MANUAL_REVIEW = "manual_review", "Manual review"
    ERROR = "error", "Error"


class ResolutionMethod(models.TextChoices):
    ACCEPT_BANK = "accept_bank", "Accept the bank's balance"
    KEEP_DWAY = "keep_dway", "Keep DwayBank's balance"
    MANUAL_ADJUSTMENT = "manual_adjustment", "Manual adjustment"
    TRANSACTION_RESYNC = "transaction_resync", "Fetch the transactions again"


class ConflictStatus(models.TextChoices):
    """How far a balance conflict has come. The first three are open: an account has one of them at most."""

    OPEN = "open", _("Open")
    PROPOSED = "proposed", _("Waits for approval")
    RESYNCING = "resyncing", _("Waits for bank data")
    RESOLVED = "resolved", _("Resolved")
    HEALED = "healed", _("Closed by itself")


class ResolutionStatus(models.TextChoices):
    PROPOSED = "proposed", _("Proposed")
    APPROVED = "approved", _("Approved")
    REJECTED = "rejected", _("Rejected")
    WITHDRAWN = "withdrawn", _("Withdrawn")
