"""The tables ``notifications`` and ``notification_settings``: what staff are told, and how they want to be told."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from dwaybank.db.constraints import DatabaseForeignKey, OnDelete, foreign_key, values_check
from dwaybank.db.expressions import CurrentTimestamp
from dwaybank.db.fields import timestamp_field, uuid_key
from dwaybank.db.indexes import Index
from dwaybank.enums import MailMode


class Notification(models.Model):
    """One line in a person's inbox. Written by ``dwaybank.notifications.notify()``; only read and mailed later.

    ``subject`` may be read by whoever stands behind the person: no amounts, no customers, nothing of a suspicion.
    ``url`` is a path of this site, where rights are checked again. The same ``dedupe_key`` reaches a person once.
    """

    id = uuid_key()
    recipient = foreign_key("dwaybank.User")
    kind = models.CharField(max_length=40)
    subject = models.CharField(max_length=200)
    url = models.CharField(max_length=300)
    dedupe_key = models.CharField(max_length=200)
    created_at = models.DateTimeField(db_default=CurrentTimestamp(), editable=False)
    read_at = models.DateTimeField(null=True, editable=False)
    mailed_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        db_table = "notifications"
        verbose_name = _("notification")
        verbose_name_plural = _("notifications")
        indexes = [
            # a person's inbox, newest first
            Index(fields=["recipient", "-created_at"], name="idx_notifications_recipient"),
            # what the mail of a person must still tell; and the number beside the bell
            Index(
                fields=["recipient", "created_at"],
                name="idx_notifications_unread",
                condition=models.Q(read_at__isnull=True),
            ),
        ]
        constraints = [
            DatabaseForeignKey(field="recipient", on_delete=OnDelete.CASCADE, name="notifications_recipient_id_fkey"),
            models.CheckConstraint(
                condition=models.Q(kind__regex=r"^[a-z][a-z_]*$"),
                name="notifications_kind_check",
                violation_error_message=_("A kind is written in small letters."),
            ),
            models.CheckConstraint(
                condition=models.Q(url__regex=r"^/[^/\\]"),
                name="notifications_url_check",
                violation_error_message=_("A notification leads to a page of this site."),
            ),
            models.UniqueConstraint(
                fields=["recipient", "dedupe_key"],
                name="idx_notifications_unique",
                violation_error_message=_("This person has been told already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.dedupe_key}"


class NotificationSetting(models.Model):
    """How one person wants e-mail; no row means the defaults. Hours are whole hours of the bank's zone, 0 to 23.

    ``quiet_from`` to ``quiet_until`` (over midnight too) no mail leaves; it waits for the end. ``muted_kinds`` come
    into the inbox and never by mail. ``digest_sent_on``: the day whose digest has left.
    """

    id = uuid_key()
    person = foreign_key("dwaybank.User")
    mail_mode = models.CharField(_("e-mail"), max_length=10, choices=MailMode.choices, db_default=MailMode.DAILY)
    digest_hour = models.SmallIntegerField(_("hour of the daily mail"), db_default=8)
    quiet_from = models.SmallIntegerField(_("quiet from"), null=True, blank=True)
    quiet_until = models.SmallIntegerField(_("quiet until"), null=True, blank=True)
    muted_kinds = ArrayField(models.CharField(max_length=40), blank=True, db_default=[])
    digest_sent_on = models.DateField(null=True, blank=True, editable=False)
    created_at = timestamp_field()
    updated_at = timestamp_field()

    class Meta:
        db_table = "notification_settings"
        verbose_name = _("notification setting")
        verbose_name_plural = _("notification settings")
        constraints = [
            DatabaseForeignKey(field="person", on_delete=OnDelete.CASCADE, name="notification_settings_person_id_fkey"),
            values_check("mail_mode", MailMode, "notification_settings_mail_mode_check"),
            models.CheckConstraint(
                condition=models.Q(digest_hour__gte=0, digest_hour__lte=23)
                & (
                    models.Q(quiet_from__isnull=True, quiet_until__isnull=True)
                    | models.Q(
                        quiet_from__gte=0,
                        quiet_from__lte=23,
                        quiet_until__gte=0,
                        quiet_until__lte=23,
                        quiet_from__isnull=False,
                        quiet_until__isnull=False,
                    )
                ),
                name="notification_settings_hours_check",
                violation_error_message=_("Hours run from 0 to 23; quiet hours need a beginning and an end."),
            ),
            models.UniqueConstraint(
                fields=["person"],
                name="idx_notification_settings_person",
                violation_error_message=_("This person has settings already: change those."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id}: {self.get_mail_mode_display()}"
