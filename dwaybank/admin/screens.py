"""Importing this registers the ground floor's screens."""

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib import admin
from procrastinate.contrib.django.models import ProcrastinateJob

from dwaybank.admin import (
    accounts,
    audit_events,
    audit_seals,
    guides,
    notifications,
    read_events,
    retention,
    roles,
    saved_filters,
    system_config,
    system_logs,
    transactions,
    users,
)

__all__ = [
    "accounts",
    "audit_events",
    "audit_seals",
    "guides",
    "notifications",
    "read_events",
    "retention",
    "roles",
    "saved_filters",
    "system_config",
    "system_logs",
    "transactions",
    "users",
]

# the libraries' own screens ask for no permission, or show what is secret
admin.site.unregister([ProcrastinateJob, Authenticator, EmailAddress])
