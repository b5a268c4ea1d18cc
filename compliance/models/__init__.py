"""Tables of compliance, one module each."""

from compliance.models.compliance_reports import ComplianceReport
from compliance.models.filings import ComplianceAcknowledgement, ComplianceFiling
from compliance.models.large_cash_records import LargeCashParty, LargeCashRecord
from compliance.models.parties import Party
from compliance.models.report_transactions import ComplianceReportTransaction
from compliance.models.report_versions import ComplianceReportVersion

__all__ = [
    "ComplianceAcknowledgement",
    "ComplianceFiling",
    "ComplianceReport",
    "ComplianceReportTransaction",
    "ComplianceReportVersion",
    "LargeCashParty",
    "LargeCashRecord",
    "Party",
]
