"""Values of the choice columns in this app's tables; each also stands in a CHECK."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Bank(models.TextChoices):
    """Where bank data comes from."""

    RBC = "rbc", "RBC Royal Bank"
    TD = "td", "TD Canada Trust"
    BMO = "bmo", "BMO Bank of Montreal"
    CIBC = "cibc", "CIBC"
    AGGREGATION = "aggregation", "Aggregator or other institution"


class ConnectionType(models.TextChoices):
    OAUTH = "oauth", "Bank API (OAuth)"
    AGGREGATION = "aggregation", "Aggregator"
    SCRAPING = "scraping", "Screen scraping"
    API = "api", "Statement files"


class ConnectionStatus(models.TextChoices):
    ACTIVE = "active", "Active"
    EXPIRED = "expired", "Expired"
    DISABLED = "disabled", "Disabled"
    ERROR = "error", "Error"
    MAINTENANCE = "maintenance", "Maintenance"


class SyncType(models.TextChoices):
    INITIAL = "initial", "Initial"
    SCHEDULED = "scheduled", "Scheduled"
    MANUAL = "manual", "Manual"
    WEBHOOK = "webhook", "Webhook"
    REAL_TIME = "real_time", "Real time"
    FALLBACK = "fallback", "Fallback"


class SyncOperation(models.TextChoices):
    ACCOUNTS = "accounts", "Accounts"
    TRANSACTIONS = "transactions", "Transactions"
    BALANCE = "balance", "Balance"
    FULL = "full", "Full"
    CONNECTION_TEST = "connection_test", "Connection test"


class SyncStatus(models.TextChoices):
    STARTED = "started", "Started"
    IN_PROGRESS = "in_progress", "In progress"
    COMPLETED = "completed", "Completed"
    FAILED = "failed", "Failed"
    PARTIAL = "partial", "Partial"
    TIMEOUT = "timeout", "Timed out"


class ProcessingStatus(models.TextChoices):
    """How far a bank transaction has come; ``duplicate`` is the same movement from a second source."""

    IMPORTED = "imported", "Imported"
    PROCESSED = "processed", "Processed"
    MAPPED = "mapped", "Mapped"
    ERROR = "error", "Error"
    DUPLICATE = "duplicate", "Duplicate"


class WebhookStatus(models.TextChoices):
    ACTIVE = "active", "Active"
    INACTIVE = "inactive", "Inactive"
    FAILED = "failed", "Failed"
    PENDING = "pending", "Pending"
    EXPIRED = "expired", "Expired"


class ErrorType(models.TextChoices):
    AUTHENTICATION = "authentication", "Authentication"
    NETWORK = "network", "Network"
    RATE_LIMIT = "rate_limit", "Rate limit"
    SERVER_ERROR = "server_error", "Server error"
    VALIDATION = "validation", "Validation"
    TIMEOUT = "timeout", "Timeout"


class ErrorOwner(models.TextChoices):
    """Who has to act before an error goes away."""

    CUSTOMER = "customer", "Customer"
    BANK = "bank", "Bank"
    AGGREGATOR = "aggregator", "Aggregator"
    US = "us", "DwayBank"
    LIMIT = "limit", "Rate limit: wait"


class ErrorSeverity(models.TextChoices):
    LOW = "low", "Low"
    MEDIUM = "medium", "Medium"
    HIGH = "high", "High"
    CRITICAL = "critical", "Critical"


class ResolutionStatus(models.TextChoices):
    NEW = "new", "New"
    IN_PROGRESS = "in_progress", "In progress"
    RESOLVED = "resolved", "Resolved"
    IGNORED = "ignored", "Ignored"
    ESCALATED = "escalated", "Escalated"


class BusinessImpact(models.TextChoices):
    NONE = "none", "None"
    LOW = "low", "Low"
    MEDIUM = "medium", "Medium"
    HIGH = "high", "High"
    CRITICAL = "critical", "Critical"


class FileStatus(models.TextChoices):
    """What became of a statement file as a whole."""

    RECEIVED = "received", "Received, not yet imported"
    IMPORTED = "imported", "Imported"
    PARTIAL = "partial", "Partly imported"
    REFUSED = "refused", "Refused"


class IdentifierKind(models.TextChoices):
    """What kind of name a file gives an account; only an account number is unique to it."""

    ACCOUNT_NUMBER = "account_number", "Account number"
    CARD_NUMBER = "card_number", "Card number"
    MASKED_CARD = "masked_card", "Masked card number"
    UNNAMED = "unnamed", "Not named by the file"


class ProfileDateOrder(models.TextChoices):
    """Order of the fields of a date in a described CSV layout: the values of ``feeds.DateOrder``."""

    YEAR_MONTH_DAY = "ymd", _("year, month, day")
    MONTH_DAY_YEAR = "mdy", _("month, day, year")
    DAY_MONTH_YEAR = "dmy", _("day, month, year")
    COMPACT = "yyyymmdd", _("eight digits (20260131)")


class ProfileSignRule(models.TextChoices):
    """How amounts of a described CSV layout show money out: the values of ``feeds.SignRule``."""

    OUT_IS_NEGATIVE = "out_is_negative", _("one amount, money out is negative")
    OUT_IS_POSITIVE = "out_is_positive", _("one amount, money out is positive (some cards)")
    TWO_COLUMNS = "two_columns", _("a column for money out, another for money in")
    WORD_BESIDE = "word_beside", _("one amount, a word beside it says debit or credit")


class ProfileAccountKind(models.TextChoices):
    """Kind of account of a described CSV layout: the values of ``feeds.AccountKind``."""

    UNKNOWN = "unknown", _("not said")
    CHEQUING = "chequing", _("chequing")
    SAVINGS = "savings", _("savings")
    DEPOSIT = "deposit", _("chequing or savings")
    CREDIT_CARD = "credit_card", _("credit card")
    LINE_OF_CREDIT = "line_of_credit", _("line of credit")


class BankBalanceKind(models.TextChoices):
    """Posted: of booked movements only. Available: what may be spent, holds and pending rows taken off."""

    POSTED = "posted", _("Posted")
    AVAILABLE = "available", _("Available")


class SyncReason(models.TextChoices):
    """Why a sync was asked for."""

    INITIAL = "initial", _("First sync")
    SCHEDULED = "scheduled", _("Schedule")
    MANUAL = "manual", _("By hand")
    WEBHOOK = "webhook", _("Webhook")
    RESYNC = "resync", _("Days fetched again")
    RETRY = "retry", _("Retry of an error")
    PROBE = "probe", _("Probe after failures")


class RequestStatus(models.TextChoices):
    """How far a sync request has come."""

    QUEUED = "queued", _("Waiting")
    RUNNING = "running", _("Running")
    COMPLETED = "completed", _("Completed")
    FAILED = "failed", _("Failed")
    CANCELLED = "cancelled", _("Cancelled")


class ConsentState(models.TextChoices):
    """What is known of a customer's consent at the bank."""

    UNKNOWN = "unknown", _("Not known")
    AWAITING = "awaiting", _("Awaited")
    ACTIVE = "active", _("Active")
    EXPIRING = "expiring", _("Ends soon")
    EXPIRED = "expired", _("Expired")
    REVOKED = "revoked", _("Revoked")


class PendingStatus(models.TextChoices):
    """Where a pending movement stands, or how it ended."""

    PENDING = "pending", _("Pending")
    POSTED = "posted", _("Booked")
    CHANGED = "changed", _("Booked with another amount")
    VANISHED = "vanished", _("Vanished")
    EXPIRED = "expired", _("Expired")


class PendingLink(models.TextChoices):
    """How it is known which booked row a pending one became; the last two are assumptions."""

    BANK = "bank", _("The bank says so")
    SAME_ID = "same_id", _("Same id")
    AMOUNT = "amount", _("Assumed by amount and day")
    TEXT = "text", _("Assumed by text and day")


class WithdrawalKind(models.TextChoices):
    """How a bank took a booked row back."""

    REMOVED = "removed", _("Removed by the bank")
    ABSENT = "absent", _("No longer listed")


class DeliveryVerdict(models.TextChoices):
    """What was decided about a webhook delivery before anything of it was parsed."""

    ACCEPTED = "accepted", _("Accepted")
    UNVERIFIED = "unverified", _("Waits for a key")
    DUPLICATE = "duplicate", _("Received before")
    BAD_SIGNATURE = "bad_signature", _("Signature wrong")
    STALE = "stale", _("Too old")
    OVERSIZED = "oversized", _("Too large")
    INACTIVE = "inactive", _("Webhook not active")
    TOO_MANY = "too_many", _("Too many at once")
