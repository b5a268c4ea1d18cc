"""How each indicator does: alerts, what became of them, how long they waited, and how often it was right."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Avg, Count, F, Min, Q

from compliance.enums import AlertStatus
from compliance.indicators import INDICATORS
from compliance.models import SuspicionAlert
from compliance.wording import marked_text


@dataclass(frozen=True, slots=True)
class Measure:
    """One indicator's alerts of a period. ``precision`` is the share of the decided alerts that went into a report."""

    indicator: str
    title: str
    shadow: int
    open: int
    superseded: int
    confirmed: int
    dismissed: int
    oldest_open: datetime | None
    mean_wait: timedelta | None

    @property
    def alerts(self) -> int:
        """All of them, those in shadow included."""
        return self.shadow + self.open + self.superseded + self.confirmed + self.dismissed

    @property
    def precision(self) -> float | None:
        """From 0 to 1; None where nothing is decided yet."""
        decided = self.confirmed + self.dismissed
        return self.confirmed / decided if decided else None


def measure(since: datetime, until: datetime) -> list[Measure]:
    """Every declared indicator over the alerts raised in a period, in the order they are declared: one query."""
    counts = {status: Count("pk", filter=Q(alert_status=status)) for status in AlertStatus.values}
    rows = {
        row["indicator"]: row
        for row in SuspicionAlert.objects.filter(raised_at__gte=since, raised_at__lt=until)
        .values("indicator")
        .annotate(
            **{f"n_{status}": count for status, count in counts.items()},
            oldest_open=Min("raised_at", filter=Q(alert_status=AlertStatus.OPEN)),
            mean_wait=Avg(F("decided_at") - F("raised_at"), filter=Q(decided_at__isnull=False)),
        )
    }
    return [_measured(name, rows.get(name, {})) for name in INDICATORS]


def _measured(name: str, row: dict[str, object]) -> Measure:
    counts = {status: int(row.get(f"n_{status}", 0) or 0) for status in AlertStatus.values}  # type: ignore[call-overload]
    return Measure(
        indicator=name,
        title=marked_text(INDICATORS[name].title),
        oldest_open=row.get("oldest_open"),  # type: ignore[arg-type]
        mean_wait=row.get("mean_wait"),  # type: ignore[arg-type]
        **counts,
    )
