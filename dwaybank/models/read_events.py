"""The table ``read_events``: who looked at sensitive rows, when, and on which page."""

from __future__ import annotations

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from dwaybank.db.constraints import values_check
from dwaybank.db.expressions import CurrentTimestamp
from dwaybank.db.indexes import GinIndex, Index
from dwaybank.db.triggers import refuse
from dwaybank.enums import ReadKind


class ReadEvent(models.Model):
    """One look of one person (or command) at rows of one table. Written by ``dwaybank.reads`` before the rows are
    shown; never changed, never deleted. ``row_ids`` are the rows seen: one of a page, up to a page's length of a list.

    ``path`` is the address without its query string, which may hold what was searched for. It has no foreign keys: it
    outlives what it speaks of.
    """

    id = models.BigAutoField(primary_key=True)
    read_at = models.DateTimeField(db_default=CurrentTimestamp(), editable=False)
    reader_id = models.UUIDField(_("reader"), null=True)
    table_name = models.CharField(max_length=63)
    row_ids = ArrayField(models.TextField(), verbose_name=_("rows"), db_default=[])
    what = models.CharField(max_length=20, choices=ReadKind.choices)
    path = models.TextField(blank=True, db_default="")
    run = models.TextField(blank=True, db_default="")
    request_id = models.CharField(max_length=100, blank=True, db_default="")

    class Meta:
        db_table = "read_events"
        verbose_name = _("read event")
        indexes = [
            # "who saw this row"
            GinIndex(fields=["row_ids"], name="idx_read_events_rows"),
            # "what did this person see"
            Index(
                fields=["reader_id", "id"], name="idx_read_events_reader", condition=models.Q(reader_id__isnull=False)
            ),
            # "who read this table in that period"
            Index(fields=["table_name", "read_at"], name="idx_read_events_table"),
            Index(fields=["read_at"], name="idx_read_events_read_at"),
        ]
        constraints = [values_check("what", ReadKind, "read_events_what_check")]
        triggers = [
            refuse(
                "read_events_append_only",
                pgtrigger.Update | pgtrigger.Delete,
                "Read events are never changed or deleted.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_what_display()} {self.table_name} {self.pk}"
