"""Importing this registers the ground floor's screens."""

from django.contrib import admin
from procrastinate.contrib.django.models import ProcrastinateJob

from dwaybank.admin import (
    accounts,
    audit_events,
    notifications,
    read_events,
    roles,
    system_config,
    system_logs,
    transactions,
    users,
)

__all__ = [
    "accounts",
    "audit_events",
    "notifications",
    "read_events",
    "roles",
    "system_config",
    "system_logs",
    "transactions",
    "users",
]

# the library's own screen has actions that ask for no permission
admin.site.unregister(ProcrastinateJob)
