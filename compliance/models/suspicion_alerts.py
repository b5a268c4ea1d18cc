"""The tables ``suspicion_alerts`` and ``suspicion_alert_rows``."""

from __future__ import annotations

import pgtrigger
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from compliance.enums import AlertStatus, MovementSource
from compliance.indicators import Flow
from dwaybank.db.constraints import DatabaseForeignKey, OnDelete, foreign_key, values_check
from dwaybank.db.fields import MoneyField, timestamp_field, uuid_key
from dwaybank.db.indexes import Index
from dwaybank.db.triggers import refuse

_CONTENT = (
    "alert_key, run_id, indicator, indicator_version, settings_version, subject, user_id, first_at, last_at, "
    "total_cad, facts, raised_at"
)


def _row(of: str) -> str:
    return ", ".join(f"{of}.{name.strip()}" for name in _CONTENT.split(","))


class SuspicionAlert(models.Model):
    """An indicator fired on these movements: a question to a person, never a finding. Of each set of movements there is
    one alert of a rule, for ever (``alert_key``). *Shadow* alerts are measured and shown in no queue; *superseded* ones
    are part of a newer one. Confirmed or dismissed with the decision of their case.
    """

    id = uuid_key()
    alert_key = models.CharField(max_length=64)
    run = foreign_key("compliance.DetectionRun")
    indicator = models.CharField(max_length=50)
    indicator_version = models.IntegerField()
    settings_version = models.IntegerField()
    subject = models.CharField(max_length=100)
    user = foreign_key("dwaybank.User", null=True, blank=True, verbose_name=_("customer"))
    case = foreign_key("compliance.SuspicionCase", null=True, blank=True, related_name="alerts")
    alert_status = models.CharField(_("status"), max_length=20, choices=AlertStatus.choices)
    superseded_by = foreign_key("compliance.SuspicionAlert", null=True, blank=True, db_column="superseded_by")
    first_at = models.DateTimeField(_("from"))
    last_at = models.DateTimeField(_("until"))
    total_cad = MoneyField(verbose_name=_("sum, CAD"))
    facts = models.JSONField()
    raised_at = models.DateTimeField(_("raised"))
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    created_at = timestamp_field()
    updated_at = timestamp_field()

    class Meta:
        db_table = "suspicion_alerts"
        verbose_name = _("alert")
        indexes = [
            Index(fields=["case"], name="idx_suspicion_alerts_case", condition=models.Q(case__isnull=False)),
            # "what waits for a case"
            Index(
                fields=["raised_at", "id"],
                name="idx_suspicion_alerts_waiting",
                condition=models.Q(alert_status=AlertStatus.OPEN),
            ),
            # "the earlier alerts of this rule and subject"
            Index(fields=["indicator", "subject"], name="idx_suspicion_alerts_subject"),
            Index(fields=["raised_at"], name="idx_suspicion_alerts_raised_at"),
            Index(fields=["run"], name="idx_suspicion_alerts_run"),
            Index(fields=["user", "-raised_at"], name="idx_suspicion_alerts_user"),
        ]
        constraints = [
            *(
                DatabaseForeignKey(field=field, on_delete=OnDelete.REFUSE, name=f"suspicion_alerts_{column}_fkey")
                for field, column in (
                    ("run", "run_id"),
                    ("user", "user_id"),
                    ("case", "case_id"),
                    ("superseded_by", "superseded_by"),
                )
            ),
            values_check("alert_status", AlertStatus, "suspicion_alerts_status_check"),
            models.CheckConstraint(
                condition=models.Q(alert_key__regex=r"^[0-9a-f]{64}$"),
                name="suspicion_alerts_key_check",
                violation_error_message=_("An alert's key is a SHA-256 in hexadecimal."),
            ),
            models.CheckConstraint(
                condition=models.Q(last_at__gte=models.F("first_at"), total_cad__gt=0),
                name="suspicion_alerts_span_check",
                violation_error_message=_("An alert ends after it begins and is about money."),
            ),
            models.CheckConstraint(
                condition=models.Q(alert_status=AlertStatus.SUPERSEDED, superseded_by__isnull=False)
                | ~models.Q(alert_status=AlertStatus.SUPERSEDED) & models.Q(superseded_by__isnull=True),
                name="suspicion_alerts_superseded_check",
                violation_error_message=_("A superseded alert names the one it gave way to, and no other does."),
            ),
            models.CheckConstraint(
                condition=models.Q(
                    alert_status__in=[AlertStatus.CONFIRMED, AlertStatus.DISMISSED],
                    decided_at__isnull=False,
                    case__isnull=False,
                )
                | ~models.Q(alert_status__in=[AlertStatus.CONFIRMED, AlertStatus.DISMISSED])
                & models.Q(decided_at__isnull=True),
                name="suspicion_alerts_decided_check",
                violation_error_message=_("An alert is decided with its case, at a time."),
            ),
            models.CheckConstraint(
                condition=~models.Q(alert_status=AlertStatus.SHADOW) | models.Q(case__isnull=True),
                name="suspicion_alerts_shadow_check",
                violation_error_message=_("An alert in shadow belongs to no case."),
            ),
            models.UniqueConstraint(
                fields=["alert_key"],
                name="idx_suspicion_alerts_key",
                violation_error_message=_("This alert was raised already."),
            ),
        ]
        triggers = [
            refuse(
                "suspicion_alerts_content_immutable",
                pgtrigger.Update,
                gettext_noop("What an alert says stays as it was raised."),
                condition=pgtrigger.Condition(f"ROW({_row('OLD')}) IS DISTINCT FROM ROW({_row('NEW')})"),
            ),
            refuse(
                "suspicion_alerts_retention_guard",
                pgtrigger.Delete,
                gettext_noop("An alert is kept for five years: it cannot be deleted."),
                condition=pgtrigger.Condition("OLD.raised_at + INTERVAL '5 years' > CURRENT_TIMESTAMP"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.indicator} {self.pk}"


class SuspicionAlertRow(models.Model):
    """One movement that made an alert fire, as it was then. ``source`` says in which table ``row_id`` stands."""

    id = uuid_key()
    alert = foreign_key("compliance.SuspicionAlert", related_name="rows")
    position = models.IntegerField()
    source = models.CharField(max_length=10, choices=MovementSource.choices)
    row_id = models.UUIDField()
    account = foreign_key("dwaybank.Account", null=True, blank=True)
    at = models.DateTimeField()
    amount_cad = MoneyField()
    flow = models.CharField(max_length=3, choices=[(flow.value, flow.value) for flow in Flow])
    is_cash = models.BooleanField()
    location = models.CharField(max_length=30, blank=True, db_default="")
    conductor = models.CharField(max_length=100, blank=True, db_default="")
    beneficiary = models.CharField(max_length=100, blank=True, db_default="")

    class Meta:
        db_table = "suspicion_alert_rows"
        verbose_name = _("movement of an alert")
        verbose_name_plural = _("movements of alerts")
        indexes = [
            # "alerts on this movement"
            Index(fields=["row_id"], name="idx_suspicion_alert_rows_row"),
        ]
        constraints = [
            DatabaseForeignKey(field="alert", on_delete=OnDelete.CASCADE, name="suspicion_alert_rows_alert_id_fkey"),
            DatabaseForeignKey(
                field="account", on_delete=OnDelete.SET_NULL, name="suspicion_alert_rows_account_id_fkey"
            ),
            values_check("source", MovementSource, "suspicion_alert_rows_source_check"),
            models.CheckConstraint(
                condition=models.Q(flow__in=[flow.value for flow in Flow]),
                name="suspicion_alert_rows_flow_check",
                violation_error_message=_("Money goes in or out."),
            ),
            models.UniqueConstraint(fields=["alert", "position"], name="idx_suspicion_alert_rows_position"),
        ]
        triggers = [
            refuse(
                "suspicion_alert_rows_immutable",
                pgtrigger.Update,
                gettext_noop("The movements of an alert stay as they were when it was raised."),
                condition=pgtrigger.Condition("pg_trigger_depth() = 0"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_source_display()} {self.row_id}"
