"""Other thresholds tried on decided history, before they go live: what would change, and every false acceptance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal
from typing import Any, Final

from django import forms
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from dwaybank.admin import display
from dwaybank.admin.display import list_url
from dwaybank.admin.panels import Panel, register_panel
from dwaybank.l10n import money_text, number_text, percent_text
from reconciliation.admin.mapping_policies import AccountField
from reconciliation.admin.reviewing import VIEW, require, today
from reconciliation.admin.typed_amounts import typed_amount
from reconciliation.mapping import Replay, replay
from reconciliation.mapping.loading import parameters
from reconciliation.mapping.replaying import Change
from reconciliation.matching import Parameters, to_cents
from reconciliation.models import MappingRun

MOST_REPLAYED: Final = 20_000  # decided lines that a page replays; the command takes more
MOST_SHOWN: Final = 200
_RUNS: Final = "reconciliation.view_mappingrun"
_USUAL_DAYS: Final = 90


class AnyAccountField(AccountField):
    """An external account by its id, or none."""

    def clean(self, value: Any) -> Any:
        """None for an empty text. Raises ValidationError as ``AccountField``."""
        return super().clean(value) if str(value or "").strip() else None


class ReplayForm(forms.Form):
    """The thresholds to try, and which history."""

    accept_probability = forms.DecimalField(
        label=gettext_lazy("Accept from this probability on"), min_value=0, max_value=1, localize=True
    )
    accept_margin = forms.DecimalField(
        label=gettext_lazy("with this lead over the runner-up"), min_value=0, max_value=1, localize=True
    )
    amount_tolerance = forms.CharField(label=gettext_lazy("Amount tolerance"), max_length=20)
    max_lag_days = forms.IntegerField(label=gettext_lazy("Days apart at most"), min_value=0, max_value=400)
    since = forms.DateField(
        label=gettext_lazy("Bank lines since"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )
    account = AnyAccountField(
        label=gettext_lazy("Account"), required=False, help_text=gettext_lazy("Its id; empty for all.")
    )

    def clean_amount_tolerance(self) -> Decimal:
        """An amount, in either language."""
        try:
            return abs(typed_amount(self.cleaned_data["amount_tolerance"]))
        except ValueError as error:
            raise forms.ValidationError(str(error)) from None

    def thresholds(self) -> Parameters:
        """Those of the settings, with the ones tried in their place."""
        wanted = self.cleaned_data
        return replace(
            parameters(),
            accept_probability=float(wanted["accept_probability"]),
            accept_margin=float(wanted["accept_margin"]),
            tolerance_cents=to_cents(wanted["amount_tolerance"]),
            max_lag=wanted["max_lag_days"],
        )


@dataclass(frozen=True, slots=True)
class ShownChange:
    """A line that would fare otherwise."""

    day: str
    bank: SafeString
    amount: str
    decided: SafeString
    by_person: bool
    now: SafeString


def replay_url() -> str:
    """Address of the page."""
    return reverse("admin:reconciliation_mappingrun_replay")


@require_GET
def replay_view(request: HttpRequest) -> HttpResponse:
    """The form; with thresholds in the address, what they would do. Nothing is written."""
    require(request, VIEW, _RUNS)
    now = parameters()
    usual = {
        "accept_probability": Decimal(str(now.accept_probability)),
        "accept_margin": Decimal(str(now.accept_margin)),
        "amount_tolerance": money_text(Decimal(now.tolerance_cents) / 100, None),
        "max_lag_days": now.max_lag,
        "since": today() - timedelta(days=_USUAL_DAYS),
    }
    form = ReplayForm(request.GET or None, initial=usual)
    result = None
    if form.is_valid():
        account = form.cleaned_data["account"]
        result = replay(
            form.thresholds(),
            account_id=account.pk if account else None,
            since=form.cleaned_data["since"],
            most=MOST_REPLAYED,
        )
    context = {
        **admin.site.each_context(request),
        "title": _("Try other thresholds"),
        "opts": MappingRun._meta,
        "form": form,
        "result": result,
        "runs_url": list_url("reconciliation.MappingRun"),
        **(_shown(result) if result else {}),
    }
    return TemplateResponse(request, "admin/reconciliation/mappingrun/replay.html", context)


def _shown(result: Replay) -> dict[str, Any]:
    return {
        "precision": "" if result.precision is None else percent_text(result.precision, 2),
        "is_cut": result.decided >= MOST_REPLAYED,
        "most_replayed": number_text(MOST_REPLAYED),
        "agreed": number_text(result.agreed),
        "decided": number_text(result.decided),
        "parts": [
            (_("False acceptances"), len(result.false_accepts), _changes(result.false_accepts)),
            (_("Accepted until now, would wait"), len(result.would_wait), _changes(result.would_wait[:MOST_SHOWN])),
            (
                _("Decided by a person, would be accepted rightly"),
                len(result.newly_accepted),
                _changes(result.newly_accepted[:MOST_SHOWN]),
            ),
        ],
    }


def _changes(changes: Sequence[Change]) -> list[ShownChange]:
    return [
        ShownChange(
            day=one.day,
            bank=display.object_link("integrations.BankTransaction", one.bank_id, one.description or _("(no text)")),
            amount=money_text(Decimal(one.amount), None, signed=True),
            decided=display.object_link("dwaybank.Transaction", one.decided, one.decided_words),
            by_person=one.decided_by_person,
            now=display.object_link("dwaybank.Transaction", one.now, one.now_words) if one.now else display.NOTHING,
        )
        for one in changes
    ]


def setting_panel(request: HttpRequest, row: Any) -> Panel | None:
    """On the page of a threshold: try it first."""
    if not row.key.startswith("mapping_") or not request.user.has_perm(VIEW):
        return None
    return Panel(
        _("Before it goes live"),
        empty=_("Matching decided history again shows what another value would change, and every false acceptance."),
        more=(_("Try other thresholds"), replay_url()),
    )


register_panel("dwaybank.SystemConfig", "replay", setting_panel, permission=_RUNS)
