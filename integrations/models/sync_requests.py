"""The table ``sync_requests``."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from dwaybank.db.constraints import DatabaseForeignKey, OnDelete, foreign_key, values_check
from dwaybank.db.fields import timestamp_field, uuid_key
from dwaybank.db.indexes import Index
from integrations.enums import RequestStatus, SyncReason

ENDED = (RequestStatus.COMPLETED, RequestStatus.FAILED, RequestStatus.CANCELLED)


class SyncRequest(models.Model):
    """That a connection is to be synced: asked for, tried once or several times, ended.

    Made by ``request_sync()`` in the transaction of whatever asks for it; every attempt has its own sync log, of which
    ``sync_log_id`` is the last. Without a window it brings what is new. Of equal requests one waits at a time.
    """

    id = uuid_key()
    connection = foreign_key("integrations.BankConnection")
    account = foreign_key("dwaybank.Account", null=True, blank=True)
    window_start = models.DateField(null=True, blank=True)
    window_end = models.DateField(null=True, blank=True)
    reason = models.CharField(max_length=20, choices=SyncReason.choices)
    request_status = models.CharField(
        _("status"), max_length=20, choices=RequestStatus.choices, db_default=RequestStatus.QUEUED
    )
    attempts = models.IntegerField(db_default=0)
    next_attempt_at = models.DateTimeField(null=True, blank=True)
    sync_log_id = models.UUIDField(_("sync"), null=True, blank=True)
    message = models.TextField(blank=True, db_default="")
    requested_by = models.UUIDField(null=True, blank=True)
    created_at = timestamp_field()
    started_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    updated_at = timestamp_field()

    class Meta:
        db_table = "sync_requests"
        verbose_name = _("sync request")
        indexes = [
            Index(fields=["connection", "-created_at"], name="idx_sync_requests_connection"),
            # "what waits or runs"
            Index(
                fields=["next_attempt_at"],
                name="idx_sync_requests_open",
                condition=Q(request_status__in=[RequestStatus.QUEUED, RequestStatus.RUNNING]),
            ),
        ]
        constraints = [
            DatabaseForeignKey(field="connection", on_delete=OnDelete.CASCADE, name="sync_requests_connection_id_fkey"),
            DatabaseForeignKey(field="account", on_delete=OnDelete.CASCADE, name="sync_requests_account_id_fkey"),
            values_check("reason", SyncReason, "sync_requests_reason_check"),
            values_check("request_status", RequestStatus, "sync_requests_status_check"),
            models.CheckConstraint(
                condition=Q(window_start__isnull=True, window_end__isnull=True)
                | Q(window_start__isnull=False, window_end__gte=models.F("window_start")),
                name="sync_requests_window_check",
                violation_error_message=_("A window has a first and a last day, in that order."),
            ),
            models.CheckConstraint(
                condition=Q(request_status__in=ENDED, ended_at__isnull=False)
                | (~Q(request_status__in=ENDED) & Q(ended_at__isnull=True)),
                name="sync_requests_ended_check",
            ),
            models.CheckConstraint(condition=Q(attempts__gte=0), name="sync_requests_attempts_check"),
            models.UniqueConstraint(
                fields=["connection", "account", "window_start", "window_end"],
                condition=Q(request_status=RequestStatus.QUEUED),
                nulls_distinct=False,
                name="idx_sync_requests_one_waiting",
                violation_error_message=_("The same sync waits already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_reason_display()} {self.get_request_status_display()} {self.pk}"
