"""The days of an account that statements and syncs cover, a year at a time."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.contrib import admin
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from dwaybank.admin import display
from dwaybank.models import Account
from reconciliation.admin.conflict_pictures import coverage_of_account
from reconciliation.admin.conflict_queue import VIEW, queue_url
from reconciliation.admin.reviewing import require, today
from reconciliation.models import BalanceConflict


def coverage_url(account_id: UUID) -> str:
    """The address of an account's calendar."""
    return reverse("admin:reconciliation_balanceconflict_coverage", args=[account_id])


@require_GET
def coverage_view(request: HttpRequest, account_id: UUID) -> HttpResponse:
    """The last twelve months, or those to the end of the year that is asked for."""
    require(request, VIEW)
    account = Account.objects.filter(pk=account_id).first()
    if account is None:
        raise Http404(_("There is no such account."))
    this, asked = today(), request.GET.get("year", "")
    year = int(asked) if asked.isascii() and asked.isdigit() and 1990 <= int(asked) < this.year else None
    shown = year or this.year
    context = {
        **admin.site.each_context(request),
        "title": _("Days covered: %(account)s") % {"account": account.account_name},
        "opts": BalanceConflict._meta,
        "account": account,
        "account_url": display.admin_url("dwaybank.Account", account.pk),
        "calendar": coverage_of_account(account, date(year, 12, 31) if year else this),
        "earlier": str(shown - 1),
        "later": str(shown + 1) if year and shown + 1 < this.year else "",
        "is_now": year is None,
        "queue_url": queue_url(),
    }
    return TemplateResponse(request, "admin/reconciliation/balanceconflict/coverage.html", context)
