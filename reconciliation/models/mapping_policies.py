"""The table ``mapping_policies``."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from dwaybank.db.constraints import DatabaseForeignKey, OnDelete, foreign_key
from dwaybank.db.fields import timestamp_field, uuid_key


class MappingPolicy(models.Model):
    """What is done without a person for one account, beyond certain matches. No row: nothing.

    ``create_after_days``: an external account's bank line that found no partner for so many days gets a ledger
    transaction of its own (mapping type system_generated). NULL is off.
    """

    id = uuid_key()
    account = foreign_key("dwaybank.Account")
    create_after_days = models.IntegerField(_("create what is missing after days"), null=True, blank=True)
    created_at = timestamp_field()
    updated_at = timestamp_field()

    class Meta:
        db_table = "mapping_policies"
        verbose_name = _("mapping policy")
        verbose_name_plural = _("mapping policies")
        constraints = [
            DatabaseForeignKey(field="account", on_delete=OnDelete.CASCADE, name="mapping_policies_account_id_fkey"),
            models.CheckConstraint(
                condition=models.Q(create_after_days__gte=1, create_after_days__lte=365),
                name="mapping_policies_days_check",
                violation_error_message=_("Between 1 and 365 days, or nothing for never."),
            ),
            models.UniqueConstraint(
                fields=["account"],
                name="idx_mapping_policies_account",
                violation_error_message=_("This account has a policy already: change that one."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.account_id}: create after {self.create_after_days or 'never'}"
