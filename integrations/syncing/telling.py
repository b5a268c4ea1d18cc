"""Who is told when syncs break and consents end: a line in the inbox of whoever keeps bank data coming in.

An outage of a bank breaks all its connections: that is one line a day for the bank, not one for each. Subjects name
banks, never customers: a bystander may read them.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from dwaybank.notifications import NotificationKind, holders_of, notify, register_kind
from dwaybank.translation import filled
from integrations.enums import ErrorOwner
from integrations.models import BankConnection

_PERMISSION: Final = "integrations.change_integrationerror"
SYNC_BROKEN: Final = register_kind(NotificationKind("sync_broken", _("Syncs that broke"), _PERMISSION))
CONSENT_ENDING: Final = register_kind(NotificationKind("consent_ending", _("Consents that end"), _PERMISSION))


def tell_broken(connection: BankConnection, *, owner: ErrorOwner, code: str, now: datetime) -> int:
    """Say that something needs a person; returns how many were told now."""
    bank = connection.bank_name
    if owner == ErrorOwner.CUSTOMER:
        subject = filled(_("%(bank)s: a customer has to connect again"), bank=bank)
        url, occasion = _page(connection), f"{connection.pk}:{code}"
    else:
        subject = filled(_("%(bank)s: syncs break (%(code)s)"), bank=bank, code=code)
        url = reverse("admin:integrations_integrationerror_triage") + f"?owner={owner}"
        occasion = f"{connection.bank_id}:{code}"
    return notify(
        kind=SYNC_BROKEN,
        recipients=holders_of(_PERMISSION),
        subject=subject,
        url=url,
        dedupe_key=f"sync_broken:{occasion}:{now.date()}",
    )


def tell_consent_ending(connection: BankConnection, *, step: int) -> int:
    """Say that a customer's consent ends soon, once for each step ahead; returns how many were told now."""
    if connection.consent_expires_at is None:
        return 0
    return notify(
        kind=CONSENT_ENDING,
        recipients=holders_of(_PERMISSION),
        subject=filled(
            _("%(bank)s: a customer's consent ends on %(day)s"),
            bank=connection.bank_name,
            day=f"{connection.consent_expires_at:%Y-%m-%d}",
        ),
        url=_page(connection),
        dedupe_key=f"consent_ending:{connection.pk}:{connection.consent_expires_at.date()}:{step}",
    )


def _page(connection: BankConnection) -> str:
    return reverse("admin:integrations_bankconnection_change", args=[connection.pk])
