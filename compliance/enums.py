"""Values of the choice columns in this app's tables; each also stands in a CHECK."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class ReportType(models.TextChoices):
    FINTRAC_LCTR = "FINTRAC_LCTR", _("FINTRAC large cash transaction report")
    FINTRAC_STR = "FINTRAC_STR", _("FINTRAC suspicious transaction report")
    OSFI_RISK = "OSFI_RISK", _("OSFI risk report")
    PRIVACY_AUDIT = "PRIVACY_AUDIT", _("Privacy audit")
    PCI_DSS = "PCI_DSS", _("PCI DSS report")


class ReportStatus(models.TextChoices):
    DRAFT = "draft", _("Draft")
    SUBMITTED = "submitted", _("Submitted")
    ACCEPTED = "accepted", _("Accepted")
    REJECTED = "rejected", _("Rejected")
    UNDER_REVIEW = "under_review", _("Under review")


class ComplianceStatus(models.TextChoices):
    PENDING = "pending", _("Pending")
    COMPLIANT = "compliant", _("Compliant")
    OVERDUE = "overdue", _("Overdue")
    EXEMPT = "exempt", _("Exempt")
    NON_COMPLIANT = "non_compliant", _("Non-compliant")


class PartyKind(models.TextChoices):
    PERSON = "person", _("Person")
    ENTITY = "entity", _("Entity")


class PartyRole(models.TextChoices):
    """In which role a party takes part in a receipt of cash; the first three join receipts (the 24-hour rule)."""

    CONDUCTOR = "conductor", _("Conductor")
    ON_BEHALF_OF = "on_behalf_of", _("On whose behalf")
    BENEFICIARY = "beneficiary", _("Beneficiary")
    SOURCE = "source", _("Source of the cash")
    INVOLVED = "involved", _("Otherwise involved")
    HOLDER = "holder", _("Account holder")


class CashRecordStatus(models.TextChoices):
    PROPOSED = "proposed", _("Proposed, details missing")
    RECORDED = "recorded", _("Recorded")
    DISMISSED = "dismissed", _("Dismissed: no cash")


class CashRecordSource(models.TextChoices):
    ENTERED = "entered", _("Entered by hand")
    IMPORTED = "imported", _("Imported")
    PROPOSED = "proposed", _("Proposed from a bank transaction")


class RateSource(models.TextChoices):
    """Where the rate of foreign cash comes from (SOR/2002-184 s. 125)."""

    BANK_OF_CANADA = "bank_of_canada", _("Bank of Canada")
    ORDINARY_BUSINESS = "ordinary_business", _("The bank's own rate: the Bank of Canada published none")


class ExemptionReason(models.TextChoices):
    """Why a receipt is not reported (SOR/2002-184 s. 7(2) and 8); the values of ``aggregation.Exemption``."""

    FINANCIAL_ENTITY = "financial_entity", _("From a financial entity")
    PUBLIC_BODY = "public_body", _("From a public body")
    ACTS_FOR_EXEMPT_CLIENT = "acts_for_exempt_client", _("From somebody acting for such a client")
    ALTERNATIVE_TO_LCTR = "alternative_to_lctr", _("From a client listed with FINTRAC")


class TransactionRole(models.TextChoices):
    """Why a transaction stands in a report."""

    CONDUCTOR = "conductor", _("Same conductor")
    ON_BEHALF_OF = "on_behalf_of", _("On behalf of the same party")
    BENEFICIARY = "beneficiary", _("Same beneficiary")
    SINGLE = "single", _("Large by itself")
    SUSPICIOUS = "suspicious", _("Part of the suspicion")


class SubmitKind(models.TextChoices):
    """What the next filing of a report does."""

    SUBMIT = "submit", _("First filing")
    CHANGE = "change", _("Change")
    DELETE = "delete", _("Deletion")


class FilingMethod(models.TextChoices):
    API = "api", _("By API")
    MANUAL = "manual", _("By hand")


class FilingOutcome(models.TextChoices):
    """What an answer said of one filing."""

    ACCEPTED = "accepted", _("Accepted")
    ACCEPTED_WITH_WARNINGS = "accepted_with_warnings", _("Accepted with warnings")
    REJECTED = "rejected", _("Rejected")
    PENDING = "pending", _("Received, being processed")
    FAILED = "failed", _("Not filed: the call was refused")
    UNKNOWN = "unknown", _("Unknown: nobody answered")


class IndicatorMode(models.TextChoices):
    """How an indicator runs: in shadow it is measured and raises nothing."""

    OFF = "off", _("Off")
    SHADOW = "shadow", _("Shadow: measured, raises nothing")
    ACTIVE = "active", _("Active: raises alerts")


class MovementSource(models.TextChoices):
    """Where a movement that an alert speaks of stands."""

    LEDGER = "ledger", _("Ledger")
    BANK = "bank", _("Bank transaction")
    CASH = "cash", _("Cash record")


class AlertStatus(models.TextChoices):
    SHADOW = "shadow", _("Shadow")
    OPEN = "open", _("Open")
    CONFIRMED = "confirmed", _("Confirmed: in a report")
    DISMISSED = "dismissed", _("Dismissed")
    SUPERSEDED = "superseded", _("Part of a newer one")


class CaseStatus(models.TextChoices):
    OPEN = "open", _("Open")
    IN_PROGRESS = "in_progress", _("In progress")
    REPORTED = "reported", _("To a report")
    CLOSED = "closed", _("Closed")


class CaseClosing(models.TextChoices):
    """Why a case ended without a report."""

    EXPLAINED = "explained", _("Explained: consistent with what is known of the customer")
    FALSE_POSITIVE = "false_positive", _("False positive: the indicator does not fit")
    DUPLICATE = "duplicate", _("Already reported, or part of another case")
    MONITORED = "monitored", _("No grounds yet: watched further")


class CaseEventKind(models.TextChoices):
    OPENED = "opened", _("Opened")
    ALERTED = "alerted", _("More alerts")
    ASSIGNED = "assigned", _("Assigned")
    RELEASED = "released", _("Given back")
    NOTE = "note", _("Note")
    REPORTED = "reported", _("To a report")
    CLOSED = "closed", _("Closed")
    REOPENED = "reopened", _("Taken up again")
