"""The way back from a bank's consent. Whoever comes here needs no login: the unguessable, single-use state is proof."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from dwaybank.admin.display import admin_url
from dwaybank.errors import DomainError
from dwaybank.kept import kept_text
from integrations.banks.contract import BankError
from integrations.connecting.consent import complete

_MAX_PARAMETERS = 20


@never_cache
@require_safe
def callback(request: HttpRequest) -> HttpResponse:
    """Complete the connection, and say so; staff go on to its page."""
    given = {name: values[-1][:4096] for name, values in list(request.GET.lists())[:_MAX_PARAMETERS]}
    try:
        connection = complete(callback=given, now=timezone.now(), run="connect callback")
    except (DomainError, BankError) as error:
        context = {"title": _("The bank was not connected"), "message": kept_text(str(error)), "is_good": False}
        return TemplateResponse(request, "connecting/outcome.html", context, status=400)
    if request.user.has_perm("integrations.view_bankconnection"):
        return HttpResponseRedirect(admin_url("integrations.BankConnection", connection.pk))
    message = _("%(bank)s is connected. You may close this page.") % {"bank": connection.bank_name}
    return TemplateResponse(
        request, "connecting/outcome.html", {"title": _("Connected"), "message": message, "is_good": True}
    )
