"""What the reviewers' pages share: who may, a decision tried and its refusal said, and the last one to undo."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any, Final, TypeVar

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError
from django.db.models import Exists, OuterRef, Subquery
from django.http import HttpRequest
from django.utils import timezone

from dwaybank.actor import Actor
from dwaybank.admin.base import acting_person
from dwaybank.admin.refusals import refusal_message
from dwaybank.errors import DomainError
from reconciliation.admin.shared import DECIDE
from reconciliation.enums import DecisionKind
from reconciliation.models import MappingDecision, MappingProposal

VIEW: Final = "reconciliation.view_mappingproposal"
_UNDO_OFFERED_FOR: Final = timedelta(hours=12)
T = TypeVar("T")


def require(request: HttpRequest, *permissions: str) -> None:
    """Raises PermissionDenied for who lacks one of these."""
    if not request.user.has_perms(permissions):
        raise PermissionDenied


def may_decide(request: HttpRequest) -> bool:
    """Whether this person decides, or only looks."""
    return request.user.has_perm(DECIDE)


def actor_of(request: HttpRequest) -> Actor:
    """As whom decisions are made."""
    return Actor(acting_person(request).pk, "admin")


def today() -> date:
    """The bank's day."""
    return timezone.localdate()


def refusal_of(work: Callable[[], T]) -> tuple[T | None, str]:
    """What came of a decision, or why it was refused, in words for people. Faults of the program pass through."""
    try:
        return work(), ""
    except DomainError as error:
        return None, str(error)
    except DatabaseError as error:
        message = refusal_message(error)
        if message is None:
            raise
        return None, message


def attempt(request: HttpRequest, work: Callable[[], T]) -> T | None:
    """The decision, or None with a message where it was refused."""
    done, refused = refusal_of(work)
    if refused:
        messages.error(request, refused)
    return done


def last_decision(request: HttpRequest) -> MappingDecision | None:
    """The person's newest decision of today that stands: what Undo takes back."""
    if not may_decide(request):
        return None
    undone = MappingDecision.objects.filter(undoes=OuterRef("pk"))
    line = MappingProposal.objects.filter(bank_transaction=OuterRef("bank_transaction")).order_by("-created_at")
    return (
        MappingDecision.objects.filter(
            decided_by=acting_person(request), decided_at__gte=timezone.now() - _UNDO_OFFERED_FOR
        )
        .exclude(decision=DecisionKind.UNDO)
        .exclude(Exists(undone))
        .annotate(line_text=Subquery(line.values("description")[:1]))
        .select_related("bank_transaction")
        .defer("before", "after")
        .order_by("-decided_at", "-pk")
        .first()
    )


def last_decision_context(request: HttpRequest) -> dict[str, Any]:
    """For the bar that offers Undo."""
    return {"last_decision": last_decision(request), "may_decide": may_decide(request)}
