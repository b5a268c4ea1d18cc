"""The table ``statement_profiles``: CSV layouts that a person described, version by version."""

from __future__ import annotations

from django.db import models
from django.db.models import Func, Value
from django.db.models.lookups import Exact
from django.utils.translation import gettext_lazy as _

from dwaybank.db.constraints import DatabaseForeignKey, OnDelete, foreign_key, values_check
from dwaybank.db.fields import timestamp_field, uuid_key
from dwaybank.db.indexes import Index
from integrations.enums import Bank, ProfileAccountKind, ProfileDateOrder, ProfileSignRule


class StatementProfile(models.Model):
    """One version of the description of one CSV layout of one customer.

    A change is a new row with the next ``version``; at most one version of a name ``is_current``, and nothing else of
    a version ever changes (by grant). ``columns`` is a list of {heading, use} in file order. ``account`` takes the rows
    of a file that does not name its account.
    """

    id = uuid_key()
    owner = foreign_key("dwaybank.User")
    account = foreign_key("dwaybank.Account", null=True, blank=True)
    name = models.CharField(max_length=100)
    version = models.IntegerField(default=1)
    is_current = models.BooleanField(_("in use"), default=True)
    columns = models.JSONField()
    has_header = models.BooleanField(_("with headings"))
    delimiter = models.CharField(max_length=1)
    encoding = models.CharField(max_length=10, blank=True)
    date_order = models.CharField(max_length=10, choices=ProfileDateOrder.choices)
    sign_rule = models.CharField(max_length=20, choices=ProfileSignRule.choices)
    currency = models.CharField(max_length=3)
    bank_id = models.CharField(_("bank"), max_length=20, null=True, blank=True, choices=Bank.choices)
    institution = models.CharField(max_length=100, blank=True)
    account_kind = models.CharField(_("kind of account"), max_length=20, choices=ProfileAccountKind.choices)
    created_by = models.UUIDField(null=True, blank=True)
    created_at = timestamp_field()

    class Meta:
        db_table = "statement_profiles"
        verbose_name = _("statement profile")
        indexes = [Index(fields=["account"], name="idx_statement_profiles_account")]
        constraints = [
            DatabaseForeignKey(field="owner", on_delete=OnDelete.CASCADE, name="statement_profiles_owner_id_fkey"),
            DatabaseForeignKey(field="account", on_delete=OnDelete.CASCADE, name="statement_profiles_account_id_fkey"),
            models.CheckConstraint(condition=models.Q(name__regex=r"\S"), name="statement_profiles_name_check"),
            models.CheckConstraint(
                condition=Exact(
                    Func("columns", function="jsonb_typeof", output_field=models.TextField()), Value("array")
                ),
                name="statement_profiles_columns_check",
            ),
            models.CheckConstraint(condition=models.Q(version__gte=1), name="statement_profiles_version_check"),
            models.CheckConstraint(
                condition=models.Q(delimiter__in=[",", ";", "\t", "|"]), name="statement_profiles_delimiter_check"
            ),
            models.CheckConstraint(
                condition=models.Q(currency__regex="^[A-Z]{3}$"), name="statement_profiles_currency_check"
            ),
            values_check("date_order", ProfileDateOrder, "statement_profiles_date_order_check"),
            values_check("sign_rule", ProfileSignRule, "statement_profiles_sign_rule_check"),
            values_check("account_kind", ProfileAccountKind, "statement_profiles_account_kind_check"),
            values_check("bank_id", Bank, "statement_profiles_bank_id_check"),
            models.UniqueConstraint(
                fields=["owner", "name", "version"], name="statement_profiles_owner_name_version_key"
            ),
            models.UniqueConstraint(
                fields=["owner", "name"],
                condition=models.Q(is_current=True),
                name="idx_statement_profiles_one_current",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}, version {self.version}"
