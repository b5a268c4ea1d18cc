"""Tables of the ground floor."""

from dwaybank.models.accounts import Account
from dwaybank.models.audit_events import ArchivedAuditEvent, AuditEvent
from dwaybank.models.audit_seals import AuditSeal
from dwaybank.models.legal_holds import LegalHold
from dwaybank.models.notifications import Notification, NotificationSetting
from dwaybank.models.read_events import ReadEvent
from dwaybank.models.retention_plans import RetentionPlan
from dwaybank.models.saved_filters import SavedFilter
from dwaybank.models.system_config import SystemConfig
from dwaybank.models.system_logs import SystemLog
from dwaybank.models.transactions import Transaction
from dwaybank.models.users import User

__all__ = [
    "Account",
    "ArchivedAuditEvent",
    "AuditEvent",
    "AuditSeal",
    "LegalHold",
    "Notification",
    "NotificationSetting",
    "ReadEvent",
    "RetentionPlan",
    "SavedFilter",
    "SystemConfig",
    "SystemLog",
    "Transaction",
    "User",
]
