"""What the screens of suspicion share: tones, titles of indicators, the panels of a case."""

from __future__ import annotations

from typing import Final

from django.http import HttpRequest
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from compliance.enums import AlertStatus, CaseStatus, MovementSource
from compliance.indicators import INDICATORS
from compliance.models import SuspicionAlert, SuspicionAlertRow, SuspicionCase
from compliance.suspicion.drafting import movements_of
from compliance.wording import figures_in_words, marked_text
from dwaybank.admin import display
from dwaybank.admin.display import Tone
from dwaybank.admin.panels import Panel, register_panel

VIEW_CASE: Final = "compliance.view_suspicioncase"
DECIDE: Final = "compliance.decide_suspicioncase"
ALERT_TONES: Final[dict[str, Tone]] = {
    AlertStatus.OPEN: Tone.WAITING,
    AlertStatus.CONFIRMED: Tone.BAD,
    AlertStatus.DISMISSED: Tone.GOOD,
}
CASE_TONES: Final[dict[str, Tone]] = {
    CaseStatus.OPEN: Tone.WAITING,
    CaseStatus.IN_PROGRESS: Tone.INFO,
    CaseStatus.REPORTED: Tone.BAD,
    CaseStatus.CLOSED: Tone.GOOD,
}
_MOST: Final = 200
_SCREENS: Final = {
    MovementSource.LEDGER: "dwaybank.Transaction",
    MovementSource.BANK: "integrations.BankTransaction",
    MovementSource.CASH: "compliance.LargeCashRecord",
}
_MOVEMENT_HEADINGS: Final = (
    gettext_lazy("When"),
    gettext_lazy("Amount"),
    gettext_lazy("Way"),
    gettext_lazy("Where from"),
    gettext_lazy("Account"),
    gettext_lazy("Location"),
    gettext_lazy("Conductor"),
)


def title_of(indicator: str) -> str:
    """What the indicator says, for people; its id where this version does not know it."""
    rule = INDICATORS.get(indicator)
    return marked_text(rule.title) if rule else indicator


def facts_of(alert: SuspicionAlert) -> str:
    """The figures that made it fire."""
    return figures_in_words(alert.facts)


def movement_link(row: SuspicionAlertRow) -> SafeString:
    """To the movement itself, where it stands now."""
    return display.object_link(_SCREENS[MovementSource(row.source)], row.row_id, row.get_source_display())


def movement_cells(row: SuspicionAlertRow) -> list[object]:
    """One movement as cells under the headings of movements."""
    amount = row.amount_cad if row.flow == "in" else -row.amount_cad
    return [
        timezone.localtime(row.at).strftime("%Y-%m-%d %H:%M"),
        display.money(amount, "CAD", signed=True),
        _("Cash in") if row.is_cash else _("In") if row.flow == "in" else _("Out"),
        movement_link(row),
        display.object_link("dwaybank.Account", row.account_id),
        row.location or display.NOTHING,
        row.conductor or display.NOTHING,
    ]


def movements_panel(title: str, rows: list[SuspicionAlertRow]) -> Panel:
    """A table of movements, with its end said where there are more."""
    cut = len(rows) > _MOST
    return Panel(
        title=title,
        headings=_MOVEMENT_HEADINGS,
        rows=[movement_cells(row) for row in rows[:_MOST]],
        numeric=(_MOVEMENT_HEADINGS[1],),
        note=_("The first %(count)d of %(all)d.") % {"count": _MOST, "all": len(rows)} if cut else "",
    )


def _alerts(request: HttpRequest, case: SuspicionCase) -> Panel:
    return Panel(
        title=_("Alerts"),
        headings=(_("Raised"), _("Indicator"), _("Sum"), _("Figures"), _("Status")),
        rows=[
            (
                display.moment(alert.raised_at, timezone.now()),
                display.object_link("compliance.SuspicionAlert", alert.pk, title_of(alert.indicator)),
                display.money(alert.total_cad, "CAD"),
                facts_of(alert),
                display.badge(str(alert.get_alert_status_display()), ALERT_TONES.get(alert.alert_status, Tone.QUIET)),
            )
            for alert in SuspicionAlert.objects.filter(case=case).order_by("raised_at", "pk")
        ],
        numeric=(_("Sum"),),
    )


def _movements(request: HttpRequest, case: SuspicionCase) -> Panel:
    alerts = SuspicionAlert.objects.filter(case=case).exclude(alert_status=AlertStatus.SUPERSEDED)
    return movements_panel(_("Movements, each once"), movements_of(alerts))


def _events(request: HttpRequest, case: SuspicionCase) -> Panel:
    events = case.events.select_related("written_by").order_by("-written_at", "-pk")[:_MOST]
    return Panel(
        title=_("Notes and what happened, newest first"),
        headings=(_("When"), _("What"), _("Text"), _("Who")),
        rows=[
            (
                display.moment(event.written_at, timezone.now()),
                event.get_kind_display(),
                display.paragraph(event.text),
                event.written_by.email if event.written_by else _("detection"),
            )
            for event in events
        ],
    )


def _earlier(request: HttpRequest, case: SuspicionCase) -> Panel:
    others = SuspicionCase.objects.filter(subject_key=case.subject_key).exclude(pk=case.pk).order_by("-opened_at")
    return Panel(
        title=_("Other cases of the same customer"),
        headings=(_("Opened"), _("Case"), _("Status"), _("Decision")),
        rows=[
            (
                display.moment(other.opened_at, timezone.now()),
                display.object_link("compliance.SuspicionCase", other.pk, str(other)),
                display.badge(str(other.get_case_status_display()), CASE_TONES[other.case_status]),
                display.paragraph(other.decision_note),
            )
            for other in others[:20]
        ],
    )


def _alert_movements(request: HttpRequest, alert: SuspicionAlert) -> Panel:
    return movements_panel(_("Movements"), list(alert.rows.order_by("position")))


register_panel("compliance.SuspicionCase", "alerts", _alerts, permission=VIEW_CASE, rank=10)
register_panel("compliance.SuspicionCase", "movements", _movements, permission=VIEW_CASE, rank=20)
register_panel("compliance.SuspicionCase", "events", _events, permission=VIEW_CASE, rank=30)
register_panel("compliance.SuspicionCase", "earlier", _earlier, permission=VIEW_CASE, rank=40)
register_panel("compliance.SuspicionAlert", "rows", _alert_movements, permission="compliance.view_suspicionalert")
