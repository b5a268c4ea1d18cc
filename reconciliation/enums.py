"""Values of the choice columns in this app's tables; each also stands in a CHECK."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class MappingType(models.TextChoices):
    AUTOMATIC = "automatic", _("Automatic")
    MANUAL = "manual", _("Manual")
    CORRECTED = "corrected", _("Corrected")
    SYSTEM_GENERATED = "system_generated", _("System-generated")


class ReconciliationStatus(models.TextChoices):
    MATCHED = "matched", _("Matched")
    DISCREPANCY = "discrepancy", _("Discrepancy")
    UNMATCHED = "unmatched", _("Unmatched")
    DISPUTED = "disputed", _("Disputed")


class ProposalOutcome(models.TextChoices):
    """What the engine found for a bank line that waits for a person."""

    MATCHED = "matched", _("Likely")
    DISCREPANCY = "discrepancy", _("Amounts differ")
    BATCH = "batch", _("Batch")
    AMBIGUOUS = "ambiguous", _("Ambiguous")
    OFFSET = "offset", _("Reversed")
    UNMATCHED = "unmatched", _("No partner")


class ProposalStatus(models.TextChoices):
    OPEN = "open", _("Open")
    DISPUTED = "disputed", _("Disputed")
    DECIDED = "decided", _("Decided")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class DecisionKind(models.TextChoices):
    APPROVE = "approve", _("Approved the proposal")
    CHOOSE = "choose", _("Chose another")
    CREATE = "create", _("Created the ledger transaction")
    OFFSET = "offset", _("Settled as reversed")
    CORRECT = "correct", _("Corrected the mapping")
    DISPUTE = "dispute", _("Disputed")
    UNMAP = "unmap", _("Unmapped")
    REJECT = "reject", _("Rejected a candidate")
    UNDO = "undo", _("Undid a decision")


class GroupMade(models.TextChoices):
    """Which side of a group of ledger transactions the back office made."""

    PARENT = "parent", _("The whole, from parts that stood")
    PARTS = "parts", _("The parts, of a whole that stood")


class BalanceSyncType(models.TextChoices):
    SCHEDULED = "scheduled", _("Scheduled")
    REAL_TIME = "real_time", _("Real time")
    MANUAL = "manual", _("Manual")
    WEBHOOK = "webhook", _("Webhook")
    INITIAL = "initial", _("Initial")


class BalanceSyncStatus(models.TextChoices):
    SYNCHRONIZED = "synchronized", _("Synchronized")
    CONFLICT_RESOLVED = "conflict_resolved", _("Conflict resolved")
    MANUAL_REVIEW = "manual_review", _("Manual review")
    ERROR = "error", _("Error")


class ResolutionMethod(models.TextChoices):
    ACCEPT_BANK = "accept_bank", _("Accept the bank's balance")
    KEEP_DWAY = "keep_dway", _("Keep DwayBank's balance")
    MANUAL_ADJUSTMENT = "manual_adjustment", _("Manual adjustment")
    TRANSACTION_RESYNC = "transaction_resync", _("Fetch the transactions again")


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
