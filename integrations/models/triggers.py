"""Triggers declared on this app's models; longer ones and those on partitioned tables are in ``sql/``."""

import pgtrigger

from dwaybank.db.triggers import refuse

connection_retention_guard = refuse(
    "bank_connections_retention_guard",
    pgtrigger.Delete,
    "This bank connection is under a retention duty and cannot be deleted.",
    condition=pgtrigger.Condition("OLD.data_retention_until > CURRENT_TIMESTAMP"),
    hint="Disconnect it instead (deleted_at, deleted_by); it can be purged after data_retention_until.",
)
