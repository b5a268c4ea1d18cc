"""The table ``customer_profiles``: what the bank expects of a customer."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from dwaybank.db.constraints import DatabaseForeignKey, OnDelete, foreign_key
from dwaybank.db.fields import MoneyField, timestamp_field, uuid_key


class CustomerProfile(models.Model):
    """Money in per month that one customer was expected to have, as stated when the relationship began or was reviewed
    (SOR/2002-184 s. 145, 146: purpose and intended nature). Without a row no volume is out of profile.
    """

    id = uuid_key()
    user = foreign_key("dwaybank.User", verbose_name=_("customer"))
    expected_monthly_cad = MoneyField(verbose_name=_("expected per month, CAD"), null=True, blank=True)
    low_income = models.BooleanField(_("low income (student, unemployed)"), db_default=False)
    stated_on = models.DateField(_("stated on"))
    source = models.CharField(_("where it is stated"), max_length=200)
    created_at = timestamp_field()
    updated_at = timestamp_field()

    class Meta:
        db_table = "customer_profiles"
        verbose_name = _("customer profile")
        constraints = [
            DatabaseForeignKey(field="user", on_delete=OnDelete.REFUSE, name="customer_profiles_user_id_fkey"),
            models.CheckConstraint(
                condition=models.Q(expected_monthly_cad__gt=0) | models.Q(expected_monthly_cad__isnull=True),
                name="customer_profiles_expected_check",
                violation_error_message=_("An expected amount is more than zero; leave it empty where none is known."),
            ),
            models.UniqueConstraint(
                fields=["user"],
                name="idx_customer_profiles_user",
                violation_error_message=_("This customer has a profile already: change that one."),
            ),
        ]

    def __str__(self) -> str:
        return _("profile %(id)s") % {"id": self.user_id}
