"""Values of the choice columns in this app's tables; each also stands in a CHECK."""

from django.db import models


class ReportType(models.TextChoices):
    FINTRAC_LCTR = "FINTRAC_LCTR", "FINTRAC large cash transaction report"
    FINTRAC_STR = "FINTRAC_STR", "FINTRAC suspicious transaction report"
    OSFI_RISK = "OSFI_RISK", "OSFI risk report"
    PRIVACY_AUDIT = "PRIVACY_AUDIT", "Privacy audit"
    PCI_DSS = "PCI_DSS", "PCI DSS report"


class ReportStatus(models.TextChoices):
    DRAFT = "draft", "Draft"
    SUBMITTED = "submitted", "Submitted"
    ACCEPTED = "accepted", "Accepted"
    REJECTED = "rejected", "Rejected"
    UNDER_REVIEW = "under_review", "Under review"


class ComplianceStatus(models.TextChoices):
    PENDING = "pending", "Pending"
    COMPLIANT = "compliant", "Compliant"
    OVERDUE = "overdue", "Overdue"
    EXEMPT = "exempt", "Exempt"
    NON_COMPLIANT = "non_compliant", "Non-compliant"
