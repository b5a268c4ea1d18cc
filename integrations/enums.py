"""Values of the choice columns in this app's tables; each also stands in a CHECK."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Bank(models.TextChoices):
    """Where bank data comes from."""

    RBC = "rbc", _("RBC Royal Bank")
    TD = "td", _("TD Canada Trust")
    BMO = "bmo", _("BMO Bank of Montreal")
    CIBC = "cibc", "CIBC"
    AGGREGATION = "aggregation", _("Aggregator or other institution")


class ConnectionType(models.TextChoices):
    OAUTH = "oauth", _("Bank API (OAuth)")
    AGGREGATION = "aggregation", _("Aggregator")
    SCRAPING = "scraping", _("Screen scraping")
    API = "api", _("Statement files")


class ConnectionStatus(models.TextChoices):
    ACTIVE = "active", _("Active")
    EXPIRED = "expired", _("Expired")
    DISABLED = "disabled", _("Disabled")
    ERROR = "error", _("Error")
    MAINTENANCE = "maintenance", _("Maintenance")


class SyncType(models.TextChoices):
    INITIAL = "initial", _("Initial")
    SCHEDULED = "scheduled", _("Scheduled")
    MANUAL = "manual", _("Manual")
    WEBHOOK = "webhook", _("Webhook")
    REAL_TIME = "real_time", _("Real time")
    FALLBACK = "fallback", _("Fallback")


class SyncOperation(models.TextChoices):
    ACCOUNTS = "accounts", _("Accounts")
    TRANSACTIONS = "transactions", _("Transactions")
    BALANCE = "balance", _("Balance")
    FULL = "full", _("Full")
    CONNECTION_TEST = "connection_test", _("Connection test")


class SyncStatus(models.TextChoices):
    STARTED = "started", _("Started")
    IN_PROGRESS = "in_progress", _("In progress")
    COMPLETED = "completed", _("Completed")
    FAILED = "failed", _("Failed")
    PARTIAL = "partial", _("Partial")
    TIMEOUT = "timeout", _("Timed out")


class ProcessingStatus(models.TextChoices):
    """How far a bank transaction has come; ``duplicate`` is the same movement from a second source."""

    IMPORTED = "imported", _("Imported")
    PROCESSED = "processed", _("Processed")
    MAPPED = "mapped", _("Mapped")
    ERROR = "error", _("Error")
    DUPLICATE = "duplicate", _("Duplicate")


class WebhookStatus(models.TextChoices):
    ACTIVE = "active", _("Active")
    INACTIVE = "inactive", _("Inactive")
    FAILED = "failed", _("Failed")
    PENDING = "pending", _("Pending")
    EXPIRED = "expired", _("Expired")


class ErrorType(models.TextChoices):
    AUTHENTICATION = "authentication", _("Authentication")
    NETWORK = "network", _("Network")
    RATE_LIMIT = "rate_limit", _("Rate limit")
    SERVER_ERROR = "server_error", _("Server error")
    VALIDATION = "validation", _("Validation")
    TIMEOUT = "timeout", _("Timeout")


class ErrorOwner(models.TextChoices):
    """Who has to act before an error goes away."""

    CUSTOMER = "customer", _("Customer")
    BANK = "bank", _("Bank")
    AGGREGATOR = "aggregator", _("Aggregator")
    US = "us", "DwayBank"
    LIMIT = "limit", _("Rate limit: wait")


class ErrorSeverity(models.TextChoices):
    LOW = "low", _("Low")
    MEDIUM = "medium", _("Medium")
    HIGH = "high", _("High")
    CRITICAL = "critical", _("Critical")


class ResolutionStatus(models.TextChoices):
    NEW = "new", _("New")
    IN_PROGRESS = "in_progress", _("In progress")
    RESOLVED = "resolved", _("Resolved")
    IGNORED = "ignored", _("Ignored")
    ESCALATED = "escalated", _("Escalated")


class BusinessImpact(models.TextChoices):
    NONE = "none", _("None")
    LOW = "low", _("Low")
    MEDIUM = "medium", _("Medium")
    HIGH = "high", _("High")
    CRITICAL = "critical", _("Critical")


class FileStatus(models.TextChoices):
    """What became of a statement file as a whole."""

    RECEIVED = "received", _("Received, not yet imported")
    IMPORTED = "imported", _("Imported")
    PARTIAL = "partial", _("Partly imported")
    REFUSED = "refused", _("Refused")


class IdentifierKind(models.TextChoices):
    """What kind of name a file gives an account; only an account number is unique to it."""

    ACCOUNT_NUMBER = "account_number", _("Account number")
    CARD_NUMBER = "card_number", _("Card number")
    MASKED_CARD = "masked_card", _("Masked card number")
    UNNAMED = "unnamed", _("Not named by the file")


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
