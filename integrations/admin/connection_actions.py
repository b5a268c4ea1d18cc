"""What staff do with a connection: sync now, pause, resume, disconnect, connect anew, its webhook; and a new bank.

Every change is a POST with its own permission; what a rule or the bank refuses is a message on the same page.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from dwaybank.actor import Actor
from dwaybank.admin.base import acting_person
from dwaybank.admin.display import admin_url, list_url
from dwaybank.admin.forms import PersonField
from dwaybank.admin.refusals import refusal_message
from dwaybank.errors import DomainError
from dwaybank.kept import kept_text
from dwaybank.reauth import ensure_recent_sign_in
from integrations.banks.contract import BankError
from integrations.banks.registry import connector_id_for, offered
from integrations.connecting import begin, disconnect, make_webhook, pause, resume
from integrations.connecting.webhooks import scheme_for
from integrations.credentials import read_secrets
from integrations.enums import ConnectionStatus, ConnectionType, RequestStatus, SyncReason
from integrations.models import BankConnection, SyncRequest
from integrations.syncing.requests import request_sync
from integrations.syncing.switch import require_enabled

SYNC: Final = "integrations.sync_connection"
PAUSE: Final = "integrations.pause_connection"
CONNECT: Final = "integrations.connect_bank"
DISCONNECT: Final = "integrations.disconnect_bank"
# they make, show or end access to a bank
_SIGNED_IN_AGAIN: Final = frozenset({"reconnect", "webhook", "disconnect"})
_LIVE: Final = (ConnectionType.OAUTH, ConnectionType.AGGREGATION)


@dataclass(frozen=True, slots=True)
class Action:
    """One button: its name in the address, what it says, who may, and on which connections it stands."""

    name: str
    label: Any
    permission: str
    statuses: tuple[str, ...]
    is_grave: bool = False


ACTIONS: Final = (
    Action("sync", gettext_lazy("Sync now"), SYNC, (ConnectionStatus.ACTIVE,)),
    Action("pause", gettext_lazy("Pause"), PAUSE, (ConnectionStatus.ACTIVE,)),
    Action("resume", gettext_lazy("Resume"), PAUSE, (ConnectionStatus.DISABLED, ConnectionStatus.MAINTENANCE)),
    Action(
        "reconnect",
        gettext_lazy("Connect anew"),
        CONNECT,
        (ConnectionStatus.ACTIVE, ConnectionStatus.EXPIRED, ConnectionStatus.ERROR),
    ),
    Action("webhook", gettext_lazy("New webhook secret"), CONNECT, (ConnectionStatus.ACTIVE,)),
    Action("disconnect", gettext_lazy("Disconnect…"), DISCONNECT, tuple(ConnectionStatus.values), is_grave=True),
)


def actions_for(request: HttpRequest, row: BankConnection) -> list[dict[str, Any]]:
    """The buttons of this connection that this person may press."""
    if row.deleted_at is not None or row.connection_type not in _LIVE:
        return []
    return [
        {"action": one, "url": reverse("admin:integrations_bankconnection_act", args=[row.pk, one.name])}
        for one in ACTIONS
        if row.connection_status in one.statuses and request.user.has_perm(one.permission)
    ]


def callback_uri() -> str:
    """Where banks send customers back to."""
    return f"{settings.PUBLIC_URL.rstrip('/')}{reverse('connect-callback')}"


@require_POST
def act_view(request: HttpRequest, connection_id: UUID, name: str) -> HttpResponse:
    """Press one button."""
    action = next((one for one in ACTIONS if one.name == name), None)
    connection = BankConnection.objects.filter(pk=connection_id, deleted_at__isnull=True).first()
    if action is None:
        raise Http404
    if not request.user.has_perm(action.permission):
        raise PermissionDenied
    if name in _SIGNED_IN_AGAIN:
        ensure_recent_sign_in(request)
    if connection is None:
        messages.error(request, _("The connection was disconnected, or never existed. Nothing was changed."))
        return HttpResponseRedirect(list_url("integrations.BankConnection"))
    reason = request.POST.get("reason", "").strip()
    actor = Actor(acting_person(request).pk, "admin", reason[:500])
    handlers: dict[str, Callable[[], HttpResponse | None]] = {
        "sync": lambda: _sync(request, connection, actor),
        "pause": lambda: pause(connection.pk, actor=actor, now=timezone.now()),
        "resume": lambda: resume(connection.pk, actor=actor),
        "reconnect": lambda: _begin(request, connection, actor),
        "webhook": lambda: _webhook(request, connection, actor),
        "disconnect": lambda: _disconnect(request, connection, actor, reason),
    }
    page = admin_url("integrations.BankConnection", connection_id)
    try:
        response = handlers[name]()
    except (DomainError, BankError) as error:
        messages.error(request, kept_text(str(error)))
        return HttpResponseRedirect(page)
    except DatabaseError as error:
        message = refusal_message(error)
        if message is None:
            raise
        messages.error(request, message)
        return HttpResponseRedirect(page)
    if response is not None:
        return response
    done = {
        "pause": _("Paused: nothing is synced until it is resumed."),
        "resume": _("Resumed, and a sync was asked for."),
        "disconnect": _("Disconnected: the consent was ended at the bank and every secret was removed."),
    }
    if name in done:
        messages.success(request, done[name])
    return HttpResponseRedirect(page)


def _sync(request: HttpRequest, connection: BankConnection, actor: Actor) -> None:
    require_enabled()
    request_id = request_sync(connection_id=connection.pk, reason=SyncReason.MANUAL, requested_by=actor.user_id)
    asked = SyncRequest.objects.get(pk=request_id)
    if asked.request_status == RequestStatus.QUEUED and asked.next_attempt_at is not None:
        when = timezone.localtime(asked.next_attempt_at).strftime("%Y-%m-%d %H:%M:%S")
        messages.warning(
            request,
            _("A sync waits already, until %(when)s: %(why)s") % {"when": when, "why": kept_text(asked.message)},
        )
    else:
        messages.success(request, _("A sync was asked for. It begins as soon as a worker is free."))


def _disconnect(request: HttpRequest, connection: BankConnection, actor: Actor, reason: str) -> None:
    if not reason:
        raise DomainError(_("Say why it is disconnected: it cannot be undone. Nothing was changed."))
    disconnect(connection.pk, actor=actor, now=timezone.now())


def _begin(request: HttpRequest, connection: BankConnection, actor: Actor) -> HttpResponse:
    secrets = read_secrets(connection.pk)
    connector_id = connector_id_for(connection.connection_type, connection.bank_id, secrets.credentials)
    url = begin(
        user=connection.user,
        connector_id=connector_id,
        redirect_uri=callback_uri(),
        now=timezone.now(),
        actor=actor,
        connection=connection,
    )
    return _onward(request, connection.bank_name, connection.user.email, url)


def _webhook(request: HttpRequest, connection: BankConnection, actor: Actor) -> HttpResponse:
    secrets = read_secrets(connection.pk)
    connector_id = connector_id_for(connection.connection_type, connection.bank_id, secrets.credentials)
    made = make_webhook(connection, base_url=settings.PUBLIC_URL, scheme=scheme_for(connector_id), actor=actor)
    context = {
        **admin.site.each_context(request),
        "title": _("Webhook of %(bank)s") % {"bank": connection.bank_name},
        "opts": BankConnection._meta,
        "connection": connection,
        "url": made.url,
        "signing": made.signing.reveal(),
        "verification": made.verification.reveal(),
    }
    response = TemplateResponse(request, "admin/integrations/bankconnection/webhook.html", context)
    response["Cache-Control"] = "no-store"
    return response


def _onward(request: HttpRequest, bank: str, email: str, url: str) -> HttpResponse:
    """A link, not a redirect: the page's policy lets no form lead to another site, and the link can be passed on."""
    context = {
        **admin.site.each_context(request),
        "title": _("Consent at %(bank)s") % {"bank": bank},
        "opts": BankConnection._meta,
        "bank": bank,
        "email": email,
        "url": url,
    }
    response = TemplateResponse(request, "admin/integrations/bankconnection/onward.html", context)
    response["Cache-Control"] = "no-store"
    return response


class ConnectForm(forms.Form):
    """Whose bank, and which."""

    customer = PersonField(label=gettext_lazy("Customer (e-mail address)"))
    connector = forms.ChoiceField(label=gettext_lazy("Bank"), choices=())

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.labels = {one.connector_id: f"{one.label} ({one.connection_type.label})" for one in offered()}
        self.fields["connector"] = forms.ChoiceField(label=gettext_lazy("Bank"), choices=list(self.labels.items()))

    def bank_label(self, connector_id: str) -> str:
        """What people call it."""
        return self.labels[connector_id]


@require_http_methods(["GET", "HEAD", "POST"])
def connect_view(request: HttpRequest) -> HttpResponse:
    """Begin to connect a customer's bank."""
    if not request.user.has_perm(CONNECT):
        raise PermissionDenied
    if request.method == "POST":
        ensure_recent_sign_in(request)
    form = ConnectForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        customer, chosen = form.cleaned_data["customer"], form.cleaned_data["connector"]
        try:
            url = begin(
                user=customer,
                connector_id=chosen,
                redirect_uri=callback_uri(),
                now=timezone.now(),
                actor=Actor(acting_person(request).pk, "admin", "connect a bank"),
            )
        except (DomainError, BankError) as error:
            form.add_error(None, kept_text(str(error)))
        else:
            return _onward(request, form.bank_label(chosen), customer.email, url)
    context = {
        **admin.site.each_context(request),
        "title": _("Connect a bank"),
        "opts": BankConnection._meta,
        "form": form,
        "offers": bool(offered()),
    }
    return TemplateResponse(request, "admin/integrations/bankconnection/connect.html", context)
