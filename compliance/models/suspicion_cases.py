"""The tables ``suspicion_cases`` and ``suspicion_case_events``."""

from __future__ import annotations

import pgtrigger
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop, pgettext_lazy

from compliance.enums import CaseClosing, CaseEventKind, CaseStatus
from dwaybank.db.constraints import DatabaseForeignKey, OnDelete, foreign_key, values_check
from dwaybank.db.expressions import CurrentTimestamp
from dwaybank.db.fields import timestamp_field, uuid_key
from dwaybank.db.indexes import Index
from dwaybank.db.triggers import refuse

_UNDECIDED = [CaseStatus.OPEN, CaseStatus.IN_PROGRESS]


class SuspicionCase(models.Model):
    """All that speaks against one customer (or, where none is known, one account or party) until a person decides: to a
    report on a suspicion, or closed with a reason. One undecided case per ``subject_key``.

    The clock of the report runs from ``grounds_established_at``. A closed case may be taken up again; a reported one
    stays. Kept for five years. Written by ``compliance.suspicion``; moves are guarded by a trigger.
    """

    id = uuid_key()
    subject_key = models.CharField(pgettext_lazy("of a suspicion", "subject"), max_length=100)
    user = foreign_key("dwaybank.User", null=True, blank=True, verbose_name=_("customer"))
    case_status = models.CharField(_("status"), max_length=20, choices=CaseStatus.choices, db_default=CaseStatus.OPEN)
    opened_at = models.DateTimeField(_("opened"), db_default=CurrentTimestamp())
    assigned_to = foreign_key("dwaybank.User", null=True, blank=True, db_column="assigned_to")
    assigned_at = models.DateTimeField(null=True, blank=True)
    grounds_established_at = models.DateTimeField(_("grounds to suspect established"), null=True, blank=True)
    report = foreign_key("compliance.ComplianceReport", null=True, blank=True)
    closing = models.CharField(_("closed as"), max_length=20, choices=CaseClosing.choices, blank=True, db_default="")
    decision_note = models.TextField(_("why"), blank=True, db_default="")
    decided_by = foreign_key("dwaybank.User", null=True, blank=True, db_column="decided_by")
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    version = models.IntegerField(db_default=1, editable=False)
    created_at = timestamp_field()
    updated_at = timestamp_field()

    class Meta:
        db_table = "suspicion_cases"
        verbose_name = _("case of suspicion")
        verbose_name_plural = _("cases of suspicion")
        permissions = [("decide_suspicioncase", "Can decide a case of suspicion")]
        indexes = [
            # the queue: oldest first, of one person
            Index(
                fields=["opened_at", "id"],
                name="idx_suspicion_cases_undecided",
                condition=models.Q(case_status__in=_UNDECIDED),
            ),
            Index(
                fields=["assigned_to", "opened_at"],
                name="idx_suspicion_cases_assigned",
                condition=models.Q(case_status__in=_UNDECIDED, assigned_to__isnull=False),
            ),
            # the list of all
            Index(fields=["opened_at", "id"], name="idx_suspicion_cases_opened"),
            # "earlier cases of this customer"
            Index(fields=["user", "-opened_at"], name="idx_suspicion_cases_user"),
            Index(fields=["report"], name="idx_suspicion_cases_report", condition=models.Q(report__isnull=False)),
        ]
        constraints = [
            *(
                DatabaseForeignKey(field=field, on_delete=OnDelete.REFUSE, name=f"suspicion_cases_{column}_fkey")
                for field, column in (
                    ("user", "user_id"),
                    ("assigned_to", "assigned_to"),
                    ("report", "report_id"),
                    ("decided_by", "decided_by"),
                )
            ),
            values_check("case_status", CaseStatus, "suspicion_cases_case_status_check"),
            models.CheckConstraint(
                condition=models.Q(closing="") | models.Q(closing__in=[*CaseClosing.values]),
                name="suspicion_cases_closing_check",
                violation_error_message=_("This is no way to close a case."),
            ),
            models.CheckConstraint(
                condition=models.Q(assigned_to__isnull=True, assigned_at__isnull=True)
                | models.Q(assigned_to__isnull=False, assigned_at__isnull=False),
                name="suspicion_cases_assignment_check",
                violation_error_message=_("An assignment has a person and a time."),
            ),
            models.CheckConstraint(
                condition=~models.Q(case_status=CaseStatus.IN_PROGRESS) | models.Q(assigned_to__isnull=False),
                name="suspicion_cases_in_progress_check",
                violation_error_message=_("Somebody works on a case in progress."),
            ),
            models.CheckConstraint(
                condition=models.Q(
                    case_status=CaseStatus.REPORTED,
                    report__isnull=False,
                    grounds_established_at__isnull=False,
                    closing="",
                )
                | models.Q(case_status=CaseStatus.CLOSED, report__isnull=True) & ~models.Q(closing="")
                | models.Q(case_status__in=_UNDECIDED, report__isnull=True, closing=""),
                name="suspicion_cases_decision_check",
                violation_error_message=_(
                    "A case goes to a report with the time at which grounds were established, or "
                    "is closed with a reason."
                ),
            ),
            models.CheckConstraint(
                condition=models.Q(case_status__in=_UNDECIDED, decided_by__isnull=True, decided_at__isnull=True)
                | models.Q(
                    case_status__in=[CaseStatus.REPORTED, CaseStatus.CLOSED],
                    decided_by__isnull=False,
                    decided_at__isnull=False,
                )
                & ~models.Q(decision_note=""),
                name="suspicion_cases_decided_check",
                violation_error_message=_("A decision has a person, a time and a reason; an undecided case has none."),
            ),
            models.UniqueConstraint(
                fields=["subject_key"],
                condition=models.Q(case_status__in=_UNDECIDED),
                name="idx_suspicion_cases_one_undecided",
                violation_error_message=_("There is an undecided case of this subject."),
            ),
        ]
        triggers = [
            refuse(
                "suspicion_cases_retention_guard",
                pgtrigger.Delete,
                gettext_noop("A case of suspicion is kept for five years: it cannot be deleted."),
                condition=pgtrigger.Condition(
                    "COALESCE(OLD.decided_at, CURRENT_TIMESTAMP) + INTERVAL '5 years' > CURRENT_TIMESTAMP"
                ),
            ),
        ]

    def __str__(self) -> str:
        return _("Case %(id)s") % {"id": str(self.pk)[:8]}


class SuspicionCaseEvent(models.Model):
    """One thing that happened to a case, or a note on it: who, when, what. Never changed."""

    id = uuid_key()
    case = foreign_key("compliance.SuspicionCase", related_name="events")
    kind = models.CharField(max_length=20, choices=CaseEventKind.choices)
    text = models.TextField(blank=True, db_default="")
    written_by = foreign_key("dwaybank.User", null=True, blank=True, db_column="written_by")
    written_at = models.DateTimeField(db_default=CurrentTimestamp(), editable=False)

    class Meta:
        db_table = "suspicion_case_events"
        verbose_name = _("event of a case")
        verbose_name_plural = _("events of cases")
        indexes = [Index(fields=["case", "written_at"], name="idx_suspicion_case_events_case")]
        constraints = [
            DatabaseForeignKey(field="case", on_delete=OnDelete.CASCADE, name="suspicion_case_events_case_id_fkey"),
            DatabaseForeignKey(
                field="written_by", on_delete=OnDelete.REFUSE, name="suspicion_case_events_written_by_fkey"
            ),
            values_check("kind", CaseEventKind, "suspicion_case_events_kind_check"),
            models.CheckConstraint(
                condition=~models.Q(kind=CaseEventKind.NOTE) | ~models.Q(text=""),
                name="suspicion_case_events_note_check",
                violation_error_message=_("A note says something."),
            ),
        ]
        triggers = [
            refuse(
                "suspicion_case_events_append_only",
                pgtrigger.Update,
                gettext_noop("What was written on a case stays as it was written."),
            ),
            refuse(
                "suspicion_case_events_no_delete",
                pgtrigger.Delete,
                gettext_noop("What was written on a case is kept as long as the case."),
                condition=pgtrigger.Condition("pg_trigger_depth() = 0"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.written_at}"
