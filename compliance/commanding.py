"""What the commands of compliance share: who acts, and which report an argument names."""

from __future__ import annotations

from uuid import UUID

from django.core.management.base import CommandError

from compliance.models import ComplianceReport
from dwaybank.actor import Actor
from dwaybank.models import User


def actor_of(command: str, email: str = "") -> Actor:
    """The person of this e-mail address, or nobody; raises CommandError for somebody who is not staff."""
    if not email:
        return Actor(None, f"command:{command}")
    person = User.objects.filter(email=email.lower(), is_staff=True, is_active=True).first()
    if person is None:
        raise CommandError(f"{email} is no active member of staff.")
    return Actor(person.pk, f"command:{command}")


def report_of(text: str) -> ComplianceReport:
    """The report of this id or reference. Raises CommandError."""
    try:
        found = ComplianceReport.objects.filter(pk=UUID(text)).first()
    except ValueError:
        found = ComplianceReport.objects.filter(report_reference=text).first()
    if found is None:
        raise CommandError(f"There is no report {text}; give its id or its reference.")
    return found
