"""The tables ``large_cash_records`` and ``large_cash_parties``."""

from __future__ import annotations

from decimal import Decimal

import pgtrigger
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from compliance.enums import CashRecordSource, CashRecordStatus, ExemptionReason, PartyRole, RateSource
from dwaybank.db.constraints import DatabaseForeignKey, OnDelete, foreign_key, values_check
from dwaybank.db.fields import MoneyField, timestamp_field, uuid_key
from dwaybank.db.indexes import Index
from dwaybank.db.triggers import refuse


def in_cad(amount: Decimal, rate: Decimal | None) -> Decimal:
    """A receipt's ``amount_cad``, to the cent; ``rate`` is CAD for one unit, None where the amount is in CAD."""
    return amount if rate is None else (amount * rate).quantize(Decimal("0.01"))


class LargeCashRecord(models.Model):
    """One receipt of cash, of any size, with what must be known of it (SOR/2002-184 s. 7, Sch. 1).

    ``received_at`` happened at a place whose zone is ``zone``: that gives its offset. ``amount`` is as received;
    ``amount_cad`` at the Bank of Canada rate of that time, whose source stands beside it. Codes are the regulator's
    (``compliance.fintrac.codes``). ``further_dispositions`` is a list of objects named as the disposition columns,
    where the cash went more than one way. Who took part stands in ``large_cash_parties``.

    *Proposed*: found among bank transactions, details missing; it counts for nothing until it is *recorded*.
    *Dismissed*: no cash after all, with the reason. Kept for five years after it was made.
    """

    id = uuid_key()
    reference = models.CharField(max_length=200)
    record_status = models.CharField(
        _("status"), max_length=20, choices=CashRecordStatus.choices, db_default=CashRecordStatus.RECORDED
    )
    status_reason = models.TextField(blank=True, db_default="")
    record_source = models.CharField(
        _("source"), max_length=20, choices=CashRecordSource.choices, db_default=CashRecordSource.ENTERED
    )
    received_at = models.DateTimeField(_("received"))
    zone = models.CharField(_("time zone of the place"), max_length=50)
    posted_at = models.DateTimeField(_("posted"), null=True, blank=True)
    location_id = models.CharField(_("location number"), max_length=30, blank=True, db_default="")
    method_code = models.SmallIntegerField(_("method"), null=True, blank=True)
    method_other = models.CharField(max_length=200, blank=True, db_default="")
    amount = MoneyField()
    currency = models.CharField(max_length=3, db_default="CAD")
    exchange_rate = models.DecimalField(max_digits=20, decimal_places=10, null=True, blank=True)
    rate_source = models.CharField(max_length=20, choices=RateSource.choices, blank=True, db_default="")
    amount_cad = MoneyField(verbose_name=_("in Canadian dollars"))
    purpose = models.CharField(max_length=200, blank=True, db_default="")
    how_obtained = models.CharField(_("how the cash was obtained"), max_length=200, blank=True, db_default="")
    source_of_cash = models.BooleanField(_("source of cash known"), null=True, blank=True)
    business_account = models.BooleanField(_("deposit to a business account"), null=True, blank=True)
    disposition_code = models.SmallIntegerField(_("disposition"), null=True, blank=True)
    disposition_other = models.CharField(max_length=200, blank=True, db_default="")
    disposition_reference = models.CharField(_("reference number"), max_length=100, blank=True, db_default="")
    account = foreign_key("dwaybank.Account", null=True, blank=True)
    institution_number = models.CharField(max_length=50, blank=True, db_default="")
    branch_number = models.CharField(max_length=50, blank=True, db_default="")
    account_number = models.CharField(max_length=100, blank=True, db_default="")
    account_type = models.SmallIntegerField(null=True, blank=True)
    account_type_other = models.CharField(max_length=200, blank=True, db_default="")
    account_currency = models.CharField(max_length=3, blank=True, db_default="")
    account_opened = models.DateField(null=True, blank=True)
    further_dispositions = models.JSONField(blank=True, db_default=models.Value([], models.JSONField()))
    exemption = models.CharField(max_length=30, choices=ExemptionReason.choices, blank=True, db_default="")
    exemption_reason = models.TextField(blank=True, db_default="")
    bank_transaction = foreign_key("integrations.BankTransactionKey", null=True, blank=True)
    transaction = foreign_key("dwaybank.Transaction", null=True, blank=True)
    created_by = foreign_key("dwaybank.User", null=True, blank=True, db_column="created_by")
    created_at = timestamp_field()
    updated_at = timestamp_field()

    class Meta:
        db_table = "large_cash_records"
        verbose_name = _("cash record")
        permissions = [("import_cash_records", "Can import cash records")]
        indexes = [
            # the 24-hour rule, window by window
            Index(
                fields=["received_at", "id"],
                name="idx_large_cash_records_received",
                condition=models.Q(record_status="recorded"),
            ),
            # the list of all
            Index(fields=["-received_at", "-id"], name="idx_large_cash_records_all"),
            # "what waits to be completed"
            Index(
                fields=["received_at", "id"],
                name="idx_large_cash_records_proposed",
                condition=models.Q(record_status="proposed"),
            ),
            Index(fields=["updated_at"], name="idx_large_cash_records_updated"),
            Index(
                fields=["account", "received_at"],
                name="idx_large_cash_records_account",
                condition=models.Q(account__isnull=False),
            ),
        ]
        constraints = [
            DatabaseForeignKey(field="account", on_delete=OnDelete.REFUSE, name="large_cash_records_account_id_fkey"),
            DatabaseForeignKey(
                field="bank_transaction",
                on_delete=OnDelete.SET_NULL,
                name="large_cash_records_bank_transaction_id_fkey",
            ),
            DatabaseForeignKey(
                field="transaction", on_delete=OnDelete.SET_NULL, name="large_cash_records_transaction_id_fkey"
            ),
            DatabaseForeignKey(
                field="created_by", on_delete=OnDelete.REFUSE, name="large_cash_records_created_by_fkey"
            ),
            values_check("record_status", CashRecordStatus, "large_cash_records_status_check"),
            values_check("record_source", CashRecordSource, "large_cash_records_source_check"),
            models.CheckConstraint(
                condition=models.Q(amount__gt=0, amount_cad__gt=0),
                name="large_cash_records_amount_check",
                violation_error_message=_("An amount of cash is more than zero."),
            ),
            models.CheckConstraint(
                condition=models.Q(
                    currency="CAD", exchange_rate__isnull=True, rate_source="", amount_cad=models.F("amount")
                )
                | ~models.Q(currency="CAD") & models.Q(exchange_rate__gt=0, rate_source__in=[*RateSource.values]),
                name="large_cash_records_rate_check",
                violation_error_message=_(
                    "Foreign cash has a rate and its source; Canadian dollars are what they are."
                ),
            ),
            models.CheckConstraint(
                condition=~models.Q(record_status="recorded")
                | models.Q(method_code__isnull=False) & ~models.Q(location_id="") & ~models.Q(reference=""),
                name="large_cash_records_complete_check",
                violation_error_message=_("A recorded receipt has its method, location number and reference."),
            ),
            models.CheckConstraint(
                condition=~models.Q(record_status="dismissed") | ~models.Q(status_reason=""),
                name="large_cash_records_dismissed_check",
                violation_error_message=_("Say why this is no cash record."),
            ),
            models.CheckConstraint(
                condition=models.Q(exemption="")
                | models.Q(exemption__in=[*ExemptionReason.values]) & ~models.Q(exemption_reason=""),
                name="large_cash_records_exemption_check",
                violation_error_message=_("An exemption has its ground in the law and a reason."),
            ),
            models.UniqueConstraint(
                fields=["reference"],
                name="idx_large_cash_records_reference",
                violation_error_message=_("There is a cash record with this reference already."),
            ),
            models.UniqueConstraint(
                fields=["bank_transaction"],
                name="idx_large_cash_records_bank_transaction",
                violation_error_message=_("This bank transaction has its cash record already."),
            ),
        ]
        triggers = [
            refuse(
                "large_cash_records_retention_guard",
                pgtrigger.Delete,
                gettext_noop("A cash record is kept for five years after it was made: it cannot be deleted."),
                condition=pgtrigger.Condition(
                    "COALESCE(OLD.created_at, CURRENT_TIMESTAMP) + INTERVAL '5 years' > CURRENT_TIMESTAMP"
                ),
                hint=gettext_noop("Dismiss it with a reason, if it is no cash."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reference} {self.amount} {self.currency}"


class LargeCashParty(models.Model):
    """One party in one role on one receipt of cash.

    ``party_key`` is the party's, kept here by a trigger so that the 24-hour rule reads one table.
    ``relationship_code`` is what a third party or beneficiary is to the conductor.
    """

    id = uuid_key()
    record = foreign_key("compliance.LargeCashRecord", related_name="parties")
    party = foreign_key("compliance.Party")
    party_key = models.CharField(max_length=100, null=True, blank=True, editable=False)
    party_role = models.CharField(_("role"), max_length=20, choices=PartyRole.choices)
    relationship_code = models.SmallIntegerField(_("relationship to the conductor"), null=True, blank=True)
    relationship_other = models.CharField(max_length=200, blank=True, db_default="")
    created_at = timestamp_field()

    class Meta:
        db_table = "large_cash_parties"
        verbose_name = _("party of a cash record")
        verbose_name_plural = _("parties of cash records")
        indexes = [
            Index(fields=["party_key", "party_role"], name="idx_large_cash_parties_key"),
            Index(fields=["party"], name="idx_large_cash_parties_party_id"),
        ]
        constraints = [
            DatabaseForeignKey(field="record", on_delete=OnDelete.CASCADE, name="large_cash_parties_record_id_fkey"),
            DatabaseForeignKey(field="party", on_delete=OnDelete.REFUSE, name="large_cash_parties_party_id_fkey"),
            values_check("party_role", PartyRole, "large_cash_parties_role_check"),
            models.UniqueConstraint(
                fields=["record", "party_role", "party"],
                name="idx_large_cash_parties_unique",
                violation_error_message=_("This party has this role on this record already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_party_role_display()} {self.party_key}"
