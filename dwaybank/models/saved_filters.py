"""The table ``saved_filters``: what people look for again and again on a list, under a name."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from dwaybank.db.constraints import DatabaseForeignKey, OnDelete, foreign_key
from dwaybank.db.fields import timestamp_field, uuid_key
from dwaybank.db.indexes import Index


class SavedFilter(models.Model):
    """The filter, search and order of one list, as ``query`` of its address, named by ``owner``.

    ``page`` is the path of the list. Only the owner sees it, unless ``shared_with`` names a role: then whoever has the
    role and may open the list. ``is_default``: the owner's list begins with it. Rights are those of the list; a filter
    gives none.
    """

    id = uuid_key()
    owner = foreign_key("dwaybank.User")
    page = models.CharField(max_length=200)
    name = models.CharField(max_length=60)
    query = models.CharField(max_length=2000, blank=True)
    is_default = models.BooleanField(db_default=False)
    shared_with = foreign_key("auth.Group", null=True, blank=True)
    created_at = timestamp_field()
    updated_at = timestamp_field()

    class Meta:
        db_table = "saved_filters"
        verbose_name = _("saved filter")
        verbose_name_plural = _("saved filters")
        indexes = [
            # what is shared on a list
            Index(
                fields=["page", "shared_with"],
                name="idx_saved_filters_shared",
                condition=models.Q(shared_with__isnull=False),
            ),
        ]
        constraints = [
            DatabaseForeignKey(field="owner", on_delete=OnDelete.CASCADE, name="saved_filters_owner_id_fkey"),
            DatabaseForeignKey(
                field="shared_with", on_delete=OnDelete.SET_NULL, name="saved_filters_shared_with_id_fkey"
            ),
            models.CheckConstraint(
                condition=models.Q(page__regex=r"^/admin/([a-z0-9_-]+/)+$"),
                name="saved_filters_page_check",
                violation_error_message=_("A saved filter belongs to a list of this site."),
            ),
            models.CheckConstraint(
                condition=models.Q(name__regex=r"\S"),
                name="saved_filters_name_check",
                violation_error_message=_("A saved filter has a name."),
            ),
            # as a browser writes it, so that it can be put behind the page's path
            models.CheckConstraint(
                condition=~models.Q(query__regex=r"[^!$-;=@-Z_a-z~]"),
                name="saved_filters_query_check",
                violation_error_message=_("The filter cannot be kept: its address holds other characters."),
            ),
            models.UniqueConstraint(
                fields=["owner", "page", "name"],
                name="idx_saved_filters_unique",
                violation_error_message=_("You have a filter of this name here already: choose another name."),
            ),
            models.UniqueConstraint(
                fields=["owner", "page"],
                condition=models.Q(is_default=True),
                name="idx_saved_filters_default",
                violation_error_message=_("A list begins with one filter only."),
            ),
        ]

    def __str__(self) -> str:
        return self.name
